//! Two names side by side: which words agree, how, and what is left over on each side.

use super::card::{Card, Tables, WordId, WordKind};
use super::fold::{self, MAX_WORDS};
use super::likeness::{Likeness, letters_alike, word_likeness};
use super::name_match::{Extras, Level, NameMatch};
use super::reading::Reading;

/// So many words of a side that have no equal are held against those of the other.
const MAX_LIKE_WORDS: usize = 8;

/// Compares the names of a customer and a company, by the readings that agree best.
pub fn compare_names(tables: &Tables, customer: &Card, company: &Card) -> NameMatch {
    let mut best: Option<NameMatch> = None;
    for (i, ours) in customer.name.readings.iter().enumerate() {
        for (j, theirs) in company.name.readings.iter().enumerate() {
            let pair = Pair {
                tables,
                customer,
                company,
                ours,
                theirs,
                our_ids: &customer.word_ids[i],
                their_ids: &company.word_ids[j],
            };
            let mut found = pair.compare();
            found.by_half = ours.is_half || theirs.is_half;
            found.readings = (i, j);
            if best.as_ref().is_none_or(|b| found.merit() > b.merit()) {
                best = Some(found);
            }
        }
    }
    best.unwrap_or_else(NameMatch::nothing)
}

struct Pair<'a> {
    tables: &'a Tables,
    customer: &'a Card,
    company: &'a Card,
    ours: &'a Reading,
    theirs: &'a Reading,
    our_ids: &'a [WordId],
    their_ids: &'a [WordId],
}

