//! Text as it takes its place in columns, on a screen, in a table, in a plain mail: no control character, never wider than its
//! place.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::text::{MAX_MARKS, is_invisible};

/// The text without what moves the cursor or changes what is seen without being seen.
pub fn safe(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Cow::Borrowed(text);
    }
    let mut marks = 0;
    let kept = text.chars().filter_map(|c| {
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        match c {
            '\t' | '\n' | '\r' => Some(' '),
            c if c.is_control() || is_invisible(c) || marks > MAX_MARKS => None,
            c => Some(c),
        }
    });
    Cow::Owned(kept.collect())
}

/// How many columns the text takes.
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.graphemes(true).map(UnicodeWidthStr::width).sum()
    }
}

/// The text made safe and cut by grapheme to `columns`, with `…` where something is missing.
pub fn fit(text: &str, columns: usize) -> Cow<'_, str> {
    let text = safe(text);
    if width(&text) <= columns {
        return text;
    }
    if columns == 0 {
        return Cow::Borrowed("");
    }
    let mut out = String::new();
    let mut used = 0;
    for g in text.graphemes(true) {
        let w = g.width();
        if used + w > columns - 1 {
            break;
        }
        out.push_str(g);
        used += w;
    }
    out.push('…');
    Cow::Owned(out)
}

/// The text in lines of at most `columns`, broken at spaces where there are any; at most `lines` of them.
pub fn wrap(text: &str, columns: usize, lines: usize) -> Vec<String> {
    let text = safe(text);
    let mut out = vec![String::new()];
    if columns == 0 || lines == 0 {
        return Vec::new();
    }
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        let mut rest = word;
        while let Some(line) = out.last_mut() {
            let gap = usize::from(!line.is_empty());
            let room = columns.saturating_sub(width(line) + gap);
            if width(rest) <= room {
                if gap == 1 {
                    line.push(' ');
                }
                line.push_str(rest);
                break;
            }
            if !line.is_empty() {
                out.push(String::new());
                continue;
            }
            let cut = head(rest, columns);
            line.push_str(&rest[..cut]);
            rest = &rest[cut..];
            if rest.is_empty() {
                break;
            }
            out.push(String::new());
        }
        if out.len() > lines {
            break;
        }
    }
    if out.len() > lines {
        out.truncate(lines);
        if let Some(last) = out.last_mut() {
            *last = fit(&format!("{last} …"), columns).into_owned();
        }
    }
    out
}

/// The words of a text, each with where it begins.
pub fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_part = |c: char| c.is_alphanumeric() || is_combining_mark(c);
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (from, _) = rest.find(|(_, c)| is_part(*c))?;
        let mut end = text.len();
        while let Some((at, c)) = rest.peek().copied() {
            if !is_part(c) {
                end = at;
                break;
            }
            rest.next();
        }
        Some((from, &text[from..end]))
    })
}

/// How many bytes of the text fit, at least one grapheme.
fn head(text: &str, columns: usize) -> usize {
    let mut used = 0;
    for (at, g) in text.grapheme_indices(true) {
        used += g.width();
        if used > columns && at > 0 {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn long_text_is_cut_by_grapheme() {
        assert_eq!(fit("Contoso Ltd", 7), "Contos…");
        assert_eq!(fit("日本語株式会社", 6), "日本…");
        assert_eq!(fit("abc", 0), "");
        assert_eq!(fit("a\u{1b}[2J\rb", 20), "a[2J b");
    }

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(
            wrap("seats above the contract", 10, 9),
            ["seats", "above the", "contract"]
        );
        assert_eq!(wrap("abcdefghij", 4, 9), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("one two three four", 5, 2), ["one", "two …"]);
    }

    proptest! {
        #[test]
        fn what_is_shown_fits_and_is_clean(raw in "\\PC*|.*", columns in 0usize..40) {
            let out = fit(&raw, columns);
            prop_assert!(width(&out) <= columns);
            prop_assert!(!out.chars().any(|c| c.is_control() || is_invisible(c)));
            // One grapheme with eight wide marks may take ten columns; it is never split.
            for line in wrap(&raw, columns.max(12), 6) {
                prop_assert!(width(&line) <= columns.max(12));
            }
        }
    }
}
