//! Phone numbers, brought to a form that can be compared.

use super::codes::countries_of_calling_code;

/// Country calling codes that may stand in front, longest first.
const CALLING_CODES: [&str; 36] = [
    "353", "351", "352", "354", "358", "420", "421", "385", "386", "370", "371", "372", "971",
    "966", "852", "1", "44", "49", "61", "64", "33", "31", "34", "39", "46", "47", "45", "41",
    "43", "32", "48", "81", "86", "91", "55", "52",
];

/// The national number: no extension, country code, trunk zero; none if fewer than six digits are left.
pub fn national_number(raw: &str) -> Option<String> {
    let lower: String = raw
        .trim()
        .chars()
        .take(40)
        .collect::<String>()
        .to_lowercase();
    let end = ["ext", "x", "#", ";", ",", "/"]
        .iter()
        .filter_map(|mark| lower.find(mark))
        .filter(|&i| i > 5)
        .min()
        .unwrap_or(lower.len());
    let main = lower[..end].replace("(0)", "");
    let international = main.trim_start().starts_with('+') || main.trim_start().starts_with("00");
    let mut digits: String = main
        .chars()
        .filter_map(|c| c.to_digit(10))
        .filter_map(|d| char::from_digit(d, 10))
        .collect();
    if international {
        digits = digits.trim_start_matches('0').to_owned();
        if let Some(rest) = CALLING_CODES
            .iter()
            .find_map(|code| digits.strip_prefix(code))
        {
            digits = rest.to_owned();
        }
    } else if digits.len() == 11 && digits.starts_with('1') {
        digits.remove(0);
    }
    let national = digits.trim_start_matches('0');
    (6..=13)
        .contains(&national.len())
        .then(|| national.to_owned())
}

/// True of `3165556560` and `+1 (316) 555-6560`.
pub fn same_number(a: &str, b: &str) -> bool {
    national_number(a).is_some_and(|a| Some(a) == national_number(b))
}

/// The countries that a number can be of: by its calling code, or because ten digits without a trunk zero are North American.
pub fn countries_of_number(raw: &str) -> Vec<&'static str> {
    let raw = raw.trim();
    let digits: String = raw.chars().take(40).filter(char::is_ascii_digit).collect();
    if raw.starts_with('+') || raw.starts_with("00") {
        return countries_of_calling_code(digits.trim_start_matches('0'));
    }
    let bare = match national_number(raw) {
        Some(national) if !digits.starts_with('0') => national,
        _ => return Vec::new(),
    };
    let exchange = bare.as_bytes().get(3).is_some_and(|b| *b >= b'2');
    if bare.len() == 10 && exchange && !bare.starts_with('1') {
        vec!["us", "ca"]
    } else {
        Vec::new()
    }
}

/// How two numbers compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PhoneMatch {
    /// One side has none.
    Unknown,
    /// Different.
    No,
    /// Different, but it begins alike: the same area.
    SameArea,
    /// Another line of the same switchboard: only the last digits differ.
    SameSwitchboard,
    /// The same number.
    Same,
}

/// Compares two national numbers.
pub fn compare_phones(a: Option<&str>, b: Option<&str>) -> PhoneMatch {
    let (Some(a), Some(b)) = (a, b) else {
        return PhoneMatch::Unknown;
    };
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    if long == short || short.len() >= 8 && long.len() - short.len() <= 3 && long.ends_with(short) {
        return PhoneMatch::Same;
    }
    let common = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    if a.len() == b.len() && common + 2 >= a.len() {
        return PhoneMatch::SameSwitchboard;
    }
    if common >= 3 {
        PhoneMatch::SameArea
    } else {
        PhoneMatch::No
    }
}

#[cfg(test)]
mod tests {
    use super::{PhoneMatch, compare_phones, national_number};

    #[test]
    fn one_number_written_in_many_ways() {
        for raw in [
            "+1 (415) 555-1234",
            "415.555.1234",
            "1-415-555-1234 ext. 87",
            "0014155551234",
            "(415) 555-1234 x3",
        ] {
            assert_eq!(national_number(raw).as_deref(), Some("4155551234"), "{raw}");
        }
        assert_eq!(
            national_number("+44 (0)115 054 8694"),
            national_number("0115 054 8694")
        );
        assert_eq!(national_number("n/a"), None);
        assert_eq!(
            compare_phones(Some("4155551234"), Some("4155551299")),
            PhoneMatch::SameSwitchboard
        );
        assert_eq!(
            compare_phones(Some("4155551234"), None),
            PhoneMatch::Unknown
        );
    }
}
