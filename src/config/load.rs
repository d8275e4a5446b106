//! The layers, each over the one before: defaults, file, profile, environment, flags.

use std::path::PathBuf;

use super::error::{ConfigError, Place};
use super::folders::Folders;
use super::keys;
use super::settings;
use super::url::DatabaseUrl;
use super::value::{Given, Value};
use super::{Config, Environment, file};
use crate::domain::ids::TenantId;
use crate::domain::text::clean;
use crate::domain::time::Calendar;

/// What the command line says; it wins over everything.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--config FILE`.
    pub config: Option<PathBuf>,
    /// `--profile NAME`.
    pub profile: Option<String>,
    /// `--database URL`.
    pub database: Option<String>,
}

/// The configuration in force. A file that was named must be there; the one at the usual place need not.
///
/// # Errors
/// [`ConfigError`] with the place of the first thing that is wrong.
pub fn load(
    overrides: &Overrides,
    env: &Environment,
    folders: &Folders,
) -> Result<Config, ConfigError> {
    let mut config = Config::default();
    let named = overrides
        .config
        .clone()
        .or_else(|| env.get("VECTIS_CONFIG").map(PathBuf::from));
    let path = named.clone().unwrap_or_else(|| folders.config_file());
    let profile = overrides
        .profile
        .as_deref()
        .or_else(|| env.get("VECTIS_PROFILE"));
    if named.is_some() || path.exists() {
        file::apply(&mut config, &path, &file::read(&path)?, profile)?;
        config.file = Some(path);
    } else if let Some(name) = profile {
        return Err(ConfigError::UnknownProfile {
            name: clean(name, 64),
            path,
            nearest: None,
        });
    }
    config.profile = profile.map(str::to_owned);
    apply_environment(&mut config, env)?;
    if let Some(text) = &overrides.database {
        config.database.url = DatabaseUrl::parse(text).ok_or_else(|| ConfigError::BadValue {
            place: Place::Flag("--database"),
            key: "database.url".to_owned(),
            wanted: DatabaseUrl::WANTED.to_owned(),
        })?;
    }
    fill_in(&mut config, folders);
    let matching = &config.matching;
    if matching.none_threshold >= matching.auto_threshold {
        return Err(ConfigError::Contradiction {
            key: "matching.none_threshold",
            wanted: "a number below matching.auto_threshold",
        });
    }
    Ok(config)
}

/// The calendar: the machine's, or stopped at `VECTIS_NOW`.
///
/// # Errors
/// When `VECTIS_NOW` is no time.
pub fn calendar(env: &Environment) -> Result<Calendar, ConfigError> {
    let Some(text) = env.get("VECTIS_NOW") else {
        return Ok(Calendar::wall());
    };
    text.parse()
        .map(Calendar::fixed)
        .map_err(|_| ConfigError::BadValue {
            place: Place::Environment("VECTIS_NOW".to_owned()),
            key: "now".to_owned(),
            wanted: "a time such as 2026-11-30T06:00:00Z".to_owned(),
        })
}

fn apply_environment(config: &mut Config, env: &Environment) -> Result<(), ConfigError> {
    for (name, path, value) in env.settings() {
        let place = Place::Environment(clean(name, 100));
        if path.starts_with("keys.") {
            config.keys.push(keys::of_environment(&path, place, value));
            continue;
        }
        let Some(setting) = settings::find(&path) else {
            let nearest = settings::nearest(&path)
                .map(|path| format!("VECTIS_{}", path.to_ascii_uppercase().replace('.', "__")));
            let key = clean(&path, 80);
            return Err(ConfigError::UnknownKey {
                place,
                key,
                nearest,
            });
        };
        (setting.set)(config, &Given::Loose(value.to_owned())).map_err(|wanted| {
            ConfigError::BadValue {
                place,
                key: path,
                wanted,
            }
        })?;
    }
    Ok(())
}

