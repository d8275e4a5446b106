//! One customer's subscriptions, from two answers or from the deprecated one.

use std::collections::BTreeMap;

use serde_json::Value;

use super::answer::{ITEMS, items};
use super::problems::Failed;
use super::subscription_row::{BOTH_SHAPE, DETAILS_SHAPE, PRICING_SHAPE, Reading};
use crate::distributor::Page;
use crate::distributor::Stream;
use crate::distributor::quarantine::quarantined;
use crate::distributor::twins::last_of_each;
use crate::domain::subscription::{Quarantined, Subscription};
use crate::http::json::row::Row;
use crate::http::json::shape::Shape;
use crate::http::json::surprises::Odd;

const DETAILS_ANSWER: Shape = Shape {
    path: "subscription details answer",
    fields: ITEMS,
};

const PRICING_ANSWER: Shape = Shape {
    path: "pricing information answer",
    fields: ITEMS,
};

const BOTH_ANSWER: Shape = Shape {
    path: "subscriptions answer",
    fields: ITEMS,
};

/// What came of a customer.
#[derive(Debug, Default)]
pub(super) struct CustomerRead {
    subscriptions: Vec<Subscription>,
    quarantined: Vec<Quarantined>,
    notes: Vec<String>,
    received: u64,
}

impl CustomerRead {
    /// Adds it to a page; what is odd is said once.
    pub fn add_to(self, page: &mut Page) {
        page.subscriptions.extend(self.subscriptions);
        page.quarantined.extend(self.quarantined);
        page.received += self.received;
        for note in self.notes {
            if !page.notes.contains(&note) {
                page.notes.push(note);
            }
        }
    }

    fn take(&mut self, read: Result<Subscription, Quarantined>) {
        match read {
            Ok(subscription) => self.subscriptions.push(subscription),
            Err(row) => self.quarantined.push(row),
        }
    }

    fn without_twins(mut self) -> Self {
        let before = self.subscriptions.len();
        self.subscriptions = last_of_each(self.subscriptions, |row| row.id.clone());
        if self.subscriptions.len() < before {
            self.notes
                .push("subscriptions were listed twice".to_owned());
        }
        self
    }
}

/// True if the details plainly list nothing, so that there is nothing to price.
pub(super) fn is_empty(details: &Value) -> bool {
    let items = details.get("items");
    items.and_then(Value::as_array).is_some_and(Vec::is_empty)
}

/// Joins details and pricing by id. Rows that one of the two lacks are told: without pricing a row has no cycle, without
/// details nothing is known of it but that it goes on.
pub(super) fn joined(
    details: &Value,
    pricing: &Value,
    reading: &Reading<'_>,
) -> Result<CustomerRead, Failed> {
    let surprises = reading.surprises;
    let list = |json, shape: &'static Shape| {
        items(json, shape, surprises).map_err(|why| Failed::Shape(shape.path, why))
    };
    let mut prices: BTreeMap<String, (Row<'_>, &Value)> = BTreeMap::new();
    for value in list(pricing, &PRICING_ANSWER)? {
        let row = Row::of(value, &PRICING_SHAPE, surprises);
        if let Some((row, id)) = row.and_then(|row| Some((row, row.id("id").ok()?))) {
            prices.insert(id, (row, value));
        }
    }
    let rows = list(details, &DETAILS_ANSWER)?;
    let mut read = CustomerRead {
        received: rows.len() as u64,
        ..CustomerRead::default()
    };
    for value in rows {
        let Some(row) = Row::of(value, &DETAILS_SHAPE, surprises) else {
            read.take(Err(no_object(value)));
            continue;
        };
        let price = row.id("id").ok().and_then(|id| prices.remove(&id));
        let price = price.map(|(row, _)| row);
        if price.is_none() {
            odd_pair(
                reading,
                &mut read,
                "subscriptions without pricing information",
            );
        }
        let mapped = reading.map(value, row, price, &mut read.notes);
        read.take(mapped);
    }
    for (_, value) in prices.into_values() {
        let reason = "pricing information without details";
        reading
            .surprises
            .count(reason, Odd::Contradiction, String::new);
        read.take(Err(quarantined(
            Stream::Subscriptions,
            value,
            &["id"],
            reason,
        )));
    }
    Ok(read.without_twins())
}

/// Reads the deprecated answer, whose rows are their own pricing.
pub(super) fn in_one(both: &Value, reading: &Reading<'_>) -> Result<CustomerRead, Failed> {
    let rows = items(both, &BOTH_ANSWER, reading.surprises)
        .map_err(|why| Failed::Shape(BOTH_ANSWER.path, why))?;
    let mut read = CustomerRead {
        received: rows.len() as u64,
        notes: vec![
            "the newer calls are not there; the deprecated list of subscriptions was read"
                .to_owned(),
        ],
        ..CustomerRead::default()
    };
    for value in rows {
        match Row::of(value, &BOTH_SHAPE, reading.surprises) {
            Some(row) => {
                let mapped = reading.map(value, row, Some(row), &mut read.notes);
                read.take(mapped);
            }
            None => read.take(Err(no_object(value))),
        }
    }
    Ok(read.without_twins())
}

fn no_object(value: &Value) -> Quarantined {
    quarantined(
        Stream::Subscriptions,
        value,
        &["id"],
        "the row is no object",
    )
}

fn odd_pair(reading: &Reading<'_>, read: &mut CustomerRead, words: &str) {
    reading
        .surprises
        .count(words, Odd::Contradiction, String::new);
    if !read.notes.iter().any(|note| note == words) {
        read.notes.push(words.to_owned());
    }
}
