//! Gives a subscription to a sister company: first which one, then to whom.

use super::msg::SubscriptionLine;
use super::overlays::Overlay;
use super::overlays::picker::{Choice, Picker, Purpose, customers};
use super::state::State;
use crate::domain::ids::{CustomerId, SubscriptionKey};
use crate::domain::money::grouped;

impl State {
    /// Asks which of a customer's subscriptions is to be given away.
    pub(super) fn offer_to_give(&mut self, customer: CustomerId, rows: &[SubscriptionLine]) {
        let name = self.customer_name(customer);
        if rows.is_empty() {
            self.notice = format!("{name} has no subscription that could be given away");
            return;
        }
        let choice = |(value, row): (i64, &SubscriptionLine)| {
            let seats = row
                .seats
                .map(|n| format!(", {} seats", grouped(i128::from(n))));
            let given = if row.given { "was given to it · " } else { "" };
            Choice {
                label: format!("{}{}", row.product_name, seats.unwrap_or_default()),
                hint: format!("{given}{}", row.key),
                value,
            }
        };
        let choices = (0..).zip(rows).map(choice).collect();
        let keys = rows.iter().map(|row| row.key.clone()).collect();
        let title = format!("Which subscription of {name} is a sister company's?");
        let purpose = Purpose::Subscription(keys);
        self.overlay = Some(Overlay::Picker(Picker::new(title, choices, purpose)));
    }

    /// Asks to whom a subscription is given.
    pub(super) fn recipients(&self, key: SubscriptionKey, label: &str) -> Picker {
        let title = format!("Whose is {label}?");
        Picker::new(title, customers(&self.data), Purpose::Give(key))
    }

    fn customer_name(&self, id: CustomerId) -> String {
        let mut all = self.data.customers.iter().flatten();
        let found = all.find(|c| c.customer.id == id);
        found.map_or_else(
            || format!("customer {id}"),
            |c| c.customer.profile.name.clone(),
        )
    }
}
