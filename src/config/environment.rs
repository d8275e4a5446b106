//! The environment, read once and handed in.

use std::collections::BTreeMap;
use std::fmt;

/// The variables of the process whose names begin with `VECTIS_`, and `CREDENTIALS_DIRECTORY`. `Debug` shows names only.
///
/// A setting's variable is `VECTIS_` and the setting's path in capitals, with two underscores between the levels:
/// `database.url` is `VECTIS_DATABASE__URL`. Others: `VECTIS_CONFIG` and `VECTIS_PROFILE` stand for the flags of that
/// name, `VECTIS_HOME` is one folder for everything, `VECTIS_NOW` stops the calendar, `VECTIS_KEY` is the last resort for
/// the key, and `VECTIS_<CONNECTION>_<SECRET>` holds a secret while a connection is being set.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

/// Variables of others that are looked at: systemd's folder of credentials, who decides, and whether it is over SSH.
const FOREIGN: [&str; 5] = [
    "CREDENTIALS_DIRECTORY",
    "LOGNAME",
    "SSH_CONNECTION",
    "SUDO_USER",
    "USER",
];

/// How the names of variables that hold secrets end.
const SECRET_ENDS: [&str; 8] = [
    "_CLIENT_SECRET",
    "_REFRESH_TOKEN",
    "_ACCESS_TOKEN",
    "_SUBSCRIPTION_KEY",
    "_PASSWORD",
    "_PRIVATE_KEY",
    "_INTEGRATION_CODE",
    "_SECRET",
];

impl Environment {
    /// The process's own variables; those that are no Unicode are passed over.
    pub fn of_process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// A variable's value; an empty one counts as unset.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|v| !v.is_empty())
    }

    /// All of it, for whoever looks for names of their own.
    pub fn as_map(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// The variables that set a path (`database.url`), in the order of their names; secrets are not among them.
    pub(super) fn settings(&self) -> impl Iterator<Item = (&str, String, &str)> {
        self.0.iter().filter_map(|(name, value)| {
            let rest = name.strip_prefix("VECTIS_")?;
            if !rest.contains("__") || SECRET_ENDS.iter().any(|end| rest.ends_with(end)) {
                return None;
            }
            let path = rest.to_ascii_lowercase().replace("__", ".");
            Some((name.as_str(), path, value.as_str()))
        })
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(iter: I) -> Self {
        Environment(
            iter.into_iter()
                .filter(|(name, _)| name.starts_with("VECTIS_") || FOREIGN.contains(&name.as_str()))
                .collect(),
        )
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Environment {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(iter: I) -> Self {
        iter.into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_settings_are_offered_and_values_are_not_shown() {
        let env: Environment = [
            ("PATH", "/bin"),
            ("VECTIS_NOW", "2026-11-30T06:00:00Z"),
            ("VECTIS_DATABASE__URL", "sqlite:x"),
            ("VECTIS_MY__ION_CLIENT_SECRET", "hunter2"),
            ("VECTIS_HOME", ""),
        ]
        .into_iter()
        .collect();
        let settings: Vec<_> = env
            .settings()
            .map(|(_, path, value)| (path, value))
            .collect();
        assert_eq!(settings, [("database.url".to_owned(), "sqlite:x")]);
        assert_eq!(env.get("PATH"), None);
        assert_eq!(env.get("VECTIS_HOME"), None);
        assert!(!format!("{env:?}").contains("hunter2"));
    }
}
