//! Bad weather, seeded: random faults at a modest rate, hostile text in some names, rows that cannot be read.

use serde_json::{Value, json};

use super::super::dice::Dice;
use super::fault::Fault;
use super::route::PathKind;

/// Random faults for requests, in bursts.
#[derive(Debug)]
pub(super) struct Storm {
    dice: Dice,
    burst: u32,
    fault: Option<Fault>,
}

impl Storm {
    /// The storm of a seed.
    pub(super) fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed, "storm", 0),
            burst: 0,
            fault: None,
        }
    }

    /// What happens to the next request, if anything. A refresh token is never lost to chance: that ends the story.
    pub(super) fn next(&mut self, kind: PathKind) -> Option<Fault> {
        if self.burst > 0 {
            self.burst -= 1;
            return self.fault.clone();
        }
        let status = |status, retry_after: Option<&str>| Fault::Status {
            status,
            retry_after: retry_after.map(str::to_owned),
        };
        let (most, fault) = match self.dice.below(100) {
            0..=2 => (3, status(*self.dice.pick(&[500, 502, 503, 503, 504]), None)),
            3..=4 => (
                2,
                status(429, *self.dice.pick(&[Some("1"), Some("2"), None])),
            ),
            5..=6 => (1, Fault::Reset),
            7 => (
                1,
                Fault::Html {
                    status: *self.dice.pick(&[200, 502]),
                },
            ),
            8 if kind != PathKind::Token => (1, Fault::SlowBody { seconds: 1 }),
            9 if kind != PathKind::Token => (1, Fault::CutBody),
            10 if kind != PathKind::Token => (1, Fault::CutJson),
            11 => (1, Fault::ExpireAccess),
            _ => return None,
        };
        self.burst = u32::try_from(self.dice.below(most)).unwrap_or(0);
        self.fault = Some(fault.clone());
        Some(fault)
    }
}

/// Whether rows are spoilt, and by which seed. The same row is always spoilt in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hostility {
    /// Clean rows.
    None,
    /// Hostile names and broken rows.
    Seeded(u64),
}

impl Hostility {
    /// The row of a customer as it is sent; one in 150 loses its name, and with it its id.
    pub(super) fn customer(self, id: u64, mut row: Value) -> Value {
        let Hostility::Seeded(seed) = self else {
            return row;
        };
        let mut dice = Dice::new(seed, "hostile customer", id);
        if let Some(name) = row["customerOrganization"]
            .as_str()
            .filter(|_| dice.chance(6))
        {
            row["customerOrganization"] = hostile_text(name, &mut dice).into();
        }
        if let Some(fields) = row.as_object_mut().filter(|_| dice.below(150) == 0) {
            fields.remove("name");
        }
        row
    }

    /// The row of a subscription as it is sent; one in 120 cannot be read.
    pub(super) fn subscription(self, id: u64, mut row: Value) -> Value {
        let Hostility::Seeded(seed) = self else {
            return row;
        };
        let mut dice = Dice::new(seed, "hostile subscription", id);
        if dice.below(120) != 0 {
            return row;
        }
        match dice.below(6) {
            0 => row["subscriptionTotalLicenses"] = "many".into(),
            1 => row["subscriptionTotalLicenses"] = "-4".into(),
            2 => row["cost"] = json!(-3.25),
            3 => row["subscriptionStatus"] = "hibernating".into(),
            4 => row["subscriptionTotalLicenses"] = "2.5".into(),
            _ => {
                if let Some(fields) = row.as_object_mut() {
                    fields.remove("id");
                }
            }
        }
        row
    }
}

/// A name that attacks terminals, tables and logs.
fn hostile_text(name: &str, dice: &mut Dice) -> String {
    match dice.below(9) {
        0 => format!("\u{1b}[31m{name}\u{1b}[2J\u{1b}[H"),
        1 => format!(
            "\u{1b}]0;owned\u{7}{name}\u{1b}]8;;http://evil.example\u{1b}\\click\u{1b}]8;;\u{1b}\\"
        ),
        2 => format!("{name}\r\nINFO sync finished, 0 findings\n"),
        3 => format!("{name} {}", "A".repeat(10_000)),
        4 => format!("\u{202e}{name}\u{202c}"),
        5 => name.chars().flat_map(|c| [c, '\u{200b}']).collect(),
        6 => format!("=cmd|'/c calc'!A1 {name}"),
        7 => format!("{name}e{}", "\u{301}".repeat(300)),
        _ => format!("{name}\u{0}\u{8}\u{9b}2J\u{feff}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_is_seeded_modest_and_spares_the_refresh_token() {
        let faults = |seed| {
            let mut storm = Storm::new(seed);
            (0..2000)
                .map(|_| storm.next(PathKind::Subscriptions))
                .collect::<Vec<_>>()
        };
        assert_eq!(faults(1), faults(1));
        let hit = faults(1).iter().flatten().count();
        assert!((100..500).contains(&hit), "{hit} of 2000");
        let mut storm = Storm::new(3);
        assert!(
            (0..2000)
                .filter_map(|_| storm.next(PathKind::Token))
                .all(|f| f != Fault::AnswerLost && f != Fault::CutBody)
        );
    }

    #[test]
    fn without_chaos_nothing_is_touched() {
        let row = json!({"customerOrganization": "Novak", "name": "accounts/1/customers/2"});
        assert_eq!(Hostility::None.customer(2, row.clone()), row);
        let spoilt = (0..300)
            .filter(|id| Hostility::Seeded(1).customer(*id, row.clone()) != row)
            .count();
        assert!((5..50).contains(&spoilt), "{spoilt} of 300");
    }
}
