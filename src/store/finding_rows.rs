//! How a finding lies in its table: the columns as they are read and written.

use super::arg::Arg;
use super::connections::{json, vendor};
use super::db::{Cells, Row};
use super::finding_life::Kept;
use super::{Store, StoreError};
use crate::domain::finding::{Finding, FindingKind, FindingRow, FindingState};
use crate::domain::ids::{CustomerId, Sku};
use crate::domain::money::Currency;

/// Reads a finding of its own statement.
pub(super) fn read(row: &Row) -> Result<Kept, StoreError> {
    read_cells(&mut row.cells())
}

/// Reads seventeen columns, from the fingerprint to `present`.
pub(super) fn read_cells(c: &mut Cells<'_>) -> Result<Kept, StoreError> {
    let unknown = |what: &str, text: String| StoreError::Other(format!("'{text}' is no {what}"));
    let fingerprint = c.take()?;
    let kind: String = c.take()?;
    let kind = FindingKind::from_tag(&kind).ok_or_else(|| unknown("kind of finding", kind))?;
    let vendor = c
        .take::<Option<String>>()?
        .map(|t| vendor(&t))
        .transpose()?;
    let finding = Finding {
        fingerprint,
        kind,
        vendor,
        customer_id: c.take::<Option<i64>>()?.map(CustomerId),
        customer: c.take()?,
        sku: c.take::<Option<String>>()?.map(Sku::from),
        product_name: c.take()?,
        monthly_amount: c.take()?,
        currency: {
            let code: String = c.take()?;
            Currency::parse(&code).ok_or_else(|| unknown("currency", code))?
        },
        evidence: json(&c.take::<String>()?)?,
        action: c.take()?,
    };
    Ok(Kept {
        row: FindingRow {
            finding,
            state: FindingState::from_tag(&c.take::<String>()?).unwrap_or(FindingState::Open),
            first_seen_at: c.take()?,
            last_seen_at: c.take()?,
        },
        muted_until: c.take()?,
        by_person: c.take()?,
        present: c.take()?,
    })
}

/// Writes findings as [`finding_row`] gives them.
pub(super) const HEAD: &str = "INSERT INTO findings (tenant, fingerprint, kind, vendor, customer_id, customer, sku, product_name,
    monthly_amount, currency, evidence, action, state, muted_until, by_person, present, first_seen_at, last_seen_at,
    change_no) ";
/// A finding that is kept already becomes what is written; only when it was first seen stays.
pub(super) const TAIL: &str = " ON CONFLICT (tenant, fingerprint) DO UPDATE SET kind = excluded.kind, vendor = excluded.vendor,
    customer_id = excluded.customer_id, customer = excluded.customer, sku = excluded.sku,
    product_name = excluded.product_name, monthly_amount = excluded.monthly_amount, currency = excluded.currency,
    evidence = excluded.evidence, action = excluded.action, state = excluded.state,
    muted_until = excluded.muted_until, by_person = excluded.by_person, present = excluded.present,
    last_seen_at = excluded.last_seen_at, change_no = excluded.change_no";

/// A finding's columns, in the order of [`HEAD`]. `evidence` is the JSON of its lines.
pub(super) fn finding_row<'a>(
    store: &'a Store,
    kept: &'a Kept,
    evidence: &'a String,
    change: i64,
) -> [Arg<'a>; 19] {
    let f = &kept.row.finding;
    [
        store.tenant().into(),
        (&f.fingerprint).into(),
        f.kind.tag().into(),
        f.vendor.map(|v| v.tag()).into(),
        f.customer_id.into(),
        (&f.customer).into(),
        f.sku.as_ref().into(),
        (&f.product_name).into(),
        f.monthly_amount.into(),
        (&f.currency).into(),
        evidence.into(),
        (&f.action).into(),
        kept.row.state.tag().into(),
        kept.muted_until.into(),
        kept.by_person.into(),
        kept.present.into(),
        kept.row.first_seen_at.into(),
        kept.row.last_seen_at.into(),
        change.into(),
    ]
}
