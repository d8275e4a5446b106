//! What the PSA told: companies, which make the hub, and agreement lines.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::AssertSqlSafe;

use super::arg::{Arg, args};
use super::columns::Day;
use super::connections::to_json;
use super::db::{Row, Tx, transact};
use super::feed::Area;
use super::psa_rows::{COMPANY_HEAD, COMPANY_TAIL, LINE_HEAD, LINE_TAIL, company_row, line_row};
pub use super::psa_settings::PsaSettings;
pub(super) use super::psa_settings::{PUT_DOCUMENT, READ_DOCUMENT};
use super::psa_settings::{SETTINGS, read_settings};
use super::{Store, StoreError, bulk, profile, quarantine};
use crate::domain::agreement::AgreementLine;
use crate::domain::ids::{ConnectionName, CustomerId, PsaId};
use crate::domain::money::Currency;
use crate::domain::party::{PsaCompany, PsaSystem};
use crate::domain::subscription::{BillingCycle, Quarantined};
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

/// A reading of the PSA is no run of the ledger.
const NO_RUN: i64 = 0;

const LINES: &str = "SELECT customer_id, psa_system, psa_line_id, psa_company_id, agreement, product_code, vendor_sku,
    product_name, seats, quantity_text, unit_price, unit_cost, currency, billing_cycle, starts_on, ends_on, active
    FROM agreement_lines WHERE tenant = $1";

const ACTIVE_LINES: &str =
    "SELECT psa_line_id FROM agreement_lines WHERE tenant = $1 AND psa_system = $2 AND active";

const RETIRE_LINES: &str =
    "UPDATE agreement_lines SET active = FALSE WHERE (tenant, psa_system, psa_line_id) IN (";

