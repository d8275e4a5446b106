//! Words of street addresses.

/// One spelling for each kind of street and point of the compass; other words as they are.
pub fn street_word(word: &str) -> &str {
    match word {
        "st" | "str" | "strasse" => "street",
        "rd" => "road",
        "ave" | "av" | "avenida" => "avenue",
        "blvd" | "bd" => "boulevard",
        "pkwy" | "pky" => "parkway",
        "ln" => "lane",
        "dr" => "drive",
        "ct" => "court",
        "pl" => "place",
        "sq" => "square",
        "hwy" => "highway",
        "ter" | "terr" => "terrace",
        "cres" => "crescent",
        "n" => "north",
        "s" => "south",
        "e" => "east",
        "w" => "west",
        other => other
            .strip_suffix("strasse")
            .or_else(|| other.strip_suffix("str"))
            .filter(|stem| stem.len() >= 3)
            .unwrap_or(other),
    }
}

/// Words that many streets have, and that tell none apart.
pub fn is_street_kind(word: &str) -> bool {
    matches!(
        word,
        "street"
            | "road"
            | "avenue"
            | "boulevard"
            | "parkway"
            | "lane"
            | "drive"
            | "court"
            | "place"
            | "square"
            | "highway"
            | "terrace"
            | "crescent"
            | "north"
            | "south"
            | "east"
            | "west"
            | "rue"
            | "calle"
            | "via"
            | "the"
            | "and"
            | "des"
            | "del"
            | "industrial"
            | "estate"
            | "business"
            | "park"
            | "po"
            | "way"
            | "close"
            | "plaza"
    )
}
