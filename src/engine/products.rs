//! SKUs and the PSA products that they are sold as: matched where no person has decided, and kept ready for whoever
//! decides.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use super::blocking::blocking;
use super::context::Context;
use crate::domain::agreement::{AgreementLine, Coverage};
use crate::domain::ids::{AccountKey, CustomerId, SkuKey};
use crate::domain::money::Totals;
use crate::domain::party::LinkState;
use crate::domain::problem::Problem;
use crate::domain::product::{ProductCandidate, ProductItem, PsaProduct, SkuLine};
use crate::domain::subscription::BillingCycle;
use crate::matching::Outcome;
use crate::matching::products::{
    ProductMatch, ProductRecord, SkuRecord, describe, match_products, term_words,
};
use crate::store::links::AccountRow;
use crate::store::subscriptions::SubscriptionRow;

/// Matches the SKUs that no person has decided, and keeps both sides for the product queue.
pub async fn link(ctx: &Context) -> Result<(), Problem> {
    let accounts = ctx.store.accounts().await?;
    let subscriptions = ctx.store.subscriptions().await?;
    let lines = ctx.store.agreement_lines().await?;
    let today = ctx.calendar.now().date();
    let (items, products) = blocking(move || {
        let lines = lines.iter().map(|(customer, _, line)| (*customer, line));
        let (products, records) = products(lines, today);
        let skus = skus(&accounts, &subscriptions);
        (items(skus, &products, &records), products)
    })
    .await?;
    ctx.store.save_products(&items, &products).await?;
    Ok(())
}

/// Every SKU with its state and products, dearest first. Where subscriptions were read, but never matched by a version of
/// the program that keeps both sides, they are matched now.
pub async fn list(ctx: &Context) -> Result<Vec<ProductItem>, Problem> {
    let items = ctx.store.product_items().await?;
    let listings = ctx.store.listings().await?;
    if !items.is_empty() || listings.iter().all(|l| l.first_seen_at.is_none()) {
        return Ok(items);
    }
    if let Err(problem) = link(ctx).await {
        tracing::warn!(%problem, "the SKUs were not matched");
    }
    Ok(ctx.store.product_items().await?)
}

/// What several rows say, each once, in the order in which it first came.
#[derive(Debug, Default)]
struct Said(Vec<String>);

impl Said {
    fn add(&mut self, word: String) {
        if !word.is_empty() && !self.0.contains(&word) {
            self.0.push(word);
        }
    }

    fn words(&self) -> String {
        self.0.join(", ")
    }
}

fn cycle_words(cycle: BillingCycle) -> String {
    match cycle {
        BillingCycle::Unknown => String::new(),
        known => known.tag().replace('_', " "),
    }
}

/// Who buys, for counting.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Buyer {
    Customer(CustomerId),
    Account(AccountKey),
}

/// The PSA's products by code, each with the record that is matched.
fn products<'a>(
    lines: impl Iterator<Item = (Option<CustomerId>, &'a AgreementLine)>,
    today: Date,
) -> (Vec<PsaProduct>, Vec<ProductRecord>) {
    let mut found: BTreeMap<&str, (PsaProduct, BTreeSet<CustomerId>, Said)> = BTreeMap::new();
    for (customer, line) in lines {
        let (product, customers, cycles) = found.entry(line.product()).or_insert_with(|| {
            let told = describe(&line.product_name);
            let product = PsaProduct {
                code: line.product().to_owned(),
                name: line.product_name.clone(),
                vendor_sku: line.vendor_sku.clone(),
                edition: told.edition,
                term: told.term.to_owned(),
                ..PsaProduct::default()
            };
            (product, BTreeSet::new(), Said::default())
        });
        if line.is_active_on(today) {
            product.seats = product.seats.saturating_add(line.seats.unwrap_or(0));
            customers.extend(customer);
            cycles.add(cycle_words(line.billing_cycle));
        }
    }
    found
        .into_values()
        .map(|(mut product, customers, cycles)| {
            product.customers = i64::try_from(customers.len()).unwrap_or(i64::MAX);
            product.cycle = cycles.words();
            let record = ProductRecord {
                product_code: product.code.clone(),
                vendor_sku: product.vendor_sku.clone(),
                product_name: product.name.clone(),
            };
            (product, record)
        })
        .unzip()
}

