//! One table of commands: the source of keys, footer, help and palette.
//!
//! Letters that a split arrow key may leave behind (`A`–`D`, `F`, `H`, `O`, `P`–`S`) are bound to nothing.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::panes::PaneId;
use super::widgets::list::Step;

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Moves the selection.
    Move(Step),
    /// One candidate to the left or, if true, to the right.
    Side(bool),
    /// Opens what is selected; in Review confirms the marked candidate.
    Open,
    /// One step back.
    Back,
    /// Shows this pane.
    Pane(PaneId),
    /// Shows the next pane, or, if false, the one before.
    Turn(bool),
    /// Shows one part as large as it gets.
    Zoom,
    /// Edits the filter.
    Filter,
    /// Opens the help for this place.
    Help,
    /// Opens the list of all commands.
    Palette,
    /// Starts a sync.
    Sync,
    /// Stops the running syncs after their page.
    Stop,
    /// Holds the screen still.
    Freeze,
    /// Moves the demo to the next week.
    NextWeek,
    /// Copies a name.
    Copy,
    /// Copies the row, tab-separated.
    CopyRow,
    /// Takes back the last decision.
    Undo,
    /// Decides again what was taken back.
    Redo,
    /// Confirms a candidate by number, from 1.
    Choose(u8),
    /// The PSA does not hold it.
    NoCounterpart,
    /// It is no customer to bill.
    Exclude,
    /// Puts the item off.
    Later,
    /// Asks the distributor for the Microsoft tenant and domain.
    Evidence,
    /// Searches the whole hub, or all products, for the counterpart.
    FindOther,
    /// Marks a product as one of several.
    Mark,
    /// Says what a product covers.
    Coverage,
    /// Says how many seats a unit stands for.
    Units,
    /// Sorts by the next column.
    Sort,
    /// Shows other rows: open or all, or from another level.
    Show,
    /// Puts a finding aside.
    Mute,
    /// Marks a finding as dealt with.
    Resolve,
    /// Opens a finding again.
    Reopen,
    /// Writes something about a finding.
    Note,
    /// To the customer's findings.
    ToFindings,
    /// Writes the customer's QBR section into a file.
    WriteQbr,
    /// Follows the log's end.
    Follow,
    /// To the error before.
    PreviousError,
    /// Tests the connection.
    Test,
    /// Adds a connection.
    Add,
    /// Gives the terminal to the shell.
    Suspend,
    /// Draws everything again.
    Repaint,
    /// Closes the console.
    Quit,
    /// Closes it at once if asked twice.
    QuitNow,
}

/// Where a command applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In every pane.
    Everywhere,
    /// In the review queue of customers.
    Review,
    /// In the review queue of SKUs.
    Skus,
    /// In the findings.
    Findings,
    /// In the customers.
    Customers,
    /// In the log.
    Log,
    /// In the connections, and on the first screen.
    Connections,
}

/// A row of the table.
#[derive(Debug)]
pub struct Command {
    /// What it does.
    pub action: Action,
    /// Where.
    pub place: Place,
    /// The keys that ask for it; the first is shown.
    pub keys: &'static [&'static str],
    /// A word or two for the footer; empty where the footer does not show it.
    pub word: &'static str,
    /// A line for help and palette.
    pub help: &'static str,
}

const fn row(
    action: Action,
    place: Place,
    keys: &'static [&'static str],
    word: &'static str,
    help: &'static str,
) -> Command {
    Command {
        action,
        place,
        keys,
        word,
        help,
    }
}

use Place::{Connections, Customers, Everywhere, Findings, Log, Review, Skus};

