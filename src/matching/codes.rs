//! Codes of countries and states, and which countries a code or a phone's calling code belongs to.

use std::sync::LazyLock;

use foldhash::HashMap;

/// Code, names (folded), and calling code.
const COUNTRIES: &[(&str, &str, &str)] = &[
    (
        "us",
        "united states|united states of america|usa|us|america",
        "1",
    ),
    (
        "gb",
        "united kingdom|uk|gb|gbr|great britain|england|scotland|wales|northern ireland|britain",
        "44",
    ),
    ("au", "australia|au|aus", "61"),
    ("ca", "canada|ca|can", "1"),
    ("nz", "new zealand|nz|nzl|aotearoa", "64"),
    ("de", "germany|de|deu|deutschland|ger", "49"),
    ("fr", "france|fr|fra", "33"),
    (
        "nl",
        "netherlands|the netherlands|nl|nld|nederland|holland",
        "31",
    ),
    ("jp", "japan|jp|jpn", "81"),
    ("ie", "ireland|ie|irl|republic of ireland|eire", "353"),
    ("es", "spain|es|esp|espana", "34"),
    ("se", "sweden|se|swe|sverige", "46"),
    ("it", "italy|it|ita|italia", "39"),
    ("no", "norway|no|nor|norge", "47"),
    ("dk", "denmark|dk|dnk|danmark", "45"),
    ("fi", "finland|fi|fin|suomi", "358"),
    ("be", "belgium|be|bel|belgique|belgie", "32"),
    ("ch", "switzerland|ch|che|schweiz|suisse|svizzera", "41"),
    ("at", "austria|at|aut|osterreich", "43"),
    ("pl", "poland|pl|pol|polska", "48"),
    ("pt", "portugal|pt|prt", "351"),
    ("br", "brazil|br|bra|brasil", "55"),
    ("mx", "mexico|mx|mex", "52"),
    ("za", "south africa|za|zaf", "27"),
    ("sg", "singapore|sg|sgp", "65"),
    ("in", "india|in|ind", "91"),
    ("cn", "china|cn|chn", "86"),
    ("cz", "czech republic|czechia|cz|cze", "420"),
];

/// States and provinces by country: name without spaces, and code.
const STATES: &[(&str, &str)] = &[
    (
        "us",
        "alabama=al alaska=ak arizona=az arkansas=ar california=ca colorado=co connecticut=ct delaware=de \
florida=fl georgia=ga hawaii=hi idaho=id illinois=il indiana=in iowa=ia kansas=ks kentucky=ky \
louisiana=la maine=me maryland=md massachusetts=ma michigan=mi minnesota=mn mississippi=ms \
missouri=mo montana=mt nebraska=ne nevada=nv newhampshire=nh newjersey=nj newmexico=nm \
newyork=ny northcarolina=nc northdakota=nd ohio=oh oklahoma=ok oregon=or pennsylvania=pa \
rhodeisland=ri southcarolina=sc southdakota=sd tennessee=tn texas=tx utah=ut vermont=vt \
virginia=va washington=wa westvirginia=wv wisconsin=wi wyoming=wy districtofcolumbia=dc",
    ),
    (
        "ca",
        "alberta=ab britishcolumbia=bc manitoba=mb newbrunswick=nb newfoundlandandlabrador=nl \
newfoundland=nl novascotia=ns ontario=on princeedwardisland=pe quebec=qc saskatchewan=sk \
yukon=yt nunavut=nu northwestterritories=nt",
    ),
    (
        "au",
        "newsouthwales=nsw victoria=vic queensland=qld southaustralia=sa westernaustralia=wa tasmania=tas \
australiancapitalterritory=act northernterritory=nt",
    ),
];

/// The code of a country; what is not in the list stays as it is.
pub fn country_code(folded: &str) -> String {
    static CODES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
        let each = |(code, names, _): &'static (&str, &str, &str)| {
            names.split('|').map(move |name| (name, *code))
        };
        COUNTRIES.iter().flat_map(each).collect()
    });
    CODES.get(folded).copied().unwrap_or(folded).to_owned()
}

/// States of the US, Canada and Australia by code; others stay as they are.
pub fn state_code(folded: &str) -> String {
    static CODES: LazyLock<HashMap<&str, &str>> =
        LazyLock::new(|| states().map(|(_, name, code)| (name, code)).collect());
    let joined = folded.replace(' ', "");
    CODES
        .get(joined.as_str())
        .map_or(joined.clone(), |code| (*code).to_owned())
}

/// The countries that have a state of that code: `wa` is in two.
pub fn countries_of_state(code: &str) -> Vec<&'static str> {
    let mut found: Vec<&str> = states()
        .filter(|(_, _, c)| *c == code)
        .map(|(country, ..)| country)
        .collect();
    found.dedup();
    found
}

/// The country of a two-letter code (`uk` is one too), if it is in the list.
pub fn known_country(code: &str) -> Option<&'static str> {
    COUNTRIES
        .iter()
        .find(|(c, names, _)| *c == code || code.len() == 2 && names.split('|').any(|n| n == code))
        .map(|(c, ..)| *c)
}

/// The countries of an international number's digits, without the plus or zeros in front.
pub fn countries_of_calling_code(digits: &str) -> Vec<&'static str> {
    COUNTRIES
        .iter()
        .filter(|(.., calling)| digits.starts_with(calling))
        .map(|(code, ..)| *code)
        .collect()
}

fn states() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    STATES.iter().flat_map(|(country, list)| {
        list.split_ascii_whitespace()
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, code)| (*country, name, code))
    })
}
