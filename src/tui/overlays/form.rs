//! The form for a connection: typed or pasted, secrets masked, tested live, saved.

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

/// The distributors that these fields are enough for; the others need the command line.
const VENDORS: [Vendor; 2] = [Vendor::Synnex, Vendor::Pax8];

const NAME: usize = 1;
const ACCOUNT: usize = 2;
const TOKEN: usize = 3;
const CLIENT: usize = 4;
const SECRET: usize = 5;
const PACE: usize = 6;
const TEST: usize = 7;
const SAVE: usize = 8;

const LABELS: [&str; 7] = [
    "Distributor",
    "Name",
    "Account ID",
    "Refresh token",
    "Client ID",
    "Client secret",
    "Requests a minute",
];

/// What a key did.
#[derive(Debug)]
pub enum Filled {
    /// It is still open; this is asked for.
    Open(Option<Effect>),
    /// It was closed.
    Closed,
}

/// The fields; the first is the distributor, which is chosen, not typed.
pub struct Form {
    vendor: usize,
    fields: [Input; 7],
    at: usize,
    wrong: String,
    test: Option<TestState>,
}

impl Default for Form {
    fn default() -> Self {
        let mut form = Self {
            vendor: 0,
            fields: Default::default(),
            at: ACCOUNT,
            wrong: String::new(),
            test: None,
        };
        form.fields[NAME] = Input::from(VENDORS[0].tag());
        form
    }
}

/// Shows no field: two of them are secrets.
impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form")
            .field("vendor", &self.vendor().tag())
            .finish_non_exhaustive()
    }
}

impl Drop for Form {
    fn drop(&mut self) {
        for at in [TOKEN, SECRET] {
            self.fields[at].value_and_reset().zeroize();
        }
    }
}

impl Form {
    fn vendor(&self) -> Vendor {
        VENDORS[self.vendor % VENDORS.len()]
    }

    fn needs(&self, field: usize) -> bool {
        match self.vendor() {
            Vendor::Synnex => matches!(field, NAME | ACCOUNT | TOKEN),
            _ => matches!(field, NAME | CLIENT | SECRET),
        }
    }

    /// True for fields that the distributor has no use for.
    fn skips(&self, field: usize) -> bool {
        self.vendor() != Vendor::Synnex && matches!(field, ACCOUNT | TOKEN)
    }

    fn turn_vendor(&mut self, forward: bool) {
        let unnamed = self.fields[NAME].value() == self.vendor().tag();
        let step = if forward { 1 } else { VENDORS.len() - 1 };
        self.vendor = (self.vendor + step) % VENDORS.len();
        if unnamed {
            self.fields[NAME] = Input::from(self.vendor().tag());
        }
        self.test = None;
    }

    fn step(&mut self, forward: bool) {
        let count = SAVE + 1;
        loop {
            self.at = (self.at + if forward { 1 } else { count - 1 }) % count;
            if !self.skips(self.at) {
                break;
            }
        }
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent) -> Filled {
        match key.code {
            KeyCode::Esc => return Filled::Closed,
            KeyCode::Tab | KeyCode::Down => self.step(true),
            KeyCode::BackTab | KeyCode::Up => self.step(false),
            KeyCode::Enter if self.at == TEST => {
                return Filled::Open(self.ask(Effect::TestConnection));
            }
            KeyCode::Enter if self.at == SAVE => {
                return Filled::Open(self.ask(Effect::SaveConnection));
            }
            KeyCode::Enter => self.step(true),
            KeyCode::Left | KeyCode::Right | KeyCode::Char(' ') if self.at == 0 => {
                self.turn_vendor(key.code != KeyCode::Left)
            }
            _ if self.at == 0 || self.at >= TEST => {}
            _ => {
                if let Some(request) = to_input_request(&Event::Key(key)) {
                    self.fields[self.at].handle(request);
                    self.changed();
                }
            }
        }
        Filled::Open(None)
    }

