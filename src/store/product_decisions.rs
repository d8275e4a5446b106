//! What people decide about SKUs: which products of the PSA they are sold as.

use serde::{Deserialize, Serialize};

use super::arg::args;
use super::connections::{json, to_json};
use super::db::{Tx, transact};
use super::decision_log::{Change, Entry};
use super::decisions::Decided;
use super::feed::Area;
use super::products::LINK_HEAD;
use super::{Store, StoreError, bulk};
use crate::domain::agreement::Coverage;
use crate::domain::ids::{SkuKey, Subject};
use crate::domain::party::{Decision, LinkState};
use crate::domain::product::{ProductCandidate, ProductVerdict, PsaProduct, SoldAs};
use crate::domain::time::Ts;

/// How a SKU stands, kept in the log so that an undo can bring it back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Sold {
    state: LinkState,
    links: Vec<Kept>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Kept {
    #[serde(flatten)]
    sold_as: SoldAs,
    score: f64,
    reasons: Vec<String>,
}

impl Store {
    /// A person decides what a SKU is sold as. Refused only if a person has decided before; what the matcher linked or
    /// suggests may be corrected.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn decide_product(
        &self,
        key: &SkuKey,
        verdict: &ProductVerdict,
        actor: &str,
        now: Ts,
    ) -> Result<Decided, StoreError> {
        let subject = Subject::Product(key.clone());
        transact!(self, |tx| {
            tx.alone(self.tenant()).await?;
            let Some((name, before)) = self.sold(tx, key).await? else {
                return Ok(Decided::NoSuchItem);
            };
            if before.state.is_decided_by_a_person() {
                let words = self.who_decided(tx, &subject, now).await?;
                return Ok(Decided::Overtaken { words });
            }
            let (after, words, action) = match verdict {
                ProductVerdict::Link { sold_as } => {
                    let links = bulk::last_of_each(sold_as, |s| &s.code);
                    if links.is_empty() || !self.are_products(tx, &links).await? {
                        return Ok(Decided::NoSuchItem);
                    }
                    let links: Vec<Kept> = links.into_iter().map(|s| before.kept(s)).collect();
                    let codes: Vec<String> = links.iter().map(|l| l.sold_as.to_string()).collect();
                    let words = format!("linked {name} → {}", codes.join(", "));
                    let state = LinkState::Confirmed;
                    (Sold { state, links }, words, "link")
                }
                ProductVerdict::NoProduct => {
                    let words = format!("{name} is sold as no product");
                    (Sold::nothing(), words, "no_product")
                }
            };
            let linked = after.state == LinkState::Confirmed;
            let score = after.links.iter().map(|l| l.score).reduce(f64::min);
            let entry = Entry {
                actor,
                now,
                action,
                words: &words,
                score: score.filter(|score| linked && *score > 0.0),
                undoes: None,
                evidence: "",
                batch: None,
            };
            let done = self.sell(tx, key, &before, &after, &entry).await?;
            tx.changed(self, &[Area::Customers, Area::Products, Area::Review])
                .await?;
            Ok(Decided::Done(done))
        })
    }

    /// Gives a SKU its former products back; none if no distributor lists it any more.
    pub(super) async fn sold_as_before(
        &self,
        tx: &mut Tx,
        key: &SkuKey,
        before: &str,
        entry: &Entry<'_>,
    ) -> Result<Option<Decision>, StoreError> {
        let before: Sold = json(before)?;
        let Some((_, present)) = self.sold(tx, key).await? else {
            return Ok(None);
        };
        self.sell(tx, key, &present, &before, entry).await.map(Some)
    }

    /// What a SKU is called and how it stands.
    async fn sold(&self, tx: &mut Tx, key: &SkuKey) -> Result<Option<(String, Sold)>, StoreError> {
        let of_sku = args![self.tenant(), key.vendor.tag(), &key.sku];
        let Some(row) = tx.first(NAME, of_sku).await? else {
            return Ok(None);
        };
        let mut sold = Sold {
            state: LinkState::Pending,
            links: Vec::new(),
        };
        for row in &tx.all(LINKS, of_sku).await? {
            let mut c = row.cells();
            sold.state = LinkState::from_tag(&c.take::<String>()?);
            let kept = Kept {
                sold_as: SoldAs {
                    code: c.take()?,
                    seats_per_unit: c.take()?,
                    coverage: Coverage::from_tag(&c.take::<String>()?),
                },
                score: c.take()?,
                reasons: json(&c.take::<String>()?)?,
            };
            sold.links.push(kept);
        }
        Ok(Some((row.only()?, sold)))
    }

    /// True if the PSA has all these products.
    async fn are_products(&self, tx: &mut Tx, codes: &[&SoldAs]) -> Result<bool, StoreError> {
        for sold_as in codes {
            let of_code = args![self.tenant(), &sold_as.code];
            let found = tx.first(PRODUCT, of_code).await?;
            if found.is_none() || sold_as.seats_per_unit < 1 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Writes the SKU's new links and the log's entry.
    async fn sell(
        &self,
        tx: &mut Tx,
        key: &SkuKey,
        before: &Sold,
        after: &Sold,
        entry: &Entry<'_>,
    ) -> Result<Decision, StoreError> {
        let of_sku = args![self.tenant(), key.vendor.tag(), &key.sku];
        tx.execute(FORGET, of_sku).await?;
        let links: Vec<ProductCandidate> = after.links.iter().map(Kept::candidate).collect();
        let rows = links
            .iter()
            .map(|l| self.product_link_args(key, after.state, l));
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        bulk::write(tx, LINK_HEAD, "", &rows).await?;
        let reasons: Vec<&str> = after
            .links
            .iter()
            .flat_map(|l| l.reasons.iter().map(String::as_str))
            .collect();
        let change = Change {
            from: to_json(before)?,
            to: to_json(after)?,
            reasons: &reasons.join("; "),
        };
        self.write_down(tx, &key.clone().into(), &change, entry)
            .await
    }
}

impl Sold {
    /// As no product: one link without a code.
    fn nothing() -> Self {
        let sold_as = SoldAs {
            code: String::new(),
            seats_per_unit: 1,
            coverage: Coverage::Inferred,
        };
        Self {
            state: LinkState::NoCounterpart,
            links: vec![Kept {
                sold_as,
                score: 0.0,
                reasons: Vec::new(),
            }],
        }
    }

    /// A person's link with what the matcher thought of it.
    fn kept(&self, sold_as: &SoldAs) -> Kept {
        let thought = self.links.iter().find(|l| l.sold_as.code == sold_as.code);
        Kept {
            sold_as: sold_as.clone(),
            score: thought.map_or(0.0, |l| l.score),
            reasons: thought.map(|l| l.reasons.clone()).unwrap_or_default(),
        }
    }
}

impl Kept {
    fn candidate(&self) -> ProductCandidate {
        ProductCandidate {
            product: PsaProduct {
                code: self.sold_as.code.clone(),
                ..PsaProduct::default()
            },
            seats_per_unit: self.sold_as.seats_per_unit,
            coverage: self.sold_as.coverage,
            score: self.score,
            reasons: self.reasons.clone(),
        }
    }
}

const NAME: &str =
    "SELECT product_name FROM distributor_skus WHERE tenant = $1 AND vendor = $2 AND sku = $3";
const LINKS: &str =
    "SELECT link_state, product_code, seats_per_unit, coverage, link_score, reasons FROM product_links
     WHERE tenant = $1 AND vendor = $2 AND sku = $3 ORDER BY product_code";
const FORGET: &str = "DELETE FROM product_links WHERE tenant = $1 AND vendor = $2 AND sku = $3";
const PRODUCT: &str = "SELECT 1 FROM psa_products WHERE tenant = $1 AND product_code = $2";
