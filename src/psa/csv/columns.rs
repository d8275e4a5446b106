//! Headers by meaning: which column of a file is which field.

use super::words::folded;
use super::{Mapped, Use};
use crate::domain::money::Currency;
use crate::domain::text::clean;

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
type Aliases = (Field, &'static str, &'static [&'static str]);

/// What a file of one kind is read for.
#[derive(Debug)]
pub(super) struct Layout {
    fields: &'static [Aliases],
    /// One field of each group must be there; the words say what is missing.
    needs: &'static [(&'static [Field], &'static str)],
}

pub(super) const COMPANIES: Layout = Layout {
    fields: &[
        (
            Field::CompanyId,
            "company_id",
            &[
                "psaid",
                "clientid",
                "accountid",
                "customerid",
                "companyrecid",
                "recid",
                "id",
                "identifier",
                "companyidentifier",
                "accountnumber",
            ],
        ),
        (
            Field::CompanyName,
            "company_name",
            &[
                "name",
                "company",
                "client",
                "clientname",
                "customer",
                "customername",
                "account",
                "accountname",
                "organization",
                "organisation",
                "organizationname",
                "organisationname",
            ],
        ),
        (
            Field::Domain,
            "email_domain",
            &["domain", "maildomain", "domainname", "primarydomain"],
        ),
        (
            Field::Website,
            "website",
            &["web", "url", "webaddress", "homepage", "site"],
        ),
        (
            Field::Email,
            "email",
            &["emailaddress", "mail", "primaryemail", "contactemail"],
        ),
        (
            Field::Phone,
            "phone",
            &["phonenumber", "telephone", "tel", "mainphone"],
        ),
        (
            Field::Address,
            "address",
            &["address1", "addressline1", "street", "streetaddress"],
        ),
        (Field::City, "city", &["town", "suburb"]),
        (
            Field::State,
            "state",
            &["province", "county", "region", "stateprovince"],
        ),
        (
            Field::Postcode,
            "postal_code",
            &["postcode", "zip", "zipcode"],
        ),
        (Field::Country, "country", &["countrycode", "countryname"]),
        (
            Field::TenantId,
            "tenant_id",
            &[
                "microsofttenantid",
                "mstenantid",
                "azuretenantid",
                "m365tenantid",
                "entratenantid",
            ],
        ),
        (
            Field::Status,
            "status",
            &["companystatus", "accountstatus", "active", "isactive"],
        ),
    ],
    needs: &[(
        &[Field::CompanyName],
        "the company's name (company_name, name, company, client, customer, account)",
    )],
};

pub(super) const LINES: Layout = Layout {
    fields: &[
        (
            Field::CompanyId,
            "company_id",
            &[
                "psaid",
                "clientid",
                "accountid",
                "customerid",
                "companyrecid",
                "identifier",
                "companyidentifier",
            ],
        ),
        (
            Field::CompanyName,
            "company_name",
            &[
                "company",
                "client",
                "clientname",
                "customer",
                "customername",
                "account",
                "accountname",
                "organization",
                "organisation",
            ],
        ),
        (Field::AgreementId, "agreement_id", &["contractid"]),
        (
            Field::AgreementName,
            "agreement_name",
            &["agreement", "contract", "contractname"],
        ),
        (
            Field::LineId,
            "line_id",
            &["additionid", "lineitemid", "contractserviceid", "id"],
        ),
        (
            Field::ProductCode,
            "product_code",
            &[
                "sku",
                "itemcode",
                "itemid",
                "productid",
                "partnumber",
                "mpn",
                "productsku",
                "servicecode",
            ],
        ),
        (
            Field::VendorSku,
            "vendor_sku",
            &[
                "distributorsku",
                "vendorpartnumber",
                "manufacturersku",
                "manufacturerpartnumber",
                "offerid",
            ],
        ),
        (
            Field::ProductName,
            "product_name",
            &[
                "product",
                "service",
                "servicename",
                "item",
                "itemname",
                "addition",
                "additionname",
                "itemdescription",
                "productdescription",
                "description",
                "invoicedescription",
            ],
        ),
        (
            Field::Quantity,
            "quantity",
            &[
                "qty",
                "units",
                "count",
                "seats",
                "licences",
                "licenses",
                "billedquantity",
                "seatcount",
                "numberofseats",
            ],
        ),
        (
            Field::UnitPrice,
            "unit_price",
            &[
                "price",
                "sellprice",
                "rate",
                "unitrate",
                "sellingprice",
                "saleprice",
                "priceeach",
                "priceperunit",
                "priceperseat",
                "unitsellprice",
            ],
        ),
        (
            Field::LinePrice,
            "line_price",
            &[
                "extendedprice",
                "extprice",
                "totalprice",
                "lineprice",
                "linetotal",
                "extendedamount",
                "billedamount",
                "amount",
                "total",
                "extended",
                "revenue",
            ],
        ),
        (
            Field::UnitCost,
            "unit_cost",
            &[
                "cost",
                "ourcost",
                "costeach",
                "costperunit",
                "costperseat",
                "buyprice",
            ],
        ),
        (
            Field::LineCost,
            "line_cost",
            &["extendedcost", "extcost", "totalcost", "linecost"],
        ),
        (Field::Currency, "currency", &["currencycode", "cur"]),
        (
            Field::BillingCycle,
            "billing_cycle",
            &[
                "cycle",
                "billingfrequency",
                "frequency",
                "billingperiod",
                "period",
                "billcycle",
                "periodtype",
                "billingterm",
            ],
        ),
        (
            Field::StartDate,
            "start_date",
            &[
                "startdate",
                "starts",
                "startson",
                "effectivedate",
                "begindate",
                "start",
            ],
        ),
        (
            Field::EndDate,
            "end_date",
            &[
                "cancelleddate",
                "canceleddate",
                "expires",
                "termend",
                "endson",
                "ends",
                "expirationdate",
                "expirydate",
                "end",
            ],
        ),
        (
            Field::Status,
            "status",
            &["linestatus", "additionstatus", "active", "isactive"],
        ),
        (
            Field::Billable,
            "billable",
            &["isbillable", "billcustomer", "billableoption"],
        ),
    ],
    needs: &[
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
};

/// Words in a header by which its column is never read.
const SECRETS: [&str; 7] = [
    "password",
    "passwd",
    "secret",
    "token",
    "apikey",
    "privatekey",
    "credential",
];

/// Which cell of a row is which field.
#[derive(Debug, Clone, Default)]
pub(super) struct Columns {
    places: Vec<(Field, usize)>,
    headers: Vec<Mapped>,
    /// A code in the header of a price: `Unit price (USD)`.
    pub currency: Option<Currency>,
}

impl Columns {
    /// Reads a header row. Of several columns for one field the one with the more certain name serves, else the first.
    pub fn of<'h>(layout: &Layout, headers: impl IntoIterator<Item = &'h str>) -> Self {
        let mut columns = Columns::default();
        let mut best: Vec<(Field, usize, usize)> = Vec::new();
        for (at, header) in headers.into_iter().enumerate() {
            let used = if is_secret(header) {
                Use::Secret
            } else {
                Use::Nothing
            };
            columns.headers.push(Mapped {
                header: clean(header, 80),
                used,
            });
            if let (Use::Nothing, Some((field, rank))) = (used, layout.recognise(header)) {
                match best.iter_mut().find(|(f, _, _)| *f == field) {
                    Some(known) if known.1 <= rank => {}
                    Some(known) => *known = (field, rank, at),
                    None => best.push((field, rank, at)),
                }
            }
        }
        for (field, _, at) in best {
            columns.places.push((field, at));
            if let Some(mapped) = columns.headers.get_mut(at) {
                mapped.used = Use::As(layout.name(field));
                if matches!(field, Field::UnitPrice | Field::LinePrice) {
                    columns.currency = currency_in(&mapped.header);
                }
            }
        }
        columns
    }

    /// The cell of a field.
    pub fn place(&self, field: Field) -> Option<usize> {
        self.places
            .iter()
            .find(|(f, _)| *f == field)
            .map(|(_, at)| *at)
    }

    /// The header of a field's column as the file writes it.
    pub fn header(&self, field: Field) -> String {
        self.place(field)
            .and_then(|at| self.headers.get(at))
            .map_or_else(String::new, |m| m.header.clone())
    }

    /// What became of each column.
    pub fn mapping(&self) -> &[Mapped] {
        &self.headers
    }

    /// How many columns are known.
    pub fn known(&self) -> usize {
        self.places.len()
    }

    /// What is missing, in words; none if all is there that the layout needs.
    pub fn missing(&self, layout: &Layout) -> Option<&'static str> {
        let there = |fields: &[Field]| fields.iter().any(|f| self.place(*f).is_some());
        layout
            .needs
            .iter()
            .find(|(fields, _)| !there(fields))
            .map(|(_, words)| *words)
    }
}

impl Layout {
    fn name(&self, field: Field) -> &'static str {
        self.fields
            .iter()
            .find(|(f, _, _)| *f == field)
            .map_or("", |(_, name, _)| name)
    }

    /// The field of a header and how certain its name is, 0 the most.
    fn recognise(&self, header: &str) -> Option<(Field, usize)> {
        let whole = folded(header);
        let without_brackets = header.split(['(', '[']).next().map(folded);
        [Some(whole), without_brackets]
            .into_iter()
            .flatten()
            .find_map(|word| {
                self.fields.iter().find_map(|(field, name, aliases)| {
                    let rank = match folded(name) == word {
                        true => Some(0),
                        false => aliases
                            .iter()
                            .position(|alias| *alias == word)
                            .map(|n| n + 1),
                    };
                    rank.map(|rank| (*field, rank))
                })
            })
    }
}