/// Every command. Within a place no key stands twice.
#[rustfmt::skip]
pub const COMMANDS: &[Command] = &[
    row(Action::Open, Review, &["enter"], "confirm", "Confirm the marked candidate (the first, unless you moved)"),
    row(Action::Choose(1), Review, &["1"], "", "Confirm candidate 1"),
    row(Action::Choose(2), Review, &["2"], "", "Confirm candidate 2"),
    row(Action::Choose(3), Review, &["3"], "", "Confirm candidate 3"),
    row(Action::Choose(4), Review, &["4"], "", "Confirm candidate 4"),
    row(Action::Choose(5), Review, &["5"], "", "Confirm candidate 5"),
    row(Action::Choose(6), Review, &["6"], "", "Confirm candidate 6"),
    row(Action::Choose(7), Review, &["7"], "", "Confirm candidate 7"),
    row(Action::Choose(8), Review, &["8"], "", "Confirm candidate 8"),
    row(Action::Choose(9), Review, &["9"], "", "Confirm candidate 9"),
    row(Action::NoCounterpart, Review, &["n"], "none", "No counterpart: the PSA does not hold this customer"),
    row(Action::Exclude, Review, &["x"], "exclude", "Exclude: no customer to bill (internal use, test, not ours, …)"),
    row(Action::FindOther, Review, &["f"], "find", "Find the counterpart among all customers"),
    row(Action::Later, Review, &["s"], "later", "Put this item off; it comes back at the end"),
    row(Action::Undo, Review, &["u"], "undo", "Take back the last decision"),
    row(Action::Evidence, Review, &["e"], "evidence", "Ask the distributor for the Microsoft tenant and domain (one request)"),
    row(Action::Redo, Review, &["ctrl-r"], "", "Decide again what was taken back"),
    row(Action::Side(true), Review, &["l", "right"], "", "Mark the next candidate and compare with it"),
    row(Action::Side(false), Review, &["h", "left"], "", "Mark the candidate before"),
    row(Action::Show, Review, &["v"], "SKUs", "Show the SKUs that wait for a product of the PSA"),
    row(Action::Open, Skus, &["enter"], "confirm", "It is sold as the marked products, or as the one at >"),
    row(Action::Choose(1), Skus, &["1"], "", "It is sold as candidate 1; with others marked, mark it too"),
    row(Action::Choose(2), Skus, &["2"], "", "It is sold as candidate 2; with others marked, mark it too"),
    row(Action::Choose(3), Skus, &["3"], "", "It is sold as candidate 3; with others marked, mark it too"),
    row(Action::Choose(4), Skus, &["4"], "", "It is sold as candidate 4; with others marked, mark it too"),
    row(Action::Choose(5), Skus, &["5"], "", "It is sold as candidate 5; with others marked, mark it too"),
    row(Action::Choose(6), Skus, &["6"], "", "It is sold as candidate 6; with others marked, mark it too"),
    row(Action::Choose(7), Skus, &["7"], "", "It is sold as candidate 7; with others marked, mark it too"),
    row(Action::Choose(8), Skus, &["8"], "", "It is sold as candidate 8; with others marked, mark it too"),
    row(Action::Choose(9), Skus, &["9"], "", "It is sold as candidate 9; with others marked, mark it too"),
    row(Action::Mark, Skus, &["space"], "mark", "Mark this product: a SKU may be sold as several"),
    row(Action::NoCounterpart, Skus, &["n"], "none", "It is sold as no product of the PSA"),
    row(Action::FindOther, Skus, &["f"], "find", "Find the product among all of the PSA"),
    row(Action::Later, Skus, &["s"], "later", "Put this SKU off; it comes back at the end"),
    row(Action::Undo, Skus, &["u"], "undo", "Take back the last decision about a SKU"),
    row(Action::Show, Skus, &["v"], "customers", "Show the customers that wait"),
    row(Action::Coverage, Skus, &["b"], "", "Say that the product is a bundle of several SKUs, or that it is none"),
    row(Action::Units, Skus, &["x"], "", "Say how many seats one unit of the product stands for"),
    row(Action::Redo, Skus, &["ctrl-r"], "", "Decide again what was taken back"),
    row(Action::Side(true), Skus, &["l", "right"], "", "To the next product, and compare with it"),
    row(Action::Side(false), Skus, &["h", "left"], "", "To the product before"),
    row(Action::Open, Findings, &["enter"], "detail", "Show the arithmetic and what to do"),
    row(Action::Sort, Findings, &["t"], "sort", "Sort by money, kind, customer"),
    row(Action::Show, Findings, &["v"], "open/all", "Show open findings, or all"),
    row(Action::Mute, Findings, &["m"], "mute", "Mute for some days, with a reason"),
    row(Action::Resolve, Findings, &["r"], "resolve", "Mark as dealt with"),
    row(Action::Reopen, Findings, &["o"], "reopen", "Open again"),
    row(Action::Note, Findings, &["n"], "note", "Add a note; it travels into exports"),
    row(Action::Open, Customers, &["enter"], "licensing", "Show the licensing table"),
    row(Action::ToFindings, Customers, &["f"], "findings", "Show this customer's findings"),
    row(Action::WriteQbr, Customers, &["w"], "QBR", "Write the QBR section into a file (HTML, for print)"),
    row(Action::Sort, Customers, &["t"], "sort", "Sort by name, cost, uncontracted seats"),
    row(Action::Open, Log, &["enter"], "entry", "Show the entry in full"),
    row(Action::Show, Log, &["v"], "level", "Show entries from the next level on"),
    row(Action::Follow, Log, &["f"], "follow", "Follow the newest entry"),
    row(Action::PreviousError, Log, &["e"], "error", "Go to the error before"),
    row(Action::Test, Connections, &["t"], "test", "Test the connection"),
    row(Action::Add, Connections, &["a"], "add", "Connect a distributor"),
    row(Action::Open, Connections, &["enter"], "detail", "Show everything about the connection"),
    row(Action::Open, Everywhere, &["enter"], "open", "Open what is selected"),
    row(Action::Back, Everywhere, &["esc", "backspace"], "", "One step back"),
    row(Action::Filter, Everywhere, &["/"], "filter", "Filter: words, word beginnings, !without"),
    row(Action::Sync, Everywhere, &["s"], "sync", "Sync every connection"),
    row(Action::Stop, Everywhere, &["ctrl-x"], "", "Stop the running sync after its page; the next one goes on there"),
    row(Action::NextWeek, Everywhere, &["W"], "next week", "Move the demo to the next week"),
    row(Action::Freeze, Everywhere, &["p"], "pause", "Hold the screen still; the engine goes on"),
    row(Action::Copy, Everywhere, &["y"], "copy", "Copy the name to your clipboard (OSC 52, works over SSH)"),
    row(Action::CopyRow, Everywhere, &["Y"], "", "Copy the row, tab-separated"),
    row(Action::Zoom, Everywhere, &["z"], "full", "Show one part as large as it gets"),
    row(Action::Pane(PaneId::Overview), Everywhere, &["1", "0"], "", "Overview (0 from Review)"),
    row(Action::Pane(PaneId::Review), Everywhere, &["2"], "", "Review"),
    row(Action::Pane(PaneId::Findings), Everywhere, &["3"], "", "Findings"),
    row(Action::Pane(PaneId::Customers), Everywhere, &["4"], "", "Customers"),
    row(Action::Pane(PaneId::SyncLog), Everywhere, &["5"], "", "Sync & log"),
    row(Action::Pane(PaneId::Connections), Everywhere, &["6"], "", "Connections"),
    row(Action::Turn(true), Everywhere, &["tab"], "next pane", "Next pane"),
    row(Action::Turn(false), Everywhere, &["shift-tab"], "", "The pane before"),
    row(Action::Move(Step::Down), Everywhere, &["j", "down"], "", "Down"),
    row(Action::Move(Step::Up), Everywhere, &["k", "up"], "", "Up"),
    row(Action::Move(Step::HalfDown), Everywhere, &["ctrl-d", "pgdn"], "", "Ten rows down"),
    row(Action::Move(Step::HalfUp), Everywhere, &["ctrl-u", "pgup"], "", "Ten rows up"),
    row(Action::Move(Step::Top), Everywhere, &["g", "home"], "", "To the first row"),
    row(Action::Move(Step::Bottom), Everywhere, &["G", "end"], "", "To the last row"),
    row(Action::Turn(true), Everywhere, &["l", "right"], "", "Next pane"),
    row(Action::Turn(false), Everywhere, &["h", "left"], "", "The pane before"),
    row(Action::Palette, Everywhere, &[":", "ctrl-p"], "commands", "All commands, with search"),
    row(Action::Help, Everywhere, &["?", "f1"], "help", "Help for this place"),
    row(Action::Suspend, Everywhere, &["ctrl-z"], "", "Go to the shell; fg comes back"),
    row(Action::Repaint, Everywhere, &["ctrl-l"], "", "Draw everything again"),
    row(Action::Quit, Everywhere, &["q"], "quit", "Quit; asks only if something would be lost"),
    row(Action::QuitNow, Everywhere, &["ctrl-c"], "", "Quit; twice means now"),
];

