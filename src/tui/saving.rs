//! What is shown, as a file: the log as text, lists as CSV.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use super::msg::Effect;
use super::panes::PaneId;
use super::panes::review::{cost, percent};
use super::state::State;
use crate::domain::finding::{FindingRow, Note};
use crate::domain::hub::CustomerLine;
use crate::domain::log::LogEntry;
use crate::domain::party::ReviewItem;
use crate::domain::product::ProductItem;
use crate::report::csv::{Guard, csv};
use crate::report::findings::{self, noted};
use crate::report::sheet::{Cell, Sheet};

/// The rows of a view as they are shown, in their order.
#[derive(Debug, Clone)]
pub enum Saved {
    /// Findings and what people wrote about them.
    Findings(Vec<FindingRow>, BTreeMap<String, Vec<Note>>),
    /// Customers with seats and money.
    Customers(Vec<CustomerLine>),
    /// Accounts to review, and what was decided about them in this session.
    Accounts(Vec<(Arc<ReviewItem>, String)>),
    /// As accounts, of SKUs.
    Skus(Vec<(ProductItem, String)>),
    /// Log entries.
    Log(Vec<LogEntry>),
}

impl Saved {
    /// The beginning of the file's name, and its end.
    pub fn file(&self) -> (&'static str, &'static str) {
        match self {
            Saved::Findings(..) => ("findings", "csv"),
            Saved::Customers(_) => ("customers", "csv"),
            Saved::Accounts(_) => ("review", "csv"),
            Saved::Skus(_) => ("skus", "csv"),
            Saved::Log(_) => ("log", "txt"),
        }
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        match self {
            Saved::Findings(rows, _) => rows.len(),
            Saved::Customers(rows) => rows.len(),
            Saved::Accounts(rows) => rows.len(),
            Saved::Skus(rows) => rows.len(),
            Saved::Log(rows) => rows.len(),
        }
    }

    /// The file's content.
    pub fn text(self) -> String {
        match self {
            Saved::Findings(rows, notes) => {
                csv(&findings::sheet(&noted(rows, &notes)), Guard::Formulas)
            }
            Saved::Customers(rows) => csv(&customers(&rows), Guard::Formulas),
            Saved::Accounts(rows) => csv(&accounts(&rows), Guard::Formulas),
            Saved::Skus(rows) => csv(&skus(&rows), Guard::Formulas),
            Saved::Log(rows) => log(&rows),
        }
    }
}

fn customers(rows: &[CustomerLine]) -> Sheet {
    let columns = [
        "customer_id",
        "customer",
        "vendor_label",
        "seats",
        "contracted",
        "uncontracted",
        "monthly_cost",
        "monthly_revenue",
        "stale",
        "stale_since",
    ];
    Sheet::of(&columns, rows, |c| {
        vec![
            Cell::number(Some(c.customer.id)),
            Cell::text(&c.customer.profile.name),
            Cell::text(&c.vendor_label),
            Cell::number(Some(c.seats)),
            Cell::number(Some(c.contracted)),
            Cell::number(Some(c.uncontracted)),
            Cell::text(c.monthly_cost.shown()),
            Cell::text(c.monthly_revenue.shown()),
            Cell::text(c.stale.to_string()),
            Cell::maybe(c.stale_since),
        ]
    })
}

fn accounts(rows: &[(Arc<ReviewItem>, String)]) -> Sheet {
    let columns = [
        "account",
        "vendor",
        "name",
        "domain",
        "seats",
        "monthly_cost",
        "decided",
        "candidate",
        "psa_id",
        "score",
        "reasons",
    ];
    Sheet::of(&columns, rows, |(item, decided)| {
        let best = item.candidates.first().map(|(c, _)| c);
        vec![
            Cell::text(item.key.to_string()),
            Cell::text(item.vendor.label()),
            Cell::text(&item.profile.name),
            Cell::text(&item.profile.domain),
            Cell::number(Some(item.seats)),
            Cell::text(cost(item)),
            Cell::text(decided),
            Cell::maybe(best.map(|c| &c.name)),
            Cell::maybe(best.map(|c| c.psa_id.as_str())),
            Cell::maybe(best.map(|c| percent(c.score))),
            Cell::maybe(best.map(|c| c.reasons.join("; "))),
        ]
    })
}