fn is_secret(header: &str) -> bool {
    let word = folded(header);
    SECRETS.iter().any(|secret| word.contains(secret))
}

fn currency_in(header: &str) -> Option<Currency> {
    let inner = header.split_once(['(', '['])?.1;
    super::words::currency(inner.trim_end_matches([')', ']', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alias_is_known_in_any_dress_and_means_one_field() {
        for layout in [&COMPANIES, &LINES] {
            for (field, name, aliases) in layout.fields {
                let dressed = [
                    name.to_uppercase().replace('_', " "),
                    name.replace('_', "-"),
                    format!(" {name}. "),
                ];
                for header in dressed
                    .iter()
                    .map(String::as_str)
                    .chain(aliases.iter().copied())
                {
                    let columns = Columns::of(layout, [header]);
                    assert_eq!(columns.place(*field), Some(0), "{header}");
                }
                for alias in *aliases {
                    assert_eq!(folded(alias), *alias, "written as it is compared");
                }
            }
        }
    }

    #[test]
    fn the_aliases_of_the_facts_sheet_are_there() {
        let known = |header: &str| Columns::of(&LINES, [header]).mapping()[0].used;
        for (column, aliases) in [
            (
                "company_name",
                "client|client name|customer|customer name|account|account name|company|organization",
            ),
            (
                "company_id",
                "client id|account id|company rec id|identifier|psa_id",
            ),
            (
                "product_name",
                "product|service|service name|item|item description|addition|description|invoice description",
            ),
            (
                "product_code",
                "sku|item code|item id|product id|part number|mpn",
            ),
            (
                "quantity",
                "qty|units|count|seats|licences|licenses|billed quantity",
            ),
            ("unit_price", "price|sell price|rate|unit rate"),
            ("unit_cost", "cost|unit cost|our cost"),
            ("end_date", "cancelled date|expires|term end"),
        ] {
            for alias in aliases.split('|') {
                assert_eq!(known(alias), Use::As(column), "{alias}");
            }
        }
    }

    #[test]
    fn the_more_certain_name_serves_and_secrets_never() {
        let columns = Columns::of(
            &LINES,
            [
                "Description",
                "Product Name",
                "Client Secret",
                "Unit Price (CAD)",
                "Colour",
            ],
        );
        assert_eq!(columns.place(Field::ProductName), Some(1));
        let used: Vec<_> = columns.mapping().iter().map(|m| m.used).collect();
        assert_eq!(
            used,
            [
                Use::Nothing,
                Use::As("product_name"),
                Use::Secret,
                Use::As("unit_price"),
                Use::Nothing
            ]
        );
        assert_eq!(columns.currency.as_ref().unwrap().as_str(), "CAD");
        assert!(columns.missing(&LINES).unwrap().starts_with("the company"));
    }
}
