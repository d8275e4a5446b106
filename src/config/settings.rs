//! Every setting once: its path, its words, how it is set and shown. The example and the checks are made from this list.

use super::Config;
use super::value::{Given, Value, whole};
use crate::domain::text;

/// One setting.
pub(super) struct Setting {
    /// `section.key`.
    pub path: &'static str,
    /// One line of explanation.
    pub about: &'static str,
    /// Sets it, or says what it needs.
    pub set: fn(&mut Config, &Given) -> Result<(), String>,
    /// Its value as TOML.
    pub show: fn(&Config) -> String,
}

macro_rules! setting {
    ($section:ident . $key:ident, $about:literal) => {
        Setting {
            path: concat!(stringify!($section), ".", stringify!($key)),
            about: $about,
            set: |config, given| {
                config.$section.$key = read(given)?;
                Ok(())
            },
            show: |config| config.$section.$key.written(),
        }
    };
    ($section:ident . $key:ident in $range:expr, $about:literal) => {
        Setting {
            path: concat!(stringify!($section), ".", stringify!($key)),
            about: $about,
            set: |config, given| {
                config.$section.$key = whole(given, $range)?;
                Ok(())
            },
            show: |config| config.$section.$key.to_string(),
        }
    };
}

fn read<T: Value>(given: &Given) -> Result<T, String> {
    T::read(given).ok_or_else(|| T::WANTED.to_owned())
}

/// All settings, in the order of the example. A section's settings stand together.
pub(super) const SETTINGS: &[Setting] = &[
    setting!(
        database.url,
        "Where the data is: \"sqlite:///path/vectis.db\" or \"postgres://user@host/vectis\", never with a password; \"\" is a SQLite file of our own."
    ),
    setting!(
        database.tenant,
        "The MSP whose data it is, where several share a database; \"\" is \"default\", or the profile's name. A profile never inherits it."
    ),
    setting!(
        secret.key_file,
        "The file with the key that seals credentials; \"\" is a file of our own, made on first use."
    ),
    setting!(
        log.folder,
        "Where the log is written; \"\" is a folder of our own."
    ),
    setting!(
        log.level,
        "The least that is logged: \"debug\", \"info\", \"warn\" or \"error\"."
    ),
    setting!(log.keep_days in 1..=3650, "How many days of the log are kept."),
    setting!(pacing.requests_per_minute in 1..=100_000, "Requests that one credential may make in any 60 seconds, where neither its connection nor its distributor has another figure."),
    setting!(pacing.patience_seconds in 0..=86_400, "How long a run waits through answers 429 without one success before it stops, to be resumed later."),
    setting!(
        network.ca_file,
        "A file with certificate authorities (PEM) to trust besides the system's, such as that of a proxy which inspects traffic; \"\" adds none."
    ),
    setting!(
        network.proxy,
        "A proxy such as \"http://proxy:3128\", never with a login (HTTPS_PROXY may hold one); \"\" takes HTTPS_PROXY. NO_PROXY is honoured either way."
    ),
    setting!(
        schedule.time_zone,
        "The time zone of the times in this section, such as \"Europe/Berlin\"."
    ),
    setting!(schedule.sync_at, "When the daemon syncs each night."),
    setting!(
        schedule.full_sync_on,
        "The day whose nightly sync reads everything again, not only what changed."
    ),
    setting!(schedule.digest_on, "The day of the weekly digest."),
    setting!(schedule.digest_at, "The digest's time."),
    setting!(
        matching.auto_threshold,
        "A link is automatic only from this probability on."
    ),
    setting!(
        matching.runner_up_limit,
        "… and only if the second candidate has at most this one."
    ),
    setting!(
        matching.none_threshold,
        "Below this probability a customer has no counterpart in the PSA."
    ),
    setting!(
        findings.margin_floor_percent,
        "The margin below which a price is a finding, in percent of the price."
    ),
    setting!(
        findings.margin_floor_by_vendor,
        "Other floors by distributor: { synnex = 8, pax8 = 7.5 }."
    ),
    setting!(
        findings.margin_floor_by_sku,
        "Other floors by SKU, before those by distributor: { \"CFQ7TTC0LH18:0001\" = 12 }."
    ),
    setting!(
        findings.margin_floor_by_customer,
        "Other floors by customer_id, before all others: { \"1042\" = 5 }."
    ),
    setting!(findings.drift_seats in 1..=1_000_000, "Seats that must have moved before it is drift …"),
    setting!(
        findings.drift_week_percent,
        "… and by how much, in percent, since last week …"
    ),
    setting!(findings.drift_four_weeks_percent, "… or over four weeks."),
    setting!(findings.grace_days in 0..=365, "Days in which a new subscription gives no finding."),
    setting!(
        findings.cost_moved_percent,
        "The change of a unit cost, in percent, from which it is a finding."
    ),
    setting!(findings.renewal_days in 1..=365, "How many days before its renewal a commitment is looked at."),
    setting!(findings.stale_after_hours in 1..=8760, "A listing older than this is not judged."),
    setting!(
        findings.digest_minimum,
        "Findings of less money a month are kept, but not among the digest's first."
    ),
    setting!(
        digest.folder,
        "Where each weekly digest is written as HTML and text, besides being sent; \"\" is a folder of our own."
    ),
    setting!(
        mail.host,
        "The mail server that takes the digest, such as \"smtp.example.com\"; \"\" sends no mail."
    ),
    setting!(mail.port in 0..=65_535, "Its port; 0 is 587 for \"starttls\", 465 for \"tls\" and 25 for \"none\"."),
    setting!(
        mail.security,
        "\"starttls\", \"tls\" (from the first byte), or \"none\" (only to a server on this machine)."
    ),
    setting!(
        mail.user,
        "Who logs in; \"\" logs nobody in. The password is in password_file, VECTIS_MAIL_PASSWORD or a systemd credential."
    ),
    setting!(
        mail.from,
        "The sender, such as \"Vectis <vectis@example.com>\"."
    ),
    setting!(mail.to, "The recipients, with commas between them."),
    setting!(
        mail.password_file,
        "The file that holds nothing but the password, readable by its owner alone; \"\" is none."
    ),
    setting!(
        psa.currency,
        "The currency of PSA amounts that come without one, such as \"USD\"; \"\" leaves them unjudged."
    ),
    setting!(
        psa.company_types,
        "The types of companies to bill, such as \"Client, Customer\"; others are kept, inactive. \"\" is every type; `vectis psa set --company-types` goes before it."
    ),
    setting!(
        psa.company_statuses,
        "Their statuses, such as \"Active, Credit hold\"; \"\" is whatever the PSA calls active. `vectis psa set --company-statuses` goes before it."
    ),
    setting!(
        console.theme,
        "The console's colours: \"auto\" (readable on any background), \"dark\", \"light\", \"high-contrast\" or \"none\"."
    ),
    setting!(
        console.mouse,
        "Whether the console listens to the mouse; the terminal's own selection of text then needs Shift."
    ),
    setting!(
        console.read_only,
        "Whether the console is for watching only: it decides, syncs and sets nothing."
    ),
    setting!(
        console.privacy,
        "Whether the console hides the names of customers and contacts, for screenshots."
    ),
];

