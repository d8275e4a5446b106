//! Companies and agreement lines of the PSA as rows to write.

use super::Store;
use super::arg::Arg;
use super::columns::Day;
use crate::domain::agreement::AgreementLine;
use crate::domain::ids::CustomerId;
use crate::domain::party::{PsaCompany, PsaSystem};

pub(super) const COMPANY_HEAD: &str =
    "INSERT INTO customers (tenant, psa_system, psa_id, active, seen_sync, name, domain,
    email, phone, address, city, state, postcode, country, ms_tenant_id, other_ms_tenants) ";
pub(super) const COMPANY_TAIL: &str = " ON CONFLICT (tenant, psa_system, psa_id) DO UPDATE SET active = excluded.active,
    seen_sync = excluded.seen_sync, name = excluded.name, domain = excluded.domain, email = excluded.email,
    phone = excluded.phone, address = excluded.address, city = excluded.city, state = excluded.state,
    postcode = excluded.postcode, country = excluded.country, ms_tenant_id = excluded.ms_tenant_id,
    other_ms_tenants = excluded.other_ms_tenants";

pub(super) fn company_row<'a>(
    store: &'a Store,
    system: PsaSystem,
    company: &'a PsaCompany,
    sync: i64,
) -> [Arg<'a>; 16] {
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
        company.other_ms_tenants.join(" ").into(),
    ]
}

pub(super) const LINE_HEAD: &str = "INSERT INTO agreement_lines (tenant, psa_system, psa_line_id, psa_company_id, customer_id,
    agreement, product_code, vendor_sku, product_name, seats, quantity_text, unit_price, unit_cost, currency,
    billing_cycle, starts_on, ends_on, active) ";
/// A row that says what the last reading said is not written again.
pub(super) const LINE_TAIL: &str = " ON CONFLICT (tenant, psa_system, psa_line_id) DO UPDATE SET
    psa_company_id = excluded.psa_company_id, customer_id = excluded.customer_id, agreement = excluded.agreement,
    product_code = excluded.product_code, vendor_sku = excluded.vendor_sku, product_name = excluded.product_name, seats = excluded.seats,
    quantity_text = excluded.quantity_text, unit_price = excluded.unit_price, unit_cost = excluded.unit_cost,
    currency = excluded.currency, billing_cycle = excluded.billing_cycle, starts_on = excluded.starts_on,
    ends_on = excluded.ends_on, active = excluded.active
    WHERE (agreement_lines.psa_company_id, agreement_lines.customer_id, agreement_lines.agreement,
        agreement_lines.product_code, agreement_lines.vendor_sku, agreement_lines.product_name, agreement_lines.seats,
        agreement_lines.quantity_text, agreement_lines.unit_price, agreement_lines.unit_cost,
        agreement_lines.currency, agreement_lines.billing_cycle, agreement_lines.starts_on,
        agreement_lines.ends_on, agreement_lines.active)
    IS DISTINCT FROM (excluded.psa_company_id, excluded.customer_id, excluded.agreement, excluded.product_code,
        excluded.vendor_sku, excluded.product_name, excluded.seats, excluded.quantity_text, excluded.unit_price,
        excluded.unit_cost, excluded.currency, excluded.billing_cycle, excluded.starts_on, excluded.ends_on,
        excluded.active)";

pub(super) fn line_row<'a>(
    store: &'a Store,
    system: PsaSystem,
    line: &'a AgreementLine,
    owner: Option<CustomerId>,
) -> [Arg<'a>; 18] {
    [
        store.tenant().into(),
        system.tag().into(),
        (&line.line_id).into(),
        (&line.company).into(),
        owner.into(),
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
    ]
}
