//! One row of a file of lines.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::columns::Columns;
use super::companies::{MAX_ID, id_text};
use super::join::{Companies, Found};
use super::layout::Field;
use super::number::Number;
use super::records::Record;
use super::table::Table;
use super::{DateOrder, DecimalMark, PriceBasis, Rejected, date, number};
use crate::domain::agreement::AgreementLine;
use crate::domain::money::{Currency, Money};
use crate::domain::subscription::BillingCycle;
use crate::domain::text::{MAX_TEXT, clean};
use crate::psa::words::{self, Status};

/// More seats are a mistake in the file.
const MAX_SEATS: i64 = 1_000_000_000;
/// Examples of words that are told to the person.
const MAX_WORDS: usize = 10;

/// How the file's rows are read.
pub(super) struct Rules {
    pub mark: DecimalMark,
    pub order: DateOrder,
    pub basis: PriceBasis,
    /// Of amounts that name none.
    pub currency: Option<Currency>,
}

/// What is worth a note, counted.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Repeated ids with other content.
    pub replaced: u64,
    by_name_instead_of_id: u64,
    fractions: u64,
    without_quantity: u64,
    negative: u64,
    not_billed: u64,
    odd_currency: u64,
    odd_statuses: BTreeSet<String>,
    odd_cycles: BTreeSet<String>,
}

/// Takes a row, or says which cell is at fault.
pub(super) fn line(
    table: &Table<'_>,
    record: &Record<'_>,
    rules: &Rules,
    companies: &Companies<'_>,
    tally: &mut Tally,
) -> Result<AgreementLine, Rejected> {
    let row = Row {
        table,
        record,
        rules,
    };
    if table.is_too_wide(record) {
        return Err(row.reject(None, table.too_wide_reason()));
    }
    let (company, found) = companies
        .find(&row.text(Field::CompanyId), &row.text(Field::CompanyName))
        .map_err(|reason| row.reject(Some(row.company_field()), reason))?;
    let product = row.product()?;
    let quantity = row.number(Field::Quantity)?.map(|n| n.value);
    let seats = row.seats(quantity)?;
    let prices = row.prices(quantity)?;
    let agreement = [Field::AgreementName, Field::AgreementId].map(|field| row.text(field));

    let not_billed = words::is_not_billed(row.cell(Field::Billable));
    tally.by_name_instead_of_id += u64::from(found == Found::NameInsteadOfId);
    tally.fractions += u64::from(quantity.is_some() && seats.is_none());
    tally.without_quantity += u64::from(quantity.is_none());
    tally.negative += u64::from(
        seats.is_some_and(|n| n < 0) || prices.unit_price.is_some_and(Money::is_negative),
    );
    tally.not_billed += u64::from(not_billed);
    tally.odd_currency += u64::from(prices.odd_currency);
    let status = words::status(row.cell(Field::Status));
    if status == Status::Unknown {
        remember(&mut tally.odd_statuses, row.cell(Field::Status));
    }
    Ok(AgreementLine {
        line_id: row.line_id()?,
        company,
        agreement: agreement
            .into_iter()
            .find(|a| !a.is_empty())
            .unwrap_or_default(),
        product_code: product.code,
        vendor_sku: product.sku,
        product_name: product.name,
        seats,
        quantity_text: row.text(Field::Quantity),
        // Contracted without revenue: a price of zero, as the APIs have it. One that is not told is unknown.
        unit_price: match not_billed {
            true => Some(Money::ZERO),
            false => prices.unit_price,
        },
        unit_cost: prices.unit_cost,
        currency: prices.currency,
        billing_cycle: row.billing_cycle(tally),
        starts_on: row.date(Field::StartDate)?,
        ends_on: row.date(Field::EndDate)?,
        active: status != Status::Inactive,
    })
}

fn remember(words: &mut BTreeSet<String>, cell: &str) {
    if words.len() < MAX_WORDS {
        words.insert(clean(cell, 40));
    }
}

struct Row<'r> {
    table: &'r Table<'r>,
    record: &'r Record<'r>,
    rules: &'r Rules,
}

