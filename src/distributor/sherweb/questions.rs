//! What Sherweb's documents leave open.

use crate::distributor::questions::Question::{self, Named, Untold, Values};

/// In the order of the acceptance report.
pub const OPEN_QUESTIONS: &[Question] = &[
    Named("rate_limit"),
    Named("too_many_body"),
    Named("token_calls_counted"),
    Named("unauthorized_body"),
    Named("edge_errors"),
    Named("compression"),
    Named("ended_kept"),
    Untold {
        id: "fees",
        question: "Are fees our cost or the customer's price?",
        because: "compare one with Sherweb's portal, then set --fees cost or --fees price",
    },
    Values {
        id: "fees_beside_charges",
        question: "What are fees, where the bills tell?",
        path: "pricing.fees.recurringFee (beside the payable charges)",
        because: "no subscription with fees stands in the bills that may be read",
    },
    Values {
        id: "charge_tags",
        question: "Under which tags do the bills name the customer?",
        path: "payable charges.tags (names)",
        because: "no bill could be read",
    },
    Values {
        id: "charge_types",
        question: "Which types of charges are there?",
        path: "payable charges.chargeType",
        because: "no bill could be read",
    },
    Values {
        id: "cycles",
        question: "Which billing cycles are there?",
        path: "pricing.billingCycle",
        because: "no row was read",
    },
    Values {
        id: "terms",
        question: "Which commitment terms are there?",
        path: "subscriptions.commitmentTerm.type",
        because: "no row was read",
    },
    Values {
        id: "levels",
        question: "How deep do customers stand under the MSP?",
        path: "customers.path (levels)",
        because: "no row was read",
    },
    Named("tax"),
    Named("renewal_dates"),
    Named("rows_per_sku"),
    Named("orphans"),
    Named("currencies"),
    Named("judgeable"),
];
