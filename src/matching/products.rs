//! Which PSA products a distributor's SKU is sold as. Pure. Without a link no seat ever counts as contracted.

use std::collections::{BTreeSet, HashMap};

use super::Outcome;
use super::product_name::{Product, commitment};
use crate::domain::vendor::Vendor;

/// A SKU of a distributor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkuRecord {
    /// Whose catalogue it is in.
    pub vendor: Vendor,
    /// The distributor's number for it.
    pub sku: String,
    /// What the distributor calls it.
    pub product_name: String,
}

/// A product of the PSA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductRecord {
    /// The PSA's code.
    pub product_code: String,
    /// The distributor's number, where the PSA keeps it.
    pub vendor_sku: String,
    /// What the PSA calls it.
    pub product_name: String,
}

/// A link, or a suggestion for one. A SKU that nothing resembles has none.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductMatch {
    /// Place in the list of SKUs.
    pub sku: usize,
    /// Place in the list of products.
    pub product: usize,
    /// `Auto`: linked; `Review`: a person decides.
    pub outcome: Outcome,
    /// How sure, 0 to 1.
    pub score: f64,
    /// In words; `+` in front speaks for it, `-` against.
    pub reasons: Vec<String>,
}

/// What a name says beside what it calls the thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// The words that make it another product: plan, edition.
    pub edition: String,
    /// For how long one commits: `1 year`; empty where the name does not tell.
    pub term: &'static str,
}

/// Takes a product's name apart.
pub fn describe(name: &str) -> Described {
    let parsed = Product::parse(name);
    Described {
        edition: parsed.edition(),
        term: parsed.term,
    }
}

/// A commitment as people read it: `P1Y` is `1 year`. What is not known stays as it is.
pub fn term_words(term: &str) -> String {
    match commitment(&term.trim().to_lowercase()) {
        "" => term.trim().to_owned(),
        words => words.to_owned(),
    }
}

/// Suggestions for one SKU at most.
const MAX_SUGGESTIONS: usize = 5;

/// Links SKUs to products: by the distributor's number, else by names that are equal once terms (annual, monthly, NCE)
/// are left out; otherwise suggests up to five. Editions and plans are hard evidence: P1 is not P2, Business Premium not
/// Business Standard. Several products may be the same one under other terms: each is linked. Results are ordered by
/// SKU, then best first.
pub fn match_products(skus: &[SkuRecord], products: &[ProductRecord]) -> Vec<ProductMatch> {
    let parsed: Vec<Product> = products
        .iter()
        .map(|p| Product::parse(&p.product_name))
        .collect();
    let mut by_number: HashMap<String, Vec<usize>> = HashMap::new();
    let mut by_name: HashMap<&BTreeSet<String>, Vec<usize>> = HashMap::new();
    let mut by_word: HashMap<&str, Vec<usize>> = HashMap::new();
    for (i, product) in parsed.iter().enumerate() {
        for number in [&products[i].vendor_sku, &products[i].product_code] {
            let rows = by_number.entry(number_key(number)).or_default();
            if !number_key(number).is_empty() && rows.last() != Some(&i) {
                rows.push(i);
            }
        }
        by_name.entry(&product.words).or_default().push(i);
        for word in &product.words {
            by_word.entry(word).or_default().push(i);
        }
    }
    let mut out = Vec::new();
    for (sku, record) in skus.iter().enumerate() {
        let ours = Product::parse(&record.product_name);
        let mut linked: Vec<ProductMatch> = Vec::new();
        for &product in by_number
            .get(&number_key(&record.sku))
            .into_iter()
            .flatten()
        {
            let conflict = ours.conflict(&parsed[product]);
            let mut reasons = vec![format!("+ same SKU {}", record.sku.trim())];
            reasons.extend(conflict.map(|c| format!("- {c}")));
            linked.push(ProductMatch {
                sku,
                product,
                outcome: Outcome::Auto,
                score: 1.0,
                reasons,
            });
        }
        for &product in by_name
            .get(&ours.words)
            .into_iter()
            .flatten()
            .filter(|_| ours.is_telling())
        {
            if !linked.iter().any(|l| l.product == product) {
                let reasons = vec![format!(
                    "+ same name but for terms: {}",
                    products[product].product_name.trim()
                )];
                linked.push(ProductMatch {
                    sku,
                    product,
                    outcome: Outcome::Auto,
                    score: 0.999,
                    reasons,
                });
            }
        }
        if linked.is_empty() {
            linked = suggestions(sku, &ours, &parsed, products, &by_word);
        }
        out.extend(linked);
    }
    out
}

