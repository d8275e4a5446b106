//! One table of commands: the source of keys, footer, help, palette and the configuration's `[keys]`.
//!
//! Letters that a split arrow key may leave behind (`A`–`D`, `F`, `H`, `O`, `P`–`S`) are bound to nothing.

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
    /// What can be done with the selected row.
    Menu,
    /// Saves what is shown to a file.
    Save,
    /// Chooses colours.
    Theme,
    /// Hides names, or shows them again.
    Privacy,
    /// Listens to the mouse, or leaves it alone.
    Mouse,
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
    /// Shows all that is all but certain, to accept it in one go.
    AcceptSure,
    /// Shows all with the evidence of the marked candidate, to accept it in one go.
    AcceptAlike,
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
    /// Shows the seats by week first, or the arithmetic again.
    Chart,
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
    /// Makes the acceptance run of the distributor, and writes its report.
    Accept,
    /// Shows what is done and what is next.
    Checklist,
    /// Gives a subscription to a sister company.
    Give,
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

impl Place {
    /// All of them, the general one first.
    pub const ALL: [Place; 7] = [
        Everywhere,
        Review,
        Skus,
        Findings,
        Customers,
        Log,
        Connections,
    ];

    /// What the configuration calls it: `[keys]`, `[keys.review]`, …
    pub fn section(self) -> &'static str {
        match self {
            Everywhere => "keys",
            Review => "keys.review",
            Skus => "keys.skus",
            Findings => "keys.findings",
            Customers => "keys.customers",
            Log => "keys.log",
            Connections => "keys.connections",
        }
    }
}

/// A row of the table.
#[derive(Debug)]
pub struct Command {
    /// What the configuration calls it.
    pub name: &'static str,
    /// What it does.
    pub action: Action,
    /// Where.
    pub place: Place,
    /// The keys that ask for it where the configuration names no others; the first is shown.
    pub keys: &'static [&'static str],
    /// A word or two for the footer; empty where the footer does not show it.
    pub word: &'static str,
    /// A line for help and palette.
    pub help: &'static str,
}