/// The SKUs by key, with what is bought of each.
fn skus(accounts: &[AccountRow], subscriptions: &[SubscriptionRow]) -> Vec<SkuLine> {
    let owners: HashMap<&AccountKey, Option<CustomerId>> =
        accounts.iter().map(|a| (&a.key, a.customer_id)).collect();
    let mut found: BTreeMap<SkuKey, (SkuLine, BTreeSet<Buyer>, Said, Said)> = BTreeMap::new();
    for row in subscriptions {
        let sub = &row.subscription;
        let key = SkuKey::new(row.vendor, sub.sku.clone());
        let (line, buyers, terms, cycles) = found.entry(key.clone()).or_insert_with(|| {
            let line = SkuLine {
                key,
                name: sub.product_name.clone(),
                edition: describe(&sub.product_name).edition,
                term: String::new(),
                cycle: String::new(),
                seats: 0,
                customers: 0,
                monthly_cost: Totals::default(),
            };
            (line, BTreeSet::new(), Said::default(), Said::default())
        });
        if !sub.status.is_billable() || row.gone_since.is_some() {
            continue;
        }
        let account = AccountKey::new(row.connection.clone(), sub.vendor_customer_id.clone());
        let owner = owners.get(&account).copied().flatten();
        buyers.insert(match row.customer_id.or(owner) {
            Some(customer) => Buyer::Customer(customer),
            None => Buyer::Account(account),
        });
        terms.add(term_words(&sub.term));
        cycles.add(cycle_words(sub.billing_cycle));
        let seats = sub.seats.unwrap_or(0);
        line.seats = line.seats.saturating_add(seats);
        if let (Some(cost), Some(currency), Some(months)) =
            (sub.unit_cost, &sub.currency, sub.billing_cycle.months())
        {
            let monthly = cost.times(seats).divided_by(months);
            line.monthly_cost.add(currency, monthly);
        }
    }
    found
        .into_values()
        .map(|(mut line, buyers, terms, cycles)| {
            line.customers = i64::try_from(buyers.len()).unwrap_or(i64::MAX);
            line.cycle = cycles.words();
            line.term = match terms.words() {
                none if none.is_empty() => describe(&line.name).term.to_owned(),
                terms => terms,
            };
            line
        })
        .collect()
}

/// Each SKU with what the matcher says of it.
fn items(
    lines: Vec<SkuLine>,
    products: &[PsaProduct],
    records: &[ProductRecord],
) -> Vec<ProductItem> {
    let skus: Vec<SkuRecord> = lines
        .iter()
        .map(|line| SkuRecord {
            vendor: line.key.vendor,
            sku: line.key.sku.to_string(),
            product_name: line.name.clone(),
        })
        .collect();
    let mut found: HashMap<usize, Vec<ProductMatch>> = HashMap::new();
    for matched in match_products(&skus, records) {
        found.entry(matched.sku).or_default().push(matched);
    }
    let candidate = |matched: ProductMatch| {
        let product = products.get(matched.product)?.clone();
        Some(ProductCandidate {
            product,
            seats_per_unit: 1,
            coverage: Coverage::Inferred,
            score: matched.score,
            reasons: matched.reasons,
        })
    };
    let item = |(place, line): (usize, SkuLine)| {
        let matches = found.remove(&place).unwrap_or_default();
        let linked = matches.iter().any(|m| m.outcome == Outcome::Auto);
        ProductItem {
            line,
            state: match linked {
                true => LinkState::Auto,
                false => LinkState::Pending,
            },
            candidates: matches.into_iter().filter_map(candidate).collect(),
        }
    };
    lines.into_iter().enumerate().map(item).collect()
}
