//! The fields of the two kinds of files, with the headers by which they are known.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::psa::words::folded;

/// A field that a column can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    CompanyId,
    CompanyName,
    Domain,
    Website,
    Email,
    Phone,
    Address,
    City,
    State,
    Postcode,
    Country,
    TenantId,
    Status,
    AgreementId,
    AgreementName,
    LineId,
    ProductCode,
    VendorSku,
    ProductName,
    Quantity,
    UnitPrice,
    LinePrice,
    UnitCost,
    LineCost,
    Currency,
    BillingCycle,
    StartDate,
    EndDate,
    Billable,
}

/// A field's name and the other names it goes by, the more certain first; compared by [`folded`].
type Aliases = (Field, &'static str, &'static str);

/// What a file of one kind is read for.
#[derive(Debug)]
pub(super) struct Layout {
    fields: &'static [Aliases],
    /// Every name as it is compared, with its field and how certain it is, 0 the most.
    known: HashMap<String, (Field, usize)>,
    /// One field of each group must be there; the words say what is missing.
    needs: &'static [(&'static [Field], &'static str)],
}

/// Companies.
pub(super) static COMPANIES: LazyLock<Layout> = LazyLock::new(|| {
    Layout::new(
        &[
            (
                Field::CompanyId,
                "company_id",
                "psa id, client id, account id, customer id, company rec id, rec id, id, identifier, company identifier, account number",
            ),
            (
                Field::CompanyName,
                "company_name",
                "name, company, client, client name, customer, customer name, account, account name, organization, organisation, organization name, organisation name",
            ),
            (
                Field::Domain,
                "email_domain",
                "domain, mail domain, domain name, primary domain",
            ),
            (
                Field::Website,
                "website",
                "web, url, web address, home page, site",
            ),
            (
                Field::Email,
                "email",
                "email address, mail, primary email, contact email",
            ),
            (
                Field::Phone,
                "phone",
                "phone number, telephone, tel, main phone",
            ),
            (
                Field::Address,
                "address",
                "address 1, address line 1, street, street address",
            ),
            (Field::City, "city", "town, suburb"),
            (
                Field::State,
                "state",
                "province, county, region, state/province",
            ),
            (Field::Postcode, "postal_code", "postcode, zip, zip code"),
            (Field::Country, "country", "country code, country name"),
            (
                Field::TenantId,
                "tenant_id",
                "microsoft tenant id, ms tenant id, azure tenant id, m365 tenant id, entra tenant id",
            ),
            (
                Field::Status,
                "status",
                "company status, account status, active, is active",
            ),
        ],
        &[(
            &[Field::CompanyName],
            "the company's name (company_name, name, company, client, customer, account)",
        )],
    )
});

/// Agreement lines.
pub(super) static LINES: LazyLock<Layout> = LazyLock::new(|| {
    Layout::new(
        &[
            (
                Field::CompanyId,
                "company_id",
                "psa id, client id, account id, customer id, company rec id, identifier, company identifier",
            ),
            (
                Field::CompanyName,
                "company_name",
                "company, client, client name, customer, customer name, account, account name, organization, organisation",
            ),
            (Field::AgreementId, "agreement_id", "contract id"),
            (
                Field::AgreementName,
                "agreement_name",
                "agreement, contract, contract name",
            ),
            (
                Field::LineId,
                "line_id",
                "addition id, line item id, contract service id, id",
            ),
            (
                Field::ProductCode,
                "product_code",
                "sku, item code, item id, product id, part number, mpn, product sku, service code",
            ),
            (
                Field::VendorSku,
                "vendor_sku",
                "distributor sku, vendor part number, manufacturer sku, manufacturer part number, offer id",
            ),
            (
                Field::ProductName,
                "product_name",
                "product, service, service name, item, item name, addition, addition name, item description, product description, description, invoice description",
            ),
            (
                Field::Quantity,
                "quantity",
                "qty, units, count, seats, licences, licenses, billed quantity, seat count, number of seats",
            ),
            (
                Field::UnitPrice,
                "unit_price",
                "price, sell price, rate, unit rate, selling price, sale price, price each, price per unit, price per seat, unit sell price",
            ),
            (
                Field::LinePrice,
                "line_price",
                "extended price, ext price, total price, line total, extended amount, billed amount, amount, total, extended, revenue",
            ),
            (
                Field::UnitCost,
                "unit_cost",
                "cost, our cost, cost each, cost per unit, cost per seat, buy price",
            ),
            (
                Field::LineCost,
                "line_cost",
                "extended cost, ext cost, total cost",
            ),
            (Field::Currency, "currency", "currency code, cur"),
            (
                Field::BillingCycle,
                "billing_cycle",
                "cycle, billing frequency, frequency, billing period, period, bill cycle, period type, billing term",
            ),
            (
                Field::StartDate,
                "start_date",
                "starts, starts on, effective date, begin date, start",
            ),
            (
                Field::EndDate,
                "end_date",
                "cancelled date, canceled date, expires, term end, ends on, ends, expiration date, expiry date, end",
            ),
            (
                Field::Status,
                "status",
                "line status, addition status, active, is active",
            ),
            (
                Field::Billable,
                "billable",
                "is billable, bill customer, billable option",
            ),
        ],
        &[
            (
                &[Field::CompanyId, Field::CompanyName],
                "the company (company_id, psa_id, company_name, client, customer, account)",
            ),
            (
                &[Field::ProductName, Field::ProductCode, Field::VendorSku],
                "the product (product_name, product, service, item, description, sku)",
            ),
            (
                &[Field::Quantity],
                "the quantity (quantity, qty, units, seats, licences)",
            ),
        ],
    )
});

impl Layout {
    fn new(fields: &'static [Aliases], needs: &'static [(&'static [Field], &'static str)]) -> Self {
        let names = fields.iter().flat_map(|(field, name, aliases)| {
            let names = std::iter::once(*name).chain(aliases.split(','));
            names
                .enumerate()
                .map(|(rank, text)| (folded(text), (*field, rank)))
        });
        Self {
            fields,
            known: names.collect(),
            needs,
        }
    }

    /// A field's name in what is said about the file.
    pub fn name(&self, field: Field) -> &'static str {
        let known = self.fields.iter().find(|(f, _, _)| *f == field);
        known.map_or("", |(_, name, _)| name)
    }

    /// The field of a header and how certain its name is, 0 the most; what stands in brackets may be left out.
    pub fn recognise(&self, header: &str) -> Option<(Field, usize)> {
        let before_brackets = header.split(['(', '[']).next().unwrap_or_default();
        [header, before_brackets]
            .into_iter()
            .find_map(|text| self.known.get(&folded(text)).copied())
    }

    /// The words for the first thing needed that is not there.
    pub fn missing(&self, has: impl Fn(Field) -> bool) -> Option<&'static str> {
        let lacking = self
            .needs
            .iter()
            .find(|(fields, _)| !fields.iter().any(|f| has(*f)));
        lacking.map(|(_, words)| *words)
    }

    /// Every field with all its names.
    #[cfg(test)]
    pub fn names(&self) -> impl Iterator<Item = (Field, &'static str, &'static str)> {
        self.fields.iter().copied()
    }
}
