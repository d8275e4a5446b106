//! The Review pane: two queues, of customers and of SKUs. One key changes from one to the other.

mod accounts;
mod accounts_view;
mod batch;
mod layout;
mod skus;
mod skus_view;
mod worklist;

use std::time::Duration;

use super::super::canvas::Canvas;
use super::super::data::Data;
use super::super::keymap::{Action, Place};
use super::super::overlays::batch::{Counterpart, Proposal};
use super::super::overlays::picker::Choice;
use super::super::saving::Saved;
use super::super::taken::Ruling;
use super::{Cx, Handled, Pane, View};
use crate::domain::ids::{AccountKey, CustomerId, SkuKey, Subject};
use crate::domain::party::{ReviewItem, Verdict};
use accounts::AccountsList;
pub use accounts_view::cost;
pub use layout::percent;
use skus::SkusList;

/// Which of the two is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Shown {
    #[default]
    Accounts,
    Skus,
}

/// Both queues.
#[derive(Debug, Default)]
pub struct ReviewPane {
    accounts: AccountsList,
    skus: SkusList,
    shown: Shown,
}

impl ReviewPane {
    /// Whose keys apply.
    pub fn place(&self) -> Place {
        match self.shown {
            Shown::Accounts => Place::Review,
            Shown::Skus => Place::Skus,
        }
    }

    /// The account that the person looks at.
    pub fn account<'d>(&self, data: &'d Data) -> Option<&'d ReviewItem> {
        match self.shown {
            Shown::Accounts => self.accounts.work.item(data).map(AsRef::as_ref),
            Shown::Skus => None,
        }
    }

    /// The account and the candidate that are compared.
    pub fn looked_at(&self, data: &Data) -> Option<(AccountKey, Option<CustomerId>)> {
        let item = self.account(data)?;
        let marked = item.candidates.get(self.accounts.work.mark);
        Some((item.key.clone(), marked.map(|(c, _)| c.customer_id)))
    }

    /// The frame is on the terminal; `visible` is false while something covers the pane.
    pub fn painted(&mut self, data: &Data, visible: bool, at: Duration) {
        let of = |shown| visible && self.shown == shown;
        let (accounts, skus) = (of(Shown::Accounts), of(Shown::Skus));
        self.accounts.work.painted(data, accounts, at);
        self.skus.work.painted(data, skus, at);
    }

    /// Decides about an account whose question stood open.
    pub fn decide(&mut self, key: &AccountKey, verdict: Verdict, cx: &mut Cx<'_>) {
        self.accounts.decide(key, verdict, cx);
    }

    /// Takes a product that was found for a SKU, or the seats that a unit of one stands for.
    pub fn answered(&mut self, key: &SkuKey, about: &About, choice: &Choice, cx: &mut Cx<'_>) {
        self.skus.answered(key, about, choice, cx);
    }

    /// Accepts links in one go that were shown before.
    pub fn accept(&mut self, proposals: Vec<Proposal>, cx: &mut Cx<'_>) {
        let asked = proposals.len();
        let (mut accounts, mut skus) = (Vec::new(), Vec::new());
        for p in proposals {
            let words = format!("{} → {}", p.ours, p.theirs);
            match (p.subject, p.to) {
                (Subject::Account(key), Counterpart::Customer(customer_id)) => {
                    let verdict = Verdict::Confirm { customer_id };
                    accounts.push(Ruling {
                        key,
                        verdict,
                        words,
                    });
                }
                (Subject::Product(key), Counterpart::Product(code)) => {
                    let verdict = skus::as_one(code);
                    skus.push(Ruling {
                        key,
                        verdict,
                        words,
                    });
                }
                _ => {}
            }
        }
        let decided =
            self.accounts.work.decide_all(accounts, cx) + self.skus.work.decide_all(skus, cx);
        cx.out.notice = Some(match asked - decided {
            0 => format!("{decided} linked in one go"),
            gone => format!("{decided} linked in one go; {gone} waited no longer"),
        });
    }

    fn list(&self) -> &dyn Pane {
        match self.shown {
            Shown::Accounts => &self.accounts,
            Shown::Skus => &self.skus,
        }
    }

    fn list_mut(&mut self) -> &mut dyn Pane {
        match self.shown {
            Shown::Accounts => &mut self.accounts,
            Shown::Skus => &mut self.skus,
        }
    }
}

/// What was asked about a SKU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// Which of these codes it is sold as; the choice's value is the place.
    Products(Vec<String>),
    /// How many seats a unit of this code stands for.
    Units(String),
}

impl Pane for ReviewPane {
    fn count(&self, data: &Data) -> Option<u64> {
        data.desk.is_loaded().then(|| data.desk.waiting())
    }

    fn render(&self, view: &View<'_>, canvas: &mut Canvas<'_>) {
        self.list().render(view, canvas);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Handled {
        if action == Action::Show {
            self.shown = match self.shown {
                Shown::Accounts => Shown::Skus,
                Shown::Skus => Shown::Accounts,
            };
            return Handled::Yes;
        }
        self.list_mut().act(action, cx)
    }

    fn can(&self, action: Action, data: &Data) -> bool {
        action == Action::Show || self.list().can(action, data)
    }

    fn refresh(&mut self, data: &Data) {
        self.accounts.refresh(data);
        self.skus.refresh(data);
    }

    fn filter(&self) -> &str {
        self.list().filter()
    }

    fn set_filter(&mut self, text: &str, data: &Data) {
        self.list_mut().set_filter(text, data);
    }

    fn saved(&self, data: &Data) -> Option<Saved> {
        Some(match self.shown {
            Shown::Accounts => Saved::Accounts(self.accounts.work.shown(data)),
            Shown::Skus => Saved::Skus(self.skus.work.shown(data)),
        })
    }

    fn copied(&self, data: &Data, whole_row: bool) -> Option<String> {
        self.list().copied(data, whole_row)
    }
}
