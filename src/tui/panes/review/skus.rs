//! The queue of SKUs: which products of the PSA each is sold as. Several can be marked before they are confirmed.

use std::collections::BTreeMap;

use super::super::super::canvas::Canvas;
use super::super::super::data::Data;
use super::super::super::keymap::Action;
use super::super::super::overlays::Overlay;
use super::super::super::overlays::batch::{Counterpart, Proposal};
use super::super::super::overlays::picker::{Choice, Picker, Purpose};
use super::super::super::queues::Skus;
use super::super::{Cx, Handled, Pane, View};
use super::batch::{self, Common};
use super::worklist::Worklist;
use super::{About, skus_view};
use crate::domain::agreement::Coverage;
use crate::domain::ids::SkuKey;
use crate::domain::product::{ProductCandidate, ProductItem, ProductVerdict, PsaProduct, SoldAs};

/// The SKUs that wait.
#[derive(Debug, Default)]
pub struct SkusList {
    /// Which item, which candidate.
    pub work: Worklist<Skus>,
    draft: Draft,
}

/// What was put together for one SKU and is not confirmed yet.
#[derive(Debug, Default)]
struct Draft {
    key: Option<SkuKey>,
    /// Found by a search: they stand behind the suggestions.
    found: Vec<PsaProduct>,
    /// What was said, by code.
    said: BTreeMap<String, Said>,
}

/// What was said of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// True if it is one of those that the SKU is sold as.
    pub chosen: bool,
    /// How many seats one unit of it stands for.
    pub seats_per_unit: i64,
    /// What it covers.
    pub coverage: Coverage,
}

impl Default for Said {
    fn default() -> Self {
        Self {
            chosen: false,
            seats_per_unit: 1,
            coverage: Coverage::Inferred,
        }
    }
}

/// A product that may be chosen.
#[derive(Debug, Clone, Copy)]
pub struct Offer<'a> {
    /// Which.
    pub product: &'a PsaProduct,
    /// The matcher's score; none where a person found it.
    pub score: Option<f64>,
    /// Why, and why not.
    pub reasons: &'a [String],
    /// What was said of it.
    pub said: Said,
}

impl SkusList {
    /// The products offered for an item: suggestions, then what was found for it.
    pub fn offers<'a>(&'a self, item: &'a ProductItem) -> Vec<Offer<'a>> {
        let own = self.draft.key.as_ref() == Some(&item.line.key);
        let draft = own.then_some(&self.draft);
        let said = |p: &PsaProduct| draft.and_then(|d| d.said.get(&p.code)).copied();
        let suggested = item.candidates.iter().map(|c| Offer {
            product: &c.product,
            score: Some(c.score),
            reasons: &c.reasons,
            said: said(&c.product).unwrap_or_default(),
        });
        let found = draft.into_iter().flat_map(|d| &d.found).map(|p| Offer {
            product: p,
            score: None,
            reasons: &[],
            said: said(p).unwrap_or_default(),
        });
        suggested.chain(found).collect()
    }

    /// Takes a product that was found, or the seats that a unit of one stands for.
    pub fn answered(&mut self, key: &SkuKey, about: &About, choice: &Choice, cx: &mut Cx<'_>) {
        if self.work.item(cx.data).map(|i| &i.line.key) != Some(key) {
            cx.out.notice = Some("that item is no longer selected".to_owned());
            return;
        }
        match about {
            About::Products(codes) => {
                let place = usize::try_from(choice.value).ok();
                let code = place.and_then(|n| codes.get(n));
                let product = code.and_then(|c| cx.data.products.iter().find(|p| p.code == *c));
                match product.cloned() {
                    Some(product) => self.found(key, product, cx),
                    None => cx.out.notice = Some("the PSA no longer has it".to_owned()),
                }
            }
            About::Units(code) => match choice.label.trim().parse() {
                Ok(n @ 1..=1_000_000) => self.said(key, code).seats_per_unit = n,
                _ => cx.out.notice = Some("a unit stands for 1 to 1,000,000 seats".to_owned()),
            },
        }
    }

    /// Offers a product that was found, as chosen.
    fn found(&mut self, key: &SkuKey, product: PsaProduct, cx: &mut Cx<'_>) {
        self.said(key, &product.code).chosen = true;
        let code = product.code.clone();
        if let Some(item) = self.work.item(cx.data) {
            if !self.offers(item).iter().any(|o| o.product.code == code) {
                self.draft.found.push(product);
            }
            let place = self
                .offers(item)
                .iter()
                .position(|o| o.product.code == code);
            self.work.mark = place.unwrap_or(0);
        }
        cx.out.notice = Some(format!("{code} is marked: Enter links what is marked"));
    }

