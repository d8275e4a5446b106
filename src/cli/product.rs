//! `vectis product`: the queue of SKUs that are linked to no PSA product, for scripts.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::Done;
use super::session::{Session, usage};
use crate::domain::agreement::Coverage;
use crate::domain::ids::SkuKey;
use crate::domain::party::{Decision, LinkState};
use crate::domain::problem::Problem;
use crate::domain::product::{
    ProductCandidate, ProductItem, ProductVerdict, PsaProduct, SoldAs, said as words_of,
};
use crate::domain::text::{clean, nearest};
use crate::domain::vendor::Vendor;
use crate::engine::context::Context;
use crate::engine::decisions::{decide_product, is_about_product, undo_product};
use crate::engine::judge::judge;
use crate::engine::products;
use crate::report::sheet::{Cell, Sheet};
use crate::report::table::table;

#[derive(Debug, Args)]
pub(crate) struct ProductArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Args)]
struct SkuArgs {
    /// The distributor: synnex, pax8, sherweb, ingram_micro
    vendor: String,
    /// Its number for the product
    sku: String,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Show the SKUs that wait for a decision, the most money first
    #[command(
        after_help = "Example: vectis product list --json\n         vectis product list --all"
    )]
    List {
        /// Also those that are linked or decided
        #[arg(long)]
        all: bool,
    },
    /// Show one SKU with the products it is sold as, or may be, and the reasons
    #[command(after_help = "Example: vectis product show synnex CFQ7TTC0LCHC:0002:P1Y:M")]
    Show {
        #[command(flatten)]
        sku: SkuArgs,
    },
    /// It is sold as these products of the PSA
    #[command(
        after_help = "Example: vectis product link synnex CFQ7TTC0LCHC:0002:P1Y:M M365-BP\n         vectis product link pax8 MST-10PACK BACKUP-10=10          one unit stands for 10 seats\n         vectis product link pax8 ACR-WS WORKPLACE --bundle        a line that covers several SKUs"
    )]
    Link {
        #[command(flatten)]
        sku: SkuArgs,
        /// Codes of the PSA, each with the seats that one unit stands for (1)
        #[arg(required = true, value_name = "CODE[=SEATS_PER_UNIT]")]
        codes: Vec<String>,
        /// The codes are bundles: each covers several SKUs, and its price belongs to none of them
        #[arg(long, conflicts_with = "one_product")]
        bundle: bool,
        /// The codes are no bundles, whatever the names say: the seats of all their SKUs are summed
        #[arg(long)]
        one_product: bool,
    },
    /// It is sold as no product of the PSA
    #[command(after_help = "Example: vectis product none synnex CFQ7TTC0LCHC:0002:P1Y:M")]
    None {
        #[command(flatten)]
        sku: SkuArgs,
    },
    /// Take back a decision: your newest about a SKU that still stands where none is named
    #[command(after_help = "Example: vectis product undo")]
    Undo {
        /// The decision's number
        decision: Option<i64>,
    },
}

pub(super) async fn run(args: ProductArgs, session: Session) -> Result<Done, Problem> {
    let ctx = session.context().await?;
    match args.verb {
        Verb::List { all } => list(&ctx, &session, all).await?,
        Verb::Show { sku } => {
            let item = item(&ctx, &sku).await?;
            session.output.result(&item_json(&item), || text(&item));
        }
        Verb::Link {
            sku,
            codes,
            bundle,
            one_product,
        } => {
            let coverage = match (bundle, one_product) {
                (true, _) => Coverage::Bundle,
                (_, true) => Coverage::OneProduct,
                _ => Coverage::Inferred,
            };
            let key = item(&ctx, &sku).await?.line.key;
            let known = ctx.store.psa_products().await?;
            let sold_as = codes.iter().map(|c| sold_as(c, coverage, &known));
            let sold_as = sold_as.collect::<Result<Vec<_>, _>>()?;
            decided(&ctx, &session, &key, ProductVerdict::Link { sold_as }).await?;
        }
        Verb::None { sku } => {
            let key = item(&ctx, &sku).await?.line.key;
            decided(&ctx, &session, &key, ProductVerdict::NoProduct).await?;
        }
        Verb::Undo { decision } => {
            let undone = undo_product(&ctx, decision).await?;
            told(&ctx, &session, &undone).await?;
        }
    }
    ctx.journal.flush().await;
    Ok(Done::Well)
}