impl Pair<'_> {
    fn compare(&self) -> NameMatch {
        let mut m = NameMatch::nothing();
        if self.our_ids == self.their_ids {
            m.level = Level::Same;
            m.letters = 1.0;
            m.bits = self
                .our_ids
                .iter()
                .map(|&id| self.tables.word(id).bits())
                .sum();
            return m;
        }
        if self.ours.joined == self.theirs.joined
            || self.ours.full == self.theirs.full
            || self.ours.spelt == self.theirs.spelt
        {
            m.level = Level::Respaced;
            m.letters = 1.0;
            m.bits = self.bits(self.our_ids).max(self.bits(self.their_ids));
            return m;
        }
        let (mut ours_free, mut theirs_free) = ([true; MAX_WORDS], [true; MAX_WORDS]);
        let (ours_free, theirs_free) = (
            &mut ours_free[..self.our_ids.len()],
            &mut theirs_free[..self.their_ids.len()],
        );
        self.pair_same_words(&mut m, ours_free, theirs_free);
        let all_same = !ours_free.contains(&true) && !theirs_free.contains(&true);
        if all_same {
            m.level = Level::Reordered;
            m.letters = 1.0;
            return m;
        }
        self.pair_joined_words(&mut m, ours_free, theirs_free);
        self.pair_like_words(&mut m, ours_free, theirs_free);
        self.pair_initials(&mut m, ours_free, theirs_free);
        m.letters = letters_alike(&self.ours.joined, &self.theirs.joined);
        let agreeing = self
            .our_ids
            .iter()
            .zip(ours_free.iter())
            .filter(|(_, free)| !**free);
        m.best_bits = agreeing
            .map(|(&id, _)| self.tables.word(id).bits())
            .fold(0.0, f32::max);
        m.ours = self.extras(self.our_ids, ours_free);
        m.theirs = self.extras(self.their_ids, theirs_free);
        m.level = self.level(&m, ours_free, theirs_free);
        m
    }

    fn bits(&self, ids: &[WordId]) -> f32 {
        ids.iter().map(|&id| self.tables.word(id).bits()).sum()
    }

    fn pair_same_words(&self, m: &mut NameMatch, ours_free: &mut [bool], theirs_free: &mut [bool]) {
        for (i, id) in self.our_ids.iter().enumerate() {
            if let Some(j) =
                (0..self.their_ids.len()).find(|&j| theirs_free[j] && self.their_ids[j] == *id)
            {
                (ours_free[i], theirs_free[j]) = (false, false);
                m.bits += self.tables.word(*id).bits();
            }
        }
    }

    /// `rush manufacturing` and `rushmanufacturing`.
    fn pair_joined_words(
        &self,
        m: &mut NameMatch,
        ours_free: &mut [bool],
        theirs_free: &mut [bool],
    ) {
        let text = |id: WordId| self.tables.word(id).text.as_str();
        let mut join =
            |two: &[WordId], two_free: &mut [bool], one: &[WordId], one_free: &mut [bool]| {
                for i in 1..two.len() {
                    if !two_free[i - 1] || !two_free[i] {
                        continue;
                    }
                    let (a, b) = (text(two[i - 1]), text(two[i]));
                    let fits = |t: &str| {
                        t.len() == a.len() + b.len() && t.starts_with(a) && t.ends_with(b)
                    };
                    if let Some(j) = (0..one.len()).find(|&j| one_free[j] && fits(text(one[j]))) {
                        (two_free[i - 1], two_free[i], one_free[j]) = (false, false, false);
                        m.bits += self
                            .tables
                            .word(two[i - 1])
                            .bits()
                            .max(self.tables.word(two[i]).bits());
                        m.edits += 1;
                    }
                }
            };
        join(self.our_ids, ours_free, self.their_ids, theirs_free);
        join(self.their_ids, theirs_free, self.our_ids, ours_free);
    }

    fn pair_like_words(&self, m: &mut NameMatch, ours_free: &mut [bool], theirs_free: &mut [bool]) {
        let ours = ours_free.iter_mut().enumerate().filter(|(_, free)| **free);
        for (i, our_free) in ours.take(MAX_LIKE_WORDS) {
            let mut best: Option<(f32, usize, Likeness)> = None;
            let theirs = (0..theirs_free.len()).filter(|&j| theirs_free[j]);
            for j in theirs.take(MAX_LIKE_WORDS) {
                let (a, b) = (
                    self.tables.word(self.our_ids[i]),
                    self.tables.word(self.their_ids[j]),
                );
                let (c, d) = (self.ours.written(i), self.theirs.written(j));
                let as_written = || {
                    (a.text != c || b.text != d)
                        .then(|| word_likeness(c, d))
                        .flatten()
                };
                let likeness = word_likeness(&a.text, &b.text).or_else(as_written);
                if let Some((quality, how)) = likeness
                    && best.is_none_or(|(q, ..)| quality > q)
                {
                    best = Some((quality, j, how));
                }
            }
            if let Some((quality, j, how)) = best {
                (*our_free, theirs_free[j]) = (false, false);
                m.bits += quality * self.tables.word(self.their_ids[j]).bits().min(10.0);
                m.edits += 1;
                let (a, b) = (
                    self.tables.word(self.our_ids[i]),
                    self.tables.word(self.their_ids[j]),
                );
                if how == Likeness::Typo {
                    m.short_edits += u8::from(a.text.len().min(b.text.len()) <= 4);
                    m.known_edits += u8::from(
                        a.companies > 0 || a.customers > 1 && b.companies + b.customers > 1,
                    );
                } else {
                    m.abbreviations += 1;
                }
            }
        }
    }

    /// One word left on one side is the initials of what is left on the other.
    fn pair_initials(&self, m: &mut NameMatch, ours_free: &mut [bool], theirs_free: &mut [bool]) {
        let (ours, theirs) = (self.our_ids, self.their_ids);
        let full = &self.theirs.initials_full;
        self.fold_up(m, (ours, ours_free), (theirs, theirs_free), full);
        let full = &self.ours.initials_full;
        self.fold_up(m, (theirs, theirs_free), (ours, ours_free), full);
    }

    /// Pairs the first free word of `one` with those of `many` that it is the initials of; `full` has those of all words.
    fn fold_up(
        &self,
        m: &mut NameMatch,
        (one, one_free): (&[WordId], &mut [bool]),
        (many, many_free): (&[WordId], &mut [bool]),
        full: &str,
    ) {
        let counts = |id: WordId| self.tables.word(id).kind != WordKind::Account;
        let initial = |&id: &WordId| self.tables.word(id).text.chars().next();
        let Some(first) = (0..one.len()).find(|&i| one_free[i] && counts(one[i])) else {
            return;
        };
        let acronym = self.tables.word(one[first]).text.as_str();
        let rest = || (0..many.len()).filter(|&i| many_free[i] && counts(many[i]));
        let left = rest().count();
        if !(2..=7).contains(&acronym.len()) || left < 2 {
            return;
        }
        let length = u8::try_from(acronym.len()).unwrap_or(u8::MAX);
        let is_all = many.len() >= 2 && many.iter().filter_map(initial).eq(acronym.chars());
        if acronym == full || is_all {
            one_free.fill(false);
            many_free.fill(false);
            m.acronym = length;
            return;
        }
        let initials = || rest().filter_map(|i| initial(&many[i]));
        let begin = || initials().take(acronym.len()).eq(acronym.chars());
        let fits = initials().eq(acronym.chars()) || acronym.len() >= 3 && left >= 3 && begin();
        if fits {
            let taken: Vec<usize> = rest().take(acronym.len()).collect();
            one_free[first] = false;
            taken.into_iter().for_each(|i| many_free[i] = false);
            m.acronym = length;
        }
    }

    fn extras(&self, ids: &[WordId], free: &[bool]) -> Extras {
        let mut e = Extras::default();
        let (mut all, mut missing) = (0.0, 0.0);
        let mut rarest = 0.0;
        for (i, (&id, &free)) in ids.iter().zip(free).enumerate() {
            let word = self.tables.word(id);
            if word.kind != WordKind::Account {
                all += word.bits();
                if word.bits() > rarest {
                    (rarest, e.lacks_rarest) = (word.bits(), free);
                }
            }
            if !free {
                continue;
            }
            if word.kind != WordKind::Account {
                missing += word.bits();
            }
            e.leads |= i == 0 && word.kind != WordKind::Number;
            let in_town =
                self.customer.city_ids.contains(&id) || self.company.city_ids.contains(&id);
            let slot = match word.kind {
                _ if in_town => &mut e.town,
                // `New Information Technology` is not Information Technology.
                WordKind::Account if i == 0 => &mut e.division,
                WordKind::Account => &mut e.account,
                WordKind::Structure => &mut e.structure,
                WordKind::Country => &mut e.country,
                WordKind::Number => &mut e.number,
                WordKind::Division => &mut e.division,
                WordKind::Telling if word.is_town() => &mut e.other_town,
                WordKind::Telling => {
                    e.telling_bits += word.bits();
                    &mut e.telling
                }
            };
            *slot = slot.saturating_add(1);
        }
        e.covered = if all > 0.0 { 1.0 - missing / all } else { 0.0 };
        e
    }

    fn level(&self, m: &NameMatch, ours_free: &[bool], theirs_free: &[bool]) -> Level {
        if self.customer.name.other_script != self.company.name.other_script && m.bits < 8.0 {
            return self.across_scripts();
        }
        if self.is_cut() {
            return Level::Cut;
        }
        let both_towns = m.ours.town > 0 && m.theirs.town > 0;
        let weighty = |e: &Extras| {
            both_towns
                || e.telling + e.division + e.structure + e.country + e.number + e.other_town > 0
        };
        if m.acronym > 0 {
            return Level::Initials;
        }
        match (weighty(&m.ours), weighty(&m.theirs), m.bits > 0.0) {
            (_, _, false) => Level::Different,
            (false, false, true) if ours_free.contains(&true) || theirs_free.contains(&true) => {
                Level::Within
            }
            (false, false, true) => Level::Misspelt,
            (true, true, true) => Level::Overlapping,
            (_, _, true) => Level::Within,
        }
    }

    /// Cut in the middle of a word; at the end of one it might as well be another company.
    fn is_cut(&self) -> bool {
        let (a, b) = (self.ours, self.theirs);
        let cut = |short: &Reading, long: &Reading| {
            let n = short.words.len();
            let words =
                n >= 2 && long.words.len() >= n && short.words[..n - 1] == long.words[..n - 1];
            words
                && long.words[n - 1] != short.words[n - 1]
                && long.joined.starts_with(&short.joined)
        };
        self.customer.name.maybe_cut && cut(a, b) || self.company.name.maybe_cut && cut(b, a)
    }

    fn across_scripts(&self) -> Level {
        let (a, b) = (
            fold::skeleton(&self.ours.joined),
            fold::skeleton(&self.theirs.joined),
        );
        let alike = if a.len().min(b.len()) >= 3 {
            strsim::jaro_winkler(&a, &b)
        } else {
            0.0
        };
        if alike >= 0.82 {
            Level::Transliterated
        } else if self.customer.name.han || self.company.name.han || a.len().min(b.len()) < 3 {
            Level::Unreadable
        } else {
            Level::Different
        }
    }
}
