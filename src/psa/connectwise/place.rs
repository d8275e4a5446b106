//! Where the API is: a cloud region, or a server of the MSP's own.

use url::Url;

/// The cloud regions, as they stand in host names.
pub const REGIONS: [&str; 3] = ["na", "eu", "au"];

/// What every API address ends with; stable for all versions, the cloud routes it to the company's own code base.
const PATH: &str = "/v4_6_release/apis/3.0";

/// The base of a cloud region; none for a word that is no region.
pub fn base_url(region: &str) -> Option<String> {
    let region = region.trim().to_ascii_lowercase();
    let known = REGIONS.contains(&region.as_str());
    known.then(|| format!("https://api-{region}.myconnectwise.net{PATH}"))
}

/// A base as people paste it, made the API's: without the prefix `api-` the cloud refuses, and the path is always the
/// same. What is no address is left as it is, for whoever checks it.
pub fn completed(base: &str) -> String {
    let base = base.trim().trim_end_matches('/');
    let with_scheme = match base.contains("://") {
        true => base.to_owned(),
        false => format!("https://{base}"),
    };
    let Ok(mut url) = Url::parse(&with_scheme) else {
        return base.to_owned();
    };
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    if let Some(region) = host.strip_suffix(".myconnectwise.net")
        && REGIONS.contains(&region)
    {
        let api = format!("api-{host}");
        if url.set_host(Some(&api)).is_err() {
            return base.to_owned();
        }
    }
    if url.path().trim_end_matches('/').is_empty() {
        url.set_path(PATH);
    }
    url.to_string().trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_and_pasted_addresses_become_the_api() {
        let na = "https://api-na.myconnectwise.net/v4_6_release/apis/3.0";
        assert_eq!(base_url("NA").as_deref(), Some(na));
        assert_eq!(base_url("mars"), None);
        for pasted in [
            "na.myconnectwise.net",
            "https://na.myconnectwise.net/",
            "https://api-na.myconnectwise.net",
            na,
        ] {
            assert_eq!(completed(pasted), na, "{pasted}");
        }
        assert_eq!(
            completed("https://cw.msp.example/v2026_1/apis/3.0/"),
            "https://cw.msp.example/v2026_1/apis/3.0"
        );
        assert_eq!(
            completed("http://127.0.0.1:8700"),
            "http://127.0.0.1:8700/v4_6_release/apis/3.0"
        );
    }
}
