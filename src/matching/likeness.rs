//! Likeness of single words and of strings of letters.

/// How two words agree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Likeness {
    /// A typing error.
    Typo,
    /// One is short for the other.
    Abbreviation,
    /// One is the other's first letter.
    Initial,
}

/// Likeness of two strings of letters, 0.65 to 1; 0 below that, which length and letters often tell at once.
pub fn letters_alike(a: &str, b: &str) -> f32 {
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    if short * 20 < long * 13 || short < 3 {
        return 0.0;
    }
    let alike = |edits: usize| 1.0 - edits as f32 / long as f32;
    if alike(least_edits(a, b)) < 0.65 {
        return 0.0;
    }
    let alike = alike(strsim::osa_distance(a, b));
    if alike < 0.65 { 0.0 } else { alike }
}

/// So many edits at least make one of two folded words of the other: what one has too many of some letters, the other has
/// too few of others, and an edit mends one of each at most.
fn least_edits(a: &str, b: &str) -> usize {
    let mut more = [0_i16; 32];
    a.bytes().for_each(|c| more[usize::from(c & 31)] += 1);
    b.bytes().for_each(|c| more[usize::from(c & 31)] -= 1);
    let (over, under) = more.iter().fold((0, 0), |(over, under), n| {
        (over + n.max(&0), under - n.min(&0))
    });
    usize::from(over.max(under).unsigned_abs())
}

/// Whether two different words may be one, and how sure that is.
pub fn word_likeness(a: &str, b: &str) -> Option<(f32, Likeness)> {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short
        .bytes()
        .chain(long.bytes())
        .any(|c| c.is_ascii_digit())
    {
        return None;
    }
    if short.len() == 1 {
        return long.starts_with(short).then_some((0.35, Likeness::Initial));
    }
    if long.len() - short.len() <= 2 && short.len() >= 3 {
        let allowed = match long.len() {
            0..=3 => 0,
            4..=7 => 1,
            8..=11 => 2,
            _ => 3,
        };
        let distance = if least_edits(short, long) > allowed {
            usize::MAX
        } else {
            strsim::osa_distance(short, long)
        };
        // A short word with another first letter is another word.
        let same_start = short.as_bytes()[0] == long.as_bytes()[0]
            || short.as_bytes().get(..2).map(|s| [s[1], s[0]])
                == long.as_bytes().get(..2).map(|l| [l[0], l[1]]);
        if distance <= allowed && (same_start || long.len() >= 6 && distance == 1) {
            return Some((
                1.0 - 0.15 * distance as f32 - if same_start { 0.0 } else { 0.15 },
                Likeness::Typo,
            ));
        }
    }
    if short.len() >= 3
        && long.len() >= short.len() + 2
        && long.starts_with(short)
        && short.len() <= 7
    {
        return Some((0.6, Likeness::Abbreviation));
    }
    let consonants = !short
        .bytes()
        .skip(1)
        .any(|c| matches!(c, b'a' | b'e' | b'i' | b'o' | b'u'));
    if (2..=5).contains(&short.len())
        && long.len() >= 5
        && consonants
        && short.as_bytes()[0] == long.as_bytes()[0]
        && is_subsequence(short, long)
    {
        return Some((
            if short.len() >= 3 { 0.5 } else { 0.3 },
            Likeness::Abbreviation,
        ));
    }
    None
}

fn is_subsequence(short: &str, long: &str) -> bool {
    let mut rest = long.bytes();
    short.bytes().all(|c| rest.any(|d| d == c))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn letters_never_ask_for_more_edits_than_it_takes(a in "[a-f0-9]{0,12}", b in "[a-f0-9]{0,12}") {
            prop_assert!(least_edits(&a, &b) <= strsim::osa_distance(&a, &b));
        }
    }
}
