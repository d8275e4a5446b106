//! What two homes found, compared: the same PSA by its files and by its API must tell the same money.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use vectis::sim::world::{SharedWorld, open};

use super::program::Home;
use super::vendor::Ion;

/// Makes the world say only what files and API can both tell: one web address, no tenant ids, one name and part number
/// for each product code.
pub fn tell_alike(world: &SharedWorld) {
    let mut world = open(world);
    for company in &mut world.companies {
        company.email_domain.clear();
        company.tenant_id.clear();
    }
    let mut products = BTreeMap::new();
    for line in &mut world.lines {
        if line.product_code.is_empty() {
            line.product_code = line.product_name.clone();
        }
        let told = (line.product_name.clone(), line.vendor_sku.clone());
        let (name, sku) = products
            .entry(line.product_code.clone())
            .or_insert(told)
            .clone();
        (line.product_name, line.vendor_sku) = (name, sku);
    }
}

/// What a person reads of the money, without what belongs to the two homes.
fn money(home: &Home) -> Value {
    let findings = home.run(["findings", "--json"]).expect(0).json();
    let mut findings = findings.as_array().expect("a list").clone();
    for finding in &mut findings {
        let members = finding.as_object_mut().expect("an object");
        members.retain(|key, _| {
            matches!(
                key.as_str(),
                "kind" | "vendor" | "customer" | "sku" | "monthly_amount" | "currency" | "state"
            )
        });
    }
    findings.sort_by_key(Value::to_string);
    let licensing = home.run(["licensing", "--json"]).expect(0).json();
    let mut licensing = licensing.as_array().expect("a list").clone();
    for row in &mut licensing {
        row.as_object_mut()
            .expect("an object")
            .remove("customer_id");
    }
    licensing.sort_by_key(Value::to_string);
    json!({ "findings": findings, "licensing": licensing })
}

/// Connects a home to a distributor that another home was connected to before.
pub fn connect_anew(ion: &Ion, home: &Home) {
    let token = home.file("token", &ion.server.current_refresh_token());
    let (base, account) = (ion.server.base_url(), ion.server.account_id());
    home.run([
        "connection",
        "set",
        "synnex",
        "--vendor",
        "synnex",
        "--base-url",
        &base,
        "--account-id",
        &account,
        "--refresh-token-file",
        &token,
        "--requests-per-minute",
        "100000",
    ])
    .expect(0);
}

/// Compares what two homes found, row by row.
pub fn assert_alike(files: &Home, api: &Home, least: usize) {
    let (files, api) = (money(files), money(api));
    assert!(
        files["findings"]
            .as_array()
            .is_some_and(|f| f.len() > least)
    );
    for table in ["findings", "licensing"] {
        let rows = |of: &Value| of[table].as_array().expect("rows").clone();
        let (files, api) = (rows(&files), rows(&api));
        for row in &api {
            assert!(files.contains(row), "only by the API: {row}");
        }
        for row in &files {
            assert!(api.contains(row), "only from files: {row}");
        }
        assert_eq!(files.len(), api.len());
    }
}
