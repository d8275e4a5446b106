//! What Ion's documents leave open.

use crate::distributor::questions::Question;

/// In the order of the acceptance report.
pub const OPEN_QUESTIONS: &[Question] = &[
    Question::Named("rate_limit"),
    Question::Named("too_many_body"),
    Question::Named("token_calls_counted"),
    Question::Named("unauthorized_body"),
    Question::Named("edge_errors"),
    Question::Named("compression"),
    Question::Named("page_size"),
    Question::Untold {
        id: "page_token_life",
        question: "How long does a page's token live?",
        because: "no run waits long enough between two pages",
    },
    Question::Named("row_order"),
    Question::Named("paging_stable"),
    Question::Untold {
        id: "sort_and_filter",
        question: "Which sort fields and filters are taken?",
        because: "vectis asks for none",
    },
    Question::Untold {
        id: "lost_token_answer",
        question: "Can a token exchange whose answer was lost be repeated?",
        because: "trying it could cost the credential",
    },
    Question::Named("statuses"),
    Question::Values {
        id: "state_words",
        question: "Which words name the states, by provider?",
        path: "subscriptions.subscriptionStatus (by provider)",
        because: "no row was read",
    },
    Question::Named("ended_kept"),
    Question::Named("sub_resellers"),
    Question::Named("cost_period"),
    Question::Named("tax"),
    Question::Values {
        id: "line_total",
        question: "Is a line's total its price times its seats?",
        path: "subscriptions.total",
        because: "no row has a total, a price and seats",
    },
    Question::Named("renewal_dates"),
    Question::Named("rows_per_sku"),
    Question::Named("orphans"),
    Question::Named("cycles"),
    Question::Named("currencies"),
    Question::Values {
        id: "languages",
        question: "How are languages written?",
        path: "customers.languageCode",
        because: "no row was read",
    },
    Question::Named("judgeable"),
];
