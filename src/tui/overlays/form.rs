//! The form for a connection to a distributor or to the PSA: typed or pasted, secrets masked, tested live, saved.

mod kept;
mod view;

use std::collections::BTreeMap;
use std::fmt;

use ratatui::crossterm::event::{Event, KeyCode, KeyEvent};
use secrecy::SecretString;
use tui_input::Input;
use tui_input::backend::crossterm::to_input_request;
use zeroize::Zeroize;

use super::super::data::TestState;
use super::super::msg::{Effect, NewConnection, Source};
use super::picker::insert;
use crate::domain::ids::ConnectionName;
use crate::domain::party::PsaSystem;
use crate::domain::problem::Problem;
use crate::domain::vendor::Vendor;
use crate::engine::psa::import;
use crate::engine::psa::setup::{self as psa, Setting};
use crate::engine::setup::needs::{self, Need};
use crate::secret::SecretName;
use kept::Kept;
pub use kept::Stored;

/// The PSAs that are read by their API, and the files of every other one.
const PSAS: [PsaSystem; 4] = [
    PsaSystem::Connectwise,
    PsaSystem::Autotask,
    PsaSystem::Halo,
    PsaSystem::Csv,
];

/// What a PSA asks for that is no secret.
fn settings_of(system: PsaSystem) -> &'static [Setting] {
    psa::needs(system).map_or(import::SETTINGS, |needs| needs.settings)
}

/// A line that is typed into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Field {
    Name,
    Setting(&'static str),
    Secret(SecretName),
    BaseUrl,
    Pace,
}

/// Where the cursor can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Source,
    Field(Field),
    Test,
    Save,
}

/// What a key did.
#[derive(Debug)]
pub enum Filled {
    /// It is still open; this is asked for.
    Open(Option<Effect>),
    /// It was closed.
    Closed,
}

/// The distributor or PSA, which is chosen, and the fields that it declares. What was typed stays when another is chosen.
pub struct Form {
    source: Source,
    inputs: BTreeMap<Field, Input>,
    at: Place,
    wrong: String,
    test: Option<TestState>,
    /// What went out with the question that is open now …
    sent: Option<Kept>,
    /// … and what the store has: it must not get it again, since a refresh token that was tested is spent, and the store
    /// holds its successor.
    kept: Option<Kept>,
}

impl Default for Form {
    fn default() -> Self {
        let vendor = Vendor::ALL[0];
        let mut form = Self {
            source: Source::Distributor(vendor),
            inputs: BTreeMap::new(),
            at: Place::Source,
            wrong: String::new(),
            test: None,
            sent: None,
            kept: None,
        };
        form.inputs.insert(Field::Name, Input::from(vendor.tag()));
        // The first distributor is chosen already, and a name is there.
        form.at = form.places()[2];
        form
    }
}

/// Shows no field: some of them are secrets.
impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form")
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

impl Drop for Form {
    fn drop(&mut self) {
        for input in self.inputs.values_mut() {
            input.value_and_reset().zeroize();
        }
    }
}

impl Form {
    /// For the PSA, which is chosen first.
    pub fn of_psa() -> Self {
        let mut form = Self::default();
        form.source = Source::Psa(PSAS[0]);
        form.at = Place::Source;
        form
    }

