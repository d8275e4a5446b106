//! Seeded chance: one stream for each purpose, so that a change in one place does not move everything else.

/// A stream of chance, fixed by the world's seed, a purpose and a number.
#[derive(Debug, Clone)]
pub(super) struct Dice(fastrand::Rng);

impl Dice {
    /// The stream of one purpose (`"customer"`) and one thing (its number).
    pub(super) fn new(seed: u64, purpose: &str, number: u64) -> Self {
        // FNV-1a keeps neighbouring numbers and purposes apart; the generator does the rest.
        let bytes = seed
            .to_le_bytes()
            .into_iter()
            .chain(purpose.bytes())
            .chain(number.to_le_bytes());
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325u64, |h, b| {
            (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(fastrand::Rng::with_seed(hash))
    }

    /// From 0 to `n - 1`; 0 if `n` is 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        self.0.usize(0..n.max(1))
    }

    /// From `low` to `high`, both possible.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.i64(low..=high.max(low))
    }

    /// True in `percent` of 100 throws.
    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.0.u32(0..100) < percent
    }

    /// One of a table that is never empty.
    pub(super) fn pick<'a, T>(&mut self, table: &'a [T]) -> &'a T {
        &table[self.below(table.len())]
    }

    /// One of a list written as `this | that | other`.
    pub(super) fn word(&mut self, list: &'static str) -> &'static str {
        let count = list.split('|').count();
        let at = self.below(count);
        list.split('|').nth(at).unwrap_or_default().trim()
    }

    /// One of a table of weights and things.
    pub(super) fn weighted<'a, T>(&mut self, table: &'a [(u32, T)]) -> &'a T {
        let total: u32 = table.iter().map(|(w, _)| w).sum();
        let mut left = self.0.u32(0..total.max(1));
        for (weight, thing) in table {
            if left < *weight {
                return thing;
            }
            left -= weight;
        }
        &table[0].1
    }

    /// Another order of the same things.
    pub(super) fn shuffle<T>(&mut self, things: &mut [T]) {
        self.0.shuffle(things);
    }

    /// A GUID in its usual spelling (version 4).
    pub(super) fn guid(&mut self) -> String {
        let n = self.0.u128(..);
        let hex = format!("{n:032x}");
        let variant = ["8", "9", "a", "b"][self.below(4)];
        format!(
            "{}-{}-4{}-{variant}{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[13..16],
            &hex[17..20],
            &hex[20..]
        )
    }

    /// Letters and digits, as in tokens.
    pub(super) fn letters(&mut self, count: usize) -> String {
        (0..count).map(|_| self.0.alphanumeric()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_stream_and_purposes_differ() {
        let row = |seed, purpose, n| {
            let mut dice = Dice::new(seed, purpose, n);
            (0..8).map(|_| dice.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(row(1, "customer", 1), row(1, "customer", 1));
        assert_ne!(row(1, "customer", 1), row(1, "customer", 2));
        assert_ne!(row(1, "customer", 1), row(1, "company", 1));
        assert_ne!(row(1, "customer", 1), row(2, "customer", 1));
    }

    #[test]
    fn a_guid_looks_like_one() {
        let guid = Dice::new(1, "guid", 0).guid();
        let lengths: Vec<usize> = guid.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
    }
}
