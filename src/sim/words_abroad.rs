//! The vocabulary of organisations outside North America, in the same templates.

use super::words::{Form, Vocabulary, trade};

const UK_LTD: Form = &[" Ltd", " Limited", " Ltd.", ""];
const UK_LLP: Form = &[" LLP", ""];
const GMBH: Form = &[" GmbH", " G.m.b.H.", ""];
const KG: Form = &[" GmbH & Co. KG", " GmbH & Co KG", " KG", ""];
const PARTG: Form = &[" PartG mbB", ""];
const SARL: Form = &[" SARL", " S.A.R.L.", ""];
const SAS: Form = &[" SAS", ""];
const BV: Form = &[" B.V.", " BV", ""];
const AB: Form = &[" AB", ""];
const SL: Form = &[", S.L.", " SL", " S.L.", ""];
const PTY: Form = &[" Pty Ltd", " Pty. Ltd.", " Pty Limited", ""];
const NONE: Form = &[""];

/// United Kingdom.
pub(super) const BRITAIN: Vocabulary = Vocabulary {
    surnames: "Hollins | Peake | Thornbury | Ashdown | Braithwaite | Cartwright | Entwistle | Featherstone | Grimshaw | Hathersage | Llewellyn | Mowbray | Pargeter | Rowntree | Singh | Tregenza | Wadsworth | MacAskill | Okonkwo | Begum",
    first_names: "Gareth | Fiona | Nigel | Imogen | Alistair | Siân | Tariq | Harriet",
    trades: &[
        (
            3,
            trade(
                "law",
                &[(2, UK_LLP), (1, NONE)],
                "{s} {s} Solicitors | {s} & {s} Solicitors | {s} Conveyancing",
            ),
        ),
        (
            3,
            trade(
                "vets",
                &[(3, UK_LTD), (1, NONE)],
                "{s} Veterinary Centre | {s} Dental Practice | The {s} Practice",
            ),
        ),
        (
            3,
            trade(
                "build",
                &[(1, UK_LTD)],
                "{s} & Sons Builders | {s} Joinery | {s} Electrical Services | {s} Haulage",
            ),
        ),
        (
            2,
            trade(
                "trust",
                &[(1, NONE)],
                "{s} Primary School | {s} Hospice Care | {s} Parish Council",
            ),
        ),
        (
            2,
            trade(
                "accounts",
                &[(2, UK_LTD), (1, UK_LLP)],
                "{s} {s} Chartered Accountants | {s} Bookkeeping",
            ),
        ),
    ],
};

/// Germany.
pub(super) const GERMANY: Vocabulary = Vocabulary {
    surnames: "Köhler | Brückner | Schäfer | Müller-Lüdenscheidt | Jäger | Weiß | Böttcher | Grünwald | Hölscher | Krämer | Strauß | Vößing",
    first_names: "Jürgen | Käthe | Sören | Anneliese | Björn | Ulrike",
    trades: &[
        (
            3,
            trade(
                "praxis",
                &[(1, NONE)],
                "Zahnarztpraxis Dr. {s} | Gemeinschaftspraxis Dres. {s} & {s} | Tierarztpraxis {s}",
            ),
        ),
        (
            3,
            trade(
                "maschinenbau",
                &[(2, GMBH), (2, KG)],
                "{s} Maschinenbau | {s} & Söhne Metallbau | {s} Spedition",
            ),
        ),
        (
            2,
            trade(
                "steuerberater",
                &[(2, PARTG), (1, NONE)],
                "Steuerberater {s} & Partner | Rechtsanwälte {s} & {s}",
            ),
        ),
    ],
};

/// France.
pub(super) const FRANCE: Vocabulary = Vocabulary {
    surnames: "Lefèvre | Béraud | Dufrêne | Garçon | Hérault | Légaré | Noël | Roussillon | Thévenet | Chêneau",
    first_names: "Aurélie | Étienne | Solène | Jérôme | Maëlle",
    trades: &[
        (
            2,
            trade(
                "cabinet",
                &[(2, SARL), (1, NONE)],
                "Cabinet {s} et Associés | Cabinet dentaire {s}",
            ),
        ),
        (
            3,
            trade(
                "menuiserie",
                &[(2, SAS), (2, SARL)],
                "Menuiserie {s} | Transports {s} | Établissements {s} & Fils",
            ),
        ),
    ],
};

/// The Netherlands.
pub(super) const NETHERLANDS: Vocabulary = Vocabulary {
    surnames: "van der Veen | de Groot | Hoekstra | van 't Hof | Bloemendaal | Wijngaarden | ter Horst",
    first_names: "Femke | Joost | Marijke | Thijs",
    trades: &[
        (
            2,
            trade(
                "bouw",
                &[(1, BV)],
                "Bouwbedrijf {s} | Bakkerij {s} | {s} Transport",
            ),
        ),
        (
            1,
            trade(
                "notaris",
                &[(1, BV), (1, NONE)],
                "Notariskantoor {s} | Tandartspraktijk {s}",
            ),
        ),
    ],
};

/// Sweden.
pub(super) const SWEDEN: Vocabulary = Vocabulary {
    surnames: "Lindström | Åkesson | Sjöberg | Björklund | Hägglund | Öberg",
    first_names: "Åsa | Göran | Linnéa | Mats",
    trades: &[(
        1,
        trade(
            "bygg",
            &[(1, AB)],
            "{s} Bygg | {s} Redovisning | {s} & Söner Åkeri",
        ),
    )],
};

/// Spain.
pub(super) const SPAIN: Vocabulary = Vocabulary {
    surnames: "Ibáñez | Núñez | Gutiérrez | Peña | Zúñiga | Échevarri",
    first_names: "Íñigo | Begoña | Álvaro | Inés",
    trades: &[(
        1,
        trade(
            "talleres",
            &[(1, SL)],
            "Talleres {s} | Bodegas {s} | Asesoría {s} y {s}",
        ),
    )],
};

/// Australia.
pub(super) const AUSTRALIA: Vocabulary = Vocabulary {
    surnames: "Hawthorne | Kowalski | Papadakis | Tran | McKinnon | Fitzroy | Baxter | Nguyen",
    first_names: "Bronwyn | Declan | Kylie | Angus",
    trades: &[(
        1,
        trade(
            "au",
            &[(3, PTY), (1, NONE)],
            "{s} Physiotherapy | {s} Earthmoving | Coastal {s} Accounting | {s} & Co Conveyancing",
        ),
    )],
};

/// Names that are written in another script at the distributor, beside the Latin name in the PSA, with a domain stem.
pub(super) const TRANSLITERATED: &[(&str, &str, &str)] = &[
    (
        "Παπαδημητρίου Ναυτιλιακή",
        "Papadimitriou Naftiliaki",
        "papadimitriou-shipping",
    ),
    (
        "Кузнецов и Сыновья",
        "Kuznetsov i Synovya",
        "kuznetsov-sons",
    ),
    (
        "株式会社ヤマシロ貿易",
        "Yamashiro Trading Co., Ltd.",
        "yamashiro-boeki",
    ),
    ("Ющенко Логистика", "Yushchenko Logistika", "yushchenko-log"),
    ("حلويات النخيل", "Halawiyat Al Nakheel", "alnakheel-sweets"),
];
