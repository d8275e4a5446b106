//! The world's PSA as the two files that any PSA can export.

use super::licence::{Cycle, Line};
use super::party::Company;
use super::world::World;

const COMPANY_COLUMNS: [&str; 15] = [
    "company_id",
    "company_name",
    "parent_company_id",
    "status",
    "type",
    "website",
    "email_domain",
    "phone",
    "address",
    "city",
    "state",
    "postal_code",
    "country",
    "tenant_id",
    "external_id",
];
const LINE_COLUMNS: [&str; 17] = [
    "company_id",
    "company_name",
    "agreement_id",
    "agreement_name",
    "line_id",
    "product_code",
    "vendor_sku",
    "product_name",
    "quantity",
    "unit_price",
    "unit_cost",
    "currency",
    "billing_cycle",
    "start_date",
    "end_date",
    "status",
    "billable",
];

/// `companies.csv`, one row for each company.
pub fn companies(world: &World) -> String {
    table(&COMPANY_COLUMNS, world.companies.iter().map(company_row))
}

/// `contract_lines.csv`, one row for each line of an agreement.
pub fn contract_lines(world: &World) -> String {
    table(
        &LINE_COLUMNS,
        world.lines.iter().map(|line| line_row(world, line)),
    )
}

fn company_row(c: &Company) -> Vec<String> {
    vec![
        c.id.to_string(),
        c.name.clone(),
        c.parent.map(|p| p.to_string()).unwrap_or_default(),
        c.status.to_owned(),
        c.kind.to_owned(),
        c.website.clone(),
        c.email_domain.clone(),
        c.phone.clone(),
        c.address.clone(),
        c.city.clone(),
        c.state.clone(),
        c.postal_code.clone(),
        c.country.clone(),
        c.tenant_id.clone(),
        String::new(),
    ]
}

fn line_row(world: &World, l: &Line) -> Vec<String> {
    let at = world.companies.binary_search_by_key(&l.company, |c| c.id);
    let name = at
        .ok()
        .and_then(|i| world.companies.get(i))
        .map(|c| c.name.clone());
    vec![
        l.company.to_string(),
        name.unwrap_or_default(),
        l.agreement_id.to_string(),
        l.agreement.to_owned(),
        l.id.to_string(),
        l.product_code.clone(),
        l.vendor_sku.clone(),
        l.product_name.clone(),
        l.quantity.to_string(),
        l.unit_price.to_string(),
        l.unit_cost.map(|c| c.to_string()).unwrap_or_default(),
        l.currency.to_owned(),
        match l.cycle {
            Cycle::Monthly => "monthly",
            Cycle::Annual => "annual",
            Cycle::OneTime => "one_time",
        }
        .to_owned(),
        l.start.to_string(),
        l.end.map(|d| d.to_string()).unwrap_or_default(),
        if l.active { "Active" } else { "Cancelled" }.to_owned(),
        if l.billable { "true" } else { "false" }.to_owned(),
    ]
}

fn table<const N: usize>(columns: &[&str; N], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut out = columns.join(",");
    out.push('\n');
    for row in rows {
        let fields: Vec<String> = row.iter().map(|f| field(f)).collect();
        out.push_str(&fields.join(","));
        out.push('\n');
    }
    out
}

/// Quoted where needed (RFC 4180).
fn field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_files_parse_back() {
        let world = World::new(1, 120, "2026-11-24T08:00:00Z".parse().unwrap());
        let read = |text: &str| -> Vec<csv::StringRecord> {
            csv::Reader::from_reader(text.as_bytes())
                .records()
                .map(|r| r.unwrap())
                .collect()
        };
        let rows = read(&companies(&world));
        assert_eq!(rows.len(), world.companies.len());
        for (row, company) in rows.iter().zip(&world.companies) {
            assert_eq!(
                (&row[0], &row[1]),
                (company.id.to_string().as_str(), company.name.as_str())
            );
            assert_eq!(&row[8], company.address);
        }
        let rows = read(&contract_lines(&world));
        assert_eq!(rows.len(), world.lines.len());
        for (row, line) in rows.iter().zip(&world.lines) {
            assert_eq!(row[8].parse(), Ok(line.quantity));
            assert_eq!(row[9].parse(), Ok(line.unit_price));
            assert!(!row[1].is_empty() && !row[7].is_empty());
        }
    }

    #[test]
    fn quotes_are_doubled() {
        assert_eq!(field("A \"B\", C"), "\"A \"\"B\"\", C\"");
        assert_eq!(field("plain"), "plain");
    }
}
