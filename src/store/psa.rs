//! What the PSA told: companies, which make the hub, and agreement lines.

use std::collections::BTreeMap;

use sqlx::AssertSqlSafe;

use super::arg::{Arg, args};
use super::columns::Day;
use super::connections::{json, to_json};
use super::db::{Row, transact};
use super::feed::Area;
use super::{Store, StoreError, bulk, profile};
use crate::domain::agreement::AgreementLine;
use crate::domain::ids::CustomerId;
use crate::domain::money::Currency;
use crate::domain::party::{PsaCompany, PsaSystem};
use crate::domain::subscription::BillingCycle;
use crate::domain::time::Ts;

/// What a reading of the PSA changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct PsaCounts {
    /// Companies that the hub did not hold.
    pub companies_new: u64,
    /// Companies that it held.
    pub companies_updated: u64,
    /// Companies that were active and are no longer listed: inactive now, never deleted.
    pub companies_gone: u64,
    /// Agreement lines listed.
    pub lines: u64,
    /// Lines that were active and are no longer listed: inactive now.
    pub lines_gone: u64,
}

/// Where the PSA is, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PsaSettings {
    /// Which system.
    pub system: PsaSystem,
    /// What it needs and is no secret: `base_url`, `company`, `client_id`, ….
    pub settings: BTreeMap<String, String>,
    /// When it was last read to its end.
    pub last_sync_at: Option<Ts>,
}

/// Where [`PsaSettings`] lie among the documents.
const SETTINGS: &str = "psa_settings";

const LINES: &str = "SELECT customer_id, psa_system, psa_line_id, psa_company_id, agreement, product_code, vendor_sku,
    product_name, seats, quantity_text, unit_price, unit_cost, currency, billing_cycle, starts_on, ends_on, active
    FROM agreement_lines WHERE tenant = $1";

fn line(row: &Row) -> Result<(Option<CustomerId>, PsaSystem, AgreementLine), StoreError> {
    let mut c = row.cells();
    let customer = c.take::<Option<i64>>()?.map(CustomerId);
    let tag: String = c.take()?;
    let system = PsaSystem::from_tag(&tag)
        .ok_or_else(|| StoreError::Other(format!("'{tag}' is not a known PSA")))?;
    let line = AgreementLine {
        line_id: c.take()?,
        company: c.id()?,
        agreement: c.take()?,
        product_code: c.take()?,
        vendor_sku: c.take()?,
        product_name: c.take()?,
        seats: c.take()?,
        quantity_text: c.take()?,
        unit_price: c.take()?,
        unit_cost: c.take()?,
        currency: c
            .take::<Option<String>>()?
            .and_then(|t| Currency::parse(&t)),
        billing_cycle: BillingCycle::from_tag(&c.take::<String>()?),
        starts_on: c.take::<Option<Day>>()?.map(|d| d.0),
        ends_on: c.take::<Option<Day>>()?.map(|d| d.0),
        active: c.take()?,
    };
    Ok((customer, system, line))
}

