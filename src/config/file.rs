//! The configuration file: sections of settings, and `[profiles.NAME]` with sections that override them.

use std::io::Read;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::Config;
use super::error::{ConfigError, Place};
use super::settings;
use super::value::Given;
use crate::domain::text;

/// Larger files are no configuration.
const MAX_FILE: u64 = 1024 * 1024;

/// Words by which a key is known to be a secret.
const SECRET_WORDS: [&str; 6] = [
    "secret",
    "password",
    "token",
    "api_key",
    "private_key",
    "credential",
];

/// The text of a file, within bounds.
///
/// # Errors
/// When it cannot be read, is too large, or is no UTF-8.
pub(super) fn read(path: &Path) -> Result<String, ConfigError> {
    let unreadable = |cause: String| ConfigError::Unreadable {
        path: path.to_owned(),
        cause,
    };
    let mut text = String::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(MAX_FILE + 1).read_to_string(&mut text))
        .map_err(|e| unreadable(e.to_string()))?;
    if text.len() as u64 > MAX_FILE {
        return Err(unreadable("it is larger than 1 MiB".to_owned()));
    }
    Ok(text)
}

/// Sets what the file says; then, where a profile is asked for, what its section says. Every profile is checked, whichever
/// is asked for.
///
/// # Errors
/// For the first thing that is wrong, with its place; for a profile that is not there.
pub(super) fn apply(
    config: &mut Config,
    path: &Path,
    text: &str,
    profile: Option<&str>,
) -> Result<(), ConfigError> {
    let source = Source { path, text };
    let table = DeTable::parse(text).map_err(|e| ConfigError::Syntax {
        place: source.place(e.span().unwrap_or(0..0)),
        message: e.message().to_owned(),
    })?;
    let mut profiles = None;
    for (name, section) in in_order(table.get_ref()) {
        if name.get_ref() == "profiles" {
            profiles = Some(source.table(section, "profiles")?);
        } else {
            source.section(config, name, section)?;
        }
    }
    let mut found = false;
    let mut names = Vec::new();
    for (name, sections) in profiles.map(in_order).unwrap_or_default() {
        let mut with_profile = config.clone();
        // Two MSPs never share their data by inheritance.
        with_profile.database.tenant = Default::default();
        source.profile(&mut with_profile, name, sections)?;
        names.push(name.get_ref().as_ref());
        if profile == Some(name.get_ref()) {
            found = true;
            *config = with_profile.clone();
        }
    }
    match profile {
        Some(name) if !found => Err(ConfigError::UnknownProfile {
            name: name.to_owned(),
            path: path.to_owned(),
            nearest: text::nearest(name, names),
        }),
        _ => Ok(()),
    }
}

/// True for a name that can be a profile's: it also names a file.
pub(super) fn is_profile_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 64
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

struct Source<'a> {
    path: &'a Path,
    text: &'a str,
}

type Key<'i> = Spanned<DeString<'i>>;
type Val<'i> = Spanned<DeValue<'i>>;

impl Source<'_> {
    fn profile(
        &self,
        config: &mut Config,
        name: &Key<'_>,
        sections: &Val<'_>,
    ) -> Result<(), ConfigError> {
        let path = format!("profiles.{}", name.get_ref());
        if !is_profile_name(name.get_ref()) {
            return Err(ConfigError::BadValue {
                place: self.place(name.span()),
                key: crate::domain::text::clean(&path, 80),
                wanted: "a name of letters, digits, '-' and '_', at most 64".to_owned(),
            });
        }
        for (name, section) in in_order(self.table(sections, &path)?) {
            self.section(config, name, section)?;
        }
        Ok(())
    }

    fn section(
        &self,
        config: &mut Config,
        name: &Key<'_>,
        section: &Val<'_>,
    ) -> Result<(), ConfigError> {
        if !settings::is_section(name.get_ref()) {
            return Err(self.unknown(
                name,
                name.get_ref(),
                settings::nearest_section(name.get_ref()),
            ));
        }
        for (key, value) in in_order(self.table(section, name.get_ref())?) {
            let path = format!("{}.{}", name.get_ref(), key.get_ref());
            let Some(setting) = settings::find(&path) else {
                return Err(self.unknown(key, &path, settings::nearest(&path)));
            };
            (setting.set)(config, &Given::of_toml(value.get_ref())).map_err(|wanted| {
                ConfigError::BadValue {
                    place: self.place(value.span()),
                    key: path.clone(),
                    wanted,
                }
            })?;
            if path == "database.url" && config.database.url.holds_password() {
                return Err(ConfigError::SecretInFile {
                    place: self.place(value.span()),
                    key: path,
                });
            }
        }
        Ok(())
    }

    fn unknown(&self, key: &Key<'_>, path: &str, nearest: Option<String>) -> ConfigError {
        let place = self.place(key.span());
        let leaf = key.get_ref().to_ascii_lowercase();
        let key = crate::domain::text::clean(path, 80);
        if SECRET_WORDS.iter().any(|word| leaf.contains(word)) {
            return ConfigError::SecretInFile { place, key };
        }
        ConfigError::UnknownKey {
            place,
            key,
            nearest,
        }
    }

    fn table<'v, 'i>(
        &self,
        value: &'v Val<'i>,
        path: &str,
    ) -> Result<&'v DeTable<'i>, ConfigError> {
        value
            .get_ref()
            .as_table()
            .ok_or_else(|| ConfigError::BadValue {
                place: self.place(value.span()),
                key: path.to_owned(),
                wanted: format!("a section of its own: [{path}]"),
            })
    }

    fn place(&self, span: Range<usize>) -> Place {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Place::File {
            path: self.path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

/// A table's entries in the order of the file, so that the first mistake is the one reported.
fn in_order<'v, 'i>(table: &'v DeTable<'i>) -> Vec<(&'v Key<'i>, &'v Val<'i>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}