/// The setting at a path.
pub(super) fn find(path: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|s| s.path == path)
}

/// The path that was meant by one that does not exist: a likely key of the same section, the same key of another, or
/// whatever path is most alike.
pub(super) fn nearest(path: &str) -> Option<String> {
    let (section, key) = path.split_once('.').unwrap_or((path, ""));
    let keys = || SETTINGS.iter().filter_map(|s| s.path.split_once('.'));
    text::nearest(key, keys().filter(|(s, _)| *s == section).map(|(_, k)| k))
        .map(|key| format!("{section}.{key}"))
        .or_else(|| {
            keys()
                .find(|(_, k)| *k == key)
                .map(|(section, key)| format!("{section}.{key}"))
        })
        .or_else(|| text::nearest(path, SETTINGS.iter().map(|s| s.path)))
}

/// The section that was meant by one that does not exist.
pub(super) fn nearest_section(section: &str) -> Option<String> {
    let sections = SETTINGS
        .iter()
        .filter_map(|s| Some(s.path.split_once('.')?.0));
    text::nearest(section, sections.chain([super::keys::SECTION, "profiles"]))
}

/// True for a section that holds settings.
pub(super) fn is_section(name: &str) -> bool {
    SETTINGS.iter().any(|s| {
        s.path
            .split_once('.')
            .is_some_and(|(section, _)| section == name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_path_finds_the_right_one() {
        for (wrong, right) in [
            ("database.ulr", Some("database.url")),
            ("databse.url", Some("database.url")),
            (
                "findings.margin_floor_percentage",
                Some("findings.margin_floor_percent"),
            ),
            ("pacing.auto_threshold", Some("matching.auto_threshold")),
            ("zzz.qqq", None),
        ] {
            assert_eq!(nearest(wrong).as_deref(), right, "{wrong}");
        }
        assert_eq!(nearest_section("profile").as_deref(), Some("profiles"));
    }
}