impl Store {
    /// Takes a complete reading of the PSA in one transaction. What it no longer lists becomes inactive.
    ///
    /// # Errors
    /// If the database cannot be written: then nothing of it is kept.
    pub async fn replace_psa(
        &self,
        system: PsaSystem,
        companies: &[PsaCompany],
        lines: &[AgreementLine],
        now: Ts,
    ) -> Result<PsaCounts, StoreError> {
        let companies = bulk::last_of_each(companies, |c| &c.id);
        let lines = bulk::last_of_each(lines, |l| &l.line_id);
        transact!(self, |tx| {
            let key = args![self.tenant(), system.tag()];
            tx.alone(self.tenant()).await?;
            let sync: i64 = tx
                .value(
                    "SELECT coalesce(max(seen_sync), 0) + 1 FROM
                        (SELECT seen_sync FROM customers WHERE tenant = $1 AND psa_system = $2
                         UNION ALL SELECT seen_sync FROM agreement_lines WHERE tenant = $1 AND psa_system = $2) AS s",
                    key,
                )
                .await?;
            let count = "SELECT count(*) FROM customers WHERE tenant = $1 AND psa_system = $2";
            let before: i64 = tx.value(count, key).await?;
            let rows: Vec<_> = companies
                .iter()
                .map(|c| company_row(self, system, c, sync))
                .collect();
            bulk::insert(tx, COMPANY_HEAD, COMPANY_TAIL, &rows).await?;
            let after: i64 = tx.value(count, key).await?;
            let rows: Vec<_> = lines
                .iter()
                .map(|l| line_row(self, system, l, sync))
                .collect();
            bulk::insert(tx, LINE_HEAD, LINE_TAIL, &rows).await?;
            tx.execute(
                "UPDATE agreement_lines SET customer_id = (SELECT c.id FROM customers c WHERE c.tenant = $1
                     AND c.psa_system = $2 AND c.psa_id = agreement_lines.psa_company_id)
                 WHERE tenant = $1 AND psa_system = $2",
                key,
            )
            .await?;
            let absent = args![self.tenant(), system.tag(), sync];
            let companies_gone = tx
                .execute(
                    "UPDATE customers SET active = FALSE
                     WHERE tenant = $1 AND psa_system = $2 AND seen_sync <> $3 AND active",
                    absent,
                )
                .await?;
            let lines_gone = tx
                .execute(
                    "UPDATE agreement_lines SET active = FALSE
                     WHERE tenant = $1 AND psa_system = $2 AND seen_sync <> $3 AND active",
                    absent,
                )
                .await?;
            let kept = tx
                .first(READ_DOCUMENT, args![self.tenant(), SETTINGS])
                .await?;
            let mut settings = read_settings(kept.as_ref())?
                .filter(|s| s.system == system)
                .unwrap_or_else(|| PsaSettings {
                    system,
                    settings: BTreeMap::new(),
                    last_sync_at: None,
                });
            settings.last_sync_at = Some(now);
            let body = to_json(&settings)?;
            tx.execute(PUT_DOCUMENT, args![self.tenant(), SETTINGS, &body])
                .await?;
            tx.changed(self, &[Area::Customers]).await?;
            let companies_new = (after - before).max(0).cast_unsigned();
            Ok(PsaCounts {
                companies_new,
                companies_updated: companies.len() as u64 - companies_new,
                companies_gone,
                lines: lines.len() as u64,
                lines_gone,
            })
        })
    }

    /// The PSA's companies, active or not, with our ids.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn companies(&self) -> Result<Vec<(CustomerId, PsaCompany)>, StoreError> {
        self.db
            .all(
                "SELECT id, name, domain, email, phone, address, city, state, postcode, country, ms_tenant_id,
                     psa_id, active
                 FROM customers WHERE tenant = $1 AND psa_id IS NOT NULL ORDER BY id",
                args![self.tenant()],
            )
            .await?
            .iter()
            .map(|row| {
                let mut c = row.cells();
                let id = CustomerId(c.take()?);
                let company = PsaCompany {
                    profile: profile::read(&mut c)?,
                    id: c.id()?,
                    active: c.take()?,
                };
                Ok((id, company))
            })
            .collect()
    }

    /// All agreement lines, active or not, with the hub customer that each belongs to.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn agreement_lines(
        &self,
    ) -> Result<Vec<(Option<CustomerId>, PsaSystem, AgreementLine)>, StoreError> {
        let sql = format!("{LINES} ORDER BY psa_system, psa_line_id");
        let rows = self
            .db
            .all(AssertSqlSafe(sql), args![self.tenant()])
            .await?;
        rows.iter().map(line).collect()
    }

    /// One customer's agreement lines, active or not, in no order: one would cost SQLite the index.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn agreement_lines_of(
        &self,
        customer: CustomerId,
    ) -> Result<Vec<(Option<CustomerId>, PsaSystem, AgreementLine)>, StoreError> {
        let sql = format!("{LINES} AND customer_id = $2");
        let rows = self
            .db
            .all(AssertSqlSafe(sql), args![self.tenant(), customer])
            .await?;
        rows.iter().map(line).collect()
    }

    /// Where the PSA is; none if nobody has set one up.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn psa_settings(&self) -> Result<Option<PsaSettings>, StoreError> {
        let row = self
            .db
            .first(READ_DOCUMENT, args![self.tenant(), SETTINGS])
            .await?;
        read_settings(row.as_ref())
    }

    /// Keeps where the PSA is.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn put_psa_settings(&self, settings: &PsaSettings) -> Result<(), StoreError> {
        let body = to_json(settings)?;
        transact!(self, |tx| {
            tx.execute(PUT_DOCUMENT, args![self.tenant(), SETTINGS, &body])
                .await?;
            tx.changed(self, &[Area::Connections]).await?;
            Ok(())
        })
    }
}

