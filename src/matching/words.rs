//! The words of names that mean something to the matcher: fillers, abbreviations, numbers, markers, mail hosts. All folded as `fold::words` folds them. Plain lists on purpose: to teach the matcher a word, add it here.

use std::sync::LazyLock;

use foldhash::{HashMap, HashSet};

/// The list turned round: variant to what it stands for.
pub fn by_variant(list: &[(&'static str, &'static str)]) -> HashMap<&'static str, &'static str> {
    let pairs = list.iter().flat_map(|&(meaning, variants)| {
        variants.split(' ').map(move |variant| (variant, meaning))
    });
    pairs.collect()
}

/// Words that join or fill and never tell two companies apart.
pub fn is_filler(word: &str) -> bool {
    matches!(
        word,
        "the"
            | "and"
            | "und"
            | "et"
            | "y"
            | "e"
            | "og"
            | "och"
            | "en"
            | "of"
            | "de"
            | "du"
            | "des"
            | "der"
            | "die"
            | "das"
            | "for"
            | "in"
            | "at"
            | "la"
            | "le"
            | "les"
            | "del"
            | "da"
            | "di"
            | "do"
            | "dos"
            | "van"
            | "fur"
            | "fuer"
            | "zu"
            | "el"
    )
}

/// One spelling for each abbreviation, number word and ordinal; other words as they are.
pub fn canonical(word: &str) -> &str {
    static BY_VARIANT: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| by_variant(CANONICAL));
    BY_VARIANT.get(word).copied().unwrap_or(word)
}

const CANONICAL: &[(&str, &str)] = &[
    ("accounting", "acctg acct"),
    ("agency", "agcy"),
    ("associates", "assoc assocs associate"),
    ("association", "assn"),
    ("brothers", "bros bro brother gebroeders gebr gebruder"),
    ("building", "bldg bldgs"),
    ("center", "ctr centre cntr centers centres centro zentrum"),
    ("church", "ch"),
    ("commission", "commn"),
    ("communications", "comms communication"),
    ("community", "cmty commty"),
    ("construction", "constr constrn"),
    ("consulting", "conslt consult conslting"),
    ("council", "cncl"),
    ("county", "cnty"),
    ("department", "dept dpt"),
    ("design", "dsgn designs"),
    ("development", "devt developments"),
    ("education", "educ edu"),
    ("engineering", "engrg engg engr"),
    ("enterprises", "ent enterprise"),
    ("financial", "fncl"),
    ("foundation", "fdn found"),
    ("government", "govt gov"),
    ("group", "grp grup groupe gruppe gruppo groep grupo"),
    ("holdings", "hldgs hldg holding"),
    ("hospital", "hosp"),
    ("industries", "inds industry"),
    ("institute", "institut instituto"),
    ("international", "intl int internat"),
    ("laboratory", "lab labs laboratories"),
    ("management", "mgmt mgt mngmt"),
    ("manufacturing", "mfg manuf manufg"),
    ("marketing", "mktg mkt"),
    ("mount", "mt"),
    ("national", "natl nat"),
    ("organisation", "org organization"),
    ("partners", "ptnrs partner"),
    ("products", "prods prod product"),
    ("properties", "props"),
    ("research", "rsch"),
    ("saint", "st ste sankt"),
    ("school", "sch schl"),
    ("science", "sci sciences"),
    ("services", "svc svcs serv srv service"),
    ("solutions", "soln solns sol solution"),
    ("supplies", "supp suppl"),
    ("systems", "sys syst system"),
    (
        "tech",
        "technology technologies technol technologie technologien",
    ),
    ("transport", "transp trans transportation transports"),
    (
        "university",
        "univ universitat universite universidad universita",
    ),
    ("veterinary", "vet"),
    ("1", "one"),
    ("2", "two ii"),
    ("3", "three iii"),
    ("4", "four iv"),
    ("5", "five"),
    ("6", "six vi"),
    ("7", "seven vii"),
    ("8", "eight viii"),
    ("9", "nine ix"),
    ("10", "ten"),
    ("11", "eleven"),
    ("12", "twelve"),
    ("20", "twenty"),
    ("21", "twentyone"),
    ("24", "twentyfour"),
    ("30", "thirty"),
    ("50", "fifty"),
    ("60", "sixty"),
    ("66", "sixtysix"),
    ("100", "hundred"),
    ("1st", "first"),
    ("2nd", "second"),
    ("3rd", "third"),
    ("north", "n"),
    ("south", "s"),
    ("east", "e"),
    ("west", "w"),
];

