//! What the customers buy.

use crate::domain::money::Money;
use crate::domain::time::Ts;

use super::catalogue::{Kind, PRODUCTS, Product};
use super::dice::Dice;
use super::licence::{Cycle, Status, Subscription, Term};
use super::party::Customer;
use super::world::DAY;

/// The first line id.
const FIRST_ID: u64 = 2_200_400;

/// All subscriptions: seven and a half for each customer on average, more for the large ones, a few without an owner.
pub(super) fn build(seed: u64, customers: &[Customer], base: Ts) -> Vec<Subscription> {
    let total = customers.len() * 15 / 2;
    let orphans = if customers.len() >= 50 {
        3 + customers.len() / 200
    } else {
        0
    };
    let mut out = Vec::with_capacity(total);
    for (number, (customer, count)) in customers
        .iter()
        .zip(shares(seed, customers, total - orphans))
        .enumerate()
    {
        let mut dice = Dice::new(seed, "basket", number as u64);
        for product in basket(customer, count, &mut dice) {
            out.push(subscription(
                out.len() as u64,
                customer,
                product,
                base,
                &mut dice,
            ));
        }
    }
    for n in 0..orphans {
        let mut dice = Dice::new(seed, "orphan", n as u64);
        let mut owner = customers[dice.below(customers.len())].clone();
        owner.id = 399_000 + 7 * (n as u64 / 2);
        out.push(subscription(
            out.len() as u64,
            &owner,
            dice.pick(PRODUCTS),
            base,
            &mut dice,
        ));
    }
    out
}

/// How many each buys, adding up to the total.
fn shares(seed: u64, customers: &[Customer], total: usize) -> Vec<usize> {
    let mut dice = Dice::new(seed, "shares", 0);
    let weights: Vec<usize> = customers
        .iter()
        .map(|c| match dice.chance(3) {
            true => 0,
            false => 20 + 12 * c.staff.max(1).ilog2() as usize + dice.below(40),
        })
        .collect();
    let sum: usize = weights.iter().sum::<usize>().max(1);
    let mut counts: Vec<usize> = weights.iter().map(|w| total * w / sum).collect();
    let missing = total.saturating_sub(counts.iter().sum());
    for at in 0..missing {
        counts[at % customers.len()] += 1;
    }
    counts
}

fn basket(customer: &Customer, count: usize, dice: &mut Dice) -> Vec<&'static Product> {
    let of = |kinds: &[Kind]| -> Vec<(u32, &'static Product)> {
        PRODUCTS
            .iter()
            .filter(|p| kinds.contains(&p.kind))
            .map(|p| (p.weight, p))
            .collect()
    };
    let suites = of(if customer.staff >= 120 {
        &[Kind::Enterprise]
    } else {
        &[Kind::Suite]
    });
    let mut rest = of(&[Kind::AddOn, Kind::Usage, Kind::OneTime]);
    let mut out: Vec<&'static Product> = Vec::with_capacity(count);
    while out.len() < count {
        let again = (!out.is_empty() && dice.chance(11)).then(|| out[0]);
        let next = match again {
            _ if out.is_empty() => dice.weighted(&suites),
            Some(first) => first,
            None if rest.is_empty() || dice.chance(6) => dice.weighted(&suites),
            None => {
                let pick = *dice.weighted(&rest);
                rest.retain(|(_, p)| *p != pick);
                pick
            }
        };
        out.push(next);
    }
    out
}