/// The key's name as in the table: `j`, `ctrl-d`, `enter`, `shift-tab`.
pub fn name(key: &KeyEvent) -> String {
    let base = match key.code {
        KeyCode::Char(' ') => "space".to_owned(),
        KeyCode::Char(c) => c.to_string(),
        KeyCode::Enter => "enter".to_owned(),
        KeyCode::Esc => "esc".to_owned(),
        KeyCode::Tab => "tab".to_owned(),
        KeyCode::BackTab => "shift-tab".to_owned(),
        KeyCode::Backspace => "backspace".to_owned(),
        KeyCode::Up => "up".to_owned(),
        KeyCode::Down => "down".to_owned(),
        KeyCode::Left => "left".to_owned(),
        KeyCode::Right => "right".to_owned(),
        KeyCode::Home => "home".to_owned(),
        KeyCode::End => "end".to_owned(),
        KeyCode::PageUp => "pgup".to_owned(),
        KeyCode::PageDown => "pgdn".to_owned(),
        KeyCode::Delete => "del".to_owned(),
        KeyCode::F(n) => format!("f{n}"),
        _ => return String::new(),
    };
    let mut out = String::new();
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        out += "ctrl-";
    }
    if key.modifiers.contains(KeyModifiers::ALT) {
        out += "alt-";
    }
    out + &base
}

