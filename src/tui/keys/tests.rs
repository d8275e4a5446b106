use std::path::Path;

use super::*;
use crate::config::{self, Config, Environment, Folders, Overrides};

fn load(text: &str, env: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("config.toml"), text).unwrap();
    let env: Environment = env.iter().copied().collect();
    config::load(&Overrides::default(), &env, &Folders::all_in(home.path()))
}

fn keymap(text: &str) -> Result<Keymap, ConfigError> {
    Keymap::new(&load(text, &[])?.keys)
}

fn action(keymap: &Keymap, place: Place, key: &str) -> Option<Action> {
    keymap.find(place, key).map(|c| c.action)
}

#[test]
fn the_place_comes_first() {
    let keys = Keymap::default();
    let of = |place, key| action(&keys, place, key);
    assert_eq!(of(Place::Review, "s"), Some(Action::Later));
    assert_eq!(of(Place::Findings, "s"), Some(Action::Sync));
    assert_eq!(of(Place::Review, "1"), Some(Action::Choose(1)));
    let shown = |place, wanted| {
        let mut all = keys.of_place(place);
        all.find(|(c, _)| c.action == wanted).map(|(_, key)| key)
    };
    assert_eq!(shown(Place::Review, Action::Sync), None);
    let overview = Action::Pane(super::super::panes::PaneId::Overview);
    assert_eq!(shown(Place::Findings, overview), Some("1"));
    assert_eq!(shown(Place::Review, overview), Some("0"));
}

#[test]
fn the_configuration_gives_other_keys() {
    let keys = keymap(
        "[keys]\nsync = \"F5\"\nnext_week = []\n[keys.review]\nlater = [\"L\", \"ctrl-l\"]\nfind_other = [\"s\"]\n",
    )
    .unwrap();
    assert_eq!(action(&keys, Place::Findings, "f5"), Some(Action::Sync));
    assert_eq!(action(&keys, Place::Findings, "s"), None);
    assert_eq!(action(&keys, Place::Findings, "W"), None);
    assert_eq!(action(&keys, Place::Review, "L"), Some(Action::Later));
    assert_eq!(action(&keys, Place::Review, "s"), Some(Action::FindOther));
    assert_eq!(keys.key(Place::Review, Action::Later), "L");
    assert_eq!(keys.key(Place::Review, Action::Repaint), "");
}

#[test]
fn a_later_layer_wins() {
    let text = "[keys]\nsync = [\"f5\"]\n[profiles.acme.keys]\nsync = [\"f6\"]\n";
    let env = [("VECTIS_PROFILE", "acme")];
    let keys = Keymap::new(&load(text, &env).unwrap().keys).unwrap();
    assert_eq!(keys.key(Place::Findings, Action::Sync), "f6");
    let env = [("VECTIS_KEYS__REVIEW__LATER", "f7 L")];
    let keys = Keymap::new(&load(text, &env).unwrap().keys).unwrap();
    assert_eq!(keys.key(Place::Review, Action::Later), "f7");
}

#[test]
fn what_is_wrong_is_refused_with_its_place() {
    for (text, said) in [
        (
            "[keys]\nsink = [\"s\"]",
            "line 2, column 1: there is no key 'keys.sink' (keys.sync)",
        ),
        (
            "[keys]\nlater = [\"s\"]",
            "line 2, column 1: there is no key 'keys.later' (keys.review.later)",
        ),
        (
            "[keys.revue]\nlater = [\"s\"]",
            "line 2, column 1: there is no key 'keys.revue.later' (keys.review.later)",
        ),
        (
            "[keys.review]\nlater = [\"L\", \"n\"]",
            "line 2, column 15: 'keys.review.later' cannot have the key 'n': it asks for 'keys.review.no_counterpart'",
        ),
        (
            "[keys]\nsync = [\"q\"]\nquit = [\"s\", \"s\"]\ncopy = [\"s\"]",
            "line 3, column 9: 'keys.quit' cannot have the key 's': it asks for 'keys.copy'",
        ),
        (
            "[keys]\nsync = [\"ctrl-\"]",
            "line 2, column 9: 'keys.sync' needs a key such as",
        ),
        (
            "[keys]\nsync = 5",
            "line 2, column 8: 'keys.sync' needs keys in quotes",
        ),
        (
            "[keys]\nquit = []",
            "line 2, column 1: 'keys.quit' needs a key",
        ),
        (
            "[keys]\nsync = [\"B\"]",
            "line 2, column 9: 'keys.sync' needs another key: a split arrow",
        ),
        (
            "[keys.review]\nconfirm = [\"A\"]",
            "line 2, column 12: 'keys.review.confirm' needs another key",
        ),
    ] {
        let error = keymap(text).unwrap_err();
        let nearest = match &error {
            ConfigError::UnknownKey {
                nearest: Some(n), ..
            } => format!(" ({n})"),
            _ => String::new(),
        };
        let words = format!("{error}{nearest}");
        assert!(words.contains(said), "{words}");
    }
    // What decides nothing may have any key.
    assert!(keymap("[keys]\ntop = [\"A\"]").is_ok());
    let problem = crate::domain::problem::Problem::from(
        keymap("[keys.findings]\nmute = [\"r\"]").unwrap_err(),
    );
    assert!(
        problem.remedy.contains("keys.findings.resolve"),
        "{problem}"
    );
}

#[test]
fn the_example_file_is_what_is_printed_and_gives_the_tables_own_keys() {
    // After a change of settings or commands, `UPDATE_EXAMPLE=1 cargo test example` writes the file.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config.example.toml");
    let printed = config::example(&example());
    if std::env::var_os("UPDATE_EXAMPLE").is_some() {
        std::fs::write(&path, &printed).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), printed);
    let config = load(&printed, &[]).unwrap();
    assert_eq!(config.keys.len(), COMMANDS.len());
    assert_eq!(
        Keymap::new(&config.keys).unwrap().0,
        Keymap::default().0,
        "every command with its keys"
    );
}