struct Product {
    code: String,
    sku: String,
    name: String,
}

struct Prices {
    unit_price: Option<Money>,
    unit_cost: Option<Money>,
    currency: Option<Currency>,
    odd_currency: bool,
}

impl Row<'_> {
    fn cell(&self, field: Field) -> &str {
        self.table
            .columns
            .place(field)
            .map_or("", |at| self.record.cell(at))
    }

    fn text(&self, field: Field) -> String {
        clean(self.cell(field), MAX_TEXT)
    }

    fn reject(&self, field: Option<Field>, reason: impl Into<String>) -> Rejected {
        self.table.reject(self.record.line, field, reason)
    }

    /// The cell to blame where the company is not found.
    fn company_field(&self) -> Field {
        match self.cell(Field::CompanyId).is_empty()
            && self.table.columns.place(Field::CompanyName).is_some()
        {
            true => Field::CompanyName,
            false => Field::CompanyId,
        }
    }

    /// The line's id, empty where one has to be made.
    fn line_id(&self) -> Result<String, Rejected> {
        match self.cell(Field::LineId) {
            "" => Ok(String::new()),
            cell => id_text(cell).map_err(|reason| self.reject(Some(Field::LineId), reason)),
        }
    }

    /// Code, SKU and name; products are linked by their code, so that a name stands in for a code that is not there.
    fn product(&self) -> Result<Product, Rejected> {
        let sku = self.text(Field::VendorSku);
        let given = [self.text(Field::ProductCode), self.text(Field::ProductName)];
        let [code, name] = match given {
            [code, name] if code.is_empty() && name.is_empty() => [sku.clone(), sku.clone()],
            [code, name] if code.is_empty() => [clean(&name, MAX_ID), name],
            [code, name] if name.is_empty() => [code.clone(), code],
            both => both,
        };
        if code.is_empty() {
            let field = [Field::ProductName, Field::ProductCode, Field::VendorSku]
                .into_iter()
                .find(|f| self.table.columns.place(*f).is_some());
            return Err(self.reject(field, "the row names no product"));
        }
        Ok(Product { code, sku, name })
    }

    fn number(&self, field: Field) -> Result<Option<Number>, Rejected> {
        let cell = self.cell(field);
        number::read(cell, self.rules.mark).map_err(|_| {
            let mark = match self.rules.mark {
                DecimalMark::Point => "1,234.50",
                DecimalMark::Comma => "1.234,50",
            };
            self.reject(
                Some(field),
                format!("'{}' is not a number written like {mark}", clean(cell, 40)),
            )
        })
    }

    /// Whole quantities are seats; a fraction is none.
    fn seats(&self, quantity: Option<Decimal>) -> Result<Option<i64>, Rejected> {
        let Some(quantity) = quantity else {
            return Ok(None);
        };
        if quantity.abs() > Decimal::from(MAX_SEATS) {
            return Err(self.reject(Some(Field::Quantity), "the quantity is above 1,000,000,000"));
        }
        Ok(Some(quantity)
            .filter(Decimal::is_integer)
            .and_then(|q| q.to_i64()))
    }

    fn prices(&self, quantity: Option<Decimal>) -> Result<Prices, Rejected> {
        let price_field = self.first_of(Field::UnitPrice, Field::LinePrice);
        let cost_field = self.first_of(Field::UnitCost, Field::LineCost);
        let (price, cost) = (self.number(price_field)?, self.number(cost_field)?);
        // The headers of costs are clear, those of prices are asked about.
        let cost_basis = match cost_field {
            Field::LineCost => PriceBasis::Extended,
            _ => PriceBasis::Unit,
        };
        let unit_price = self.per_unit(price.as_ref(), price_field, self.rules.basis, quantity)?;
        let unit_cost = self.per_unit(cost.as_ref(), cost_field, cost_basis, quantity)?;

        let cell = self.cell(Field::Currency);
        let named = words::currency(cell);
        let beside = |n: Option<Number>| n.and_then(|n| n.currency);
        let (of_price, of_cost) = (beside(price), beside(cost));
        let all: BTreeSet<&Currency> = [&named, &of_price, &of_cost]
            .into_iter()
            .flatten()
            .collect();
        if all.len() > 1 {
            return Err(self.reject(Some(price_field), "the row has amounts in two currencies"));
        }
        let odd_currency = named.is_none() && !cell.is_empty() && cell != "$";
        Ok(Prices {
            unit_price,
            unit_cost,
            currency: all
                .first()
                .map(|c| (*c).clone())
                .or_else(|| self.rules.currency.clone()),
            odd_currency,
        })
    }

    fn first_of(&self, wanted: Field, otherwise: Field) -> Field {
        match self.table.columns.place(wanted) {
            Some(_) => wanted,
            None => otherwise,
        }
    }

    /// The amount of one unit; none where a line's amount cannot be shared out.
    fn per_unit(
        &self,
        amount: Option<&Number>,
        field: Field,
        basis: PriceBasis,
        quantity: Option<Decimal>,
    ) -> Result<Option<Money>, Rejected> {
        let Some(amount) = amount else {
            return Ok(None);
        };
        let one = match basis {
            PriceBasis::Unit => Some(amount.value),
            PriceBasis::Extended => quantity.and_then(|q| amount.value.checked_div(q)),
        };
        match one.map(Money::from_decimal) {
            Some(None) => Err(self.reject(Some(field), "the amount is too large")),
            Some(money) => Ok(money),
            None => Ok(None),
        }
    }

    fn date(&self, field: Field) -> Result<Option<Date>, Rejected> {
        let cell = self.cell(field);
        date::read(cell, self.rules.order).map_err(|_| {
            let reason = format!(
                "'{}' is not a date that exists ({} where order matters)",
                clean(cell, 40),
                self.rules.order
            );
            self.reject(Some(field), reason)
        })
    }

    /// Without such a column prices are taken as monthly, which the report says.
    fn billing_cycle(&self, tally: &mut Tally) -> BillingCycle {
        let Some(at) = self.table.columns.place(Field::BillingCycle) else {
            return BillingCycle::Monthly;
        };
        let cell = self.record.cell(at);
        let cycle = words::billing_cycle(cell);
        if cycle == BillingCycle::Unknown {
            remember(&mut tally.odd_cycles, cell);
        }
        cycle
    }
}