    /// The lines to type into, as the distributor or the PSA declares them.
    fn fields(&self) -> Vec<(Field, String, Need)> {
        let setting = |key, label, need| (Field::Setting(key), capital(label), need);
        let secret = |name: SecretName, need| (Field::Secret(name), capital(&name.label()), need);
        let (declared, named): (Vec<_>, bool) = match self.source {
            Source::Distributor(vendor) => {
                let needs = needs::of(vendor);
                let settings = needs.settings.iter();
                let settings = settings.map(|s| setting(s.key, s.label, s.need));
                let secrets = needs.secrets.iter().map(|s| secret(s.name, s.need));
                (settings.chain(secrets).collect(), true)
            }
            Source::Psa(system) => {
                let needs = psa::needs(system);
                let need = |needed| match needed {
                    true => Need::Required,
                    false => Need::Optional,
                };
                let settings = settings_of(system).iter();
                let settings = settings.map(|s| setting(s.key, s.label, need(s.needed)));
                let secrets = needs.iter().flat_map(|n| n.secrets);
                let secrets = secrets.map(|name| secret(*name, Need::Required));
                (settings.chain(secrets).collect(), false)
            }
        };
        let of = |wanted| {
            let found = declared.iter().filter(move |(_, _, need)| *need == wanted);
            found.cloned()
        };
        let name = (Field::Name, "Name".to_owned(), Need::Required);
        let name = named.then_some(name).into_iter();
        // A PSA declares where it is among its settings.
        let base_url = (Field::BaseUrl, "Base URL".to_owned(), Need::Optional);
        let base_url = named.then_some(base_url).into_iter();
        let pace = (Field::Pace, "Requests a minute".to_owned(), Need::Optional);
        let pace = (self.source != Source::Psa(PsaSystem::Csv)).then_some(pace);
        name.chain(of(Need::Required))
            .chain(of(Need::Optional))
            .chain(base_url)
            .chain(pace)
            .collect()
    }

    fn places(&self) -> Vec<Place> {
        let fields = self.fields().into_iter();
        std::iter::once(Place::Source)
            .chain(fields.map(|(field, ..)| Place::Field(field)))
            .chain([Place::Test, Place::Save])
            .collect()
    }

    fn value(&self, field: Field) -> &str {
        self.inputs.get(&field).map_or("", Input::value)
    }

    /// Chooses the next one of all that can be read, the distributors first.
    fn turn(&mut self, forward: bool) {
        let name = self.value(Field::Name);
        let unnamed = Vendor::ALL.iter().any(|vendor| vendor.tag() == name);
        let distributors = Vendor::ALL.into_iter().map(Source::Distributor);
        let all: Vec<Source> = distributors.chain(PSAS.map(Source::Psa)).collect();
        let here = all.iter().position(|source| *source == self.source);
        let step = if forward { 1 } else { all.len() - 1 };
        self.source = all[(here.unwrap_or(0) + step) % all.len()];
        if let (true, Source::Distributor(vendor)) = (unnamed, self.source) {
            let name = Input::from(vendor.tag());
            self.inputs.insert(Field::Name, name);
        }
        self.changed();
    }

    /// What it is called: the PSA has no name of its own.
    fn name(&self) -> ConnectionName {
        match self.source {
            Source::Distributor(_) => ConnectionName::new(self.value(Field::Name).trim()),
            Source::Psa(system) => psa::owner(system),
        }
    }

    /// Where a person finds what is asked for, while nothing was tested.
    fn found(&self) -> String {
        match (self.source, self.at) {
            (Source::Distributor(vendor), _) => capital(needs::of(vendor).credentials),
            (Source::Psa(system), Place::Field(Field::Setting(key))) => {
                let settings = settings_of(system).iter();
                let found = settings.filter(|s| s.key == key).map(|s| capital(s.found));
                found.collect()
            }
            (Source::Psa(PsaSystem::Csv), _) => {
                "Test shows how the files are understood and stores nothing; Save takes them."
                    .to_owned()
            }
            (Source::Psa(_), _) => {
                "Test saves it first. There is one PSA: another one takes its place.".to_owned()
            }
        }
    }