fn skus(rows: &[(ProductItem, String)]) -> Sheet {
    let columns = [
        "vendor",
        "sku",
        "product_name",
        "seats",
        "customers",
        "monthly_cost",
        "decided",
        "product_code",
        "score",
        "reasons",
    ];
    Sheet::of(&columns, rows, |(item, decided)| {
        let (line, best) = (&item.line, item.candidates.first());
        vec![
            Cell::text(line.key.vendor.label()),
            Cell::text(line.key.sku.to_string()),
            Cell::text(&line.name),
            Cell::number(Some(line.seats)),
            Cell::number(Some(line.customers)),
            Cell::text(line.monthly_cost.shown()),
            Cell::text(decided),
            Cell::maybe(best.map(|c| &c.product.code)),
            Cell::maybe(best.map(|c| percent(c.score))),
            Cell::maybe(best.map(|c| c.reasons.join("; "))),
        ]
    })
}

fn log(rows: &[LogEntry]) -> String {
    let mut out = String::with_capacity(rows.len() * 120);
    for e in rows {
        let connection = e.connection.as_ref().map_or("-", |c| c.as_str());
        let _ = writeln!(out, "{} {:<5} {connection} {}", e.at, e.level.tag(), e.text);
    }
    out
}

impl State {
    /// True where there is something to save. While names are hidden nothing is: a file would show them.
    pub(super) fn can_save(&self) -> bool {
        let pane = self.effective();
        let lists = [
            PaneId::Review,
            PaneId::Findings,
            PaneId::Customers,
            PaneId::SyncLog,
        ];
        !self.veil.is_on() && lists.contains(&pane)
    }

    /// Asks for the file of what is shown; the answer says where it is.
    pub(super) fn save(&mut self) -> Option<Effect> {
        if self.veil.is_on() {
            self.notice =
                "names are hidden, and a file would show them: show names first".to_owned();
            return None;
        }
        let saved = self.pane(self.effective()).saved(&self.data);
        let Some(saved) = saved.filter(|s| s.rows() > 0) else {
            self.notice = "nothing is shown here that could be saved".to_owned();
            return None;
        };
        self.notice = format!("saving {} rows …", saved.rows());
        Some(Effect::Save(Box::new(saved)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn each_view_has_its_file() {
        let findings = Saved::Findings(sample::findings(3), BTreeMap::new());
        assert_eq!((findings.file(), findings.rows()), (("findings", "csv"), 3));
        let text = findings.text();
        assert_eq!(text.lines().count(), 4);
        assert!(text.starts_with("\"fingerprint\""), "{text}");
        let text = Saved::Customers(sample::customers(2)).text();
        assert!(
            text.contains("\"Northwind Dental Grp\",\"TD SYNNEX\",120,110,10,"),
            "{text}"
        );
        let mut queue = sample::queue(2);
        Arc::make_mut(&mut queue[0]).profile.name = "=cmd()".to_owned();
        let decided = ["".to_owned(), "Contoso → Contoso Ltd".to_owned()];
        let saved = Saved::Accounts(queue.into_iter().zip(decided).collect());
        assert_eq!((saved.file(), saved.rows()), (("review", "csv"), 2));
        let text = saved.text();
        assert!(
            text.contains("\"Contoso → Contoso Ltd\",\"Contoso Pharma Limited\",\"1010\",\"93%\""),
            "{text}"
        );
        assert!(text.contains("\"'=cmd()\""), "{text}");
        let items = sample::skus(3)
            .into_iter()
            .map(|item| (item, String::new()));
        let text = Saved::Skus(items.collect()).text();
        assert!(
            text.contains("\"M365-BB\"") && text.lines().count() == 4,
            "{text}"
        );
        let text = Saved::Log(sample::log(6)).text();
        assert!(
            text.contains("warn  synnex 429 with Retry-After 12"),
            "{text}"
        );
    }
}
