//! What the MSP bills: agreement lines that mostly agree with the seats, and the leaks put in on purpose.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::domain::money::Money;

use super::catalogue::{Kind, Product};
use super::dice::Dice;
use super::licence::{Cycle, Line, Subscription};
use super::world::{DAY, Leak, LeakKind, Truth, World};

/// Lines that have nothing to do with a distributor's licences.
const SERVICES: &[(&str, &str, i64)] = &[
    ("MS-WKS", "Managed Workstation", 45),
    ("MS-SRV", "Managed Server", 125),
    ("MS-USER", "Managed User - All In", 95),
    ("NET-FW", "Managed Firewall", 85),
    ("BDR-1T", "Backup & Disaster Recovery 1 TB", 149),
    ("VOIP-EXT", "Hosted Voice Extension", 24),
    ("SOC", "24x7 SOC Monitoring", 14),
];

/// What one company has of one product.
struct Bought<'a> {
    billed: i64,
    ended: i64,
    sample: &'a Subscription,
}

/// All lines, and the leaks among them.
pub(super) fn build(world: &World) -> (Vec<Line>, Vec<Leak>) {
    let mut bought: BTreeMap<u32, BTreeMap<&'static str, Bought>> = BTreeMap::new();
    note(&mut bought, &world.truth, &world.subscriptions);
    for share in &world.shares {
        note(&mut bought, &share.truth, &share.subscriptions);
    }
    let mut desk = Desk {
        world,
        lines: Vec::new(),
        leaks: Vec::new(),
    };
    for company in &world.companies {
        desk.company(
            company.id,
            company.status == "Active" && company.kind == "Client",
            bought.remove(&company.id).unwrap_or_default(),
        );
    }
    (desk.lines, desk.leaks)
}

/// Adds what is bought at one distributor.
fn note<'a>(
    bought: &mut BTreeMap<u32, BTreeMap<&'static str, Bought<'a>>>,
    truth: &[Truth],
    subscriptions: &'a [Subscription],
) {
    let owners: BTreeMap<u64, u32> = truth
        .iter()
        .filter_map(|t| Some((t.customer, t.company?)))
        .collect();
    for sub in subscriptions {
        let Some(company) = owners.get(&sub.customer) else {
            continue;
        };
        if matches!(sub.product.kind, Kind::Usage | Kind::OneTime) || sub.trial {
            continue;
        }
        let row = bought
            .entry(*company)
            .or_default()
            .entry(sub.product.psa_code)
            .or_insert(Bought {
                billed: 0,
                ended: 0,
                sample: sub,
            });
        if sub.status.is_billed() {
            row.billed += sub.seats;
            row.sample = sub;
        } else {
            row.ended += sub.seats;
        }
    }
}

struct Desk<'a> {
    world: &'a World,
    lines: Vec<Line>,
    leaks: Vec<Leak>,
}