    fn step(&mut self, forward: bool) {
        let places = self.places();
        let here = places.iter().position(|place| *place == self.at);
        let step = if forward { 1 } else { places.len() - 1 };
        self.at = places[(here.unwrap_or(0) + step) % places.len()];
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent) -> Filled {
        match key.code {
            KeyCode::Esc => return Filled::Closed,
            KeyCode::Tab | KeyCode::Down => self.step(true),
            KeyCode::BackTab | KeyCode::Up => self.step(false),
            KeyCode::Enter if self.at == Place::Test => {
                return Filled::Open(self.ask(Effect::TestConnection));
            }
            KeyCode::Enter if self.at == Place::Save => {
                return Filled::Open(self.ask(Effect::SaveConnection));
            }
            KeyCode::Enter => self.step(true),
            KeyCode::Left | KeyCode::Right | KeyCode::Char(' ') if self.at == Place::Source => {
                self.turn(key.code != KeyCode::Left)
            }
            _ => {
                if let Place::Field(field) = self.at
                    && let Some(request) = to_input_request(&Event::Key(key))
                {
                    self.inputs.entry(field).or_default().handle(request);
                    self.changed();
                }
            }
        }
        Filled::Open(None)
    }

    /// Takes a pasted text into the field; white space around it goes.
    pub fn paste(&mut self, text: &str) {
        if let Place::Field(field) = self.at {
            insert(self.inputs.entry(field).or_default(), text);
            self.changed();
        }
    }

    fn changed(&mut self) {
        self.wrong.clear();
        self.test = None;
    }

    fn ask(&mut self, effect: fn(Box<NewConnection>) -> Effect) -> Option<Effect> {
        match self.checked() {
            Ok(mut new) => {
                self.wrong.clear();
                self.test = Some(TestState::Running);
                self.sent = Some(Kept::of(&new));
                if let Some(kept) = &self.kept {
                    kept.leave_out(&mut new);
                }
                Some(effect(Box::new(new)))
            }
            Err(wrong) => {
                self.wrong = wrong;
                None
            }
        }
    }

    fn checked(&self) -> Result<NewConnection, String> {
        let text = |field: Field| self.value(field).trim().to_owned();
        let fields = self.fields();
        let missing = fields
            .iter()
            .find(|(field, _, need)| *need == Need::Required && text(*field).is_empty());
        if let Some((_, label, _)) = missing {
            return Err(format!("{label} is needed"));
        }
        if text(Field::Name).contains('/') {
            return Err("a name holds no slash".to_owned());
        }
        let pace = text(Field::Pace);
        let requests_per_minute = match pace.parse::<u32>() {
            _ if pace.is_empty() => None,
            Ok(n) if (1..=100_000).contains(&n) => Some(n),
            _ => return Err("requests a minute is a whole number, or empty".to_owned()),
        };
        let mut new = NewConnection {
            base_url: None,
            name: self.name(),
            source: self.source,
            settings: BTreeMap::new(),
            secrets: Vec::new(),
            requests_per_minute,
        };
        let is_whole = matches!(self.source, Source::Psa(_));
        for (field, ..) in fields {
            let value = text(field);
            match field {
                // There is one PSA, and the form shows all of it: what is empty is taken back.
                _ if value.is_empty() && !(is_whole && matches!(field, Field::Setting(_))) => {}
                Field::Setting(key) => {
                    new.settings.insert(key.to_owned(), value);
                }
                Field::Secret(name) => new.secrets.push((name, SecretString::from(value))),
                Field::BaseUrl => new.base_url = Some(value),
                Field::Name | Field::Pace => {}
            }
        }
        Ok(new)
    }

    /// The outcome of a Test; of no concern if it is about another connection.
    pub fn tested(
        &mut self,
        name: &ConnectionName,
        result: &Result<String, Problem>,
        stored: Stored,
    ) {
        if self.sent.as_ref().is_some_and(|sent| sent.name == *name) {
            let sent = self.sent.take();
            if stored == Stored::Yes {
                self.kept = sent;
            }
        }
        if self.name() == *name {
            self.test = Some(TestState::Done(result.clone()));
            self.at = if result.is_ok() { Place::Save } else { self.at };
        }
    }
}

/// With a capital letter in front.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests;
