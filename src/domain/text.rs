//! The one sanitiser: every text from outside passes here before it is kept or shown.

use unicode_normalization::char::is_combining_mark;

/// The longest name, label or free text that is kept, in characters.
pub const MAX_TEXT: usize = 400;

/// At most this many combining marks stay on one character.
pub(super) const MAX_MARKS: usize = 8;

/// Makes a text from outside safe for terminals, logs and tables: control characters (C0, C1, DEL), bidirectional
/// overrides and zero-width characters go, white space of any kind becomes one space, marks are bounded, and what is
/// longer than `max` characters ends in `…`.
pub fn clean(raw: &str, max: usize) -> String {
    let mut out = String::with_capacity(raw.len().min(max * 4));
    let (mut kept, mut marks, mut gap) = (0usize, 0usize, false);
    for c in raw.chars() {
        if c.is_whitespace() {
            gap = kept > 0;
            continue;
        }
        if c.is_control() || is_invisible(c) {
            continue;
        }
        if is_combining_mark(c) {
            marks += 1;
            if marks > MAX_MARKS {
                continue;
            }
        } else {
            marks = 0;
        }
        let room = max.saturating_sub(usize::from(gap));
        if kept >= room {
            while kept >= max && kept > 0 {
                out.pop();
                kept -= 1;
            }
            if max > 0 {
                out.push('…');
            }
            return out;
        }
        if gap {
            out.push(' ');
            kept += 1;
            gap = false;
        }
        out.push(c);
        kept += 1;
    }
    out
}

/// Lower case, letters and digits only: how headers and words of other systems are compared.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| c.is_alphanumeric()) {
        match c.is_ascii() {
            true => out.push(c.to_ascii_lowercase()),
            false => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// The known word nearest to `word`, if one is near enough to be meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    known
        .into_iter()
        .map(|k| (strsim::normalized_damerau_levenshtein(word, k), k))
        .filter(|(likeness, _)| *likeness >= 0.6)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, k)| k.to_owned())
}

/// True if `clean` would leave the text as it is.
pub fn is_clean(text: &str) -> bool {
    text.chars().count() <= MAX_TEXT && clean(text, MAX_TEXT) == text
}

/// Characters that change what is seen without being seen: bidi controls, zero-width, variation tags, BOM, and
/// separators that terminals treat as line breaks.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{FFFE}'..='\u{FFFF}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_and_line_breaks_go() {
        assert_eq!(
            clean("a\u{1b}[31mb\r\nc\u{9b}2J\u{202e}d\u{200b}", 80),
            "a[31mb c2Jd"
        );
        assert_eq!(clean("  two \t\n words  ", 80), "two words");
    }

    #[test]
    fn length_and_marks_are_bounded() {
        assert_eq!(clean("abcdef", 4), "abc…");
        assert_eq!(clean("abcd", 4), "abcd");
        assert_eq!(clean("abcd   ", 4), "abcd");
        assert_eq!(clean("abc def", 4), "abc…");
        let storm = format!("e{}", "\u{301}".repeat(1000));
        assert_eq!(clean(&storm, 400).chars().count(), 1 + MAX_MARKS);
    }

    proptest! {
        #[test]
        fn never_a_control_character_and_stable(raw in "\\PC*|.*", max in 0usize..60) {
            let once = clean(&raw, max);
            prop_assert!(!once.chars().any(|c| c.is_control() || is_invisible(c)));
            prop_assert!(once.chars().count() <= max);
            prop_assert_eq!(clean(&once, max), once);
        }
    }
}
