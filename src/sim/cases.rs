//! The hard cases of matching and how often each occurs.

use super::world::Difficulty;

/// How a customer's two records differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// The same name.
    Same,
    /// Another case of letters.
    Recased,
    /// Another legal form, or none.
    LegalForm,
    /// A slip, with other evidence.
    Typo,
    /// Words in another order.
    Order,
    /// `&` and `and`.
    Ampersand,
    /// Spaces, hyphens, dots.
    Spacing,
    /// Accents lost.
    Diacritics,
    /// Trade words shortened.
    Abbreviated,
    /// Cut off.
    Truncated,
    /// `X LLC dba Y`, written out on one side.
    TradingAs,
    /// Initials, with the same domain.
    AcronymWithDomain,
    /// `Y (formerly X)`, same domain.
    Former,
    /// Several sites in the PSA, the customer names one.
    Branch,
    /// Twice in the PSA, one marked as old.
    OldDuplicate,
    /// A second tenant of a company that has one already.
    SecondTenant,
    /// Parent and sister are in the PSA too; this one's name is exact.
    ClearSister,
    /// No domain, but the same address and phone.
    NoDomain,
    /// Another script, same domain.
    Transliterated,
    /// Initials and nothing else.
    BareAcronym,
    /// Renamed; only the phone or the address says it.
    HiddenFormer,
    /// The trading name on one side, the legal name on the other; only the mail says it.
    HiddenTradingAs,
    /// Parent and sister share domain and phone, and the name fits both.
    UnclearSister,
    /// Two companies of that name in two towns, and nothing says which.
    Namesake,
    /// Twice in the PSA, both alike.
    EqualDuplicate,
    /// A slip and no other evidence.
    BareTypo,
    /// No counterpart, nothing alike.
    NotInPsa,
    /// No counterpart, but a company with a like name.
    LikeName,
    /// No counterpart, but another company of the same owner.
    SameOwner,
    /// The MSP's own, or a customer that shows nothing but the MSP's mail.
    MspOwn,
}

use Difficulty::{Clear, Look, NoCounterpart};

/// Out of 1,000 customers; the word is for people and tests.
const SHARES: &[(u32, Case, Difficulty, &str)] = &[
    (165, Case::Same, Clear, "same"),
    (35, Case::Recased, Clear, "recased"),
    (125, Case::LegalForm, Clear, "legal form"),
    (45, Case::Typo, Clear, "typo"),
    (20, Case::Order, Clear, "word order"),
    (35, Case::Ampersand, Clear, "ampersand"),
    (30, Case::Spacing, Clear, "spacing"),
    (20, Case::Diacritics, Clear, "diacritics"),
    (45, Case::Abbreviated, Clear, "abbreviation"),
    (25, Case::Truncated, Clear, "truncated"),
    (30, Case::TradingAs, Clear, "trading as"),
    (20, Case::AcronymWithDomain, Clear, "acronym, same domain"),
    (20, Case::Former, Clear, "former name"),
    (35, Case::Branch, Clear, "branch"),
    (30, Case::OldDuplicate, Clear, "duplicate marked old"),
    (15, Case::SecondTenant, Clear, "second tenant"),
    (20, Case::ClearSister, Clear, "sister company"),
    (30, Case::NoDomain, Clear, "no domain"),
    (5, Case::Transliterated, Clear, "transliterated"),
    (25, Case::BareAcronym, Look, "bare acronym"),
    (25, Case::HiddenFormer, Look, "hidden former name"),
    (25, Case::HiddenTradingAs, Look, "hidden trading name"),
    (25, Case::UnclearSister, Look, "unclear sister"),
    (30, Case::Namesake, Look, "namesake"),
    (20, Case::EqualDuplicate, Look, "equal duplicates"),
    (20, Case::BareTypo, Look, "bare typo"),
    (40, Case::NotInPsa, NoCounterpart, "not in the PSA"),
    (20, Case::LikeName, NoCounterpart, "like name"),
    (10, Case::SameOwner, NoCounterpart, "same owner"),
    (10, Case::MspOwn, NoCounterpart, "msp's own"),
];

impl Case {
    /// The case at one of 1,000 places, so that a tenant of any size has the right mixture.
    pub(super) fn at(permille: u32) -> Case {
        let mut left = permille;
        for (share, case, ..) in SHARES {
            if left < *share {
                return *case;
            }
            left -= share;
        }
        Case::Same
    }

    /// How hard it is, and its name.
    pub(super) fn words(self) -> (Difficulty, &'static str) {
        SHARES
            .iter()
            .find(|(_, case, ..)| *case == self)
            .map_or((Clear, "same"), |(_, _, difficulty, word)| {
                (*difficulty, *word)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_a_thousand_and_as_promised() {
        let share = |d| -> u32 { SHARES.iter().filter(|s| s.2 == d).map(|s| s.0).sum() };
        assert_eq!(
            (share(Clear), share(Look), share(NoCounterpart)),
            (750, 170, 80)
        );
        assert_eq!(Case::at(0), Case::Same);
        assert_eq!(Case::at(999), Case::MspOwn);
    }
}