    /// What was said of a product for this SKU, to change it. What was said for another is forgotten.
    fn said(&mut self, key: &SkuKey, code: &str) -> &mut Said {
        if self.draft.key.as_ref() != Some(key) {
            self.draft = Draft {
                key: Some(key.clone()),
                ..Draft::default()
            };
        }
        self.draft.said.entry(code.to_owned()).or_default()
    }

    /// The selected SKU and the code of a product that is offered for it.
    fn offered(&self, place: usize, data: &Data) -> Option<(SkuKey, String)> {
        let item = self.work.item(data)?;
        let offers = self.offers(item);
        let code = offers.get(place)?.product.code.clone();
        Some((item.line.key.clone(), code))
    }

    fn toggle(&mut self, place: usize, data: &Data) {
        if let Some((key, code)) = self.offered(place, data) {
            let said = self.said(&key, &code);
            said.chosen = !said.chosen;
            self.work.mark = place;
        }
    }

    /// From what names tell to a bundle, to one product, and back.
    fn turn_coverage(&mut self, cx: &mut Cx<'_>) {
        let Some((key, code)) = self.offered(self.work.mark, cx.data) else {
            return;
        };
        let said = self.said(&key, &code);
        let (next, words) = match said.coverage {
            Coverage::Inferred => (
                Coverage::Bundle,
                "is a bundle: its price is no single SKU's",
            ),
            Coverage::Bundle => (
                Coverage::OneProduct,
                "is no bundle: the seats of all its SKUs are summed",
            ),
            Coverage::OneProduct => (Coverage::Inferred, "is what names and links tell"),
        };
        said.coverage = next;
        cx.out.notice = Some(format!("{code} {words}"));
    }

    /// Links what is marked, or this one where nothing is.
    fn confirm(&mut self, action: Action, place: usize, cx: &mut Cx<'_>) {
        let Some(item) = self.work.item(cx.data) else {
            return;
        };
        let key = item.line.key.clone();
        let offers = self.offers(item);
        let mut sold_as: Vec<SoldAs> = offers
            .iter()
            .filter(|o| o.said.chosen)
            .map(Offer::sold_as)
            .collect();
        if sold_as.is_empty() {
            sold_as.extend(offers.get(place).map(Offer::sold_as));
        }
        if !self.work.may_decide(action, &key, cx) {
            return;
        }
        if sold_as.is_empty() {
            cx.out.notice = Some("there is no such candidate".to_owned());
            return;
        }
        self.decide(&key, ProductVerdict::Link { sold_as }, cx);
    }

    /// What may be accepted of a SKU, best first.
    fn proposals(item: &ProductItem) -> Vec<Proposal> {
        let proposal = |c: &ProductCandidate| Proposal {
            subject: item.line.key.clone().into(),
            to: Counterpart::Product(c.product.code.clone()),
            ours: item.line.name.clone(),
            theirs: c.product.name.clone(),
            psa_id: c.product.code.clone(),
            score: c.score,
            reasons: c.reasons.clone(),
        };
        item.candidates.iter().map(proposal).collect()
    }

    fn ask_all(&self, action: Action, cx: &mut Cx<'_>) {
        let model = self.work.item(cx.data).map(Self::proposals);
        let model = model.unwrap_or_default();
        let common = match action {
            Action::AcceptAlike => Common::Evidence(&model, self.work.mark),
            _ => Common::Sure,
        };
        let items = self.work.open(cx.data).map(Self::proposals);
        batch::ask(items, &common, cx.out);
    }

    fn none(&mut self, action: Action, cx: &mut Cx<'_>) {
        let Some(key) = self.work.item(cx.data).map(|i| i.line.key.clone()) else {
            return;
        };
        if self.work.may_decide(action, &key, cx) {
            self.decide(&key, ProductVerdict::NoProduct, cx);
        }
    }

    fn decide(&mut self, key: &SkuKey, verdict: ProductVerdict, cx: &mut Cx<'_>) {
        let item = self.work.item(cx.data);
        let name = item.map_or(String::new(), |i| i.line.name.clone());
        let words = match &verdict {
            ProductVerdict::Link { sold_as } => {
                let codes: Vec<String> = sold_as.iter().map(ToString::to_string).collect();
                format!("{name} → {}", codes.join(", "))
            }
            ProductVerdict::NoProduct => format!("{name}: sold as no product"),
        };
        self.draft = Draft::default();
        self.work.decide(key, verdict, words, cx);
    }