/// Reads a document by its name.
pub(super) const READ_DOCUMENT: &str = "SELECT body FROM documents WHERE tenant = $1 AND name = $2";
/// Writes a document under its name.
pub(super) const PUT_DOCUMENT: &str =
    "INSERT INTO documents (tenant, name, body) VALUES ($1, $2, $3)
     ON CONFLICT (tenant, name) DO UPDATE SET body = excluded.body";

fn read_settings(row: Option<&super::db::Row>) -> Result<Option<PsaSettings>, StoreError> {
    row.map(|row| json(&row.only::<String>()?)).transpose()
}

const COMPANY_HEAD: &str =
    "INSERT INTO customers (tenant, psa_system, psa_id, active, seen_sync, name, domain,
    email, phone, address, city, state, postcode, country, ms_tenant_id) ";
const COMPANY_TAIL: &str = " ON CONFLICT (tenant, psa_system, psa_id) DO UPDATE SET active = excluded.active,
    seen_sync = excluded.seen_sync, name = excluded.name, domain = excluded.domain, email = excluded.email,
    phone = excluded.phone, address = excluded.address, city = excluded.city, state = excluded.state,
    postcode = excluded.postcode, country = excluded.country, ms_tenant_id = excluded.ms_tenant_id";

fn company_row<'a>(
    store: &'a Store,
    system: PsaSystem,
    company: &'a PsaCompany,
    sync: i64,
) -> [Arg<'a>; 15] {
    let p = &company.profile;
    [
        store.tenant().into(),
        system.tag().into(),
        (&company.id).into(),
        company.active.into(),
        sync.into(),
        (&p.name).into(),
        (&p.domain).into(),
        (&p.email).into(),
        (&p.phone).into(),
        (&p.address).into(),
        (&p.city).into(),
        (&p.state).into(),
        (&p.postcode).into(),
        (&p.country).into(),
        (&p.ms_tenant_id).into(),
    ]
}

const LINE_HEAD: &str = "INSERT INTO agreement_lines (tenant, psa_system, psa_line_id, psa_company_id, agreement,
    product_code, vendor_sku, product_name, seats, quantity_text, unit_price, unit_cost, currency, billing_cycle,
    starts_on, ends_on, active, seen_sync) ";
const LINE_TAIL: &str = " ON CONFLICT (tenant, psa_system, psa_line_id) DO UPDATE SET
    psa_company_id = excluded.psa_company_id, agreement = excluded.agreement, product_code = excluded.product_code,
    vendor_sku = excluded.vendor_sku, product_name = excluded.product_name, seats = excluded.seats,
    quantity_text = excluded.quantity_text, unit_price = excluded.unit_price, unit_cost = excluded.unit_cost,
    currency = excluded.currency, billing_cycle = excluded.billing_cycle, starts_on = excluded.starts_on,
    ends_on = excluded.ends_on, active = excluded.active, seen_sync = excluded.seen_sync";

fn line_row<'a>(
    store: &'a Store,
    system: PsaSystem,
    line: &'a AgreementLine,
    sync: i64,
) -> [Arg<'a>; 18] {
    [
        store.tenant().into(),
        system.tag().into(),
        (&line.line_id).into(),
        (&line.company).into(),
        (&line.agreement).into(),
        (&line.product_code).into(),
        (&line.vendor_sku).into(),
        (&line.product_name).into(),
        line.seats.into(),
        (&line.quantity_text).into(),
        line.unit_price.into(),
        line.unit_cost.into(),
        line.currency.as_ref().into(),
        line.billing_cycle.tag().into(),
        line.starts_on.map(Day).into(),
        line.ends_on.map(Day).into(),
        line.active.into(),
        sync.into(),
    ]
}
