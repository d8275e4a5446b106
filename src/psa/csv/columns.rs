//! Headers by meaning: which column of a file is which field.

use sha2::{Digest, Sha256};

use super::layout::{Field, Layout};
use super::{Mapped, Use};
use crate::domain::money::Currency;
use crate::domain::text::clean;
use crate::psa::words::folded;

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
            let header = clean(header, 80);
            let is_secret = is_secret(&header);
            if let (false, Some((field, rank))) = (is_secret, layout.recognise(&header)) {
                match best.iter_mut().find(|(f, _, _)| *f == field) {
                    Some(known) if known.1 <= rank => {}
                    Some(known) => *known = (field, rank, at),
                    None => best.push((field, rank, at)),
                }
            }
            let used = if is_secret { Use::Secret } else { Use::Nothing };
            columns.headers.push(Mapped { header, used });
        }
        columns.places = best.into_iter().map(|(field, _, at)| (field, at)).collect();
        columns.prefer(Field::UnitPrice, Field::LinePrice);
        columns.prefer(Field::UnitCost, Field::LineCost);
        columns.take_items_as_codes();
        for (field, at) in &columns.places {
            if let Some(mapped) = columns.headers.get_mut(*at) {
                mapped.used = Use::As(layout.name(*field));
                if matches!(field, Field::UnitPrice | Field::LinePrice) {
                    columns.currency = currency_in(&mapped.header);
                }
            }
        }
        columns
    }

    /// The price of one makes that of the whole line needless.
    fn prefer(&mut self, wanted: Field, otherwise: Field) {
        if self.place(wanted).is_some() {
            self.places.retain(|(field, _)| *field != otherwise);
        }
    }

    /// ConnectWise's reports call the product's code "Addition" or "Item" where a description stands beside it.
    fn take_items_as_codes(&mut self) {
        let named = |names: &[&str]| {
            let is_one = |m: &Mapped| names.contains(&folded(&m.header).as_str());
            self.headers.iter().position(is_one)
        };
        let item = named(&["item", "addition"]);
        let description = named(&[
            "description",
            "itemdescription",
            "productdescription",
            "invoicedescription",
        ]);
        let (Some(item), None) = (item, self.place(Field::ProductCode)) else {
            return;
        };
        let name = self
            .places
            .iter_mut()
            .find(|(f, _)| *f == Field::ProductName);
        match (name, description) {
            (Some(name), Some(description)) if name.1 == item => name.1 = description,
            (Some(name), _) if name.1 != item => {}
            _ => return,
        }
        self.places.push((Field::ProductCode, item));
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

    /// The same for each file with these headers in this order, whatever their case and spaces.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for mapped in &self.headers {
            hash.update(folded(&mapped.header));
            hash.update([0]);
        }
        let digest = hash.finalize();
        let head = digest.iter().take(8);
        head.map(|byte| format!("{byte:02x}")).collect()
    }

    /// How many columns are known.
    pub fn known(&self) -> usize {
        self.places.len()
    }

    /// What is missing, in words; none if all is there that the layout needs.
    pub fn missing(&self, layout: &Layout) -> Option<&'static str> {
        layout.missing(|field| self.place(field).is_some())
    }
}

fn is_secret(header: &str) -> bool {
    let word = folded(header);
    SECRETS.iter().any(|secret| word.contains(secret))
}

fn currency_in(header: &str) -> Option<Currency> {
    let inner = header.split_once(['(', '['])?.1;
    crate::psa::words::currency(inner.trim_end_matches([')', ']', ' ']))
}

#[cfg(test)]
mod tests {
    use super::super::layout::{COMPANIES, LINES};
    use super::*;

    #[test]
    fn every_alias_is_known_in_any_dress_and_means_one_field() {
        for layout in [&COMPANIES, &LINES] {
            for (field, name, aliases) in layout.names() {
                let dressed = [name.to_uppercase().replace('_', " "), format!(" {name}. ")];
                for header in dressed.iter().map(String::as_str).chain(aliases.split(',')) {
                    let columns = Columns::of(layout, [header]);
                    assert_eq!(columns.place(field), Some(0), "{header}");
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
    fn connectwises_billing_summary_gives_code_and_name() {
        let used = |headers: &[&str]| {
            let columns = Columns::of(&LINES, headers.iter().copied());
            [
                Field::ProductCode,
                Field::ProductName,
                Field::UnitPrice,
                Field::LinePrice,
            ]
            .map(|f| columns.place(f))
        };
        assert_eq!(
            used(&["Addition", "Description", "Unit Price", "Extended Price"]),
            [Some(0), Some(1), Some(2), None]
        );
        assert_eq!(used(&["Item", "Product"]), [Some(0), Some(1), None, None]);
        assert_eq!(
            used(&["Item", "SKU", "Amount"]),
            [Some(1), Some(0), None, Some(2)]
        );
        assert_eq!(used(&["Item"]), [None, Some(0), None, None]);
        assert_eq!(used(&["Description"]), [None, Some(0), None, None]);
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
