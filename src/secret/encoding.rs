//! Reads a 32-byte key written as hex or base64.

use zeroize::Zeroizing;

/// The key in a text of 64 hex digits, or of 43 or 44 characters of base64 (either alphabet).
pub(super) fn key_from_text(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let text = text.trim().as_bytes();
    match text.len() {
        64 => from_digits(text, 4, hex_digit),
        44 if text.ends_with(b"=") => from_digits(&text[..43], 6, base64_digit),
        43 => from_digits(text, 6, base64_digit),
        _ => None,
    }
}

/// The key as 64 hex digits.
pub(super) fn key_to_text(key: &[u8; 32]) -> Zeroizing<String> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = Zeroizing::new(String::with_capacity(64));
    for byte in key {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

fn from_digits(text: &[u8], bits: u32, digit: fn(u8) -> Option<u8>) -> Option<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new([0u8; 32]);
    let (mut buffer, mut held, mut at) = (0u32, 0u32, 0usize);
    for c in text {
        buffer = (buffer << bits) | u32::from(digit(*c)?);
        held += bits;
        if held >= 8 {
            held -= 8;
            *key.get_mut(at)? = u8::try_from((buffer >> held) & 0xff).ok()?;
            at += 1;
            buffer &= (1 << held) - 1;
        }
    }
    (at == 32).then_some(key)
}

fn hex_digit(c: u8) -> Option<u8> {
    char::from(c)
        .to_digit(16)
        .and_then(|d| u8::try_from(d).ok())
}

fn base64_digit(c: u8) -> Option<u8> {
    match c {
        b'A'..=b'Z' => Some(c - b'A'),
        b'a'..=b'z' => Some(c - b'a' + 26),
        b'0'..=b'9' => Some(c - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn base64_is_read_in_both_alphabets() {
        let key = key_from_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaG/z9/v8=").unwrap();
        assert_eq!(key[..4], [0, 1, 2, 3]);
        assert_eq!(key[27..], [27, 0xfc, 0xfd, 0xfe, 0xff]);
        assert_eq!(
            key_from_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaG_z9_v8"),
            Some(key)
        );
        for bad in ["", "abc", &"g".repeat(64), &"*".repeat(43)] {
            assert!(key_from_text(bad).is_none(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn hex_round_trip(key: [u8; 32]) {
            prop_assert_eq!(*key_from_text(&key_to_text(&key)).unwrap(), key);
        }
    }
}
