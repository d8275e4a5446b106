//! Where things are at HaloPSA: data below `/api`, tokens below `/auth`, on the MSP's own host.

use crate::domain::problem::Problem;
use crate::http::origin::Origin;
use crate::http::request::TokenEndpoints;

use super::problems;

/// Clients.
pub(super) const CLIENTS: &str = "/api/Client";
/// Their sites, which hold the addresses.
pub(super) const SITES: &str = "/api/Site";
/// Recurring invoices: the templates of what is billed.
pub(super) const INVOICES: &str = "/api/RecurringInvoice";

/// The catalogue: names and part numbers of what lines sell.
pub(super) const ITEMS: &str = "/api/Item";

/// One item of the catalogue.
pub(super) fn item(id: i64) -> String {
    format!("{ITEMS}/{id}")
}

/// One recurring invoice; its number may be negative.
pub(super) fn invoice(id: i64) -> String {
    format!("{INVOICES}/{id}")
}

/// An address as people paste it, without the parts that every path begins with.
pub fn completed(pasted: &str) -> String {
    let bare = pasted.trim().trim_end_matches('/');
    let bare = ["/auth/token", "/auth", "/api"]
        .iter()
        .fold(bare, |url, end| url.strip_suffix(end).unwrap_or(url));
    match bare.contains("://") || bare.is_empty() {
        true => bare.to_owned(),
        false => format!("https://{bare}"),
    }
}

/// The token call; some hosted set-ups must be told their tenant there.
pub(super) fn tokens(origin: &Origin, tenant: &str) -> Result<TokenEndpoints, Problem> {
    let query = match tenant {
        "" => Vec::new(),
        tenant => vec![("tenant", tenant.to_owned())],
    };
    let issue = origin.url("/auth/token", &query);
    Ok(TokenEndpoints {
        issue: issue.map_err(problems::not_a_base_url)?,
        inspect: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_addresses_become_the_base() {
        for pasted in [
            "msp.halopsa.com",
            "https://msp.halopsa.com/",
            " https://msp.halopsa.com/api/ ",
            "https://msp.halopsa.com/auth/token",
        ] {
            assert_eq!(completed(pasted), "https://msp.halopsa.com", "{pasted}");
        }
        assert_eq!(completed("http://127.0.0.1:8700"), "http://127.0.0.1:8700");
        let origin = Origin::parse("https://msp.halopsa.com").unwrap();
        let issue = |tenant| tokens(&origin, tenant).unwrap().issue.to_string();
        assert_eq!(issue(""), "https://msp.halopsa.com/auth/token");
        assert_eq!(
            issue("tall grass"),
            "https://msp.halopsa.com/auth/token?tenant=tall+grass"
        );
    }
}
