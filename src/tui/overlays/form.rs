//! The form for a connection: typed or pasted, secrets masked, tested live, saved.

use std::collections::BTreeMap;
use std::fmt;

use ratatui::crossterm::event::{Event, KeyCode, KeyEvent};
use secrecy::SecretString;
use tui_input::Input;
use tui_input::backend::crossterm::to_input_request;
use zeroize::Zeroize;

use super::super::canvas::Canvas;
use super::super::data::TestState;
use super::super::msg::{Effect, NewConnection};
use super::super::panes::connections::problem_lines;
use super::super::shown::wrap;
use super::super::theme::Theme;
use super::picker::insert;
use crate::domain::ids::ConnectionName;
use crate::domain::problem::Problem;
use crate::domain::vendor::Vendor;
use crate::engine::setup::needs::{self, Need};
use crate::secret::SecretName;

/// A line that is typed into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Field {
    Name,
    Setting(&'static str),
    Secret(SecretName),
    Pace,
}

/// Where the cursor can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Vendor,
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

/// The distributor, which is chosen, and the fields that it declares. What was typed stays when another is chosen.
pub struct Form {
    vendor: Vendor,
    inputs: BTreeMap<Field, Input>,
    at: Place,
    wrong: String,
    test: Option<TestState>,
}

impl Default for Form {
    fn default() -> Self {
        let vendor = Vendor::ALL[0];
        let mut form = Self {
            vendor,
            inputs: BTreeMap::new(),
            at: Place::Vendor,
            wrong: String::new(),
            test: None,
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
            .field("vendor", &self.vendor.tag())
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
    /// The lines to type into, as the distributor declares them.
    fn fields(&self) -> Vec<(Field, String, Need)> {
        let needs = needs::of(self.vendor);
        let settings = needs.settings.iter();
        let settings = settings.map(|s| (Field::Setting(s.key), capital(s.label), s.need));
        let secrets = needs.secrets.iter();
        let secrets = secrets.map(|s| (Field::Secret(s.name), capital(&s.name.label()), s.need));
        let declared: Vec<_> = settings.chain(secrets).collect();
        let of = |wanted| {
            let found = declared.iter().filter(move |(_, _, need)| *need == wanted);
            found.cloned()
        };
        std::iter::once((Field::Name, "Name".to_owned(), Need::Required))
            .chain(of(Need::Required))
            .chain(of(Need::Optional))
            .chain([(Field::Pace, "Requests a minute".to_owned(), Need::Optional)])
            .collect()
    }

    fn places(&self) -> Vec<Place> {
        let fields = self.fields().into_iter();
        std::iter::once(Place::Vendor)
            .chain(fields.map(|(field, ..)| Place::Field(field)))
            .chain([Place::Test, Place::Save])
            .collect()
    }

    fn value(&self, field: Field) -> &str {
        self.inputs.get(&field).map_or("", Input::value)
    }

    fn turn_vendor(&mut self, forward: bool) {
        let unnamed = self.value(Field::Name) == self.vendor.tag();
        let count = Vendor::ALL.len();
        let here = Vendor::ALL.iter().position(|v| *v == self.vendor);
        let step = if forward { 1 } else { count - 1 };
        self.vendor = Vendor::ALL[(here.unwrap_or(0) + step) % count];
        if unnamed {
            let name = Input::from(self.vendor.tag());
            self.inputs.insert(Field::Name, name);
        }
        self.changed();
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
            KeyCode::Left | KeyCode::Right | KeyCode::Char(' ') if self.at == Place::Vendor => {
                self.turn_vendor(key.code != KeyCode::Left)
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
            Ok(new) => {
                self.wrong.clear();
                self.test = Some(TestState::Running);
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
            name: ConnectionName::new(text(Field::Name)),
            vendor: self.vendor,
            settings: BTreeMap::new(),
            secrets: Vec::new(),
            requests_per_minute,
        };
        for (field, ..) in fields {
            let value = text(field);
            match field {
                _ if value.is_empty() => {}
                Field::Setting(key) => {
                    new.settings.insert(key.to_owned(), value);
                }
                Field::Secret(name) => new.secrets.push((name, SecretString::from(value))),
                Field::Name | Field::Pace => {}
            }
        }
        Ok(new)
    }

    /// The outcome of a Test; of no concern if it is about another connection.
    pub fn tested(&mut self, name: &ConnectionName, result: &Result<String, Problem>) {
        if self.value(Field::Name).trim() == name.as_str() {
            self.test = Some(TestState::Done(result.clone()));
            self.at = if result.is_ok() { Place::Save } else { self.at };
        }
    }

    fn shown(&self, field: Field) -> String {
        let value = self.value(field);
        if !matches!(field, Field::Secret(_)) || value.is_empty() {
            return value.to_owned();
        }
        let n = value.chars().count();
        let dots = "•".repeat(n.min(12));
        if n < 12 {
            return format!("{dots} {n} characters");
        }
        let end: String = value.chars().skip(n - 4).collect();
        format!("{dots} {n} characters, ends in {end}")
    }

    /// Draws it into its frame; gives where the cursor stands.
    pub fn draw(&self, canvas: &mut Canvas<'_>, t: &Theme) -> Option<(u16, u16)> {
        const X: u16 = 21;
        let mut cursor = None;
        canvas.put(0, 0, "Connect a distributor", t.strong);
        canvas.put_right(0, "Tab next   Esc close", t.text);
        let label = |canvas: &mut Canvas<'_>, y, text: &str, here: bool| {
            canvas.mark(y, here, " ", t);
            canvas.put_within(2, y, text, X - 3, if here { t.strong } else { t.text });
        };
        label(canvas, 2, "Distributor", self.at == Place::Vendor);
        canvas.put(X, 2, &format!("‹ {} ›", self.vendor.label()), t.strong);
        let mut y = 3;
        for (field, words, need) in self.fields() {
            let here = self.at == Place::Field(field);
            label(canvas, y, &words, here);
            let x = canvas.put(X, y, &self.shown(field), t.strong);
            let hint = match field {
                _ if !self.value(field).is_empty() => "",
                Field::Pace => "empty: the distributor's own limit",
                _ if need == Need::Optional => "optional",
                _ => "",
            };
            canvas.put(x + 2, y, hint, t.text);
            if here {
                let typed = self.inputs.get(&field).map_or(0, Input::visual_cursor);
                let after = match field {
                    Field::Secret(_) => x,
                    _ => X + u16::try_from(typed).unwrap_or(0),
                };
                cursor = Some(canvas.on_screen(after.min(canvas.width().saturating_sub(1)), y));
            }
            y += 1;
        }
        let button = |on: bool| if on { t.chip } else { t.text };
        y += 1;
        let x = canvas.put(2, y, "[ Test ]", button(self.at == Place::Test));
        canvas.put(x + 2, y, "[ Save ]", button(self.at == Place::Save));
        y += 2;
        let w = usize::from(canvas.width().saturating_sub(2));
        let mut say = |canvas: &mut Canvas<'_>, text: &str, style| {
            for line in wrap(text, w, 4) {
                canvas.put(0, y, &line, style);
                y += 1;
            }
        };
        match &self.test {
            _ if !self.wrong.is_empty() => say(canvas, &format!("! {}", self.wrong), t.bad),
            Some(TestState::Running) => say(canvas, "asking the distributor …", t.text),
            Some(TestState::Done(Ok(words))) => say(canvas, &format!("✓ {words}"), t.good),
            Some(TestState::Done(Err(p))) => {
                for (label, text) in problem_lines(p) {
                    let style = if label.is_empty() { t.bad } else { t.text };
                    let words = if label.is_empty() {
                        format!("✗ {text}")
                    } else {
                        format!("{label}: {text}")
                    };
                    say(canvas, &words, style);
                }
            }
            None => say(canvas, &capital(needs::of(self.vendor).credentials), t.text),
        }
        cursor
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
