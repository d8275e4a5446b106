//! The panes, one file each: what it remembers, its keys, its drawing. The rest knows them by the trait [`Pane`].

pub mod connections;
pub mod customers;
mod finding_detail;
pub mod findings;
mod first_steps;
pub mod guard;
mod licensing;
pub mod overview;
pub mod review;
pub mod sync_log;
mod sync_log_view;

use std::time::Duration;

use super::canvas::Canvas;
use super::data::Data;
use super::keymap::{Action, Place};
use super::keys::Keymap;
use super::memory::PaneMemory;
use super::msg::Effect;
use super::overlays::Overlay;
use super::saving::Saved;
use super::theme::Theme;
use crate::domain::time::Ts;

/// Which pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaneId {
    /// All at once.
    Overview,
    /// The review queue.
    Review,
    /// Money found.
    Findings,
    /// The hub and licensing.
    Customers,
    /// Runs and the log.
    SyncLog,
    /// Distributor connections.
    Connections,
}

impl PaneId {
    /// In the order of their numbers.
    pub const ALL: [PaneId; 6] = [
        PaneId::Overview,
        PaneId::Review,
        PaneId::Findings,
        PaneId::Customers,
        PaneId::SyncLog,
        PaneId::Connections,
    ];

    /// The pane of a number key.
    pub fn numbered(n: u8) -> Option<Self> {
        let at = usize::from(n).checked_sub(1)?;
        PaneId::ALL.get(at).copied()
    }

    /// What people read.
    pub fn label(self) -> &'static str {
        match self {
            PaneId::Overview => "Overview",
            PaneId::Review => "Review",
            PaneId::Findings => "Findings",
            PaneId::Customers => "Customers",
            PaneId::SyncLog => "Sync & log",
            PaneId::Connections => "Connections",
        }
    }

    /// The pane after this one, or before.
    pub fn turned(self, forward: bool) -> Self {
        let at = PaneId::ALL.iter().position(|p| *p == self).unwrap_or(0);
        let step = if forward { 1 } else { PaneId::ALL.len() - 1 };
        PaneId::ALL[(at + step) % PaneId::ALL.len()]
    }

    /// Whose keys apply.
    pub fn place(self) -> Place {
        match self {
            PaneId::Overview => Place::Everywhere,
            PaneId::Review => Place::Review,
            PaneId::Findings => Place::Findings,
            PaneId::Customers => Place::Customers,
            PaneId::SyncLog => Place::Log,
            PaneId::Connections => Place::Connections,
        }
    }
}

/// What a pane may look at while it draws.
pub struct View<'a> {
    /// What is known.
    pub data: &'a Data,
    /// How things look.
    pub theme: &'a Theme,
    /// For ages.
    pub now: Ts,
    /// True if the person wants one part as large as it gets.
    pub zoomed: bool,
    /// For hints: which keys ask for what.
    pub keymap: &'a Keymap,
    /// Whose keys apply.
    pub place: Place,
}

impl View<'_> {
    /// How many columns the names of connections have on a line of this width: as many as the longest takes, where there is
    /// room.
    pub fn name_columns(&self, line: u16) -> u16 {
        self.data.name_columns(if line < 100 { 12 } else { 24 })
    }

    /// A hint: the key that asks for this, and what it does; empty where no key does.
    pub fn hint(&self, action: Action, does: &str) -> String {
        match self.keymap.key(self.place, action) {
            "" => String::new(),
            key => format!("{key} {does}"),
        }
    }
}

/// What a pane may look at and change while it acts.
pub struct Cx<'a> {
    /// What is known.
    pub data: &'a mut Data,
    /// Since the console started, when the key arrived.
    pub at: Duration,
    /// The calendar's instant at that time.
    pub now: Ts,
    /// How many keys arrived in one go.
    pub burst: usize,
    /// What is asked of the rest.
    pub out: &'a mut Out,
}

/// What an action asks of the rest of the screen.
#[derive(Debug, Default)]
pub struct Out {
    /// For engine, store and terminal.
    pub effects: Vec<Effect>,
    /// To open.
    pub ask: Option<Overlay>,
    /// Another pane, with this filter.
    pub go: Option<(PaneId, String)>,
    /// A line for the person.
    pub notice: Option<String>,
}

/// Whether a pane took an action as its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handled {
    /// It did.
    Yes,
    /// It has no meaning here.
    No,
}

/// A pane. Drawing changes nothing.
pub trait Pane {
    /// The count behind the label of its tab, where there is one.
    fn count(&self, data: &Data) -> Option<u64>;

    /// Draws it.
    fn render(&self, view: &View<'_>, canvas: &mut Canvas<'_>);

    /// Does what a key asks for.
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Handled;

    /// False if the action makes no sense now; footer and help say so.
    fn can(&self, action: Action, data: &Data) -> bool;

    /// What is known has changed.
    fn refresh(&mut self, data: &Data);

    /// The filter's text.
    fn filter(&self) -> &str;

    /// Sets the filter.
    fn set_filter(&mut self, text: &str, data: &Data);

    /// The rows as they are shown, to be saved; none where there is no list to save.
    fn saved(&self, _: &Data) -> Option<Saved> {
        None
    }

    /// What is remembered beside the filter when the console closes.
    fn remembered(&self, _: &Data) -> PaneMemory {
        PaneMemory::default()
    }

    /// Goes on where it was left; what makes no sense any more is passed over.
    fn recall(&mut self, _: &PaneMemory) {}

    /// What is selected as text: a name, or the whole row.
    fn copied(&self, data: &Data, whole_row: bool) -> Option<String>;
}

/// The next of several that a key goes round.
fn after<T: Copy + PartialEq, const N: usize>(all: [T; N], one: T) -> T {
    let at = all.iter().position(|other| *other == one).unwrap_or(0);
    all[(at + 1) % N]
}

/// The `/text` chip that a pane's heading ends with.
pub fn chip(filter: &str) -> String {
    if filter.is_empty() {
        String::new()
    } else {
        format!(" /{filter}")
    }
}
