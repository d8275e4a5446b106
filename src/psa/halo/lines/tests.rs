use serde_json::json;

use super::super::periods::Period;
use super::*;
use crate::domain::ids::PsaId;
use crate::psa::testing::assert_documented;

fn today() -> Date {
    "2026-11-24".parse().unwrap()
}

fn row(changes: Value) -> Value {
    let mut row = json!({"id": 9001, "item_code": "O365-BP", "item_shortdescription": "Microsoft 365 Business Premium",
        "item_external_reference": "CFQ7TTC0LCHC:0002", "qty_order": 38.0, "unit_price": 24.00, "unit_cost": 17.95,
        "net_amount": 912.00, "isinactive": false, "onetimecharge": false, "_itemid": 55});
    let members = row.as_object_mut().unwrap();
    members.extend(changes.as_object().unwrap().clone());
    row
}

fn read_all(rows: Vec<Value>) -> Lines {
    lines(&Value::from(rows), today())
}

fn items() -> Items {
    let item = Item {
        name: "M365 Business Premium".to_owned(),
        code: "BP".to_owned(),
        part_number: "CFQ7TTC0LCHC".to_owned(),
    };
    [(55, item)].into()
}

fn agreement_line(changes: Value) -> AgreementLine {
    let invoice = Invoice {
        id: -301,
        client: PsaId::new("12"),
        name: "Monthly services".to_owned(),
        currency: Currency::parse("USD"),
        period: Period::monthly(),
        starts_on: Some("2025-01-01".parse().unwrap()),
        ends_on: None,
        disabled: false,
        for_another: false,
        lines: None,
    };
    let read = read_all(vec![row(changes)]);
    let [line] = read.lines.as_slice() else {
        panic!("{read:?}")
    };
    line.of(&invoice, &Periods::default(), &items(), None)
}

#[test]
fn a_documented_row_becomes_a_line() {
    let product = [
        "O365-BP",
        "CFQ7TTC0LCHC:0002",
        "Microsoft 365 Business Premium",
    ];
    let place = ["9001", "12", "Monthly services"];
    assert_documented(&agreement_line(json!({})), place, product);
}

#[test]
fn only_what_recurs_and_is_on_counts() {
    let read = read_all(vec![
        row(json!({"id": 1})),
        row(json!({"id": 2, "isgroupdesc": true, "item_code": ""})),
        row(json!({"id": 3, "onetimecharge": true})),
        row(json!({"id": 4, "isinactive": true, "enddate": "1900-01-01T00:00:00"})),
        row(json!({"id": 5, "isinactive": true, "enddate": "2026-11-01T00:00:00"})),
        json!({"id": 6, "qty_order": 2}),
        json!("no object"),
    ]);
    let ids: Vec<i64> = read.lines.iter().map(|line| line.id).collect();
    assert_eq!(ids, [1, 5]);
    assert_eq!(
        (read.inactive, read.once, read.quarantined.len()),
        (1, 1, 2)
    );
    assert_eq!(read.quarantined[0].reason, "the line names no product");
}

#[test]
fn a_discount_is_taken_off_and_an_unreadable_one_is_unknown() {
    let price = |changes| agreement_line(changes).unit_price;
    assert_eq!(
        price(json!({"discount_perc": 12.5})),
        Some(Money::from_cents(2_100))
    );
    assert_eq!(
        price(json!({"discount_perc": 0})),
        Some(Money::from_cents(2_400))
    );
    assert_eq!(price(json!({"discount_perc": 100})), Some(Money::ZERO));
    assert_eq!(price(json!({"discount_perc": "much"})), None);
    assert_eq!(price(json!({"unit_price": null})), None);
}

#[test]
fn a_quantity_that_halo_computes_says_so() {
    for (changes, source) in [
        (
            json!({"quantity_licences": [{"id": 1, "licence_id": 5}]}),
            "licences",
        ),
        (
            json!({"quantity_licences": [], "quantity_users": [{"id": 1}]}),
            "users",
        ),
        (json!({"calculate_price_from_assets": true}), "assets"),
        (
            json!({"recurring_invoice_quantity_type": 2}),
            "what it knows",
        ),
    ] {
        let line = agreement_line(changes);
        assert_eq!(line.seats, Some(38));
        assert_eq!(
            line.quantity_text,
            format!("38 (computed by HaloPSA from {source})")
        );
    }
    let typed = json!({"quantity_licences": [], "recurring_invoice_quantity_type": 0});
    assert_eq!(agreement_line(typed).quantity_text, "38");
    let half = agreement_line(json!({"qty_order": 2.5}));
    assert_eq!((half.seats, half.quantity_text.as_str()), (None, "2.5"));
}

#[test]
fn names_stand_in_for_codes_and_items_for_part_numbers() {
    let line = agreement_line(json!({"item_code": "", "item_external_reference": null,
        "linked_item": {"id": 55, "supplier_part_code": "CFQ7TTC0LH18"}}));
    assert_eq!(
        (line.product_code.as_str(), line.vendor_sku.as_str()),
        ("Microsoft 365 Business Premium", "CFQ7TTC0LH18")
    );
}

#[test]
fn the_catalogue_tells_what_the_line_does_not() {
    let told = |changes: Value| {
        let line = agreement_line(changes);
        [line.product_code, line.vendor_sku, line.product_name]
    };
    let bare =
        json!({"item_code": null, "item_shortdescription": "", "item_external_reference": ""});
    assert_eq!(
        told(bare.clone()),
        ["BP", "CFQ7TTC0LCHC", "M365 Business Premium"]
    );
    assert_eq!(
        told(json!({"item_external_reference": ""})),
        ["O365-BP", "CFQ7TTC0LCHC", "Microsoft 365 Business Premium"]
    );
    let wanted = |changes: Value| read_all(vec![row(changes)]).lines[0].wants();
    assert_eq!(wanted(bare), Some(55));
    assert_eq!(wanted(json!({})), None, "it tells everything itself");
    let unlisted = json!({"item_code": "", "item_shortdescription": "", "item_external_reference": "", "_itemid": 9});
    assert_eq!(told(unlisted), ["item 9", "", "item 9"]);
}
