//! The example file: every setting with its default and one line of explanation, printed from the list of settings.

use super::Config;
use super::settings::SETTINGS;

const HEAD: &str = "\
# Configuration of vectis: every key with its default. What you leave out keeps its default; unknown keys are errors.
#
# Each value can also be given by the environment: VECTIS_, then section and key in capitals with two underscores between
# them (VECTIS_DATABASE__URL, VECTIS_FINDINGS__MARGIN_FLOOR_BY_VENDOR=\"synnex=8, pax8=7.5\"). The order is: defaults, this
# file, the profile's section in it, the environment, flags; the later one wins.
#
# No secret belongs here. `vectis connection set` and `vectis psa set` seal credentials in the database.
";

const TAIL: &str = "
# A profile is an MSP of its own, chosen by --profile NAME or VECTIS_PROFILE: the same sections below [profiles.NAME]. It
# keeps its data in a file NAME.db, or, where database.url names a database, there under its own name as the tenant.
#
# [profiles.acme.database]
# url = \"postgres://vectis@db.example.net/vectis\"
#
# [profiles.acme.findings]
# margin_floor_percent = 12.5
";

/// The text of `config.example.toml`; `keys` are the sections of the console's keys, which the console knows.
pub fn example(keys: &str) -> String {
    let defaults = Config::default();
    let mut out = String::from(HEAD);
    let mut current = "";
    for setting in SETTINGS {
        let (section, key) = setting.path.split_once('.').unwrap_or(("", setting.path));
        if section != current {
            out.push_str(&format!("\n[{section}]\n"));
            current = section;
        }
        out.push_str(&format!(
            "# {}\n{key} = {}\n",
            setting.about,
            (setting.show)(&defaults)
        ));
    }
    out.push_str(keys);
    out.push_str(TAIL);
    out
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::file;
    use super::*;

    #[test]
    fn it_parses_to_the_defaults_and_so_does_its_profile() {
        let mut config = Config::default();
        config.pacing.requests_per_minute = 1;
        config.findings.digest_minimum = Default::default();
        file::apply(&mut config, Path::new("x"), &example(""), None).unwrap();
        assert_eq!(config, Config::default());

        let shown = example("")
            .replace("\n# [profiles", "\n[profiles")
            .replace("\n# url", "\nurl");
        let shown = shown.replace("\n# margin_floor_percent", "\nmargin_floor_percent");
        file::apply(&mut config, Path::new("x"), &shown, Some("acme")).unwrap();
        assert_eq!(config.findings.margin_floor_percent.to_string(), "12.5");
    }

    #[test]
    fn every_key_is_there_once_with_a_line_before_it() {
        let text = example("");
        let lines: Vec<_> = text.lines().collect();
        for setting in SETTINGS {
            let key = format!("{} = ", setting.path.split_once('.').unwrap().1);
            let at: Vec<_> = (0..lines.len())
                .filter(|i| lines[*i].starts_with(&key))
                .collect();
            let end = format!(".{}", key.trim_end_matches(" = "));
            let sections = SETTINGS.iter().filter(|s| s.path.ends_with(&end)).count();
            assert_eq!(at.len(), sections, "{key}");
            for before in at.iter().map(|i| lines[i - 1]) {
                assert!(before.starts_with("# ") && before.len() > 15, "{key}");
            }
        }
    }
}