/// A subscription of that product, `number` in the order of the listing.
pub(super) fn subscription(
    number: u64,
    customer: &Customer,
    product: &'static Product,
    base: Ts,
    dice: &mut Dice,
) -> Subscription {
    let (term, cycle) = match product.kind {
        Kind::OneTime => (Term::Perpetual, Cycle::OneTime),
        Kind::Usage => (Term::Month, Cycle::Monthly),
        _ => *dice.weighted(&[
            (46, (Term::Month, Cycle::Monthly)),
            (38, (Term::Year, Cycle::Monthly)),
            (13, (Term::Year, Cycle::Annual)),
            (3, (Term::ThreeYears, Cycle::Monthly)),
        ]),
    };
    let trial = product.kind == Kind::AddOn && dice.chance(2);
    let status = *dice.weighted(&[
        (905, Status::Active),
        (22, Status::Suspended),
        (28, Status::Cancelled),
        (25, Status::Deleted),
        (10, Status::Pending),
        (10, Status::Expired),
    ]);
    let purchased = base.plus_seconds(-dice.between(9, 1100) * DAY - dice.between(0, DAY));
    let days = term.days();
    let ran = base.seconds_since(purchased) / DAY;
    // Half of the rows are not rolled forward, as in real answers.
    let rolls = if dice.chance(50) { ran / days } else { 0 };
    let start = purchased.plus_seconds(rolls * days * DAY);
    let (cost, price, msrp) = amounts(product, customer.currency, term, cycle, dice);
    Subscription {
        id: FIRST_ID + number * 7 + u64::try_from(dice.between(0, 6)).unwrap_or(0),
        customer: customer.id,
        product,
        provider_id: dice.guid(),
        name: match dice.below(25) {
            0 => format!(
                "{} - {}",
                product.name,
                dice.pick(&[
                    "Front Desk",
                    "Warehouse",
                    "Field",
                    "Shared mailboxes",
                    "Interns"
                ])
            ),
            _ => product.name.to_owned(),
        },
        seats: seats(customer, product, dice),
        status,
        trial,
        term,
        cycle,
        auto_renew: term != Term::Perpetual && dice.chance(88),
        currency: customer.currency,
        cost: if trial { Money::ZERO } else { cost },
        price: if trial { Money::ZERO } else { price },
        msrp,
        purchased,
        start,
        end: if product.kind == Kind::Usage {
            start
        } else {
            start.plus_seconds(days * DAY)
        },
        updated: base.plus_seconds(-dice.between(1, ran.max(2)) * DAY + dice.between(0, DAY - 1)),
        customer_po: dice
            .chance(18)
            .then(|| format!("PO-{}", dice.between(1000, 9999))),
    }
}

fn seats(customer: &Customer, product: &Product, dice: &mut Dice) -> i64 {
    let part = |low, high, dice: &mut Dice| (customer.staff * dice.between(low, high) / 100).max(1);
    match product.kind {
        Kind::Usage => 1,
        Kind::OneTime => dice.between(1, 4),
        _ if dice.chance(1) => 0,
        Kind::Suite | Kind::Enterprise => part(55, 105, dice),
        Kind::AddOn => part(5, 60, dice),
    }
}

/// Cost, price and list price per seat and billing cycle.
pub(super) fn amounts(
    product: &Product,
    currency: &str,
    term: Term,
    cycle: Cycle,
    dice: &mut Dice,
) -> (Money, Money, Money) {
    let read = |text: &str| text.parse::<Money>().unwrap_or_default();
    // Microsoft asks a fifth more without a yearly commitment, and a twentieth more for one that is paid monthly.
    let (up, down) = match (term, cycle) {
        (Term::Perpetual, _) => (1, 1),
        (_, Cycle::Annual) => (12, 1),
        (Term::Month, _) => (6, 5),
        (Term::Year | Term::ThreeYears, _) => (21, 20),
    };
    let local = |m: Money| {
        if currency == "CAD" {
            m.scaled(13_642, 10_000)
        } else {
            m
        }
    };
    let (cost, list) = (
        local(read(product.cost).scaled(up, down)),
        local(read(product.list).scaled(up, down)),
    );
    let free = product.kind != Kind::Usage && dice.chance(1);
    let price = match dice.below(10) {
        0..=2 => cost,
        3..=6 => list,
        _ => cost.scaled(112, 100),
    };
    let seven = |m: Money| Money::from_units(m.units() / 10 * 10);
    if free {
        (Money::ZERO, Money::ZERO, seven(list))
    } else {
        (seven(cost), seven(price), seven(list))
    }
}