fn line(row: Row) -> Result<(Option<CustomerId>, PsaSystem, AgreementLine), StoreError> {
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

const COMPANIES: &str =
    "SELECT id, name, domain, email, phone, address, city, state, postcode, country, ms_tenant_id,
    other_ms_tenants, psa_id, active FROM customers WHERE tenant = $1 AND psa_id IS NOT NULL";

fn company(row: Row) -> Result<(CustomerId, PsaCompany), StoreError> {
    let mut c = row.cells();
    let id = CustomerId(c.take()?);
    let company = PsaCompany {
        profile: profile::read(&mut c)?,
        other_ms_tenants: profile::other_tenants(&mut c)?,
        id: c.id()?,
        active: c.take()?,
    };
    Ok((id, company))
}

/// The last line of each id, in the order of ids: so SQLite writes each page of its tree once, not once for each row that
/// falls on it.
fn by_id(lines: &[AgreementLine]) -> Vec<&AgreementLine> {
    let mut sorted: Vec<_> = lines.iter().rev().collect();
    sorted.sort_by(|a, b| a.line_id.cmp(&b.line_id));
    sorted.dedup_by(|later, first| later.line_id == first.line_id);
    sorted
}

impl Store {
    /// Takes a complete reading of the PSA in one transaction. What it no longer lists becomes inactive, and so does what
    /// another system told before, but for companies that both know by one id and name: these go on as they are, with
    /// their links and their history.
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
        let lines = by_id(lines);
        transact!(self, |tx| {
            let key = args![self.tenant(), system.tag()];
            tx.alone(self.tenant()).await?;
            let sync: i64 = tx
                .value(
                    "SELECT coalesce(max(seen_sync), 0) + 1 FROM customers WHERE tenant = $1 AND psa_system = $2",
                    key,
                )
                .await?;
            self.take_over(tx, system, &companies).await?;
            let count = "SELECT count(*) FROM customers WHERE tenant = $1 AND psa_system = $2";
            let before: i64 = tx.value(count, key).await?;
            let rows: Vec<_> = companies
                .iter()
                .map(|c| company_row(self, system, c, sync))
                .collect();
            bulk::write(tx, COMPANY_HEAD, COMPANY_TAIL, &rows).await?;
            let after: i64 = tx.value(count, key).await?;
            let owners = self.owners(tx, system).await?;
            let lines_gone = self.retire_lines(tx, system, &lines).await?;
            // Rows of all lines at once would need more memory than the lines.
            for lines in lines.chunks(bulk::MAX_ROWS) {
                let rows: Vec<_> = lines
                    .iter()
                    .map(|l| {
                        let owner = owners.get(l.company.as_str()).copied();
                        line_row(self, system, l, owner)
                    })
                    .collect();
                bulk::write(tx, LINE_HEAD, LINE_TAIL, &rows).await?;
            }
            let absent = args![self.tenant(), system.tag(), sync];
            let companies_gone = tx
                .execute(
                    "UPDATE customers SET active = FALSE
                     WHERE tenant = $1 AND psa_system = $2 AND seen_sync <> $3 AND active",
                    absent,
                )
                .await?;
            let kept = tx
                .first(READ_DOCUMENT, args![self.tenant(), SETTINGS])
                .await?;
            let mut settings = read_settings(kept.as_ref())?
                .filter(|s| s.system == system)
                .unwrap_or_else(|| PsaSettings::new(system));
            settings.last_sync_at = Some(now);
            settings.failed = None;
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

    /// Active lines that are not among these, which are sorted, become inactive.
    async fn retire_lines(
        &self,
        tx: &mut Tx,
        system: PsaSystem,
        lines: &[&AgreementLine],
    ) -> Result<u64, StoreError> {
        let mut gone: Vec<String> = tx
            .read(ACTIVE_LINES, args![self.tenant(), system.tag()], |row| {
                row.only()
            })
            .await?;
        gone.retain(|id| lines.binary_search_by_key(&id, |l| &l.line_id).is_err());
        let gone: Vec<[Arg<'_>; 3]> = gone
            .iter()
            .map(|id| [self.tenant().into(), system.tag().into(), id.into()])
            .collect();
        bulk::write(tx, RETIRE_LINES, ")", &gone).await?;
        Ok(gone.len() as u64)
    }

    /// The hub customer of each company of a system.
    async fn owners(
        &self,
        tx: &mut Tx,
        system: PsaSystem,
    ) -> Result<HashMap<String, CustomerId>, StoreError> {
        let sql = "SELECT psa_id, id FROM customers WHERE tenant = $1 AND psa_system = $2 AND psa_id IS NOT NULL";
        tx.read(sql, args![self.tenant(), system.tag()], |row| {
            let mut c = row.cells();
            Ok((c.take()?, CustomerId(c.take()?)))
        })
        .await
    }

    async fn take_over(
        &self,
        tx: &mut Tx,
        system: PsaSystem,
        companies: &[&PsaCompany],
    ) -> Result<(), StoreError> {
        let key = args![self.tenant(), system.tag()];
        let others = tx
            .all(
                "SELECT id, psa_id, name FROM customers o
                 WHERE tenant = $1 AND psa_system <> $2 AND psa_id IS NOT NULL AND NOT EXISTS
                     (SELECT 1 FROM customers c WHERE c.tenant = $1 AND c.psa_system = $2 AND c.psa_id = o.psa_id)
                 ORDER BY id",
                key,
            )
            .await?;
        let named: BTreeMap<&str, &str> = companies
            .iter()
            .map(|c| (c.id.as_str(), c.profile.name.as_str()))
            .collect();
        let mut taken = BTreeSet::new();
        for row in &others {
            let mut c = row.cells();
            let (id, psa_id, name): (i64, String, String) = (c.take()?, c.take()?, c.take()?);
            if named.get(psa_id.as_str()) == Some(&name.as_str()) && taken.insert(psa_id) {
                let moved = args![self.tenant(), system.tag(), id];
                tx.execute(
                    "UPDATE customers SET psa_system = $2 WHERE tenant = $1 AND id = $3",
                    moved,
                )
                .await?;
            }
        }
        for sql in [
            "UPDATE customers SET active = FALSE
             WHERE tenant = $1 AND psa_system <> $2 AND psa_id IS NOT NULL AND active",
            "UPDATE agreement_lines SET active = FALSE WHERE tenant = $1 AND psa_system <> $2 AND active",
        ] {
            tx.execute(sql, key).await?;
        }
        Ok(())
    }

    /// Puts rows of the PSA aside that cannot be used; those that were met before are counted again.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn keep_psa_quarantine(
        &self,
        owner: &ConnectionName,
        rows: &[Quarantined],
        now: Ts,
    ) -> Result<(), StoreError> {
        let keys: Vec<_> = rows
            .iter()
            .map(|q| (q, quarantine::source_key(q)))
            .collect();
        let rows: Vec<_> = bulk::last_of_each(&keys, |(q, key)| (&q.stream, key))
            .into_iter()
            .map(|(q, key)| quarantine::row(self, (owner, NO_RUN), q, key, now))
            .collect();
        transact!(self, |tx| {
            bulk::write(tx, quarantine::HEAD, quarantine::TAIL, &rows).await?;
            Ok(())
        })
    }

    /// The PSA's companies, active or not, with our ids.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn companies(&self) -> Result<Vec<(CustomerId, PsaCompany)>, StoreError> {
        let sql = format!("{COMPANIES} ORDER BY id");
        self.db
            .read(AssertSqlSafe(sql), args![self.tenant()], company)
            .await
    }

    /// Every company that a system ever listed, and whether its last reading did.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn company_ids(&self, system: PsaSystem) -> Result<Vec<(PsaId, bool)>, StoreError> {
        let sql = "SELECT psa_id, seen_sync = max(seen_sync) OVER () FROM customers
                   WHERE tenant = $1 AND psa_system = $2 AND psa_id IS NOT NULL";
        self.db
            .read(sql, args![self.tenant(), system.tag()], |row| {
                let mut c = row.cells();
                Ok((c.id()?, c.take()?))
            })
            .await
    }

    /// The companies that the last reading of a system listed.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn listed_companies(&self, system: PsaSystem) -> Result<Vec<PsaCompany>, StoreError> {
        let sql = format!(
            "{COMPANIES} AND psa_system = $2 AND seen_sync =
                 (SELECT max(seen_sync) FROM customers WHERE tenant = $1 AND psa_system = $2) ORDER BY id"
        );
        self.db
            .read(
                AssertSqlSafe(sql),
                args![self.tenant(), system.tag()],
                |row| Ok(company(row)?.1),
            )
            .await
    }

    /// All agreement lines, active or not, with the hub customer that each belongs to.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn agreement_lines(
        &self,
    ) -> Result<Vec<(Option<CustomerId>, PsaSystem, AgreementLine)>, StoreError> {
        let sql = format!("{LINES} ORDER BY psa_system, psa_line_id");
        self.db
            .read(AssertSqlSafe(sql), args![self.tenant()], line)
            .await
    }

    /// The ids of a system's active agreement lines.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn active_line_ids(&self, system: PsaSystem) -> Result<Vec<String>, StoreError> {
        self.db
            .read(ACTIVE_LINES, args![self.tenant(), system.tag()], |row| {
                row.cells().take()
            })
            .await
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
        self.db
            .read(AssertSqlSafe(sql), args![self.tenant(), customer], line)
            .await
    }
}
