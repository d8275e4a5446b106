//! The flags of `vectis connection set` that distributors declare: one for each setting, one for each secret's file.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, value_parser};

use crate::distributor::needs::{self, Need, Setting};
use crate::domain::vendor::Vendor;
use crate::secret::SecretName;

/// What was given of them.
#[derive(Debug, Default)]
pub(super) struct VendorFields {
    /// Settings by key; an empty text takes one back.
    pub settings: BTreeMap<String, String>,
    /// Files of secrets.
    pub files: BTreeMap<SecretName, PathBuf>,
}

/// Every setting once, with the distributors that declare it.
fn settings() -> BTreeMap<&'static str, Vec<(Vendor, &'static Setting)>> {
    let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for vendor in Vendor::ALL {
        for setting in needs::of(vendor).settings {
            all.entry(setting.key).or_default().push((vendor, setting));
        }
    }
    all
}

/// Every secret once, with the distributors that take it and whether they must have it.
fn secrets() -> BTreeMap<SecretName, Vec<(Vendor, Need)>> {
    let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for vendor in Vendor::ALL {
        for secret in needs::of(vendor).secrets {
            all.entry(secret.name)
                .or_default()
                .push((vendor, secret.need));
        }
    }
    all
}

/// `, optional` where it is.
fn mark(need: Need) -> &'static str {
    match need {
        Need::Required => "",
        Need::Optional | Need::Usual(_) => ", optional",
    }
}

/// `Client ID. Pax8: from the portal. TD SYNNEX, optional: from the panel`.
fn setting_help(owners: &[(Vendor, &'static Setting)]) -> String {
    let each = owners.iter().map(|(vendor, setting)| {
        format!("{}{}: {}", vendor.label(), mark(setting.need), setting.help)
    });
    each.collect::<Vec<_>>().join(". ")
}

fn file_help(name: SecretName, owners: &[(Vendor, Need)]) -> String {
    let each = owners
        .iter()
        .map(|(vendor, need)| format!("{}{}", vendor.label(), mark(*need)));
    let owners = each.collect::<Vec<_>>().join("; ");
    format!(
        "File with the {} ({owners}); '-' is standard input",
        name.label()
    )
}

impl Args for VendorFields {
    fn augment_args(mut command: Command) -> Command {
        for (key, owners) in settings() {
            let Some((_, first)) = owners.first() else {
                continue;
            };
            let arg = Arg::new(key).long(first.flag).value_name(first.value);
            command = command.arg(arg.help(setting_help(&owners)));
        }
        for (name, owners) in secrets() {
            let arg = Arg::new(name.tag())
                .long(name.file_flag())
                .value_name("FILE");
            let arg = arg.value_parser(value_parser!(PathBuf));
            command = command.arg(arg.help(file_help(name, &owners)));
        }
        command
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for VendorFields {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |key: &'static str| {
            let text = matches.get_one::<String>(key)?;
            Some((key.to_owned(), text.clone()))
        };
        let file = |name: SecretName| {
            let path = matches.get_one::<PathBuf>(name.tag())?;
            Some((name, path.clone()))
        };
        Ok(Self {
            settings: settings().into_keys().filter_map(given).collect(),
            files: secrets().into_keys().filter_map(file).collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_declared_field_has_a_flag() {
        let command = VendorFields::augment_args(Command::new("set").no_binary_name(true));
        let words = [
            "--audience",
            "a",
            "--password-file",
            "p",
            "--account-id",
            "",
        ];
        let matches = command.try_get_matches_from(words).unwrap();
        let fields = VendorFields::from_arg_matches(&matches).unwrap();
        assert_eq!(
            fields.settings,
            [("account_id", ""), ("audience", "a")]
                .map(|(k, v)| (k.into(), v.into()))
                .into()
        );
        assert_eq!(
            fields.files,
            [(SecretName::Password, PathBuf::from("p"))].into()
        );
    }
}