impl Desk<'_> {
    fn company(&mut self, company: u32, billed: bool, bought: BTreeMap<&'static str, Bought>) {
        let mut dice = Dice::new(self.world.seed, "agreement", u64::from(company));
        let leaky = dice.chance(13);
        let mut leaks_left = if leaky { 1 + dice.below(2) } else { 0 };
        let largest = bought.values().map(|b| b.billed).max().unwrap_or(0);
        if billed && (!bought.is_empty() || dice.chance(45)) {
            let currency = bought.values().next().map_or("USD", |b| b.sample.currency);
            for _ in 0..1 + dice.below(3) {
                self.service(company, currency, &mut dice);
            }
        }
        for row in bought.into_values() {
            let product = row.sample.product;
            if row.billed == 0 {
                if row.ended > 0 && dice.chance(30) {
                    self.line(company, row.sample, row.ended, &mut dice);
                    self.leak(company, product, LeakKind::CancelledStillBilled, row.ended);
                }
                continue;
            }
            if leaks_left > 0 && (row.billed == largest || dice.chance(50)) {
                leaks_left -= 1;
                let missing = if dice.chance(25) {
                    row.billed
                } else {
                    dice.between(1, (row.billed / 5).max(1))
                };
                self.leak(company, product, LeakKind::Uncontracted, missing);
                if missing < row.billed {
                    self.line(company, row.sample, row.billed - missing, &mut dice);
                }
                continue;
            }
            let over = if dice.chance(3) {
                dice.between(1, 3)
            } else {
                0
            };
            if over > 0 {
                self.leak(company, product, LeakKind::OverContracted, over);
            }
            self.line(company, row.sample, row.billed + over, &mut dice);
            if dice.chance(3) && row.sample.cost > Money::ZERO {
                if let Some(line) = self.lines.last_mut() {
                    line.unit_price = cents(
                        monthly(row.sample)
                            .scaled(i64::from(line.cycle == Cycle::Annual) * 11 + 1, 1)
                            .scaled(92, 100),
                    );
                }
                self.leak(company, product, LeakKind::BelowCost, row.billed);
            }
        }
    }

    /// A line for licences.
    fn line(&mut self, company: u32, of: &Subscription, quantity: i64, dice: &mut Dice) {
        let product = of.product;
        let cycle = match of.cycle {
            Cycle::Annual if dice.chance(70) => Cycle::Annual,
            _ => Cycle::Monthly,
        };
        let months = if cycle == Cycle::Annual { 12 } else { 1 };
        let cost = monthly(of);
        let price = monthly_list(of).max(cost.scaled(115, 100));
        let price = if price == Money::ZERO {
            Money::from_cents(500)
        } else {
            price
        };
        let (product_code, vendor_sku) = match dice.below(20) {
            0..=8 => (product.psa_code.to_owned(), product.part()),
            9..=10 => (product.psa_code.to_owned(), product.product_id.to_owned()),
            11 => (String::new(), String::new()),
            _ => (product.psa_code.to_owned(), String::new()),
        };
        let product_name = match dice.below(10) {
            0..=5 => product.psa_name.to_owned(),
            6..=8 => product.name.to_owned(),
            _ => format!("{} - per user", product.psa_name),
        };
        let start = self.day(-dice.between(20, 900));
        self.push(Line {
            id: 0,
            company,
            agreement_id: company * 10 + 1,
            agreement: "Cloud Licensing",
            product_code,
            vendor_sku,
            product_name,
            product: Some(product),
            quantity,
            unit_price: cents(price).times(months),
            unit_cost: dice.chance(70).then(|| cents(cost).times(months)),
            currency: of.currency,
            cycle,
            start,
            end: None,
            active: true,
            billable: true,
        });
    }

    /// A line for the MSP's own services.
    fn service(&mut self, company: u32, currency: &'static str, dice: &mut Dice) {
        let (code, name, dollars) = *dice.pick(SERVICES);
        let start = self.day(-dice.between(60, 1500));
        let active = !dice.chance(4);
        self.push(Line {
            id: 0,
            company,
            agreement_id: company * 10,
            agreement: "Managed Services",
            product_code: code.to_owned(),
            vendor_sku: String::new(),
            product_name: name.to_owned(),
            product: None,
            quantity: dice.between(1, 30),
            unit_price: Money::from_cents(dollars * 100),
            unit_cost: None,
            currency,
            cycle: Cycle::Monthly,
            start,
            end: (!active).then(|| self.day(-dice.between(1, 50))),
            active,
            billable: !dice.chance(3),
        });
    }

    fn day(&self, from_now: i64) -> Date {
        self.world.base.plus_seconds(from_now * DAY).date()
    }

    fn push(&mut self, line: Line) {
        let id = 9_001 + u32::try_from(self.lines.len()).unwrap_or(0);
        self.lines.push(Line { id, ..line });
    }

    fn leak(&mut self, company: u32, product: &'static Product, kind: LeakKind, seats: i64) {
        self.leaks.push(Leak {
            company,
            product: product.name,
            kind,
            seats,
        });
    }
}

/// The cost of a seat for a month.
pub(super) fn monthly(sub: &Subscription) -> Money {
    if sub.cycle == Cycle::Annual {
        sub.cost.divided_by(12)
    } else {
        sub.cost
    }
}

fn monthly_list(sub: &Subscription) -> Money {
    if sub.cycle == Cycle::Annual {
        sub.msrp.divided_by(12)
    } else {
        sub.msrp
    }
}

/// Rounded to cents, as people type prices.
fn cents(amount: Money) -> Money {
    Money::from_cents(amount.units() / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Key = (u32, &'static str);

    fn sum<'a>(rows: impl Iterator<Item = (Key, i64)> + 'a) -> BTreeMap<Key, i64> {
        rows.fold(BTreeMap::new(), |mut sums, (key, seats)| {
            *sums.entry(key).or_default() += seats;
            sums
        })
    }

    #[test]
    fn lines_agree_with_seats_except_where_a_leak_says_so() {
        let world = World::new(5, 300, "2026-11-24T08:00:00Z".parse().unwrap());
        let counted = |s: &&Subscription| {
            s.status.is_billed()
                && !s.trial
                && !matches!(s.product.kind, Kind::Usage | Kind::OneTime)
        };
        let bought = sum(world.subscriptions.iter().filter(counted).filter_map(|s| {
            let company = world.company_of(s.customer)?;
            Some(((company, s.product.name), s.seats))
        }));
        let lines = world
            .lines
            .iter()
            .filter_map(|l| Some(((l.company, l.product?.name), l.quantity)));
        let contracted = sum(lines);
        let leaks = sum(world.leaks.iter().map(|leak| {
            let above = match leak.kind {
                LeakKind::Uncontracted => leak.seats,
                LeakKind::OverContracted | LeakKind::CancelledStillBilled => -leak.seats,
                LeakKind::BelowCost => 0,
            };
            ((leak.company, leak.product), above)
        }));
        for key in bought.keys().chain(contracted.keys()) {
            let of = |sums: &BTreeMap<Key, i64>| sums.get(key).copied().unwrap_or(0);
            assert_eq!(of(&bought) - of(&contracted), of(&leaks), "{key:?}");
        }
    }

    #[test]
    fn lines_below_cost_are_planned() {
        let world = World::new(5, 300, "2026-11-24T08:00:00Z".parse().unwrap());
        for line in &world.lines {
            let Some(product) = line.product else {
                continue;
            };
            let planned = world.leaks.iter().any(|l| {
                (l.company, l.product, l.kind) == (line.company, product.name, LeakKind::BelowCost)
            });
            if let Some(cost) = line.unit_cost {
                assert_eq!(line.unit_price < cost, planned, "{line:?}");
            }
        }
    }
}
