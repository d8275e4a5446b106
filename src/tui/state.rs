//! All that the screen is: what it knows, where the person is, and what lies over it.

use tui_input::Input;

use super::checklist::{self, Step};
use super::data::Data;
use super::keymap::{Action, Place};
use super::keys::Keymap;
use super::msg::{Effect, Msg, What};
use super::options::{DemoInfo, Options};
use super::overlays::Overlay;
use super::panes::connections::ConnectionsPane;
use super::panes::customers::CustomersPane;
use super::panes::findings::FindingsPane;
use super::panes::overview::OverviewPane;
use super::panes::review::ReviewPane;
use super::panes::sync_log::SyncLogPane;
use super::panes::{Pane, PaneId};
use super::theme::{Theme, ThemeName};
use super::veil::Veil;
use crate::domain::ids::{AccountKey, CustomerId};
use crate::domain::time::{Ts, duration_words};
use crate::engine::command::Command;
use crate::engine::seats::SeatsOf;

/// Whether the person may change anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Access {
    /// Everything works.
    #[default]
    Full,
    /// Watching only.
    ReadOnly,
}

/// Whether the person was asked about quitting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QuitAsked {
    /// Not since the last other key.
    #[default]
    No,
    /// The next one quits.
    Yes,
}

/// The screen.
pub struct State {
    /// What is known.
    pub data: Data,
    /// How things look.
    pub theme: Theme,
    /// Which theme that is.
    pub theme_name: ThemeName,
    /// What the configuration says, and what a person chose instead.
    pub configured_theme: ThemeName,
    /// See `configured_theme`.
    pub chosen_theme: Option<ThemeName>,
    /// True where nobody may have colours: `NO_COLOR`, `--color never`.
    pub colourless: bool,
    /// What hides names, while it does.
    pub veil: Veil,
    /// Whether the mouse is listened to.
    pub mouse: bool,
    /// What may be done.
    pub access: Access,
    /// Which keys ask for what.
    pub keymap: Keymap,
    /// The demo, if it is one.
    pub demo: Option<DemoInfo>,
    /// The calendar's instant at the last message or key.
    pub now: Ts,
    /// Columns and rows.
    pub size: (u16, u16),
    /// The pane that the person chose.
    pub pane: PaneId,
    /// True if one part is shown as large as it gets.
    pub zoomed: bool,
    /// What lies over the pane.
    pub overlay: Option<Overlay>,
    /// The filter while it is edited.
    pub editing: Option<Input>,
    /// The line for the person.
    pub notice: String,
    /// While the screen is held still: what arrived.
    pub held: Option<Vec<Msg>>,
    /// Whether quitting was asked about.
    pub quit_asked: QuitAsked,
    /// The review item that others are told the person looks at.
    pub looking: Option<AccountKey>,
    /// The seats by week that were asked for last.
    pub asked_seats: Option<SeatsOf>,
    /// The review item and candidate whose background was asked for last.
    pub asked_background: Option<(AccountKey, Option<CustomerId>)>,
    /// Grows with everything that should be seen at once.
    pub urgent: u64,
    /// Grows with everything that can wait for a moment: progress, gauges, log.
    pub calm: u64,
    pub(super) overview: OverviewPane,
    pub(super) review: ReviewPane,
    pub(super) findings: FindingsPane,
    pub(super) customers: CustomersPane,
    pub(super) sync_log: SyncLogPane,
    pub(super) connections: ConnectionsPane,
}

impl State {
    /// A screen that knows nothing yet.
    pub fn new(options: &Options, size: (u16, u16)) -> Self {
        let theme = if options.no_color {
            ThemeName::NoColor
        } else {
            options.theme
        };
        let mut data = Data::default();
        options.actor.clone_into(&mut data.desk.actor);
        options.actor.clone_into(&mut data.sku_desk.actor);
        let mut veil = Veil::default();
        if options.privacy {
            veil.hide_what_is_in(&data);
        }
        Self {
            data,
            theme: Theme::new(theme),
            theme_name: theme,
            configured_theme: options.theme,
            chosen_theme: None,
            colourless: options.no_color,
            veil,
            mouse: options.mouse,
            access: if options.read_only {
                Access::ReadOnly
            } else {
                Access::Full
            },
            keymap: options.keymap.clone(),
            demo: options.demo.clone(),
            now: options.calendar.now(),
            size,
            pane: PaneId::Overview,
            zoomed: false,
            overlay: None,
            editing: None,
            notice: String::new(),
            held: None,
            quit_asked: QuitAsked::No,
            looking: None,
            asked_seats: None,
            asked_background: None,
            urgent: 1,
            calm: 0,
            overview: OverviewPane,
            review: ReviewPane::default(),
            findings: FindingsPane::default(),
            customers: CustomersPane::default(),
            sync_log: SyncLogPane::default(),
            connections: ConnectionsPane::default(),
        }
    }

    /// The pane whose keys apply: on the first screen, and until the first sync has ended, those of the connections.
    pub fn place(&self) -> Place {
        match self.effective() {
            PaneId::Review => self.review.place(),
            other => other.place(),
        }
    }

    /// The pane that acts.
    pub fn effective(&self) -> PaneId {
        let leads = self.data.is_first_run() || checklist::leads(&self.data);
        if self.pane == PaneId::Overview && leads {
            PaneId::Connections
        } else {
            self.pane
        }
    }

