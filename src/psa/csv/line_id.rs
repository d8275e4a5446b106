//! Ids for lines of files that have none: the same line has the same id next month, wherever it stands in the file.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::domain::agreement::AgreementLine;
use crate::psa::words::folded;

/// Gives an id to each line that has an empty one: made of company, agreement, product and cycle, and, where several
/// lines agree in these, of their place among each other by dates, quantity and price.
pub(super) fn fill_in(lines: &mut [AgreementLine]) {
    let mut alike: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, line) in lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.line_id.is_empty())
    {
        alike.entry(key(line)).or_default().push(at);
    }
    for (key, mut places) in alike {
        places.sort_by_cached_key(|at| lines.get(*at).map(content));
        for (occurrence, at) in places.into_iter().enumerate() {
            if let Some(line) = lines.get_mut(at) {
                line.line_id = match occurrence {
                    0 => key.clone(),
                    n => format!("{key}-{}", n + 1),
                };
            }
        }
    }
}

fn key(line: &AgreementLine) -> String {
    let mut hash = Sha256::new();
    for part in [
        line.company.as_str(),
        &folded(&line.agreement),
        &folded(&line.product_code),
        &folded(&line.vendor_sku),
        &folded(&line.product_name),
        line.billing_cycle.tag(),
    ] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    // 96 bits: no two of a million keys agree by chance.
    let digest = hash.finalize();
    let (high, low) = digest.split_at(8);
    let number = |bytes: &[u8]| bytes.iter().fold(0u64, |n, b| (n << 8) | u64::from(*b));
    format!("x{:016x}{:08x}", number(high), number(&low[..4]))
}

fn content(line: &AgreementLine) -> impl Ord + use<> {
    (
        line.starts_on,
        line.ends_on,
        line.seats,
        line.quantity_text.clone(),
        line.unit_price,
        line.unit_cost,
    )
}
