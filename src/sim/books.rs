//! The world's agreements as most PSAs keep them: a billing cycle and a currency belong to the agreement, a name and a
//! part number to the catalogue.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::licence::{Cycle, Line};
use super::world::World;

/// An agreement of a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Agreement {
    pub id: u32,
    pub name: &'static str,
    pub company: u32,
    pub cycle: Cycle,
    pub currency: &'static str,
    /// The first one of the same name; the others are its children.
    pub parent: Option<u32>,
}

/// An item of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub id: usize,
    pub identifier: String,
    pub description: String,
    pub part_number: String,
}

/// The first line of a PSA's simulator: its credentials and counts.
pub(super) fn introduction(
    psa: &str,
    credentials: &[(&str, &str)],
    world: &World,
) -> Map<String, Value> {
    let told = [("psa", psa)]
        .into_iter()
        .chain(credentials.iter().copied());
    let told = told.map(|(key, text)| (key, Value::from(text)));
    let counts = [
        ("companies", world.companies.len()),
        ("lines", world.lines.len()),
    ];
    let counts = counts.map(|(key, count)| (key, Value::from(count)));
    let all = told.chain(counts);
    all.map(|(key, value)| (key.to_owned(), value)).collect()
}

/// All agreements in the order of their ids, each with its lines.
pub(super) fn agreements(world: &World) -> Vec<(Agreement, Vec<&Line>)> {
    let mut groups: BTreeMap<(u32, Cycle, &'static str), Vec<&Line>> = BTreeMap::new();
    for line in &world.lines {
        let key = (line.agreement_id, line.cycle, line.currency);
        groups.entry(key).or_default().push(line);
    }
    let mut all: Vec<(Agreement, Vec<&Line>)> = Vec::with_capacity(groups.len());
    for ((number, cycle, currency), lines) in groups {
        let Some(first) = lines.first() else {
            continue;
        };
        let before = all.last().map(|(a, _)| a).filter(|a| a.id / 10 == number);
        let agreement = Agreement {
            id: before.map_or(number * 10, |a| a.id + 1),
            name: first.agreement,
            company: first.company,
            cycle,
            currency,
            parent: before.map(|a| a.parent.unwrap_or(a.id)),
        };
        all.push((agreement, lines));
    }
    all
}

/// The code under which a line's product stands in the catalogue; there is none without.
pub(super) fn identifier(line: &Line) -> String {
    let code = match line.product_code.as_str() {
        "" => &line.product_name,
        code => code,
    };
    code.chars().take(60).collect()
}

/// The catalogue: an item for each code.
pub(super) fn catalogue(world: &World) -> BTreeMap<String, Item> {
    let mut items: BTreeMap<String, Item> = BTreeMap::new();
    for line in &world.lines {
        let identifier = identifier(line);
        let item = items.entry(identifier.clone()).or_insert_with(|| Item {
            id: 0,
            identifier,
            description: line.product_name.chars().take(60).collect(),
            part_number: String::new(),
        });
        if item.part_number.is_empty() {
            item.part_number.clone_from(&line.vendor_sku);
        }
    }
    for (at, item) in items.values_mut().enumerate() {
        item.id = 500 + at;
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_stands_in_one_agreement_and_the_catalogue() {
        let world = World::new(3, 200, "2026-11-24T08:00:00Z".parse().unwrap());
        let agreements = agreements(&world);
        let lines: usize = agreements.iter().map(|(_, lines)| lines.len()).sum();
        assert_eq!(lines, world.lines.len());
        assert!(
            agreements
                .windows(2)
                .all(|pair| pair[0].0.id < pair[1].0.id)
        );
        for (agreement, lines) in &agreements {
            assert!(lines.iter().all(|l| l.company == agreement.company));
        }
        assert!(agreements.iter().any(|(a, _)| a.parent.is_some()));
        let items = catalogue(&world);
        assert!(
            world
                .lines
                .iter()
                .all(|l| items.contains_key(&identifier(l)))
        );
    }
}
