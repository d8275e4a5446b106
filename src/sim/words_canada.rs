//! The vocabulary of Canadian organisations, in the same templates.

use super::words::{FIRST_NAMES, Form, PUBLIC, SURNAMES, Vocabulary, trade};

const LTD: Form = &[" Ltd.", " Limited", " Ltd", ", Ltd.", ""];
const INC: Form = &[" Inc.", ", Inc.", " Inc", ""];
const LLP: Form = &[" LLP", ", LLP", ""];
const NONE: Form = &[""];
const LAWYERS: &[(u32, Form)] = &[(3, LLP), (1, NONE)];
const QC_INC: Form = &[" inc.", " Inc.", ", inc.", ""];
const LTEE: Form = &[" ltée", " Ltée", " Ltee", ""];
const CANADIAN: &[(u32, Form)] = &[(6, LTD), (4, INC), (2, NONE)];
const QUEBEC: &[(u32, Form)] = &[(6, QC_INC), (3, LTEE), (1, NONE)];

/// Canada without Québec.
pub(super) const CANADA: Vocabulary = Vocabulary {
    surnames: SURNAMES,
    first_names: FIRST_NAMES,
    trades: &[
        (
            4,
            trade(
                "law",
                LAWYERS,
                "{s} {s} | {s} & {s} Barristers and Solicitors | {s} Law Office",
            ),
        ),
        (
            4,
            trade(
                "dental",
                CANADIAN,
                "{l} Dental Centre | Dr. {f} {s} Dentistry | {s} Denture Clinic",
            ),
        ),
        (
            4,
            trade(
                "build",
                CANADIAN,
                "{s} Contracting | {s} Bros. Excavating | {l} Homes | {s} Mechanical",
            ),
        ),
        (
            4,
            trade(
                "mfg",
                CANADIAN,
                "{b} Manufacturing | {s} Welding & Fabrication | {i} Industrial Supply | {l} Millwork",
            ),
        ),
        (
            3,
            trade(
                "realty",
                CANADIAN,
                "{s} Realty | {b} Property Management | {s} Insurance Brokers",
            ),
        ),
        (
            3,
            trade(
                "org",
                PUBLIC,
                "Municipality of {l} | {l} Community Health Centre | {l} Curling Club | {n} Parish",
            ),
        ),
    ],
};

/// Québec.
pub(super) const QUEBEC_WORDS: Vocabulary = Vocabulary {
    surnames: "Tremblay | Bouchard | Lavoie | Gagné | Côté | Pelletier | Bélanger | Lévesque | Desrosiers | Thériault | Hébert | Simard",
    first_names: "Élise | Benoît | Geneviève | Marc-André | Josée | Luc | François | Mélanie",
    trades: &[
        (
            3,
            trade(
                "dentaire",
                QUEBEC,
                "Clinique dentaire {s} | Centre dentaire {s} et {s}",
            ),
        ),
        (
            3,
            trade(
                "construction",
                QUEBEC,
                "Construction {s} et fils | Groupe {s} | Plomberie {s} | Les Entreprises {s} & Frères",
            ),
        ),
        (
            2,
            trade("avocats", QUEBEC, "{s} {s} Avocats | Étude {s} notaires"),
        ),
    ],
};
