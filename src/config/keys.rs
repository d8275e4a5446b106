//! `[keys]`: which keys ask for which command of the console. Which commands there are is known to the console, so what is
//! read here keeps its place in the file until the console has looked at it.

use std::ops::Range;

use toml::de::DeValue;

use super::error::{ConfigError, Place};

/// The section of the keys.
pub(super) const SECTION: &str = "keys";

/// One command and the keys that somebody gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// `keys.sync`, or `keys.review.later` for a command of one place.
    pub path: String,
    /// Where it was given.
    pub place: Place,
    /// The keys as written, each with where it stands.
    pub keys: Vec<(String, Place)>,
}

/// What a line of keys needs.
const WANTED: &str = "keys in quotes, such as [\"s\", \"ctrl-r\"]; [] is no key";

/// Reads the value of one command.
///
/// # Errors
/// When it is neither a text nor a list of texts.
pub(super) fn read(
    path: &str,
    place: Place,
    value: &toml::Spanned<DeValue<'_>>,
    at: impl Fn(Range<usize>) -> Place,
) -> Result<Binding, ConfigError> {
    let bad = |place| ConfigError::BadValue {
        place,
        key: path.to_owned(),
        wanted: WANTED.to_owned(),
    };
    let text = |value: &toml::Spanned<DeValue<'_>>| match value.get_ref().as_str() {
        Some(text) => Ok((text.to_owned(), at(value.span()))),
        None => Err(bad(at(value.span()))),
    };
    let keys = match value.get_ref() {
        DeValue::Array(list) => list.iter().map(text).collect::<Result<_, _>>()?,
        _ => vec![text(value)?],
    };
    Ok(Binding {
        path: path.to_owned(),
        place,
        keys,
    })
}

/// Reads a variable of the environment: keys with spaces between them.
pub(super) fn of_environment(path: &str, place: Place, value: &str) -> Binding {
    Binding {
        path: path.to_owned(),
        keys: value
            .split_whitespace()
            .map(|key| (key.to_owned(), place.clone()))
            .collect(),
        place,
    }
}