fn suggestions(
    sku: usize,
    ours: &Product,
    parsed: &[Product],
    products: &[ProductRecord],
    by_word: &HashMap<&str, Vec<usize>>,
) -> Vec<ProductMatch> {
    let rarity = |word: &str| 1.0 / (1.0 + (by_word.get(word).map_or(0, Vec::len) as f64).ln_1p());
    let mut near: BTreeSet<usize> = BTreeSet::new();
    let mut words: Vec<&str> = ours.words.iter().map(String::as_str).collect();
    words.sort_by_key(|w| (by_word.get(w).map_or(0, Vec::len), *w));
    for word in words {
        near.extend(by_word.get(word).into_iter().flatten());
        if near.len() > 500 {
            break;
        }
    }
    let mut found: Vec<ProductMatch> = Vec::new();
    for product in near {
        let theirs = &parsed[product];
        let weight = |set: &mut dyn Iterator<Item = &String>| set.map(|w| rarity(w)).sum::<f64>();
        let shared = weight(&mut ours.words.intersection(&theirs.words));
        let all = weight(&mut ours.words.union(&theirs.words));
        let likeness = if all > 0.0 { shared / all } else { 0.0 };
        let conflict = ours.conflict(theirs);
        let score = if conflict.is_some() {
            0.2 * likeness
        } else {
            0.9 * likeness
        };
        if likeness < 0.4 {
            continue;
        }
        let words = |set: &mut dyn Iterator<Item = &String>| {
            set.map(String::as_str).collect::<Vec<_>>().join(" ")
        };
        let mut reasons = vec![format!(
            "+ words in common: {}",
            words(&mut ours.words.intersection(&theirs.words))
        )];
        if let Some(conflict) = conflict {
            reasons.push(format!("- {conflict}"));
        }
        for (words, side) in [
            (
                words(&mut ours.words.difference(&theirs.words)),
                "distributor",
            ),
            (words(&mut theirs.words.difference(&ours.words)), "PSA"),
        ] {
            if !words.is_empty() {
                reasons.push(format!("- only at the {side}: {words}"));
            }
        }
        found.push(ProductMatch {
            sku,
            product,
            outcome: Outcome::Review,
            score,
            reasons,
        });
    }
    found.sort_by(|a, b| {
        b.score.total_cmp(&a.score).then_with(|| {
            products[a.product]
                .product_code
                .cmp(&products[b.product].product_code)
        })
    });
    found.truncate(MAX_SUGGESTIONS);
    found
}

fn number_key(number: &str) -> String {
    number.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{ProductRecord, SkuRecord, describe, match_products, term_words};
    use crate::domain::vendor::Vendor;
    use crate::matching::Outcome;

    fn sku(sku: &str, name: &str) -> SkuRecord {
        SkuRecord {
            vendor: Vendor::Synnex,
            sku: sku.to_owned(),
            product_name: name.to_owned(),
        }
    }

    fn product(code: &str, vendor_sku: &str, name: &str) -> ProductRecord {
        ProductRecord {
            product_code: code.to_owned(),
            vendor_sku: vendor_sku.to_owned(),
            product_name: name.to_owned(),
        }
    }

    fn linked(sku_name: &str, product_name: &str) -> bool {
        match_products(&[sku("X-1", sku_name)], &[product("C", "", product_name)])
            .iter()
            .any(|m| m.outcome == Outcome::Auto)
    }

    #[test]
    fn the_number_decides_at_once() {
        let products = [
            product("A", "cfq7ttc0lchc:0002", "Something else"),
            product("B", "", "M365 Business Premium"),
        ];
        let found = match_products(
            &[sku("CFQ7TTC0LCHC:0002", "Microsoft 365 Business Premium")],
            &products,
        );
        assert_eq!(
            found
                .iter()
                .map(|m| (m.product, m.outcome))
                .collect::<Vec<_>>(),
            [(0, Outcome::Auto), (1, Outcome::Auto)]
        );
    }

    #[test]
    fn terms_do_not_matter_and_editions_do() {
        assert!(linked(
            "Microsoft 365 Business Premium (NCE) - Annual commit, billed monthly",
            "M365 Business Premium"
        ));
        assert!(linked(
            "Exchange Online (Plan 1) P1Y",
            "Exchange Online P1 licence 1 year"
        ));
        assert!(linked(
            "Azure Active Directory Premium P1",
            "Microsoft Entra ID P1"
        ));
        assert!(!linked(
            "Microsoft 365 Business Premium",
            "Microsoft 365 Business Standard"
        ));
        assert!(!linked("Microsoft Entra ID P1", "Microsoft Entra ID P2"));
        assert!(!linked("Office 365 E3", "Microsoft 365 E3"));
        assert!(!linked("Microsoft 365 E3 (no Teams)", "Microsoft 365 E3"));
        assert!(!linked("Microsoft", "Microsoft"));
    }

    #[test]
    fn a_name_tells_edition_and_term() {
        let told = |name| {
            let told = describe(name);
            (told.edition, told.term)
        };
        let long = "Microsoft 365 Business Premium (NCE) - Annual commit, billed monthly";
        assert_eq!(told(long), ("business m365 premium".to_owned(), "1 year"));
        assert_eq!(
            told("Exchange Online (Plan 1) 3 years"),
            ("p1".to_owned(), "3 years")
        );
        assert_eq!(
            told("Business Basic Monthly"),
            ("basic business".to_owned(), "1 month")
        );
        assert_eq!(told("Backup"), (String::new(), ""));
        assert_eq!(
            (term_words("P1Y"), term_words("P5Y")),
            ("1 year".into(), "P5Y".into())
        );
    }

    #[test]
    fn the_same_product_under_two_codes_is_linked_twice() {
        let products = [
            product("M", "", "M365 Business Basic Monthly"),
            product("Y", "", "M365 Business Basic Annual"),
            product("Z", "", "M365 Business Standard"),
        ];
        let found = match_products(&[sku("1", "Microsoft 365 Business Basic")], &products);
        assert_eq!(found.iter().map(|m| m.product).collect::<Vec<_>>(), [0, 1]);
    }

    #[test]
    fn the_rest_goes_to_a_person_with_reasons() {
        let products = [
            product("P2", "", "Defender for Office P2"),
            product("P1", "", "Defender for Office P1 bundle"),
        ];
        let found = match_products(
            &[sku("1", "Microsoft Defender for Office (Plan 1)")],
            &products,
        );
        assert_eq!(found[0].product, 1);
        assert!(found.iter().all(|m| m.outcome == Outcome::Review));
        assert!(
            found[1]
                .reasons
                .iter()
                .any(|r| r == "- other edition: p1 ≠ p2"),
            "{:?}",
            found[1].reasons
        );
    }
}