impl Tally {
    /// What a person should know, a sentence each.
    pub fn notes(&self, columns: &Columns) -> Vec<String> {
        let counted = [
            (
                self.replaced,
                "rows repeat a line's id with other content: the later one counts",
            ),
            (
                self.by_name_instead_of_id,
                "rows have a company id that nobody has: joined by the company's name",
            ),
            (
                self.fractions,
                "quantities are no whole numbers: kept as text, no seats",
            ),
            (self.without_quantity, "rows have no quantity: no seats"),
            (self.negative, "rows are negative: taken as credits"),
            (
                self.not_billed,
                "rows are not billed: their seats count, without revenue",
            ),
            (
                self.odd_currency,
                "cells of the currency column name no currency",
            ),
        ];
        let mut notes: Vec<String> = counted
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, words)| format!("{count} {words}"))
            .collect();
        for (words, said) in [
            (
                &self.odd_statuses,
                "a status that is not known is taken as active",
            ),
            (
                &self.odd_cycles,
                "a billing cycle that is not known stays unknown, and its prices unjudged",
            ),
        ] {
            if !words.is_empty() {
                let words: Vec<_> = words.iter().map(|w| format!("'{w}'")).collect();
                notes.push(format!("{said}: {}", words.join(", ")));
            }
        }
        let absent = |field| columns.place(field).is_none();
        if absent(Field::BillingCycle) {
            notes.push("no column says how often a price falls due: taken as monthly".to_owned());
        }
        if absent(Field::UnitPrice) && absent(Field::LinePrice) {
            notes.push("there is no column of prices: margins cannot be judged".to_owned());
        }
        if absent(Field::LineId) {
            notes.push(
                "there is no column of line ids: ids are made of company, agreement and product"
                    .to_owned(),
            );
        }
        notes
    }
}
