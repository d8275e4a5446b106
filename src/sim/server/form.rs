//! Fields of a query, and of a form body: urlencoded as documented, or multipart as one of the vendor's own collections
//! sends it.

/// The parameters of a query.
#[derive(Debug, Clone, Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Takes a query apart.
    pub fn of(raw: &str) -> Self {
        Query(
            url::form_urlencoded::parse(raw.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// The first parameter under one of these names that is not empty; both of the vendor's spellings occur.
    pub fn get(&self, names: &[&str]) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, value)| names.contains(&key.as_str()) && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// A whole number that is not negative; `Err` names a parameter that is something else.
    pub fn number(&self, names: &[&'static str]) -> Result<Option<usize>, &'static str> {
        let Some(text) = self.get(names) else {
            return Ok(None);
        };
        text.parse()
            .map(Some)
            .map_err(|_| names.first().copied().unwrap_or_default())
    }
}

/// The first field of that name. A body that is neither kind of form has no fields.
pub fn field(content_type: &str, body: &[u8], name: &str) -> Option<String> {
    let kind = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match kind.as_str() {
        "application/x-www-form-urlencoded" => url::form_urlencoded::parse(body)
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned()),
        "multipart/form-data" => multipart(content_type, body, name),
        _ => None,
    }
}

fn multipart(content_type: &str, body: &[u8], name: &str) -> Option<String> {
    let boundary = content_type
        .split("boundary=")
        .nth(1)?
        .split(';')
        .next()?
        .trim()
        .trim_matches('"');
    let text = std::str::from_utf8(body).ok()?;
    let wanted = format!("name=\"{name}\"");
    text.split(&format!("--{boundary}")).find_map(|part| {
        let (head, value) = part.split_once("\r\n\r\n")?;
        head.contains(&wanted)
            .then(|| value.trim_end_matches("\r\n").to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_form_are_read() {
        let form = b"grant_type=refresh_token&refresh_token=a%2Bb";
        assert_eq!(
            field("application/x-www-form-urlencoded", form, "refresh_token").as_deref(),
            Some("a+b")
        );
        let body = b"--XY\r\nContent-Disposition: form-data; name=\"refresh_token\"\r\n\r\nabc\r\n--XY--\r\n";
        assert_eq!(
            field("multipart/form-data; boundary=XY", body, "refresh_token").as_deref(),
            Some("abc")
        );
        assert_eq!(field("application/json", b"{}", "refresh_token"), None);
    }
}