    fn ask_other(&self, cx: &mut Cx<'_>) {
        let Some(item) = self.work.item(cx.data) else {
            return;
        };
        let products = &cx.data.products;
        if products.is_empty() {
            cx.out.notice = Some("no agreement line of the PSA was read yet".to_owned());
            return;
        }
        let rows = products.iter().zip(0..).map(|(p, value)| Choice {
            label: p.name.clone(),
            hint: p.code.clone(),
            value,
        });
        let rows = rows.collect();
        let codes = products.iter().map(|p| p.code.clone()).collect();
        let title = format!("What is {} sold as in the PSA?", item.line.name);
        let purpose = Purpose::Sku(item.line.key.clone(), About::Products(codes));
        cx.out.ask = Some(Overlay::Picker(Picker::new(title, rows, purpose)));
    }

    fn ask_units(&self, cx: &mut Cx<'_>) {
        if let Some((key, code)) = self.offered(self.work.mark, cx.data) {
            let title = format!("For how many seats does one unit of {code} stand?");
            let purpose = Purpose::Sku(key, About::Units(code));
            let asked = Picker::with_free_text(title, Vec::new(), purpose);
            cx.out.ask = Some(Overlay::Picker(asked));
        }
    }

    /// The place of the last product that is offered for the selected item.
    fn last(&self, data: &Data) -> usize {
        let item = self.work.item(data);
        item.map_or(0, |i| self.offers(i).len().saturating_sub(1))
    }

    fn is_any_chosen(&self, data: &Data) -> bool {
        let item = self.work.item(data);
        item.is_some_and(|i| self.offers(i).iter().any(|o| o.said.chosen))
    }
}

/// A SKU that is sold as this product alone, a seat for each unit.
pub fn as_one(code: String) -> ProductVerdict {
    let Said {
        seats_per_unit,
        coverage,
        ..
    } = Said::default();
    let sold_as = SoldAs {
        code,
        seats_per_unit,
        coverage,
    };
    ProductVerdict::Link {
        sold_as: vec![sold_as],
    }
}

impl Offer<'_> {
    fn sold_as(&self) -> SoldAs {
        SoldAs {
            code: self.product.code.clone(),
            seats_per_unit: self.said.seats_per_unit,
            coverage: self.said.coverage,
        }
    }
}

impl Pane for SkusList {
    fn count(&self, data: &Data) -> Option<u64> {
        data.sku_desk.is_loaded().then(|| data.sku_desk.waiting())
    }

    fn render(&self, view: &View<'_>, canvas: &mut Canvas<'_>) {
        skus_view::draw(self, view, canvas);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Handled {
        match action {
            Action::Choose(_) if self.work.item(cx.data).is_none() => return Handled::No,
            Action::Open => self.confirm(action, self.work.mark, cx),
            Action::Choose(n) => {
                let place = usize::from(n).saturating_sub(1);
                match self.is_any_chosen(cx.data) {
                    true => self.toggle(place, cx.data),
                    false => self.confirm(action, place, cx),
                }
            }
            Action::Mark => self.toggle(self.work.mark, cx.data),
            Action::Coverage => self.turn_coverage(cx),
            Action::Units => self.ask_units(cx),
            Action::NoCounterpart => self.none(action, cx),
            Action::FindOther => self.ask_other(cx),
            Action::AcceptSure | Action::AcceptAlike => self.ask_all(action, cx),
            alike => return self.work.act(alike, self.last(cx.data), cx),
        }
        Handled::Yes
    }

    fn can(&self, action: Action, data: &Data) -> bool {
        let item = self.work.item(data);
        let offers = item.map_or(0, |i| self.offers(i).len());
        match action {
            Action::Open | Action::Mark | Action::Coverage | Action::Units => offers > 0,
            Action::Choose(n) => offers >= usize::from(n),
            Action::NoCounterpart | Action::FindOther | Action::AcceptSure => item.is_some(),
            Action::AcceptAlike => item.is_some_and(|i| i.candidates.len() > self.work.mark),
            alike => self.work.can(alike, self.last(data), data),
        }
    }

    fn refresh(&mut self, data: &Data) {
        self.work.refresh(data, |i| {
            let line = &i.line;
            format!("{} {} {}", line.name, line.key.vendor.label(), line.key.sku)
        });
    }

    fn filter(&self) -> &str {
        self.work.list.filter()
    }

    fn set_filter(&mut self, text: &str, data: &Data) {
        self.work.list.set_filter(text);
        self.refresh(data);
    }

    fn copied(&self, data: &Data, whole_row: bool) -> Option<String> {
        let line = &self.work.item(data)?.line;
        if !whole_row {
            return Some(line.key.sku.to_string());
        }
        let row = [
            line.key.vendor.tag(),
            line.key.sku.as_str(),
            &line.name,
            &line.seats.to_string(),
            &line.customers.to_string(),
            &line.monthly_cost.shown(),
        ];
        Some(row.join("\t"))
    }
}
