//! Two profiles field by field: what is the same, close, different, or known on one side only, as sign and word; where two
//! values are close, the words that differ stand out.

use std::collections::HashSet;

use super::super::canvas::Canvas;
use super::super::theme::Theme;
use crate::domain::party::Profile;
use crate::domain::shown::{width, words};
use crate::matching::{same_country, same_number, same_state};

/// How two values stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// Equal but for case and white space, or another spelling of the same number or place.
    Same,
    /// Alike, or one holds the other.
    Close,
    /// Not alike.
    Differs,
    /// Known at the distributor only.
    OnlyLeft,
    /// Known in the PSA only.
    OnlyRight,
}

impl Likeness {
    /// Sign and word.
    pub fn words(self) -> &'static str {
        match self {
            Likeness::Same => "= same",
            Likeness::Close => "~ close",
            Likeness::Differs => "≠ differs",
            Likeness::OnlyLeft => "+ only here",
            Likeness::OnlyRight => "+ only there",
        }
    }
}

/// One field of both sides.
#[derive(Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// What it is.
    pub label: &'static str,
    /// At the distributor.
    pub left: &'a str,
    /// In the PSA.
    pub right: &'a str,
}

impl Field<'_> {
    /// How the sides stand to each other.
    pub fn likeness(&self) -> Likeness {
        match (self.left.is_empty(), self.right.is_empty()) {
            (false, true) => Likeness::OnlyLeft,
            (true, _) => Likeness::OnlyRight,
            (false, false) if self.is_spelling() => Likeness::Same,
            (false, false) => alike(self.left, self.right),
        }
    }

    /// True of `ES` and `Spain`: the matcher takes them for the same, and so must who looks at them.
    fn is_spelling(&self) -> bool {
        match self.label {
            "phone" => same_number(self.left, self.right),
            "state" => same_state(self.left, self.right),
            "country" => same_country(self.left, self.right),
            _ => false,
        }
    }
}

