//! Which encoding a file has, and its text.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The text, without a byte order mark, and the encoding's name.
///
/// A mark decides; without one, zero bytes on every other place mean UTF-16, and what is no UTF-8 is Windows-1252.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, &'static str) {
    let (encoding, skip) = Encoding::for_bom(bytes)
        .or_else(|| utf16_without_mark(bytes).map(|e| (e, 0)))
        .unwrap_or((UTF_8, 0));
    let bytes = bytes.get(skip..).unwrap_or_default();
    if encoding == UTF_8 {
        return match std::str::from_utf8(bytes) {
            Ok(text) => (Cow::Borrowed(text), UTF_8.name()),
            // With a mark, or only cut in the last character: worth more than one broken name.
            Err(e) if skip > 0 || e.error_len().is_none() => {
                (UTF_8.decode_without_bom_handling(bytes).0, UTF_8.name())
            }
            Err(_) => (
                WINDOWS_1252.decode_without_bom_handling(bytes).0,
                WINDOWS_1252.name(),
            ),
        };
    }
    (
        encoding.decode_without_bom_handling(bytes).0,
        encoding.name(),
    )
}

fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(400))?;
    let zeros = |odd: usize| {
        head.iter()
            .skip(odd)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let half = head.len() / 2;
    match (zeros(0), zeros(1)) {
        (even, odd) if half >= 4 && odd * 10 >= half * 7 && even * 10 < half => Some(UTF_16LE),
        (even, odd) if half >= 4 && even * 10 >= half * 7 && odd * 10 < half => Some(UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn each_encoding_is_found_with_and_without_mark() {
        let text = "id,name\n1,Café Zürich\n";
        let marked = format!("\u{feff}{text}");
        let cases = [
            (text.as_bytes().to_vec(), "UTF-8"),
            (marked.as_bytes().to_vec(), "UTF-8"),
            (utf16(text, u16::to_le_bytes), "UTF-16LE"),
            (utf16(&marked, u16::to_le_bytes), "UTF-16LE"),
            (utf16(text, u16::to_be_bytes), "UTF-16BE"),
            (utf16(&marked, u16::to_be_bytes), "UTF-16BE"),
            (WINDOWS_1252.encode(text).0.to_vec(), "windows-1252"),
        ];
        for (bytes, name) in cases {
            assert_eq!(decode(&bytes), (Cow::Borrowed(text), name));
        }
        assert_eq!(decode(b"\x80 5").0, "€ 5");
        assert_eq!(
            decode("é,ü".as_bytes().strip_suffix(&[0xbc]).unwrap()).1,
            "UTF-8",
            "cut at the end"
        );
    }
}
