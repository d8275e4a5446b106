//! How each type of value is read from the file or the environment, and how it is written in the example.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use toml::de::DeValue;

use super::percent::{Floor, Percent};
use super::url::{DatabaseUrl, ProxyUrl};
use super::{MailSecurity, Theme};
use crate::domain::ids::TenantId;
use crate::domain::log::Level;
use crate::domain::money::{Currency, Money};
use crate::domain::text::{MAX_TEXT, is_clean};

/// A value as somebody wrote it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Given {
    /// A TOML string.
    Text(String),
    /// A TOML integer or float, in its own digits, so that no float comes between.
    Number(String),
    /// A TOML boolean.
    Bool(bool),
    /// A TOML table.
    Table(Vec<(String, Given)>),
    /// From the environment: text that may be any type.
    Loose(String),
    /// Nothing that any setting takes: an array, a date.
    Other,
}

impl Given {
    pub(super) fn of_toml(value: &DeValue<'_>) -> Self {
        match value {
            DeValue::String(text) => Given::Text(text.to_string()),
            DeValue::Integer(n) if n.radix() == 10 => Given::Number(n.as_str().to_owned()),
            DeValue::Float(n) => Given::Number(n.as_str().to_owned()),
            DeValue::Boolean(b) => Given::Bool(*b),
            DeValue::Table(table) => Given::Table(
                table
                    .iter()
                    .map(|(k, v)| (k.get_ref().to_string(), Given::of_toml(v.get_ref())))
                    .collect(),
            ),
            _ => Given::Other,
        }
    }

    fn text(&self) -> Option<&str> {
        match self {
            Given::Text(t) | Given::Loose(t) => Some(t.trim()),
            _ => None,
        }
    }

    fn number(&self) -> Option<&str> {
        match self {
            Given::Number(t) | Given::Loose(t) => Some(t.trim()),
            _ => None,
        }
    }

    /// A number that may also be written as text, to keep it exact in other tools.
    fn exact(&self) -> Option<&str> {
        self.number().or_else(|| self.text())
    }
}

/// What a setting's type must be able to do.
pub(super) trait Value: Sized {
    /// What it needs, for the error: `… needs {WANTED}`.
    const WANTED: &'static str;

    /// Takes the value if it is of this type and in its range.
    fn read(given: &Given) -> Option<Self>;

    /// As TOML.
    fn written(&self) -> String;
}

/// A whole number in a range; the error names the range.
pub(super) fn whole(given: &Given, range: RangeInclusive<u32>) -> Result<u32, String> {
    given
        .number()
        .and_then(|t| t.parse().ok())
        .filter(|n| range.contains(n))
        .ok_or_else(|| format!("a whole number from {} to {}", range.start(), range.end()))
}

/// A text as TOML.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

impl Value for DatabaseUrl {
    const WANTED: &'static str =
        "an address such as \"sqlite:///path/vectis.db\" or \"postgres://user@host/vectis\"";
    fn read(given: &Given) -> Option<Self> {
        match given.text()? {
            "" => Some(DatabaseUrl::default()),
            text => DatabaseUrl::parse(text),
        }
    }
    fn written(&self) -> String {
        quoted(&self.to_string())
    }
}

impl Value for Option<ProxyUrl> {
    const WANTED: &'static str =
        "a proxy's address without a login, such as \"http://proxy:3128\", or \"\"";
    fn read(given: &Given) -> Option<Self> {
        match given.text()? {
            "" => Some(None),
            text => ProxyUrl::parse(text).map(Some),
        }
    }
    fn written(&self) -> String {
        quoted(self.as_ref().map_or("", ProxyUrl::as_str))
    }
}

impl Value for TenantId {
    const WANTED: &'static str = "a short name in quotes";
    fn read(given: &Given) -> Option<Self> {
        let text = given.text()?;
        (text.chars().count() <= 64 && is_clean(text)).then(|| TenantId::from(text))
    }
    fn written(&self) -> String {
        quoted(self.as_str())
    }
}

impl Value for Option<PathBuf> {
    const WANTED: &'static str = "an absolute path in quotes, or \"\" for the default";
    fn read(given: &Given) -> Option<Self> {
        match given.text()? {
            "" => Some(None),
            text => Path::new(text)
                .is_absolute()
                .then(|| Some(PathBuf::from(text))),
        }
    }
    fn written(&self) -> String {
        quoted(&self.as_deref().unwrap_or(Path::new("")).to_string_lossy())
    }
}

impl Value for Level {
    const WANTED: &'static str = "one of \"debug\", \"info\", \"warn\", \"error\"";
    fn read(given: &Given) -> Option<Self> {
        let text = given.text()?;
        [Level::Debug, Level::Info, Level::Warn, Level::Error]
            .into_iter()
            .find(|level| level.tag() == text)
    }
    fn written(&self) -> String {
        quoted(self.tag())
    }
}

const THEMES: [(Theme, &str); 5] = [
    (Theme::Auto, "auto"),
    (Theme::Dark, "dark"),
    (Theme::Light, "light"),
    (Theme::HighContrast, "high-contrast"),
    (Theme::None, "none"),
];