/// The command that a key asks for in a place: its own first, then those of everywhere.
pub fn find(place: Place, key: &str) -> Option<&'static Command> {
    let at = |p: Place| {
        COMMANDS
            .iter()
            .find(move |c| c.place == p && c.keys.contains(&key))
    };
    at(place).or_else(|| at(Everywhere))
}

/// The commands of a place, its own first; those of everywhere that a key of the place hides are left out.
pub fn of_place(place: Place) -> impl Iterator<Item = &'static Command> {
    let is_reached = move |c: &&'static Command| {
        c.keys
            .first()
            .and_then(|k| find(place, k))
            .is_some_and(|found| std::ptr::eq(found, *c))
    };
    let own = COMMANDS.iter().filter(move |c| c.place == place);
    let rest = COMMANDS
        .iter()
        .filter(move |c| c.place == Everywhere && place != Everywhere);
    own.chain(rest.filter(is_reached))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_key_stands_twice_in_a_place() {
        let mut seen = HashSet::new();
        for c in COMMANDS {
            for key in c.keys {
                assert!(seen.insert((format!("{:?}", c.place), key)), "{key}");
            }
        }
    }

    #[test]
    fn what_a_split_arrow_leaves_behind_is_bound_to_nothing() {
        for c in COMMANDS {
            for key in c.keys {
                let letter = key.len() == 1 && "ABCDFHOPQRS".contains(key);
                assert!(!letter, "{key}");
            }
        }
    }

    #[test]
    fn the_place_comes_first() {
        assert_eq!(find(Review, "s").map(|c| c.action), Some(Action::Later));
        assert_eq!(find(Findings, "s").map(|c| c.action), Some(Action::Sync));
        assert_eq!(find(Review, "1").map(|c| c.action), Some(Action::Choose(1)));
        assert!(!of_place(Review).any(|c| c.action == Action::Sync));
    }
}