/// The defaults that depend on the folders and the profile.
fn fill_in(config: &mut Config, folders: &Folders) {
    let profile = config.profile.as_deref();
    if config.database.url.is_empty() {
        config.database.url = DatabaseUrl::of_file(&folders.database_file(profile));
    }
    if config.database.tenant.as_str().is_empty() {
        config.database.tenant = TenantId::from(profile.unwrap_or("default"));
    }
    config.log.folder.get_or_insert_with(|| folders.log());
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::domain::problem::Problem;

    struct Home(tempfile::TempDir);

    impl Home {
        fn with(text: &str) -> Self {
            let home = Home(tempfile::tempdir().unwrap());
            std::fs::write(home.0.path().join("config.toml"), text).unwrap();
            home
        }

        fn load(&self, profile: Option<&str>, env: &[(&str, &str)]) -> Result<Config, ConfigError> {
            let overrides = Overrides {
                profile: profile.map(str::to_owned),
                ..Overrides::default()
            };
            load(
                &overrides,
                &env.iter().copied().collect(),
                &Folders::all_in(self.0.path()),
            )
        }

        fn problem(&self, profile: Option<&str>, env: &[(&str, &str)]) -> String {
            let problem = Problem::from(self.load(profile, env).unwrap_err());
            assert_eq!(problem.kind.exit_code(), 3);
            let home = format!("{}/", self.0.path().display());
            problem.to_string().replace(&home, "")
        }
    }

    #[test]
    fn without_a_file_everything_has_its_default() {
        let home = tempfile::tempdir().unwrap();
        let config = load(
            &Overrides::default(),
            &Environment::default(),
            &Folders::all_in(home.path()),
        )
        .unwrap();
        assert_eq!(
            config.database.url,
            DatabaseUrl::of_file(&home.path().join("vectis.db"))
        );
        assert_eq!(config.database.tenant.as_str(), "default");
        assert_eq!(config.log.folder, Some(home.path().join("log")));
        assert_eq!(config.pacing.requests_per_minute, 28);
    }

    #[test]
    fn each_layer_wins_over_the_one_before() {
        let home = Home::with(
            "[database]\nurl = \"postgres://db/v\"\ntenant = \"base\"\n[pacing]\nrequests_per_minute = 20\n\
             [profiles.acme.pacing]\nrequests_per_minute = 10\n[profiles.other]\n",
        );
        assert_eq!(home.load(None, &[]).unwrap().pacing.requests_per_minute, 20);
        let acme = home.load(Some("acme"), &[]).unwrap();
        assert_eq!(acme.pacing.requests_per_minute, 10);
        assert_eq!(acme.database.tenant.as_str(), "acme");
        assert_eq!(acme.database.url.expose(), "postgres://db/v");
        let env = [
            ("VECTIS_PACING__REQUESTS_PER_MINUTE", "5"),
            ("VECTIS_PROFILE", "acme"),
        ];
        assert_eq!(home.load(None, &env).unwrap().pacing.requests_per_minute, 5);
        assert_eq!(
            home.load(Some("other"), &env)
                .unwrap()
                .database
                .tenant
                .as_str(),
            "other"
        );
        let overrides = Overrides {
            database: Some("sqlite:x.db".to_owned()),
            ..Overrides::default()
        };
        let env = [("VECTIS_DATABASE__URL", "sqlite:y.db")]
            .into_iter()
            .collect();
        let config = load(&overrides, &env, &Folders::all_in(home.0.path())).unwrap();
        assert_eq!(config.database.url.expose(), "sqlite:x.db");
    }

    #[test]
    fn every_setting_can_come_from_the_environment() {
        let home = Home::with("");
        let defaults = Config::default();
        for setting in settings::SETTINGS {
            let shown = (setting.show)(&defaults);
            let name = format!("VECTIS_{}", setting.path.to_uppercase().replace('.', "__"));
            let value = match shown.as_str() {
                "{}" => "",
                text => text.trim_matches('"'),
            };
            home.load(None, &[(&name, value)])
                .unwrap_or_else(|e| panic!("{name}={value}: {e}"));
        }
        let floors = home
            .load(
                None,
                &[(
                    "VECTIS_FINDINGS__MARGIN_FLOOR_BY_VENDOR",
                    "synnex=8, pax8=7.5",
                )],
            )
            .unwrap();
        assert_eq!(floors.findings.margin_floor_by_vendor.len(), 2);
    }

    #[test]
    fn a_profile_without_a_database_has_a_file_of_its_own() {
        let home = Home::with("[profiles.acme]\n");
        let config = home.load(Some("acme"), &[]).unwrap();
        assert!(config.database.url.expose().ends_with("/acme.db"));
    }

    #[test]
    fn mistakes_are_named_with_place_and_remedy() {
        for (text, words) in [
            (
                "[database]\n ulr = \"x\"",
                "config.toml, line 2, column 2: there is no key 'database.ulr'",
            ),
            ("[database]\n ulr = \"x\"", "did you mean 'database.url'?"),
            (
                "[databse]\nurl = \"\"",
                "line 1, column 2: there is no key 'databse'",
            ),
            (
                "[pacing]\nrequests_per_minute = \"28\"",
                "line 2, column 23: 'pacing.requests_per_minute' needs a whole number from 1 to 100000",
            ),
            ("[pacing]\nrequests_per_minute = 0", "needs a whole number"),
            (
                "[findings]\nmargin_floor_percent = 10.001",
                "needs a percentage",
            ),
            (
                "[findings.margin_floor_by_vendor]\nacme = 3",
                "needs a table of percentages",
            ),
            (
                "console = 3",
                "line 1, column 11: 'console' needs a section",
            ),
            ("[console\n", "line 1"),
            (
                "[ion]\nclient_secret = \"hunter2\"",
                "there is no key 'ion'",
            ),
            ("[database]\npassword = \"hunter2\"", "no secret is kept"),
            (
                "[database]\nurl = \"postgres://a:hunter2@h/d\"",
                "leave the password out",
            ),
            ("[profiles.\"../x\"]\n", "needs a name of letters"),
            (
                "[profiles.acme.console]\nmouze = true",
                "line 2, column 1: there is no key 'console.mouze'",
            ),
            (
                "[matching]\nauto_threshold = 1.5",
                "needs a number from 0 to 1",
            ),
        ] {
            let said = Home::with(text).problem(None, &[]);
            assert!(said.contains(words), "{text:?} said: {said}");
            assert!(!said.contains("hunter2"), "{said}");
        }
    }

    #[test]
    fn wrong_variables_and_profiles_are_named() {
        let home = Home::with("[profiles.acme]\n");
        assert!(
            home.problem(Some("acne"), &[])
                .contains("did you mean 'acme'?")
        );
        let said = home.problem(None, &[("VECTIS_DATABASE__ULR", "x")]);
        assert!(
            said.contains("did you mean 'VECTIS_DATABASE__URL'?"),
            "{said}"
        );
        let said = home.problem(None, &[("VECTIS_CONSOLE__MOUSE", "hunter2")]);
        assert!(
            said.contains("VECTIS_CONSOLE__MOUSE: 'console.mouse' needs true or false")
                && !said.contains("hunter2"),
            "{said}"
        );
        let missing = Overrides {
            config: Some(PathBuf::from("/nowhere/c.toml")),
            ..Overrides::default()
        };
        let e = load(
            &missing,
            &Environment::default(),
            &Folders::all_in(Path::new("/nowhere")),
        )
        .unwrap_err();
        assert!(e.to_string().contains("/nowhere/c.toml cannot be read"));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[a-z\\[\\]{}=.\"'# \n0-9é]{0,80}", section in any::<bool>()) {
            let text = if section { format!("[findings]\n{text}") } else { text };
            let _ = file::apply(&mut Config::default(), Path::new("c"), &text, None);
        }
    }

    #[test]
    fn deep_nesting_is_refused() {
        for text in [
            format!("a = {}", "[".repeat(100_000)),
            format!("a = {}", "{a=".repeat(100_000)),
        ] {
            let e = file::apply(&mut Config::default(), Path::new("c"), &text, None).unwrap_err();
            assert!(matches!(e, ConfigError::Syntax { .. }));
        }
    }

    #[test]
    fn thresholds_that_contradict_each_other_are_refused() {
        let said = Home::with("[matching]\nauto_threshold = 0.5\nnone_threshold = 0.9\n")
            .problem(None, &[]);
        assert!(
            said.contains("'matching.none_threshold' needs a number below matching.auto_threshold"),
            "{said}"
        );
    }

    #[test]
    fn the_calendar_can_be_stopped() {
        let env = [("VECTIS_NOW", "2026-11-30T06:00:00Z")]
            .into_iter()
            .collect();
        assert_eq!(
            calendar(&env).unwrap().now().to_string(),
            "2026-11-30T06:00:00Z"
        );
        assert!(!calendar(&Environment::default()).unwrap().is_set());
        let env = [("VECTIS_NOW", "soon")].into_iter().collect();
        assert!(calendar(&env).is_err());
    }
}
