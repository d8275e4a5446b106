//! A week passes: seats move, something is bought, something is cancelled, a price rises now and then.

use std::mem::swap;

use super::baskets;
use super::catalogue::{Kind, PRODUCTS};
use super::dice::Dice;
use super::licence::{Cycle, Status, Term};
use super::world::{DAY, World};

/// Moves the tenant on, at every distributor; the week's number is already the new one.
pub(super) fn advance(world: &mut World) {
    pass(world, "week");
    for at in 0..world.shares.len() {
        step_into(world, at);
        let purpose = format!("week at {}", world.shares[at].vendor);
        pass(world, &purpose);
        step_into(world, at);
    }
}

/// Exchanges what the first distributor holds for what another does; a second time undoes it.
fn step_into(world: &mut World, at: usize) {
    let share = &mut world.shares[at];
    swap(&mut world.customers, &mut share.customers);
    swap(&mut world.truth, &mut share.truth);
    swap(&mut world.subscriptions, &mut share.subscriptions);
}

fn pass(world: &mut World, purpose: &str) {
    let mut dice = Dice::new(world.seed, purpose, u64::from(world.week));
    move_seats(world, &mut dice);
    retire(world, &mut dice);
    buy(world, &mut dice);
    if world.week.is_multiple_of(3) || dice.chance(20) {
        raise_price(world, &mut dice);
    }
}

/// A few per cent of the subscriptions change; the MSP enters half of these into its agreements at once.
fn move_seats(world: &mut World, dice: &mut Dice) {
    let now = world.now();
    for at in 0..world.subscriptions.len() {
        let sub = &mut world.subscriptions[at];
        let counted = !matches!(sub.product.kind, Kind::Usage | Kind::OneTime);
        if sub.status != Status::Active || !counted || !dice.chance(4) {
            continue;
        }
        let step = dice.between(1, (sub.seats / 8).max(1));
        // A yearly commitment cannot be decreased.
        let change = if sub.term == Term::Month && sub.seats > step && dice.chance(35) {
            -step
        } else {
            step
        };
        sub.seats += change;
        sub.updated = now.plus_seconds(-dice.between(1, 6 * DAY));
        let (customer, product) = (sub.customer, sub.product);
        if dice.chance(50) {
            let company = world.company_of(customer);
            let line = world
                .lines
                .iter_mut()
                .find(|l| Some(l.company) == company && l.product == Some(product) && l.active);
            if let Some(line) = line {
                line.quantity = (line.quantity + change).max(0);
            }
        }
    }
}

/// One is cancelled, one that was cancelled is deleted, one that was deleted leaves the listing.
fn retire(world: &mut World, dice: &mut Dice) {
    let now = world.now();
    for (from, to) in [
        (Status::Cancelled, Status::Deleted),
        (Status::Active, Status::Cancelled),
    ] {
        let hits: Vec<usize> = (0..world.subscriptions.len())
            .filter(|&i| world.subscriptions[i].status == from)
            .collect();
        if hits.len() > 2 {
            let sub = &mut world.subscriptions[*dice.pick(&hits)];
            sub.status = to;
            sub.auto_renew = false;
            sub.updated = now.plus_seconds(-dice.between(1, 6 * DAY));
        }
    }
    let gone = world
        .subscriptions
        .iter()
        .position(|s| s.status == Status::Deleted);
    if let Some(at) = gone {
        world.subscriptions.remove(at);
    }
}

fn buy(world: &mut World, dice: &mut Dice) {
    if world.customers.is_empty() {
        return;
    }
    let customer = dice.pick(&world.customers).clone();
    let last = world.subscriptions.iter().map(|s| s.id).max().unwrap_or(0);
    let add_ons: Vec<_> = PRODUCTS.iter().filter(|p| p.kind == Kind::AddOn).collect();
    let (now, product) = (world.now(), *dice.pick(&add_ons));
    let mut sub = baskets::subscription(0, &customer, product, now, dice);
    sub.id = last + 3;
    sub.status = Status::Active;
    sub.purchased = now.plus_seconds(-dice.between(1, 6 * DAY));
    sub.start = sub.purchased;
    sub.end = sub.purchased.plus_seconds(sub.term.days() * DAY);
    sub.updated = sub.purchased;
    world.subscriptions.push(sub);
}

/// The vendor raises a product by 2 to 9 per cent; yearly commitments keep their price.
fn raise_price(world: &mut World, dice: &mut Dice) {
    let paid: Vec<_> = PRODUCTS
        .iter()
        .filter(|p| !matches!(p.kind, Kind::Usage | Kind::OneTime))
        .map(|p| (p.weight, p))
        .collect();
    let product = *dice.weighted(&paid);
    let percent = dice.between(102, 109);
    for sub in world
        .subscriptions
        .iter_mut()
        .filter(|s| s.product == product)
    {
        if sub.term == Term::Month && sub.cycle == Cycle::Monthly {
            for amount in [&mut sub.cost, &mut sub.price, &mut sub.msrp] {
                *amount = amount.scaled(percent, 100);
            }
        }
    }
}
