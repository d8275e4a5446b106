//! Words that are no names of customers, by which a name is told from what the program itself says.

use crate::domain::party::PsaSystem;

/// PSAs are no customers.
pub const PSAS: [PsaSystem; 4] = [
    PsaSystem::Connectwise,
    PsaSystem::Autotask,
    PsaSystem::Halo,
    PsaSystem::Csv,
];

/// Words that name nobody.
#[rustfmt::skip]
pub const COMMON: &[&str] = &[
    "old", "left", "ago", "now", "just", "new", "next", "last", "about", "day", "days", "hour", "min", "token", "free",
    "today", "unit", "suite", "waiting", "open", "all", "free", "account", "accounts", "decided", "excluded", "confirmed", "linked",
    "a", "ab", "ag", "and", "as", "at", "bv", "by", "co", "com", "company", "corp", "corporation", "de", "der",
    "die", "du", "e", "edu", "for", "gmbh", "group", "grp", "holding", "inc", "incorporated", "it", "kk", "la",
    "le", "limited", "llc", "llp", "lp", "ltd", "net", "nl", "no", "nv", "of", "office", "org", "oy", "partners",
    "pllc", "plc", "pty", "sa", "sarl", "services", "solutions", "srl", "the", "uk", "und", "us", "info", "admin",
    "contact", "mail", "main", "street", "road", "avenue", "usd", "eur", "gbp", "cad", "aud", "is", "in", "on",
    "to", "or", "not", "this", "that", "from", "with", "above", "under", "over", "before", "after", "rows", "row",
    "page", "pages", "seats", "seat", "line", "lines", "contract", "month", "week", "cost", "price", "margin",
    "bought", "warn", "error", "debug", "requests", "complete", "partial", "failed", "interrupted", "running",
    "synced", "opportunity", "billed", "unknown", "name", "domain", "email", "phone", "address", "city", "state",
    "postcode", "country", "same", "close", "differs",
];

/// Words with a capital in log lines that name nobody.
#[rustfmt::skip]
pub const IN_LOGS: &[&str] = &[
    "access", "after", "api", "because", "cannot", "connected", "credentials", "csv", "dns", "files", "get", "guid",
    "html", "http", "https", "id", "iso", "json", "microsoft", "nothing", "oauth", "odata", "paging", "post", "psa",
    "retry", "sku", "somebody", "ssl", "tls", "url", "utc", "uuid", "xml",
];

/// What stands before the names that a decision is about.
pub const DECIDED: [&str; 7] = [
    "linked ",
    "excluded ",
    "gave ",
    "took back: ",
    "among them: ",
    "the first: ",
    "asked for ",
];
