//! What Ingram Micro's documents leave open.

use crate::distributor::questions::Question::{self, Named, Untold, Values};

/// In the order of the acceptance report.
pub const OPEN_QUESTIONS: &[Question] = &[
    Named("rate_limit"),
    Named("too_many_body"),
    Named("token_calls_counted"),
    Named("unauthorized_body"),
    Named("edge_errors"),
    Named("compression"),
    Named("page_size"),
    Named("row_order"),
    Named("paging_stable"),
    Named("statuses"),
    Values {
        id: "states",
        question: "Which states do subscriptions have?",
        path: "subscriptions.status",
        because: "no detail was read",
    },
    Untold {
        id: "hold",
        question: "Is a subscription on hold billed?",
        because: "vectis does not judge it; look for one on an invoice",
    },
    Untold {
        id: "modified_date",
        question: "Does every change of seats move the date of the last change?",
        because: "all details are read once a week, so a change shows within it",
    },
    Values {
        id: "extended_price",
        question: "Is a line's price its unit price times its quantity?",
        path: "subscriptions.products.extendedPrice",
        because: "no product has both",
    },
    Values {
        id: "parameters",
        question: "Which fulfilment parameters are there?",
        path: "subscriptions.fulfillmentParameters (names)",
        because: "no detail has any",
    },
    Values {
        id: "billing_models",
        question: "Which billing models are there?",
        path: "subscriptions.billingModel",
        because: "no detail was read",
    },
    Values {
        id: "periods",
        question: "Which billing periods are there?",
        path: "subscriptions.billingPeriod",
        because: "no detail has one",
    },
    Values {
        id: "languages",
        question: "How are languages written?",
        path: "customers.language",
        because: "no row was read",
    },
    Named("tax"),
    Named("renewal_dates"),
    Named("rows_per_sku"),
    Named("orphans"),
    Named("currencies"),
    Named("judgeable"),
];
