//! From an empty machine to the acceptance report: what is done, and what is next.

use super::data::Data;
use super::keymap::Action;
use super::msg::{ConnectionLine, Source};
use super::overlays::picker::{Choice, Picker, Purpose};
use super::panes::PaneId;
use super::state::State;
use super::widgets::progress;
use crate::domain::money::grouped;

/// What is remembered of it beside what the store tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Told {
    /// The findings were looked at after a sync.
    pub findings_read: bool,
    /// An acceptance run passed and its report was written.
    pub accepted: bool,
    /// The person wants to see no more of it on the overview.
    pub hidden: bool,
}

/// A step on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A distributor is connected.
    Connect,
    /// The PSA is there.
    Psa,
    /// A sync ended well.
    Sync,
    /// Nothing waits for a person.
    Review,
    /// The findings were read.
    Findings,
    /// The acceptance report was written.
    Acceptance,
}

impl Step {
    /// In their order.
    pub const ALL: [Step; 6] = [
        Step::Connect,
        Step::Psa,
        Step::Sync,
        Step::Review,
        Step::Findings,
        Step::Acceptance,
    ];

    /// What is to be done.
    pub fn label(self) -> &'static str {
        match self {
            Step::Connect => "Connect a distributor",
            Step::Psa => "Bring in the PSA",
            Step::Sync => "Sync",
            Step::Review => "Review what is not sure",
            Step::Findings => "Read the findings",
            Step::Acceptance => "Write the acceptance report",
        }
    }

    /// What does it, from the overview.
    pub fn action(self) -> Action {
        match self {
            Step::Connect | Step::Psa => Action::Add,
            Step::Sync => Action::Sync,
            Step::Review => Action::Pane(PaneId::Review),
            Step::Findings => Action::Pane(PaneId::Findings),
            Step::Acceptance => Action::Pane(PaneId::Connections),
        }
    }

    /// True once it is done.
    pub fn is_done(self, data: &Data) -> bool {
        let any = |is: fn(&ConnectionLine) -> bool| data.connections.iter().flatten().any(is);
        match self {
            Step::Connect => any(is_distributor),
            Step::Psa => any(|line| !is_distributor(line)),
            Step::Sync => any(|line| is_distributor(line) && line.last_sync_at.is_some()),
            Step::Review => {
                Step::Sync.is_done(data) && data.desk.is_loaded() && data.desk.waiting() == 0
            }
            Step::Findings => data.told.findings_read,
            Step::Acceptance => data.told.accepted,
        }
    }

    /// How it stands, in a few words; empty where there is nothing to say.
    pub fn standing(self, data: &Data) -> String {
        match self {
            Step::Psa if self.is_done(data) => {
                let lines = data.connections.iter().flatten();
                let psa = lines
                    .map(|line| line.source)
                    .find(|s| matches!(s, Source::Psa(_)));
                psa.map_or(String::new(), |source| source.label().to_owned())
            }
            Step::Sync => match data.running().next() {
                Some(run) => format!("{} · {}", progress::doing(run), progress::cost(run)),
                None => String::new(),
            },
            Step::Review if Step::Sync.is_done(data) && data.desk.is_loaded() => {
                format!("{} wait", grouped(i128::from(data.desk.waiting())))
            }
            Step::Findings if data.findings.is_some() && Step::Sync.is_done(data) => {
                format!("{} open", grouped(data.open_findings as i128))
            }
            _ => String::new(),
        }
    }
}

fn is_distributor(line: &ConnectionLine) -> bool {
    matches!(line.source, Source::Distributor(_))
}

/// The first step that is not done; none once all are.
pub fn next(data: &Data) -> Option<Step> {
    Step::ALL.into_iter().find(|step| !step.is_done(data))
}

/// True while nothing was ever synced: the overview then leads the way.
pub fn leads(data: &Data) -> bool {
    data.connections.is_some() && !Step::Sync.is_done(data)
}

impl State {
    /// The steps to choose from; Enter goes there.
    pub(super) fn checklist(&self) -> Picker {
        let next = next(&self.data);
        let row = |(value, step): (i64, Step)| {
            let done = step.is_done(&self.data);
            let mark = if done { "[x]" } else { "[ ]" };
            let hint = match (step.standing(&self.data), next == Some(step)) {
                (words, false) => words,
                (words, true) if words.is_empty() => "next".to_owned(),
                (words, true) => format!("next · {words}"),
            };
            Choice {
                label: format!("{mark} {}  {}", value + 1, step.label()),
                hint,
                value,
            }
        };
        let mut rows: Vec<Choice> = (0..).zip(Step::ALL).map(row).collect();
        rows.push(Choice {
            label: match self.data.told.hidden {
                true => "Show the next step there again".to_owned(),
                false => "Hide the line on the overview".to_owned(),
            },
            hint: String::new(),
            value: -1,
        });
        let title = "What is done, and what is next".to_owned();
        let mut picker = Picker::new(title, rows, Purpose::Step);
        picker.go_to(next.map_or(0, |next| {
            Step::ALL.iter().position(|step| *step == next).unwrap_or(0)
        }));
        picker
    }
}
