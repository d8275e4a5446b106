//! The lines of a recording, read one at a time and within bounds.

use std::io::{BufRead, ErrorKind, Result};

use crate::http::body::MAX_BYTES;

/// The longest line that is read: the largest body and what stands around it.
const MAX_LINE: usize = MAX_BYTES + 1024 * 1024;

/// A line without its break.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// All of it.
    Whole(Vec<u8>),
    /// More than is read; it was skipped.
    TooLong,
}

/// The next line and its length with the break; none at the end. The last one needs no break.
pub(super) fn next(from: &mut impl BufRead) -> Result<Option<(Line, u64)>> {
    next_within(from, MAX_LINE)
}

fn next_within(from: &mut impl BufRead, most: usize) -> Result<Option<(Line, u64)>> {
    let mut line = Some(Vec::new());
    let mut length = 0u64;
    loop {
        let chunk = match from.fill_buf() {
            Ok(chunk) => chunk,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let part = &chunk[..end.unwrap_or(chunk.len())];
        line = line
            .filter(|bytes| bytes.len() + part.len() <= most)
            .map(|mut bytes: Vec<u8>| {
                bytes.extend_from_slice(part);
                bytes
            });
        let used = part.len() + usize::from(end.is_some());
        let is_end = end.is_some() || chunk.is_empty();
        from.consume(used);
        length += used as u64;
        if is_end {
            let line = line.map_or(Line::TooLong, Line::Whole);
            return Ok((length > 0).then_some((line, length)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    #[test]
    fn long_lines_are_skipped_and_the_last_needs_no_break() {
        let mut from = BufReader::with_capacity(3, &b"abc\n\n1234567\nxy"[..]);
        let mut all = Vec::new();
        while let Some(line) = next_within(&mut from, 5).unwrap() {
            all.push(line);
        }
        let whole = |text: &[u8]| Line::Whole(text.to_vec());
        assert_eq!(
            all,
            [
                (whole(b"abc"), 4),
                (whole(b""), 1),
                (Line::TooLong, 8),
                (whole(b"xy"), 2)
            ]
        );
    }
}
