//! Ids for lines of files that have none: the same line has the same id next month, wherever it stands in the file.

use sha2::{Digest, Sha256};

use crate::domain::agreement::AgreementLine;
use crate::psa::words::folded;

/// Gives an id to each line that has an empty one: made of company, agreement, product and cycle, and, where several
/// lines agree in these, of their place among each other by dates, quantity and price.
pub(super) fn fill_in(lines: &mut [AgreementLine]) {
    let unnamed = lines.iter().enumerate();
    let mut unnamed: Vec<(u128, usize)> = unnamed
        .filter(|(_, line)| line.line_id.is_empty())
        .map(|(at, line)| (key(line), at))
        .collect();
    unnamed.sort_unstable();
    for alike in unnamed.chunk_by_mut(|a, b| a.0 == b.0) {
        alike.sort_by_cached_key(|(_, at)| lines.get(*at).map(content));
        for (occurrence, (key, at)) in alike.iter().enumerate() {
            if let Some(line) = lines.get_mut(*at) {
                line.line_id = match occurrence {
                    0 => format!("x{key:024x}"),
                    n => format!("x{key:024x}-{}", n + 1),
                };
            }
        }
    }
}

/// 96 bits: no two of a million lines agree by chance.
fn key(line: &AgreementLine) -> u128 {
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
    let digest = hash.finalize();
    let bytes = digest.iter().take(12);
    bytes.fold(0, |number, byte| (number << 8) | u128::from(*byte))
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