    /// Takes a pasted text into the field; white space around it goes.
    pub fn paste(&mut self, text: &str) {
        if (NAME..TEST).contains(&self.at) {
            insert(&mut self.fields[self.at], text);
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
        let text = |at: usize| self.fields[at].value().trim().to_owned();
        if let Some(at) = (NAME..PACE).find(|at| self.needs(*at) && text(*at).is_empty()) {
            return Err(format!("{} is needed", LABELS[at]));
        }
        if text(NAME).contains('/') {
            return Err("a name holds no slash".to_owned());
        }
        let pace = text(PACE);
        let requests_per_minute = match pace.parse::<u32>() {
            _ if pace.is_empty() => None,
            Ok(n) if (1..=100_000).contains(&n) => Some(n),
            _ => return Err("requests a minute is a whole number, or empty".to_owned()),
        };
        Ok(NewConnection {
            name: ConnectionName::new(text(NAME)),
            vendor: self.vendor(),
            account_id: text(ACCOUNT),
            client_id: text(CLIENT),
            client_secret: SecretString::from(text(SECRET)),
            refresh_token: SecretString::from(text(TOKEN)),
            requests_per_minute,
        })
    }

    /// The outcome of a Test; of no concern if it is about another connection.
    pub fn tested(&mut self, name: &ConnectionName, result: &Result<String, Problem>) {
        if self.fields[NAME].value().trim() == name.as_str() {
            self.test = Some(TestState::Done(result.clone()));
            self.at = if result.is_ok() { SAVE } else { self.at };
        }
    }

    fn shown(&self, at: usize) -> String {
        let value = self.fields[at].value();
        if !matches!(at, TOKEN | SECRET) || value.is_empty() {
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
        for (at, label) in LABELS.iter().enumerate() {
            let y = u16::try_from(at).unwrap_or(0) + 2;
            let here = self.at == at;
            canvas.mark(y, here, " ", t);
            canvas.put_within(2, y, label, X - 3, if here { t.strong } else { t.text });
            let hint = match () {
                () if self.skips(at) => "not used",
                () if at == PACE => "empty: the distributor's own limit",
                () if self.fields[at].value().is_empty() && !self.needs(at) => "optional",
                () => "",
            };
            let x = if at == 0 {
                canvas.put(X, y, &format!("‹ {} ›", self.vendor().label()), t.strong)
            } else {
                canvas.put(X, y, &self.shown(at), t.strong)
            };
            if at != 0 && self.fields[at].value().is_empty() {
                canvas.put(x + 2, y, hint, t.text);
            }
            if here && at != 0 {
                let secret = matches!(at, TOKEN | SECRET);
                let after = if secret {
                    x
                } else {
                    X + u16::try_from(self.fields[at].visual_cursor()).unwrap_or(0)
                };
                cursor = Some(canvas.on_screen(after.min(canvas.width().saturating_sub(1)), y));
            }
        }
        let button = |on: bool| if on { t.chip } else { t.text };
        let y = 10;
        let x = canvas.put(2, y, "[ Test ]", button(self.at == TEST));
        canvas.put(x + 2, y, "[ Save ]", button(self.at == SAVE));
        let mut y = 12;
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
            None => say(
                canvas,
                "Sherweb and Ingram Micro are connected with: vectis connection set NAME --vendor sherweb …",
                t.text,
            ),
        }
        cursor
    }
}

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::KeyModifiers;
    use secrecy::ExposeSecret;

    use super::*;

    fn press(f: &mut Form, code: KeyCode) -> Filled {
        f.key(KeyEvent::new(code, KeyModifiers::NONE))
    }

    #[test]
    fn a_form_is_filled_by_paste_tested_and_saved() {
        let mut f = Form::default();
        f.paste(" 400123 \n");
        press(&mut f, KeyCode::Tab);
        f.paste("secret-refresh-token-1234");
        assert!(!f.shown(TOKEN).contains("secret"));
        assert!(f.shown(TOKEN).contains("25 characters, ends in 1234"));
        assert!(!format!("{f:?}").contains("400123"));
        f.at = TEST;
        let Filled::Open(Some(Effect::TestConnection(new))) = press(&mut f, KeyCode::Enter) else {
            panic!("no test");
        };
        assert_eq!(
            (new.name.as_str(), new.account_id.as_str()),
            ("synnex", "400123")
        );
        assert_eq!(
            new.refresh_token.expose_secret(),
            "secret-refresh-token-1234"
        );
        f.tested(
            &new.name,
            &Ok("Connected to TD SYNNEX — 203 customers visible".to_owned()),
        );
        assert!(matches!(
            press(&mut f, KeyCode::Enter),
            Filled::Open(Some(Effect::SaveConnection(_)))
        ));
    }

    #[test]
    fn what_is_missing_is_named() {
        let mut f = Form::default();
        f.at = SAVE;
        assert!(matches!(press(&mut f, KeyCode::Enter), Filled::Open(None)));
        assert_eq!(f.wrong, "Account ID is needed");
    }
}