const fn row(
    name: &'static str,
    action: Action,
    place: Place,
    keys: &'static [&'static str],
    word: &'static str,
    help: &'static str,
) -> Command {
    Command {
        name,
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
pub static COMMANDS: &[Command] = &[
    row("confirm", Action::Open, Review, &["enter"], "confirm", "Confirm the marked candidate (the first, unless you moved)"),
    row("candidate_1", Action::Choose(1), Review, &["1"], "", "Confirm candidate 1"),
    row("candidate_2", Action::Choose(2), Review, &["2"], "", "Confirm candidate 2"),
    row("candidate_3", Action::Choose(3), Review, &["3"], "", "Confirm candidate 3"),
    row("candidate_4", Action::Choose(4), Review, &["4"], "", "Confirm candidate 4"),
    row("candidate_5", Action::Choose(5), Review, &["5"], "", "Confirm candidate 5"),
    row("candidate_6", Action::Choose(6), Review, &["6"], "", "Confirm candidate 6"),
    row("candidate_7", Action::Choose(7), Review, &["7"], "", "Confirm candidate 7"),
    row("candidate_8", Action::Choose(8), Review, &["8"], "", "Confirm candidate 8"),
    row("candidate_9", Action::Choose(9), Review, &["9"], "", "Confirm candidate 9"),
    row("no_counterpart", Action::NoCounterpart, Review, &["n"], "none", "No counterpart: the PSA does not hold this customer"),
    row("exclude", Action::Exclude, Review, &["x"], "exclude", "Exclude: no customer to bill (internal use, test, not ours, …)"),
    row("find_other", Action::FindOther, Review, &["f"], "find", "Find the counterpart among all customers"),
    row("accept_sure", Action::AcceptSure, Review, &["a"], "all sure", "Accept in one go all that are all but certain here; shows them first"),
    row("accept_alike", Action::AcceptAlike, Review, &["i"], "", "Accept in one go all with the evidence of the marked candidate; shows them first"),
    row("later", Action::Later, Review, &["s"], "later", "Put this item off; it comes back at the end"),
    row("undo", Action::Undo, Review, &["u"], "undo", "Take back the last decision"),
    row("evidence", Action::Evidence, Review, &["e"], "evidence", "Ask the distributor for the Microsoft tenant and domain (one request)"),
    row("redo", Action::Redo, Review, &["ctrl-r"], "", "Decide again what was taken back"),
    row("next_candidate", Action::Side(true), Review, &["l", "right"], "", "Mark the next candidate and compare with it"),
    row("previous_candidate", Action::Side(false), Review, &["h", "left"], "", "Mark the candidate before"),
    row("skus", Action::Show, Review, &["v"], "SKUs", "Show the SKUs that wait for a product of the PSA"),
    row("confirm", Action::Open, Skus, &["enter"], "confirm", "It is sold as the marked products, or as the one at >"),
    row("candidate_1", Action::Choose(1), Skus, &["1"], "", "It is sold as candidate 1; with others marked, mark it too"),
    row("candidate_2", Action::Choose(2), Skus, &["2"], "", "It is sold as candidate 2; with others marked, mark it too"),
    row("candidate_3", Action::Choose(3), Skus, &["3"], "", "It is sold as candidate 3; with others marked, mark it too"),
    row("candidate_4", Action::Choose(4), Skus, &["4"], "", "It is sold as candidate 4; with others marked, mark it too"),
    row("candidate_5", Action::Choose(5), Skus, &["5"], "", "It is sold as candidate 5; with others marked, mark it too"),
    row("candidate_6", Action::Choose(6), Skus, &["6"], "", "It is sold as candidate 6; with others marked, mark it too"),
    row("candidate_7", Action::Choose(7), Skus, &["7"], "", "It is sold as candidate 7; with others marked, mark it too"),
    row("candidate_8", Action::Choose(8), Skus, &["8"], "", "It is sold as candidate 8; with others marked, mark it too"),
    row("candidate_9", Action::Choose(9), Skus, &["9"], "", "It is sold as candidate 9; with others marked, mark it too"),
    row("mark", Action::Mark, Skus, &["space"], "mark", "Mark this product: a SKU may be sold as several"),
    row("none", Action::NoCounterpart, Skus, &["n"], "none", "It is sold as no product of the PSA"),
    row("find_other", Action::FindOther, Skus, &["f"], "find", "Find the product among all of the PSA"),
    row("accept_sure", Action::AcceptSure, Skus, &["a"], "", "Accept in one go all that are all but certain here; shows them first"),
    row("accept_alike", Action::AcceptAlike, Skus, &["i"], "", "Accept in one go all with the evidence of the marked product; shows them first"),
    row("later", Action::Later, Skus, &["s"], "later", "Put this SKU off; it comes back at the end"),
    row("undo", Action::Undo, Skus, &["u"], "undo", "Take back the last decision about a SKU"),
    row("customers", Action::Show, Skus, &["v"], "customers", "Show the customers that wait"),
    row("coverage", Action::Coverage, Skus, &["b"], "", "Say that the product is a bundle of several SKUs, or that it is none"),
    row("units", Action::Units, Skus, &["x"], "", "Say how many seats one unit of the product stands for"),
    row("redo", Action::Redo, Skus, &["ctrl-r"], "", "Decide again what was taken back"),
    row("next_candidate", Action::Side(true), Skus, &["l", "right"], "", "To the next product, and compare with it"),
    row("previous_candidate", Action::Side(false), Skus, &["h", "left"], "", "To the product before"),
    row("detail", Action::Open, Findings, &["enter"], "detail", "Show the arithmetic and what to do"),
    row("chart", Action::Chart, Findings, &["c"], "chart", "Show the seats by week beside the contract, or the arithmetic again"),
    row("sort", Action::Sort, Findings, &["t"], "sort", "Sort by money, kind, customer"),
    row("show", Action::Show, Findings, &["v"], "show", "Show open findings, all, or the open leakage: uncontracted seats and SKUs below margin"),
    row("mute", Action::Mute, Findings, &["m"], "mute", "Mute for some days, with a reason"),
    row("resolve", Action::Resolve, Findings, &["r"], "resolve", "Mark as dealt with"),
    row("reopen", Action::Reopen, Findings, &["o"], "reopen", "Open again"),
    row("note", Action::Note, Findings, &["n"], "note", "Add a note; it travels into exports"),
    row("licensing", Action::Open, Customers, &["enter"], "licensing", "Show the licensing table"),
    row("findings", Action::ToFindings, Customers, &["f"], "findings", "Show this customer's findings"),
    row("qbr", Action::WriteQbr, Customers, &["w"], "QBR", "Write the QBR section into a file (HTML, for print)"),
    row("give", Action::Give, Customers, &["m"], "give", "Give a subscription to a sister company on the same account"),
    row("undo", Action::Undo, Customers, &["u"], "", "Take back the subscription that was given last"),
    row("sort", Action::Sort, Customers, &["t"], "sort", "Sort by name, cost, uncontracted seats"),
    row("entry", Action::Open, Log, &["enter"], "entry", "Show the entry in full"),
    row("level", Action::Show, Log, &["v"], "level", "Show entries from the next level on"),
    row("follow", Action::Follow, Log, &["f"], "follow", "Follow the newest entry"),
    row("previous_error", Action::PreviousError, Log, &["e"], "error", "Go to the error before"),
    row("test", Action::Test, Connections, &["t"], "test", "Test the connection"),
    row("add", Action::Add, Connections, &["a"], "add", "Connect a distributor, or bring in the PSA"),
    row("acceptance", Action::Accept, Connections, &["r"], "acceptance", "Acceptance run: test, sync all of it, write the report into a file"),
    row("detail", Action::Open, Connections, &["enter"], "detail", "Show everything about the connection"),
    row("open", Action::Open, Everywhere, &["enter"], "open", "Open what is selected"),
    row("back", Action::Back, Everywhere, &["esc", "backspace"], "", "One step back"),
    row("filter", Action::Filter, Everywhere, &["/"], "filter", "Filter: words, word beginnings, !without"),
    row("sync", Action::Sync, Everywhere, &["s"], "sync", "Sync every connection"),
    row("stop", Action::Stop, Everywhere, &["ctrl-x"], "", "Stop the running sync after its page; the next one goes on there"),
    row("next_week", Action::NextWeek, Everywhere, &["W"], "next week", "Move the demo to the next week"),
    row("pause", Action::Freeze, Everywhere, &["p"], "pause", "Hold the screen still; the engine goes on"),
    row("copy", Action::Copy, Everywhere, &["y"], "copy", "Copy the name to your clipboard (OSC 52, works over SSH)"),
    row("copy_row", Action::CopyRow, Everywhere, &["Y"], "", "Copy the row, tab-separated"),
    row("save", Action::Save, Everywhere, &["w", "ctrl-w"], "save", "Save what is shown to a file: lists as CSV, the log as text"),
    row("zoom", Action::Zoom, Everywhere, &["z"], "full", "Show one part as large as it gets"),
    row("pane_overview", Action::Pane(PaneId::Overview), Everywhere, &["1", "0"], "", "Overview (0 from Review)"),
    row("pane_review", Action::Pane(PaneId::Review), Everywhere, &["2"], "", "Review"),
    row("pane_findings", Action::Pane(PaneId::Findings), Everywhere, &["3"], "", "Findings"),
    row("pane_customers", Action::Pane(PaneId::Customers), Everywhere, &["4"], "", "Customers"),
    row("pane_log", Action::Pane(PaneId::SyncLog), Everywhere, &["5"], "", "Sync & log"),
    row("pane_connections", Action::Pane(PaneId::Connections), Everywhere, &["6"], "", "Connections"),
    row("next_pane", Action::Turn(true), Everywhere, &["tab", "l", "right"], "next pane", "Next pane"),
    row("previous_pane", Action::Turn(false), Everywhere, &["shift-tab", "h", "left"], "", "The pane before"),
    row("down", Action::Move(Step::Down), Everywhere, &["j", "down"], "", "Down"),
    row("up", Action::Move(Step::Up), Everywhere, &["k", "up"], "", "Up"),
    row("ten_down", Action::Move(Step::HalfDown), Everywhere, &["ctrl-d", "pgdn"], "", "Ten rows down"),
    row("ten_up", Action::Move(Step::HalfUp), Everywhere, &["ctrl-u", "pgup"], "", "Ten rows up"),
    row("top", Action::Move(Step::Top), Everywhere, &["g", "home"], "", "To the first row"),
    row("bottom", Action::Move(Step::Bottom), Everywhere, &["G", "end"], "", "To the last row"),
    row("menu", Action::Menu, Everywhere, &["."], "menu", "What can be done with this row"),
    row("palette", Action::Palette, Everywhere, &[":", "ctrl-p"], "commands", "All commands, with search"),
    row("help", Action::Help, Everywhere, &["?", "f1"], "help", "Help for this place"),
    row("checklist", Action::Checklist, Everywhere, &["ctrl-g"], "", "What is done and what is next, from connecting to the acceptance report"),
    row("theme", Action::Theme, Everywhere, &[], "", "Choose colours: a theme"),
    row("privacy", Action::Privacy, Everywhere, &["ctrl-n"], "", "Hide names for screenshots, or show them again"),
    row("mouse", Action::Mouse, Everywhere, &[], "", "Switch the mouse on or off"),
    row("suspend", Action::Suspend, Everywhere, &["ctrl-z"], "", "Go to the shell; fg comes back"),
    row("repaint", Action::Repaint, Everywhere, &["ctrl-l"], "", "Draw everything again"),
    row("quit", Action::Quit, Everywhere, &["q"], "quit", "Quit; asks only if something would be lost"),
    row("quit_now", Action::QuitNow, Everywhere, &["ctrl-c"], "", "Quit; twice means now"),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::chord::is_left_behind;
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
    fn no_name_stands_twice_in_a_place() {
        let mut seen = HashSet::new();
        for c in COMMANDS {
            assert!(seen.insert((c.place.section(), c.name)), "{}", c.name);
        }
    }

    #[test]
    fn what_a_split_arrow_leaves_behind_is_bound_to_nothing() {
        for c in COMMANDS {
            for key in c.keys {
                assert!(!is_left_behind(key), "{key}");
            }
        }
    }
}
