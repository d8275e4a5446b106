//! What comparing two names can give.

/// How two names agree, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The same words in the same order.
    Same,
    /// The same letters, spaced differently.
    Respaced,
    /// The same words in another order.
    Reordered,
    /// All words agree, some with a typing error or abbreviated.
    Misspelt,
    /// One is the beginning of the other, cut off by some system.
    Cut,
    /// One is the initials of the other.
    Initials,
    /// All words of one are in the other, which has more.
    Within,
    /// Some words agree, and both have others.
    Overlapping,
    /// Written in different scripts, and they may sound alike.
    Transliterated,
    /// Written in different scripts, and nobody can tell.
    Unreadable,
    /// Nothing agrees, or there is no name.
    Different,
}

/// Words of one side that have no partner on the other, by what they are.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Extras {
    /// Words that tell companies apart.
    pub telling: u8,
    /// How much the telling ones weigh together, in bits.
    pub telling_bits: f32,
    /// `properties`, `energy`, or a word that many companies have.
    pub division: u8,
    /// `group`, `services`.
    pub structure: u8,
    /// Countries.
    pub country: u8,
    /// Account words.
    pub account: u8,
    /// Words of the town of either row.
    pub town: u8,
    /// Words of some other town.
    pub other_town: u8,
    /// Numbers.
    pub number: u8,
    /// How much of the name has a partner, 0 to 1, by weight.
    pub covered: f32,
    /// The rarest word has no partner.
    pub lacks_rarest: bool,
    /// The name begins with a word that has no partner: `Greater Leeds Motors` is not Leeds Motors.
    pub leads: bool,
}

/// What comparing two names gave.
#[derive(Debug, Clone, PartialEq)]
pub struct NameMatch {
    /// How they agree.
    pub level: Level,
    /// How much the agreeing words say, in bits.
    pub bits: f32,
    /// How much the rarest of them says.
    pub best_bits: f32,
    /// Agreeing words that are not spelt the same.
    pub edits: u8,
    /// Of these, words of four letters or fewer.
    pub short_edits: u8,
    /// Of these, words that other companies have spelt just so: rather another word than a typing error.
    pub known_edits: u8,
    /// Of these, abbreviations and single letters.
    pub abbreviations: u8,
    /// Left over at the customer.
    pub ours: Extras,
    /// Left over at the PSA company.
    pub theirs: Extras,
    /// Likeness of the letters run together, 0 to 1.
    pub letters: f32,
    /// Found by a half of a trading-as name.
    pub by_half: bool,
    /// Readings that were compared, customer's and company's.
    pub readings: (usize, usize),
    /// Letters of the acronym, if one agreed.
    pub acronym: u8,
}

impl NameMatch {
    /// Nothing agrees.
    pub fn nothing() -> Self {
        NameMatch {
            level: Level::Different,
            bits: 0.0,
            best_bits: 0.0,
            edits: 0,
            short_edits: 0,
            known_edits: 0,
            abbreviations: 0,
            ours: Extras::default(),
            theirs: Extras::default(),
            letters: 0.0,
            by_half: false,
            readings: (0, 0),
            acronym: 0,
        }
    }

    /// For choosing between readings: agreeing bits, less what is left over.
    pub fn merit(&self) -> f32 {
        let left = |e: &Extras| {
            4.0 * f32::from(e.telling + e.division)
                + 3.0 * f32::from(e.number + e.other_town)
                + f32::from(e.structure + e.country)
                + 0.5 * f32::from(e.town)
        };
        let level = match self.level {
            Level::Same | Level::Respaced => 6.0,
            Level::Reordered | Level::Misspelt => 4.0,
            Level::Cut | Level::Initials => 3.0,
            Level::Transliterated => 5.0,
            Level::Within => 1.0,
            Level::Overlapping | Level::Unreadable | Level::Different => 0.0,
        };
        self.bits + level + 3.0 * self.letters
            - left(&self.ours)
            - left(&self.theirs)
            - f32::from(self.edits)
    }
}
