//! What makes two findings the same finding.

use sha2::{Digest, Sha256};

use crate::domain::finding::FindingKind;

/// A short name for kind, owner and product that outlives syncs: no id of a subscription or a line is in it. Sixteen
/// hexadecimal digits, so that it can be typed.
pub(super) fn fingerprint(kind: FindingKind, owner: &str, product: &str) -> String {
    let mut hash = Sha256::new();
    for part in [kind.tag(), owner, product] {
        // The length goes first, so that no two triples read alike.
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hash.finalize();
    digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_conditions_are_equal_and_others_differ() {
        let kind = FindingKind::SeatDrift;
        let one = fingerprint(kind, "c1", "P");
        assert_eq!(one.len(), 16);
        assert_eq!(one, fingerprint(kind, "c1", "P"));
        assert_ne!(one, fingerprint(kind, "c1P", ""));
        assert_ne!(one, fingerprint(FindingKind::CostMoved, "c1", "P"));
    }
}
