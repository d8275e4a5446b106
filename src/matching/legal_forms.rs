//! Legal forms of companies, of many countries.

use std::sync::LazyLock;

use foldhash::HashMap;

use super::words::by_variant;

/// Legal forms by family; two forms of one family are the same thing said differently.
const LEGAL_FORMS: &[(&str, &str)] = &[
    (
        "ltd",
        "ltd limited ltee limitee pty ptyltd proprietary pl pvt pte bhd berhad sdn teoranta teo cyf tbk",
    ),
    ("plc", "plc publ ccc"),
    ("inc", "inc incorporated corp corporation incorporee"),
    ("co", "co company cie compagnie"),
    ("llc", "llc pllc lc pc pa apc"),
    ("llp", "llp lp lllp pllp"),
    ("cic", "cic cio"),
    ("dac", "dac clg uc ulc unlimited"),
    (
        "gmbh",
        "gmbh mbh ggmbh gesmbh ug haftungsbeschrankt gesellschaft",
    ),
    ("kg", "kg ohg kgaa gbr ek ekfm efr ev eg partg mbb"),
    ("ag", "ag aktiengesellschaft se"),
    ("sa", "sa sae sab saa sgps"),
    ("sarl", "sarl eurl sas sasu sci scop selarl scp"),
    ("srl", "srl srls spa snc sapa scarl scrl sagl"),
    ("sl", "sl slu sll slp scoop slne sau"),
    ("lda", "lda ltda eireli epp"),
    ("bv", "bv nv vof cv bvba cvba sprl besloten"),
    ("ab", "ab hb aktiebolag kb"),
    ("as", "asa aps ivs ans ba oy oyj ky tmi ehf hf"),
    (
        "sro",
        "sro zoo spzoo sp spk kft zrt nyrt doo dd ooo oao zao pao ead eood ood uab sia ou",
    ),
    ("kk", "kabushiki kaisha kabushikigaisha gk yk yugen godo"),
    (
        "jsc",
        "jsc pjsc cjsc fze fzco fzllc wll saog tas sti anonim sirketi",
    ),
];

/// Legal forms written in other scripts; cut out before the words are split.
pub const LEGAL_FORMS_OTHER_SCRIPTS: &[&str] = &[
    "株式会社",
    "有限会社",
    "合同会社",
    "合資会社",
    "合名会社",
    "公益財団法人",
    "一般財団法人",
    "公益社団法人",
    "一般社団法人",
    "財団法人",
    "社団法人",
    "社会医療法人",
    "医療法人",
    "学校法人",
    "宗教法人",
    "社会福祉法人",
    "独立行政法人",
    "地方独立行政法人",
    "国立大学法人",
    "特定非営利活動法人",
    "(株)",
    "(有)",
    "股份有限公司",
    "有限责任公司",
    "有限公司",
    "주식회사",
    "(주)",
    "유한회사",
    "ооо",
    "оао",
    "зао",
    "пао",
    "тов",
    "ао",
];

/// The family of a legal form, if the word is one.
pub fn legal_family(word: &str) -> Option<&'static str> {
    static BY_FORM: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| by_variant(LEGAL_FORMS));
    BY_FORM.get(word).copied()
}
