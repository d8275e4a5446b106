//! Pages by `offset`, from 0, and `limit`.

use serde_json::{Value, json};

use super::super::server::Query;

/// Rows of a page when none are asked for.
const DEFAULT_LIMIT: usize = 10;

/// A page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slice {
    offset: usize,
    limit: usize,
}

impl Slice {
    /// What a query asks for; `Err` says what is wrong with it. A page larger than `cap` is refused.
    pub(super) fn of(query: &Query, cap: usize) -> Result<Self, String> {
        let number = |name: &'static str, otherwise| {
            let read = query.number(&[name]);
            read.map(|n| n.unwrap_or(otherwise))
                .map_err(|name| format!("Invalid value for parameter {name}"))
        };
        let (offset, limit) = (number("offset", 0)?, number("limit", DEFAULT_LIMIT)?);
        if limit == 0 || limit > cap {
            return Err("Invalid value for parameter limit".to_owned());
        }
        Ok(Self { offset, limit })
    }

    /// The page of all rows.
    pub(super) fn rows<'a, T>(&self, all: &'a [T]) -> impl Iterator<Item = &'a T> {
        all.iter().skip(self.offset).take(self.limit)
    }

    /// `pagination`.
    pub(super) fn told(&self, total: usize) -> Value {
        json!({"offset": self.offset, "limit": self.limit, "total": total})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_what_was_asked_for_or_refused() {
        let of = |text: &str| Slice::of(&Query::of(text), 500);
        assert_eq!(
            of(""),
            Ok(Slice {
                offset: 0,
                limit: 10
            })
        );
        assert_eq!(
            of("offset=3&limit=500"),
            Ok(Slice {
                offset: 3,
                limit: 500
            })
        );
        for bad in ["limit=0", "limit=501", "offset=-1", "limit=ten"] {
            assert!(of(bad).is_err(), "{bad}");
        }
        let page = Slice {
            offset: 2,
            limit: 2,
        };
        assert_eq!(page.rows(&[1, 2, 3, 4, 5]).collect::<Vec<_>>(), [&3, &4]);
    }
}