    /// A pane, to look at.
    pub fn pane(&self, id: PaneId) -> &dyn Pane {
        match id {
            PaneId::Overview => &self.overview,
            PaneId::Review => &self.review,
            PaneId::Findings => &self.findings,
            PaneId::Customers => &self.customers,
            PaneId::SyncLog => &self.sync_log,
            PaneId::Connections => &self.connections,
        }
    }

    /// A pane to work with, beside what is known.
    pub fn pane_mut(&mut self, id: PaneId) -> (&mut dyn Pane, &mut Data) {
        let pane: &mut dyn Pane = match id {
            PaneId::Overview => &mut self.overview,
            PaneId::Review => &mut self.review,
            PaneId::Findings => &mut self.findings,
            PaneId::Customers => &mut self.customers,
            PaneId::SyncLog => &mut self.sync_log,
            PaneId::Connections => &mut self.connections,
        };
        (pane, &mut self.data)
    }

    /// What would be lost by quitting now, in words.
    pub fn would_lose(&self) -> Option<String> {
        if let Some(p) = self.data.running().find(|p| p.by.is_none()) {
            let left = p.eta_seconds.map_or(String::new(), |s| {
                format!(
                    " for about {}",
                    duration_words(i64::try_from(s).unwrap_or(i64::MAX))
                )
            });
            return Some(format!("the sync of {} goes on{left}", p.connection));
        }
        let data = &self.data;
        (data.desk.is_waiting_for_store() || data.sku_desk.is_waiting_for_store())
            .then(|| "decisions are still being written".to_owned())
    }

    /// True if watching only is why the action is not to be had.
    pub fn is_forbidden(&self, action: Action) -> bool {
        let changes =
            is_change(action) || (action == Action::Open && self.effective() == PaneId::Review);
        changes && self.access == Access::ReadOnly
    }

    /// False if the action makes no sense now.
    pub fn can(&self, action: Action) -> bool {
        if self.is_forbidden(action) {
            return false;
        }
        let running = self.data.running().next().is_some();
        let ours = self.data.running().any(|p| p.by.is_none());
        match action {
            Action::Sync => {
                !running
                    && self
                        .data
                        .connections
                        .as_ref()
                        .is_some_and(|c| !c.is_empty())
            }
            Action::Stop => ours,
            Action::Save => self.can_save(),
            Action::NextWeek => self.demo.is_some(),
            Action::Filter | Action::Copy | Action::CopyRow | Action::Zoom => {
                self.pane(self.pane).can(action, &self.data)
            }
            a => self.pane(self.effective()).can(a, &self.data),
        }
    }

    /// The item that the person looks at now, if others are not told yet.
    pub fn looks_elsewhere(&mut self) -> Option<Effect> {
        let now = (self.pane == PaneId::Review && self.access == Access::Full)
            .then(|| self.review.account(&self.data))
            .flatten()
            .map(|i| i.key.clone())
            .filter(|key| self.data.desk.decided(key).is_none());
        if now == self.looking {
            return None;
        }
        self.looking.clone_from(&now);
        Some(Effect::Engine(Command::LookAt { key: now }))
    }

    /// What the screen shows and does not know yet, and was not asked for.
    pub fn lacks(&mut self) -> Option<Effect> {
        match self.pane {
            PaneId::Findings => self.lacks_seats(),
            PaneId::Review => self.lacks_background(),
            _ => None,
        }
    }

    fn lacks_background(&mut self) -> Option<Effect> {
        let of = self.review.looked_at(&self.data)?;
        (self.asked_background.as_ref() != Some(&of)).then(|| {
            let (key, candidate) = of.clone();
            self.asked_background = Some(of);
            Effect::Load(What::Background(key, candidate))
        })
    }

    fn lacks_seats(&mut self) -> Option<Effect> {
        let of = self.findings.seats_shown(&self.data, self.size.0)?;
        let is_wanted =
            !self.data.seats.contains_key(&of) && self.asked_seats.as_ref() != Some(&of);
        is_wanted.then(|| {
            self.asked_seats = Some(of.clone());
            Effect::Load(What::Seats(of))
        })
    }

    /// The frame is on the terminal.
    pub fn painted(&mut self, at: std::time::Duration) {
        let visible =
            self.pane == PaneId::Review && self.overlay.is_none() && super::view::fits(self.size);
        self.review.painted(&self.data, visible, at);
        if self.pane == PaneId::Findings
            && self.data.findings.is_some()
            && Step::Sync.is_done(&self.data)
        {
            self.data.told.findings_read = true;
        }
        if let Some(Overlay::Batch(batch)) = &mut self.overlay
            && super::view::fits(self.size)
        {
            batch.painted(at);
        }
    }
}

/// True for what writes something.
pub fn is_change(action: Action) -> bool {
    matches!(
        action,
        Action::Choose(_)
            | Action::NoCounterpart
            | Action::Exclude
            | Action::FindOther
            | Action::AcceptSure
            | Action::AcceptAlike
            | Action::Mark
            | Action::Coverage
            | Action::Units
            | Action::Evidence
            | Action::Undo
            | Action::Redo
            | Action::Mute
            | Action::Resolve
            | Action::Reopen
            | Action::Note
            | Action::Test
            | Action::Add
            | Action::Accept
            | Action::Give
            | Action::Sync
            | Action::Stop
            | Action::NextWeek
    )
}