impl Value for Theme {
    const WANTED: &'static str = "one of \"auto\", \"dark\", \"light\", \"none\"";
    fn read(given: &Given) -> Option<Self> {
        let text = given.text()?;
        THEMES
            .into_iter()
            .find(|(_, word)| *word == text)
            .map(|(theme, _)| theme)
    }
    fn written(&self) -> String {
        quoted(
            THEMES
                .iter()
                .find(|(theme, _)| theme == self)
                .map_or("auto", |(_, word)| *word),
        )
    }
}

const SECURITIES: [(MailSecurity, &str); 3] = [
    (MailSecurity::StartTls, "starttls"),
    (MailSecurity::Tls, "tls"),
    (MailSecurity::None, "none"),
];

impl Value for MailSecurity {
    const WANTED: &'static str = "one of \"starttls\", \"tls\", \"none\"";
    fn read(given: &Given) -> Option<Self> {
        let text = given.text()?;
        SECURITIES
            .into_iter()
            .find(|(_, word)| *word == text)
            .map(|(security, _)| security)
    }
    fn written(&self) -> String {
        quoted(
            SECURITIES
                .iter()
                .find(|(security, _)| security == self)
                .map_or("starttls", |(_, word)| *word),
        )
    }
}

/// One line of text.
impl Value for String {
    const WANTED: &'static str = "one line of text in quotes";
    fn read(given: &Given) -> Option<Self> {
        let text = given.text()?;
        (text.len() <= MAX_TEXT && is_clean(text)).then(|| text.to_owned())
    }
    fn written(&self) -> String {
        quoted(self)
    }
}

impl Value for bool {
    const WANTED: &'static str = "true or false";
    fn read(given: &Given) -> Option<Self> {
        match given {
            Given::Bool(b) => Some(*b),
            Given::Loose(text) => text.trim().parse().ok(),
            _ => None,
        }
    }
    fn written(&self) -> String {
        self.to_string()
    }
}

/// A probability.
impl Value for f64 {
    const WANTED: &'static str = "a number from 0 to 1";
    fn read(given: &Given) -> Option<Self> {
        given
            .number()?
            .parse()
            .ok()
            .filter(|p| (0.0..=1.0).contains(p))
    }
    fn written(&self) -> String {
        format!("{self:?}")
    }
}

impl Value for Percent {
    const WANTED: &'static str = "a percentage from 0 to 10000 with at most two decimals";
    fn read(given: &Given) -> Option<Self> {
        Percent::parse(given.exact()?)
    }
    fn written(&self) -> String {
        self.to_string()
    }
}

impl Value for Floor {
    const WANTED: &'static str = "a percentage from 0 to below 100 with at most two decimals";
    fn read(given: &Given) -> Option<Self> {
        Floor::parse(given.exact()?)
    }
    fn written(&self) -> String {
        self.to_string()
    }
}

impl Value for Money {
    const WANTED: &'static str = "an amount of money, such as \"1.00\", not below 0";
    fn read(given: &Given) -> Option<Self> {
        given
            .exact()?
            .parse()
            .ok()
            .filter(|m: &Money| !m.is_negative())
    }
    fn written(&self) -> String {
        quoted(&self.to_string())
    }
}

impl Value for Option<Currency> {
    const WANTED: &'static str = "a currency's three letters, or \"\"";
    fn read(given: &Given) -> Option<Self> {
        match given.text()? {
            "" => Some(None),
            text => Currency::parse(text).map(Some),
        }
    }
    fn written(&self) -> String {
        quoted(self.as_ref().map_or("", Currency::as_str))
    }
}

impl Value for Time {
    const WANTED: &'static str = "a time such as \"02:30\"";
    fn read(given: &Given) -> Option<Self> {
        let (hour, minute) = given.text()?.split_once(':')?;
        Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
    }
    fn written(&self) -> String {
        quoted(&self.strftime("%H:%M").to_string())
    }
}

const DAYS: [(Weekday, &str); 7] = [
    (Weekday::Monday, "monday"),
    (Weekday::Tuesday, "tuesday"),
    (Weekday::Wednesday, "wednesday"),
    (Weekday::Thursday, "thursday"),
    (Weekday::Friday, "friday"),
    (Weekday::Saturday, "saturday"),
    (Weekday::Sunday, "sunday"),
];

impl Value for Weekday {
    const WANTED: &'static str = "a day of the week, such as \"monday\"";
    fn read(given: &Given) -> Option<Self> {
        let text = given.text()?.to_ascii_lowercase();
        DAYS.into_iter()
            .find(|(_, word)| *word == text)
            .map(|(day, _)| day)
    }
    fn written(&self) -> String {
        quoted(
            DAYS.iter()
                .find(|(day, _)| day == self)
                .map_or("monday", |(_, word)| *word),
        )
    }
}

/// The name of a time zone that this machine knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneName(String);

impl ZoneName {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        ZoneName("UTC".to_owned())
    }

    /// The zone itself.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.0).unwrap_or(TimeZone::UTC)
    }
}

impl Value for ZoneName {
    const WANTED: &'static str = "a time zone that this machine knows, such as \"Europe/Berlin\"";
    fn read(given: &Given) -> Option<Self> {
        let text = given.text()?;
        (text == "UTC" || TimeZone::get(text).is_ok()).then(|| ZoneName(text.to_owned()))
    }
    fn written(&self) -> String {
        quoted(&self.0)
    }
}
