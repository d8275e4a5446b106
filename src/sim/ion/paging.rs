//! Pages by `pageSize` and `pageToken`, as customers, orders and products have them.

use super::super::server::Query;
use super::super::server::Reply;
use super::errors;

/// A page of a list: where it starts, how many rows it may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slice {
    pub(super) from: usize,
    pub(super) size: usize,
}

impl Slice {
    /// What a query asks for; `Err` is the answer to one that cannot be served. The server gives no more than `cap` rows.
    pub(super) fn of(query: &Query, cap: usize, request: &str) -> Result<Self, Reply> {
        let size = query
            .number(&["pageSize", "page_size"])
            .map_err(|name| errors::invalid_argument(name, request))?;
        let token = query.get(&["pageToken", "page_token"]);
        let (from, size) = match (token.map(decode), size) {
            (None, None) => {
                return Err(errors::invalid_request(
                    "either page size or page token must be provided",
                    request,
                ));
            }
            (Some(None), _) => return Err(errors::invalid_argument("pageToken", request)),
            (Some(Some((from, asked))), size) => (from, size.unwrap_or(asked)),
            (None, Some(size)) => (0, size),
        };
        let size = size.clamp(1, cap.max(1));
        Ok(Self { from, size })
    }

    /// The rows of the page.
    pub(super) fn rows<'a, T>(&self, rows: &'a [T]) -> impl Iterator<Item = &'a T> {
        rows.iter().skip(self.from).take(self.size)
    }

    /// The token of the next page of `total` rows; empty at the end.
    pub(super) fn next(&self, total: usize) -> String {
        match self.from + self.size < total {
            true => encode(self.from + self.size, self.size),
            false => String::new(),
        }
    }
}

/// Opaque to clients: the next row and the page size, in hexadecimal.
fn encode(from: usize, size: usize) -> String {
    format!("v1.{size}.{from}")
        .bytes()
        .map(|b| format!("{b:02x}"))
        .collect()
}

fn decode(token: &str) -> Option<(usize, usize)> {
    if !token.is_ascii() || !token.len().is_multiple_of(2) {
        return None;
    }
    let bytes: Option<Vec<u8>> = (0..token.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&token[i..i + 2], 16).ok())
        .collect();
    let text = String::from_utf8(bytes?).ok()?;
    let mut parts = text.strip_prefix("v1.")?.split('.');
    let size = parts.next()?.parse().ok()?;
    let from = parts.next()?.parse().ok()?;
    Some((from, size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_tokens_are_read_back_and_others_refused() {
        assert_eq!(decode(&encode(200, 100)), Some((200, 100)));
        for bad in ["", "zz", "7", "76312e", "é7"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
