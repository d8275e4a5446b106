//! HTTP Basic, read (RFC 7617).

/// User and password of an `Authorization` header; none if it is something else.
pub(super) fn read(header: &str) -> Option<(String, String)> {
    let text = String::from_utf8(decode(header.strip_prefix("Basic ")?)?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0u32, 0u32);
    for letter in text.trim_end_matches('=').bytes() {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_is_read() {
        let read = read("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(read, Some(("Aladdin".into(), "open sesame".into())));
        assert_eq!(super::read("Bearer x"), None);
        assert_eq!(super::read("Basic !!"), None);
    }
}