fn alike(left: &str, right: &str) -> Likeness {
    let fold = |s: &str| -> String {
        s.to_lowercase()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    let bare = |s: &str| -> String { s.chars().filter(|c| c.is_alphanumeric()).collect() };
    let (l, r) = (fold(left), fold(right));
    if l == r {
        return Likeness::Same;
    }
    let (l, r) = (bare(&l), bare(&r));
    let holds = l.len().min(r.len()) >= 4 && (l.contains(&r) || r.contains(&l));
    if l == r || holds || strsim::normalized_damerau_levenshtein(&l, &r) >= 0.7 {
        Likeness::Close
    } else {
        Likeness::Differs
    }
}

/// The fields that at least one side knows.
pub fn fields<'a>(left: &'a Profile, right: &'a Profile) -> Vec<Field<'a>> {
    let pair = |label, left: &'a String, right: &'a String| Field { label, left, right };
    [
        pair("name", &left.name, &right.name),
        pair("domain", &left.domain, &right.domain),
        pair("email", &left.email, &right.email),
        pair("phone", &left.phone, &right.phone),
        pair("address", &left.address, &right.address),
        pair("city", &left.city, &right.city),
        pair("state", &left.state, &right.state),
        pair("postcode", &left.postcode, &right.postcode),
        pair("country", &left.country, &right.country),
        pair("MS tenant", &left.ms_tenant_id, &right.ms_tenant_id),
    ]
    .into_iter()
    .filter(|f| !(f.left.is_empty() && f.right.is_empty()))
    .collect()
}

/// Draws the fields from row `y`; gives the row after the last.
pub fn draw(
    canvas: &mut Canvas<'_>,
    y: u16,
    rows: &[Field<'_>],
    height: u16,
    theme: &Theme,
) -> u16 {
    const LABEL: u16 = 10;
    const SIGN: u16 = 13;
    let side = canvas.width().saturating_sub(LABEL + SIGN + 1) / 2;
    let mut y = y;
    for f in rows.iter().take(usize::from(height)) {
        let likeness = f.likeness();
        // The sign and its word carry the meaning; the values stay plain and cheap to redraw.
        let style = theme.text;
        let (mut left, mut right) = around_difference(f.left, f.right, usize::from(side));
        if matches!(f.label, "phone" | "postcode" | "MS tenant") {
            left = canvas.number(&left).into_owned();
            right = canvas.number(&right).into_owned();
        }
        canvas.put_within(0, y, f.label, LABEL, theme.text);
        canvas.put_within(LABEL, y, &left, side, style);
        let said = match likeness {
            Likeness::Same => theme.good,
            Likeness::Differs => theme.bad,
            _ => theme.text,
        };
        canvas.put_within(LABEL + side + 1, y, likeness.words(), SIGN - 1, said);
        canvas.put_within(LABEL + side + SIGN + 1, y, &right, side, style);
        if likeness == Likeness::Close {
            emphasize(canvas, (LABEL, y, side), &left, &right, theme);
            emphasize(
                canvas,
                (LABEL + side + SIGN + 1, y, side),
                &right,
                &left,
                theme,
            );
        }
        y += 1;
    }
    y
}

/// Marks the words of a text that the other one does not hold: where two values are alike, they are what to look at.
fn emphasize(
    canvas: &mut Canvas<'_>,
    (x, y, columns): (u16, u16, u16),
    text: &str,
    other: &str,
    theme: &Theme,
) {
    let held: HashSet<String> = words(other).map(|(_, w)| w.to_lowercase()).collect();
    for (at, word) in words(text).filter(|(_, w)| !held.contains(&w.to_lowercase())) {
        let from = u16::try_from(width(&text[..at])).unwrap_or(columns);
        let wide = u16::try_from(width(word)).unwrap_or(columns);
        let wide = wide.min(columns.saturating_sub(from));
        canvas.restyle((x + from, y, wide), theme.strong);
    }
}

/// Where both texts are too long and begin alike, both are cut at the front so that the difference stays in sight.
fn around_difference(left: &str, right: &str, columns: usize) -> (String, String) {
    let longest = left.chars().count().max(right.chars().count());
    let common = left
        .chars()
        .zip(right.chars())
        .take_while(|(a, b)| a == b)
        .count();
    if longest <= columns || common < columns.saturating_sub(8) || columns < 16 {
        return (left.to_owned(), right.to_owned());
    }
    let from = common.saturating_sub(columns / 2);
    let cut = |s: &str| {
        let rest: String = s.chars().skip(from).collect();
        format!("…{rest}")
    };
    (cut(left), cut(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_is_said_in_sign_and_word() {
        let of = |left, right| {
            Field {
                label: "name",
                left,
                right,
            }
            .likeness()
        };
        assert_eq!(of("Contoso  Ltd", "contoso ltd"), Likeness::Same);
        assert_eq!(of("Contoso Ltd", "Contoso Ltd."), Likeness::Close);
        assert_eq!(of("Contoso", "Contoso Limited"), Likeness::Close);
        assert_eq!(of("Contoso", "Fabrikam"), Likeness::Differs);
        assert_eq!(of("Contoso", ""), Likeness::OnlyLeft);
        assert_eq!(of("", "Contoso"), Likeness::OnlyRight);
    }

    #[test]
    fn another_spelling_of_a_number_or_a_place_is_no_difference() {
        let of = |label, left, right| Field { label, left, right }.likeness();
        assert_eq!(of("country", "ES", "Spain"), Likeness::Same);
        assert_eq!(of("country", "ES", "France"), Likeness::Differs);
        assert_eq!(of("state", "TX", "Texas"), Likeness::Same);
        assert_eq!(
            of("phone", "3165556560", "+1 (316) 555-6560"),
            Likeness::Same
        );
        assert_ne!(of("phone", "3165556560", "(316) 555-6561"), Likeness::Same);
        assert_eq!(of("city", "ES", "Spain"), Likeness::Differs);
    }

    #[test]
    fn the_differing_end_stays_in_sight() {
        let a = "International Brotherhood of Electrical Workers Local 12";
        let b = "International Brotherhood of Electrical Workers Local 77";
        let (l, r) = around_difference(a, b, 24);
        assert!(
            l.ends_with("Local 12") && r.ends_with("Local 77"),
            "{l} {r}"
        );
        assert!(l.chars().count() <= 36);
    }
}
