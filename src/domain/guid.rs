//! GUIDs: the Microsoft tenant's is the strongest key of matching.

/// True for 8-4-4-4-12 hexadecimal digits that are not all 0.
pub fn is_guid(text: &str) -> bool {
    let lengths = text.split('-').map(|part| {
        let hex = part.bytes().all(|b| b.is_ascii_hexdigit());
        if hex { part.len() } else { 0 }
    });
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().any(|b| !matches!(b, b'0' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_guid_is_one() {
        assert!(is_guid("5D0c1a34-0000-4000-8000-000000000001"));
        for bad in [
            "",
            "5d0c1a34",
            "5d0c1a34-0000-4000-8000-00000000000g",
            "00000000-0000-0000-0000-000000000000",
            "{5d0c1a34-0000-4000-8000-000000000001}",
        ] {
            assert!(!is_guid(bad), "{bad}");
        }
    }
}
