//! Bad weather in rows, seeded: hostile text in some names, rows that cannot be read.

use serde_json::{Value, json};

use super::super::hostility::{Hostility, hostile_text};

/// The row of a customer as it is sent; one in 150 loses its name, and with it its id.
pub(super) fn customer(hostility: Hostility, id: u64, mut row: Value) -> Value {
    let Some(mut dice) = hostility.dice("hostile customer", id) else {
        return row;
    };
    if let Some(name) = row["customerOrganization"]
        .as_str()
        .filter(|_| dice.chance(6))
    {
        row["customerOrganization"] = hostile_text(name, &mut dice).into();
    }
    if let Some(fields) = row.as_object_mut().filter(|_| dice.below(150) == 0) {
        fields.remove("name");
    }
    row
}

/// The row of a subscription as it is sent; one in 120 cannot be read.
pub(super) fn subscription(hostility: Hostility, id: u64, mut row: Value) -> Value {
    let Some(mut dice) = hostility.dice("hostile subscription", id) else {
        return row;
    };
    if dice.below(120) != 0 {
        return row;
    }
    match dice.below(6) {
        0 => row["subscriptionTotalLicenses"] = "many".into(),
        1 => row["subscriptionTotalLicenses"] = "-4".into(),
        2 => row["cost"] = json!(-3.25),
        3 => row["subscriptionStatus"] = "hibernating".into(),
        4 => row["subscriptionTotalLicenses"] = "2.5".into(),
        _ => {
            if let Some(fields) = row.as_object_mut() {
                fields.remove("id");
            }
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_chaos_nothing_is_touched() {
        let row = json!({"customerOrganization": "Novak", "name": "accounts/1/customers/2"});
        assert_eq!(customer(Hostility::None, 2, row.clone()), row);
        let spoilt = (0..300)
            .filter(|id| customer(Hostility::Seeded(1), *id, row.clone()) != row)
            .count();
        assert!((5..50).contains(&spoilt), "{spoilt} of 300");
    }
}