async fn list(ctx: &Context, session: &Session, all: bool) -> Result<(), Problem> {
    let mut items = products::list(ctx).await?;
    let waiting = items.iter().filter(|i| i.waits()).count();
    items.retain(|i| all || i.waits());
    let rows: Vec<Value> = items.iter().map(item_json).collect();
    session.output.result(&rows, || {
        if items.is_empty() {
            return "no SKU waits for a decision\n".to_owned();
        }
        let columns = [
            "vendor",
            "sku",
            "name",
            "a month",
            "seats",
            "customers",
            if all { "state" } else { "score" },
            if all { "sold as" } else { "best suggestion" },
        ];
        let sheet = Sheet::of(&columns, &items, |item| {
            let line = &item.line;
            let best = item.candidates.first();
            vec![
                Cell::text(line.key.vendor.tag()),
                Cell::text(line.key.sku.as_str()),
                Cell::text(&line.name),
                Cell::text(line.monthly_cost.shown()),
                Cell::number(Some(line.seats)),
                Cell::number(Some(line.customers)),
                match all {
                    true => Cell::text(state_words(item)),
                    false => Cell::number(best.map(|c| format!("{:.3}", c.score))),
                },
                match all && item.state != LinkState::Pending {
                    true => Cell::text(codes(item)),
                    false => Cell::text(best.map_or("none", |c| c.product.code.as_str())),
                },
            ]
        });
        format!("{}\n{waiting} to decide\n", table(&sheet))
    });
    Ok(())
}

async fn decided(
    ctx: &Context,
    session: &Session,
    key: &SkuKey,
    verdict: ProductVerdict,
) -> Result<(), Problem> {
    let decision = decide_product(ctx, key, &verdict).await?;
    told(ctx, session, &decision).await
}

/// Findings are judged on what was decided before it is told.
async fn told(ctx: &Context, session: &Session, decision: &Decision) -> Result<(), Problem> {
    if is_about_product(decision) {
        judge(ctx).await?;
    }
    session.output.result(decision, || {
        format!("{} (decision {})", decision.words, decision.id)
    });
    Ok(())
}

/// The SKU that was meant, in any case of its letters.
async fn item(ctx: &Context, args: &SkuArgs) -> Result<ProductItem, Problem> {
    let vendor: Vendor = args.vendor.parse().map_err(|error| {
        let known = Vendor::ALL.map(Vendor::tag);
        let meant = nearest(&args.vendor, known);
        usage(
            format!("Unknown distributor: {error}"),
            did_you_mean(meant),
            "see `vectis product list --all`",
        )
    })?;
    let mut items = products::list(ctx).await?;
    items.retain(|i| i.line.key.vendor == vendor);
    let is = |i: &ProductItem, fold: bool| {
        let sku = i.line.key.sku.as_str();
        sku == args.sku || (fold && sku.eq_ignore_ascii_case(&args.sku))
    };
    let place = items.iter().position(|i| is(i, false));
    if let Some(place) = place.or_else(|| items.iter().position(|i| is(i, true))) {
        return Ok(items.swap_remove(place));
    }
    let skus = items.iter().map(|i| i.line.key.sku.as_str());
    Err(usage(
        format!("{} lists no SKU '{}'", vendor.label(), clean(&args.sku, 60)),
        did_you_mean(nearest(&args.sku, skus)),
        "see `vectis product list --all`; a new SKU is known after `vectis sync`",
    ))
}

/// `CODE`, or `CODE=10` where one unit stands for 10 seats. A code may hold an equals sign itself.
fn sold_as(text: &str, coverage: Coverage, known: &[PsaProduct]) -> Result<SoldAs, Problem> {
    let is_known = |code: &str| known.iter().any(|p| p.code == code);
    let (code, seats) = match text.rsplit_once('=') {
        Some((code, seats)) if !is_known(text) => (code, seats),
        _ => (text, "1"),
    };
    let seats_per_unit = seats.parse().ok().filter(|n| (1..=1_000_000).contains(n));
    let Some(seats_per_unit) = seats_per_unit else {
        return Err(usage(
            format!("'{}' is no number of seats", clean(seats, 20)),
            format!("in '{}'", clean(text, 60)),
            "write CODE=10 where one unit of the product stands for 10 seats",
        ));
    };
    let found = known.iter().find(|p| p.code == code);
    let found = found.or_else(|| known.iter().find(|p| p.code.eq_ignore_ascii_case(code)));
    let Some(product) = found else {
        let codes = known.iter().map(|p| p.code.as_str());
        return Err(usage(
            format!("The PSA has no product '{}'", clean(code, 60)),
            match known.is_empty() {
                true => "no agreement line was read yet".to_owned(),
                false => did_you_mean(nearest(code, codes)),
            },
            "take a code of `vectis product show VENDOR SKU`, or of your PSA's agreements",
        ));
    };
    Ok(SoldAs {
        code: product.code.clone(),
        seats_per_unit,
        coverage,
    })
}