/// What says that a PSA row is not to be used; looked for in the folded name, between spaces.
pub const STALE_MARKERS: &[&str] = &[
    "zz",
    "zzz",
    "zzzz",
    "old",
    "old account",
    "inactive",
    "closed",
    "closed account",
    "closed acct",
    "do not use",
    "dont use",
    "duplicate",
    "dup",
    "dupe",
    "obsolete",
    "archived",
    "archive",
    "deleted",
    "delete",
    "terminated",
    "former client",
    "ex client",
    "merged",
    "xx",
    "xxx",
    "dnu",
    "cancelled",
    "lost client",
    "not in use",
    "superseded",
    "do not bill",
    "on hold",
];

/// True for the first words of `STALE_MARKERS`.
pub fn may_mark_stale(word: &str) -> bool {
    static FIRST: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        STALE_MARKERS
            .iter()
            .filter_map(|s| s.split(' ').next())
            .collect()
    });
    FIRST.contains(word)
}

/// Stale markers that are also ordinary first words of names ("Old Mill"): they count only in brackets, after a dash,
/// or in capitals at an end.
pub fn is_ambiguous_marker(marker: &str) -> bool {
    matches!(
        marker,
        "old"
            | "closed"
            | "dup"
            | "archive"
            | "merged"
            | "xx"
            | "duplicate"
            | "delete"
            | "lost client"
            | "on hold"
    )
}

/// Phrases between two names of one company; folded, between spaces.
pub const NAME_SPLITTERS: &[&str] = &[
    "t a",
    "ta",
    "trading as",
    "d b a",
    "dba",
    "doing business as",
    "f k a",
    "fka",
    "formerly known as",
    "formerly",
    "previously",
    "prev",
    "a k a",
    "aka",
    "also known as",
    "now known as",
    "now",
    "c o",
    "care of",
    "ex",
    "operating as",
    "o a",
    "part of",
    "a division of",
    "vormals",
    "anciennement",
    "antes",
    "voorheen",
    "tidigare",
    "handelnd als",
    "handelsnaam",
];

/// True for the first words of `NAME_SPLITTERS`: where none of them is, there is nothing to split.
pub fn may_split_names(word: &str) -> bool {
    static FIRST: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        NAME_SPLITTERS
            .iter()
            .filter_map(|s| s.split(' ').next())
            .collect()
    });
    FIRST.contains(word)
}

/// Mail hosts that anybody can have an address at.
pub fn is_generic_mail_host(domain: &str) -> bool {
    const HOSTS: &str = "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com rocketmail.com icloud.com me.com \
mac.com aol.com comcast.net att.net verizon.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net juno.com frontier.com \
windstream.net centurylink.net optonline.net roadrunner.com protonmail.com proton.me pm.me tutanota.com zoho.com mail.com gmx.com fastmail.com \
hey.com sky.com btconnect.com btinternet.com talktalk.net virginmedia.com ntlworld.com blueyonder.co.uk plus.com tiscali.co.uk bigpond.com \
bigpond.net.au optusnet.com.au iinet.net.au tpg.com.au internode.on.net westnet.com.au xtra.co.nz slingshot.co.nz vodafone.co.nz orcon.net.nz \
shaw.ca rogers.com bell.net telus.net sympatico.ca videotron.ca t-online.de gmx.de gmx.net web.de freenet.de arcor.de posteo.de mailbox.org \
ziggo.nl kpnmail.nl kpnplanet.nl planet.nl xs4all.nl hetnet.nl home.nl casema.nl wanadoo.fr free.fr orange.fr sfr.fr laposte.net neuf.fr bbox.fr \
libero.it tin.it alice.it virgilio.it tiscali.it telefonica.net movistar.es terra.es telia.com telia.se bredband.net comhem.se spray.se eircom.net \
eir.ie iol.ie bluewin.ch gmx.ch hispeed.ch gmx.at aon.at skynet.be telenet.be proximus.be wp.pl o2.pl onet.pl interia.pl seznam.cz centrum.cz \
sapo.pt online.no mail.ru yandex.ru yandex.com bk.ru list.ru qq.com 163.com 126.com sina.com foxmail.com naver.com daum.net hanmail.net \
docomo.ne.jp ezweb.ne.jp softbank.ne.jp nifty.com biglobe.ne.jp ocn.ne.jp so-net.ne.jp rediffmail.com uol.com.br bol.com.br terra.com.br";
    static SET: LazyLock<HashSet<&str>> =
        LazyLock::new(|| HOSTS.split_ascii_whitespace().collect());
    SET.contains(domain)
        || ["hotmail.", "outlook.", "live.", "yahoo."]
            .iter()
            .any(|stem| domain.starts_with(stem))
}
