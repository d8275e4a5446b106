//! The addresses that are used, all of them; each is a GET below `…/marketplace/{region}` (vendor's OpenAPI document).

use super::problems;
use crate::distributor::needs::Pasted;
use crate::domain::problem::Problem;
use crate::http::origin::Origin;
use crate::http::request::TokenEndpoints;

/// Where every marketplace's API is; the region follows.
pub(super) const BASE_URL: &str = "https://api.cloud.im/marketplace";

pub(super) const CUSTOMERS: &str = "/customers";
pub(super) const SUBSCRIPTIONS: &str = "/subscriptions";

/// One customer, with what the list may lack.
pub(super) fn customer(id: &str) -> String {
    format!("{CUSTOMERS}/{id}")
}

/// One subscription, with its seats.
pub(super) fn subscription(id: &str) -> String {
    format!("{SUBSCRIPTIONS}/{id}")
}

/// The base of a region: people paste it bare, with `/marketplace`, or whole.
pub(super) fn origin(base_url: &str, region: &str) -> Result<Origin, Problem> {
    let parse = |text: &str| Origin::parse(text).map_err(problems::not_a_base_url);
    let bare = base_url.trim().trim_end_matches('/');
    match parse(bare)?.path() {
        "" => parse(&format!("{bare}/marketplace/{region}")),
        path if path.ends_with("/marketplace") => parse(&format!("{bare}/{region}")),
        _ => parse(bare),
    }
}

pub(super) fn token_endpoints(origin: &Origin) -> Result<TokenEndpoints, Problem> {
    let issue = origin.url("/token", &[]);
    Ok(TokenEndpoints {
        issue: issue.map_err(problems::not_a_base_url)?,
        inspect: None,
    })
}

/// What a pasted address of the control panel stands for: `cp.us.na.cloud.im` is marketplace `us` of region `na`. None for
/// any other text.
pub(super) fn pasted(text: &str) -> Option<Pasted> {
    let text = text.trim().to_ascii_lowercase();
    let bare = text.strip_prefix("https://").unwrap_or(&text);
    let host = bare.split(['/', '?', '#']).next()?;
    let labels: Vec<&str> = host.split('.').collect();
    let ["cp", marketplace, region, "cloud", "im"] = labels[..] else {
        return None;
    };
    let word = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase()) && !text.is_empty();
    (word(marketplace) && word(region)).then(|| Pasted {
        base_url: BASE_URL,
        settings: vec![
            ("marketplace", marketplace.to_owned()),
            ("region", region.to_owned()),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_is_taken_in_every_form() {
        for text in [
            "https://api.cloud.im",
            "https://api.cloud.im/marketplace/",
            " https://api.cloud.im/marketplace/na",
        ] {
            let origin = origin(text, "na").unwrap();
            let url = origin.url(CUSTOMERS, &[]).unwrap();
            assert_eq!(
                url.as_str(),
                "https://api.cloud.im/marketplace/na/customers"
            );
            let token = token_endpoints(&origin).unwrap().issue;
            assert_eq!(token.path(), "/marketplace/na/token");
        }
        assert!(origin("api.cloud.im", "na").is_err());
    }

    #[test]
    fn the_control_panels_address_tells_marketplace_and_region() {
        for text in ["cp.us.na.cloud.im", "https://CP.us.na.cloud.im/login?x=1"] {
            let pasted = pasted(text).unwrap();
            assert_eq!(pasted.base_url, BASE_URL);
            let settings: Vec<_> = pasted
                .settings
                .iter()
                .map(|(k, v)| (*k, v.as_str()))
                .collect();
            assert_eq!(settings, [("marketplace", "us"), ("region", "na")]);
        }
        for text in [
            "https://api.cloud.im",
            "cp.cloud.im",
            "cp.us.na.cloud.im.evil.example",
            "cp..na.cloud.im",
        ] {
            assert!(pasted(text).is_none(), "{text}");
        }
    }
}