fn did_you_mean(nearest: Option<String>) -> String {
    nearest.map_or_else(
        || "nothing known is like it".to_owned(),
        |known| format!("did you mean {}?", clean(&known, 80)),
    )
}

fn state_words(item: &ProductItem) -> &'static str {
    match item.state {
        LinkState::Auto => "linked",
        LinkState::Confirmed => "confirmed",
        LinkState::NoCounterpart => "no product",
        LinkState::Pending | LinkState::Excluded if item.waits() => "waits",
        LinkState::Pending | LinkState::Excluded => "not bought",
    }
}

fn codes(item: &ProductItem) -> String {
    let codes: Vec<&str> = item
        .candidates
        .iter()
        .map(|c| c.product.code.as_str())
        .collect();
    codes.join(", ")
}

fn item_json(item: &ProductItem) -> Value {
    let line = &item.line;
    let products: Vec<Value> = item
        .candidates
        .iter()
        .map(|c| {
            json!({
                "product_code": c.product.code,
                "name": c.product.name,
                "vendor_sku": c.product.vendor_sku,
                "edition": c.product.edition,
                "term": c.product.term,
                "billing_cycle": c.product.cycle,
                "seats": c.product.seats,
                "customers": c.product.customers,
                "seats_per_unit": c.seats_per_unit,
                "coverage": c.coverage,
                "score": c.score,
                "reasons": c.reasons,
            })
        })
        .collect();
    json!({
        "vendor": line.key.vendor,
        "sku": line.key.sku,
        "name": line.name,
        "state": item.state,
        "waits": item.waits(),
        "edition": line.edition,
        "term": line.term,
        "billing_cycle": line.cycle,
        "seats": line.seats,
        "customers": line.customers,
        "monthly_cost": line.monthly_cost,
        "products": products,
    })
}

fn text(item: &ProductItem) -> String {
    let line = &item.line;
    let terms = [line.term.as_str(), &line.cycle];
    let terms: Vec<&str> = terms.into_iter().filter(|t| !t.is_empty()).collect();
    let mut text = format!(
        "{} {}  {}\n  {}\n  {} seats of {} customers, {} a month\n",
        line.key.vendor,
        line.key.sku,
        line.name,
        terms.join(", "),
        line.seats,
        line.customers,
        line.monthly_cost.shown()
    );
    text.push_str(match (item.state, item.candidates.is_empty()) {
        (LinkState::NoCounterpart, _) => "  sold as no product\n",
        (LinkState::Pending | LinkState::Excluded, true) => "  the PSA has nothing like it\n",
        (LinkState::Pending | LinkState::Excluded, false) => "  it may be sold as\n",
        (LinkState::Auto, _) => "  linked without a person: sold as\n",
        (LinkState::Confirmed, _) => "  sold as\n",
    });
    for (n, candidate) in item.candidates.iter().enumerate() {
        text.push_str(&candidate_text(n + 1, candidate));
    }
    text
}

fn candidate_text(n: usize, candidate: &ProductCandidate) -> String {
    let product = &candidate.product;
    let mut said = vec![format!(
        "{} seats of {} customers",
        product.seats, product.customers
    )];
    said.extend((candidate.score > 0.0).then(|| format!("{:.1} %", candidate.score * 100.0)));
    let by_a_person = words_of(candidate.seats_per_unit, candidate.coverage);
    said.extend(Some(by_a_person).filter(|w| !w.is_empty()));
    let mut text = format!(
        "\n  {n}. {} ({}), {}\n",
        product.code,
        product.name,
        said.join(", ")
    );
    for reason in &candidate.reasons {
        text.push_str(&format!("     {reason}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(String, i64), String> {
        let known = ["M365-BP", "A=B"].map(|code| PsaProduct {
            code: code.to_owned(),
            ..PsaProduct::default()
        });
        sold_as(text, Coverage::Inferred, &known)
            .map(|s| (s.code, s.seats_per_unit))
            .map_err(|problem| problem.to_string())
    }

    #[test]
    fn a_code_may_say_how_many_seats_a_unit_stands_for() {
        assert_eq!(read("M365-BP"), Ok(("M365-BP".to_owned(), 1)));
        assert_eq!(read("m365-bp=10"), Ok(("M365-BP".to_owned(), 10)));
        assert_eq!(read("A=B"), Ok(("A=B".to_owned(), 1)));
        assert_eq!(read("A=B=2"), Ok(("A=B".to_owned(), 2)));
        for (wrong, words) in [
            ("M365-PB", "did you mean M365-BP?"),
            ("zebra", "nothing known is like it"),
            ("M365-BP=0", "'0' is no number of seats"),
            ("M365-BP=many", "'many' is no number of seats"),
        ] {
            let said = read(wrong).unwrap_err();
            assert!(said.contains(words), "{said}");
        }
    }
}
