//! Which SKUs are one product.
//!
//! SKUs linked to the same PSA product are one product, whoever sells them: their seats are summed before they are compared
//! with the contract. The exception is the bundle, one PSA product that stands for several things at once ("Managed
//! workplace": an office suite and a backup). Its parts must not be summed, and its price belongs to none of them. Links do
//! not say which of the two it is, so two SKUs of one code are taken as parts of a bundle if
//! - each of them is also sold under a code that the other is not, or
//! - one distributor calls them by names of which neither contains the other (`… Premium` and `… Premium (annual)` are one
//!   product, `… Premium` and `Defender` are not), or two distributors by names that have no word in common.
//!
//! Equal names, or SKUs that differ only in term and billing cycle, are always one product. What a person says of a code
//! ([`Coverage`]) goes before what links and names say; if it says both, the code is a bundle, which finds less.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::domain::agreement::{Coverage, ProductLink};
use crate::domain::ids::Sku;
use crate::domain::vendor::Vendor;

use super::spelling::{stem, words};

/// A SKU of a distributor.
pub(super) type Article<'a> = (Vendor, &'a Sku);

/// One product: SKUs that can stand for one another, and the PSA codes under which they are sold.
#[derive(Debug, Default)]
pub(super) struct Product<'a> {
    /// Its codes, each with the seats that one unit stands for. Where links disagree, the larger number holds, which finds
    /// less.
    pub codes: BTreeMap<&'a str, i64>,
    /// Its name in fingerprints: stays the same when another distributor's SKU is linked.
    pub key: String,
}

/// All products that are linked.
#[derive(Debug, Default)]
pub(super) struct Products<'a> {
    by_article: HashMap<Article<'a>, usize>,
    products: Vec<Product<'a>>,
    bundles: BTreeSet<&'a str>,
    sold_as_none: BTreeSet<Article<'a>>,
}

impl<'a> Products<'a> {
    /// Sorts SKUs into products by their links and the names under which they are listed.
    pub fn new(links: &'a [ProductLink], names: &HashMap<Article<'a>, &'a str>) -> Self {
        let mut codes: BTreeMap<Article<'a>, BTreeMap<&'a str, i64>> = BTreeMap::new();
        let mut by_code: BTreeMap<&'a str, BTreeSet<Article<'a>>> = BTreeMap::new();
        let mut said: BTreeMap<&'a str, Coverage> = BTreeMap::new();
        let mut sold_as_none = BTreeSet::new();
        for link in links {
            let article = (link.vendor, &link.sku);
            let code = link.product_code.as_str();
            if code.is_empty() {
                sold_as_none.insert(article);
                continue;
            }
            let of_code = said.entry(code).or_default();
            *of_code = (*of_code).max(link.coverage);
            let seats = codes.entry(article).or_default().entry(code).or_insert(1);
            *seats = (*seats).max(link.seats_per_unit);
            by_code.entry(code).or_default().insert(article);
        }
        let words: HashMap<Article<'a>, BTreeSet<String>> = codes
            .keys()
            .map(|a| (*a, names.get(a).map(|n| words(n)).unwrap_or_default()))
            .collect();
        let same = |a: Article<'a>, b: Article<'a>, said: Coverage| {
            let apart = said == Coverage::Bundle
                || (has_own_code(&codes, a, b) && has_own_code(&codes, b, a));
            said == Coverage::OneProduct || is_same_product(a, b, &words[&a], &words[&b], apart)
        };
        let mut union = Union::new(codes.keys().copied());
        for (code, articles) in &by_code {
            let articles: Vec<_> = articles.iter().copied().collect();
            for (i, a) in articles.iter().enumerate() {
                for b in &articles[i + 1..] {
                    if union.root(*a) != union.root(*b) && same(*a, *b, said[code]) {
                        union.join(*a, *b);
                    }
                }
            }
        }
        let bundles = by_code
            .iter()
            .filter(|(code, articles)| {
                let roots: BTreeSet<_> = articles.iter().map(|a| union.root(*a)).collect();
                said[*code] == Coverage::Bundle || roots.len() > 1
            })
            .map(|(code, _)| *code)
            .collect();
        Self {
            sold_as_none,
            ..Self::collect(&codes, &union, bundles)
        }
    }

    fn collect(
        codes: &BTreeMap<Article<'a>, BTreeMap<&'a str, i64>>,
        union: &Union<'a>,
        bundles: BTreeSet<&'a str>,
    ) -> Self {
        let mut out = Self {
            bundles,
            ..Self::default()
        };
        let mut places: HashMap<Article<'a>, usize> = HashMap::new();
        for (article, its_codes) in codes {
            let root = union.root(*article);
            let place = *places.entry(root).or_insert_with(|| {
                out.products.push(Product::default());
                out.products.len() - 1
            });
            out.by_article.insert(*article, place);
            for (code, seats) in its_codes {
                let kept = out.products[place].codes.entry(code).or_insert(*seats);
                *kept = (*kept).max(*seats);
            }
        }
        let mut holders: BTreeMap<&'a str, usize> = BTreeMap::new();
        for code in out.products.iter().flat_map(|p| p.codes.keys()) {
            *holders.entry(*code).or_default() += 1;
        }
        for (root, place) in places {
            let product = &mut out.products[place];
            // A bundle of this product alone names it as well: what a person says of it makes no other finding of one.
            let own = product.codes.keys().find(|c| holders.get(*c) == Some(&1));
            product.key = match own {
                Some(code) => (*code).to_owned(),
                None => format!("{}/{}", root.0, root.1),
            };
        }
        out
    }

    /// The product of a SKU; none if it is not linked.
    pub fn of(&self, article: Article<'a>) -> Option<usize> {
        self.by_article.get(&article).copied()
    }

    /// A product by its place.
    pub fn get(&self, place: usize) -> Option<&Product<'a>> {
        self.products.get(place)
    }

    /// True if a person said that the SKU is sold as no product.
    pub fn is_sold_as_none(&self, article: Article<'a>) -> bool {
        self.sold_as_none.contains(&article)
    }

    /// True if the code stands for several products at once.
    pub fn is_bundle(&self, code: &str) -> bool {
        self.bundles.contains(code)
    }
}

/// True if names decide which SKUs are one product: under some code are SKUs that differ in more than term and billing
/// cycle.
pub fn names_decide(links: &[ProductLink]) -> bool {
    let mut stems: HashMap<&str, &str> = HashMap::new();
    let mut linked = links.iter().filter(|link| !link.product_code.is_empty());
    linked.any(|link| {
        let stem = stem(&link.sku);
        *stems.entry(&link.product_code).or_insert(stem) != stem
    })
}

/// True if `a` is sold under a code under which `b` is not.
fn has_own_code<'a>(
    codes: &BTreeMap<Article<'a>, BTreeMap<&'a str, i64>>,
    a: Article<'a>,
    b: Article<'a>,
) -> bool {
    codes[&a].keys().any(|code| !codes[&b].contains_key(code))
}

fn is_same_product(
    a: Article<'_>,
    b: Article<'_>,
    a_words: &BTreeSet<String>,
    b_words: &BTreeSet<String>,
    apart: bool,
) -> bool {
    let named = !a_words.is_empty() && !b_words.is_empty();
    if stem(a.1) == stem(b.1) || (named && a_words == b_words) {
        return true;
    }
    if apart {
        return false;
    }
    match (named, a.0 == b.0) {
        (false, _) => true,
        (true, true) => a_words.is_subset(b_words) || b_words.is_subset(a_words),
        (true, false) => !a_words.is_disjoint(b_words),
    }
}

/// Joined sets; the smallest article of a set stands for it, whatever the order in which they were joined.
struct Union<'a> {
    parent: BTreeMap<Article<'a>, Article<'a>>,
}

impl<'a> Union<'a> {
    fn new(articles: impl Iterator<Item = Article<'a>>) -> Self {
        Self {
            parent: articles.map(|a| (a, a)).collect(),
        }
    }

    fn root(&self, article: Article<'a>) -> Article<'a> {
        let mut at = article;
        while let Some(next) = self.parent.get(&at).copied().filter(|next| *next != at) {
            at = next;
        }
        at
    }

    fn join(&mut self, a: Article<'a>, b: Article<'a>) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent.insert(a.max(b), a.min(b));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(vendor: Vendor, sku: &str, code: &str) -> ProductLink {
        ProductLink {
            vendor,
            sku: sku.into(),
            product_code: code.into(),
            seats_per_unit: 1,
            coverage: Coverage::Inferred,
        }
    }

    /// How many products the SKUs are, and whether the code `P` is a bundle.
    fn sorted(links: &[ProductLink], names: &[&str]) -> (usize, bool) {
        let names = links
            .iter()
            .zip(names)
            .map(|(l, n)| ((l.vendor, &l.sku), *n))
            .collect();
        let products = Products::new(links, &names);
        (products.products.len(), products.is_bundle("P"))
    }

    const S: Vendor = Vendor::Synnex;
    const X: Vendor = Vendor::Pax8;

    #[test]
    fn two_distributors_and_two_terms_are_one_product() {
        let links = [
            link(S, "CFQ7:0002:P1Y:M", "P"),
            link(S, "CFQ7:0002:P1M:M", "P"),
            link(X, "MST-1", "P"),
        ];
        let names = ["Suite", "Another name", "M365 Suite NCE"];
        assert_eq!(sorted(&links, &names), (1, false));
        let annual = [link(S, "A", "P"), link(S, "B", "P")];
        let names = ["365 Premium", "Microsoft 365 Premium (annual, no Teams)"];
        assert_eq!(sorted(&annual, &names), (1, false));
    }

    #[test]
    fn parts_of_a_bundle_stay_apart() {
        let one = [link(S, "A", "P"), link(S, "B", "P")];
        let names = ["365 Business Premium", "Defender for Endpoint"];
        assert_eq!(sorted(&one, &names), (2, true));
        let two = [link(S, "A", "P"), link(X, "B", "P")];
        assert_eq!(sorted(&two, &["365 Premium", "Cloud backup"]), (2, true));
        let own = [
            link(S, "A", "P"),
            link(X, "B", "P"),
            link(S, "A", "P1"),
            link(X, "B", "P2"),
        ];
        assert_eq!(sorted(&own, &["365 Premium", "365 Backup"]), (2, true));
    }

    #[test]
    fn a_persons_word_goes_before_what_names_say() {
        let says = |coverage, names: &[&str]| {
            let mut links = [link(S, "A", "P"), link(X, "B", "P")];
            links[1].coverage = coverage;
            sorted(&links, names)
        };
        let unlike = ["365 Business Premium", "Defender for Endpoint"];
        assert_eq!(says(Coverage::OneProduct, &unlike), (1, false));
        let alike = ["365 Premium", "365 Premium Plus"];
        assert_eq!(says(Coverage::Inferred, &alike), (1, false));
        assert_eq!(says(Coverage::Bundle, &alike), (2, true));
        // Equal names are one product even in a bundle: its seats are bought at two places.
        assert_eq!(
            says(Coverage::Bundle, &["365 Premium", "365 Premium"]),
            (1, true)
        );
    }

    #[test]
    fn names_decide_only_between_skus_that_differ_in_more_than_their_term() {
        let mut links = vec![
            link(S, "CFQ7:0002:P1Y:M", "P"),
            link(X, "CFQ7:0002:P1M:M", "P"),
            link(S, "MST-1", "Q"),
            link(S, "A", ""),
            link(S, "B", ""),
        ];
        assert!(!names_decide(&links));
        links.push(link(X, "MST-1", "P"));
        assert!(names_decide(&links));
    }

    #[test]
    fn sold_as_no_product_is_no_link() {
        let links = [link(S, "A", ""), link(S, "B", "P")];
        let products = Products::new(&links, &HashMap::new());
        let (none, sold) = (Sku::from("A"), Sku::from("B"));
        assert!(products.is_sold_as_none((S, &none)) && products.of((S, &none)).is_none());
        assert!(!products.is_sold_as_none((S, &sold)) && products.of((S, &sold)).is_some());
    }

    #[test]
    fn a_fingerprints_product_survives_a_word_about_a_bundle() {
        let names = HashMap::new();
        let mut said = link(S, "A", "P");
        said.coverage = Coverage::Bundle;
        let links = [said, link(S, "B", "Q")];
        let sorted = Products::new(&links, &names);
        assert!(sorted.is_bundle("P"));
        let keys: Vec<_> = sorted.products.iter().map(|p| p.key.as_str()).collect();
        assert_eq!(keys, ["P", "Q"]);
        // Two products share the code: then it is the name of neither.
        let mut other = link(S, "C", "P");
        other.coverage = Coverage::Bundle;
        let links = [links[0].clone(), other];
        let sorted = Products::new(&links, &names);
        let keys: Vec<_> = sorted.products.iter().map(|p| p.key.as_str()).collect();
        assert_eq!(keys, ["synnex/A", "synnex/C"]);
    }

    #[test]
    fn a_fingerprints_product_survives_another_link() {
        let links = [link(X, "B", "P"), link(S, "A", "P")];
        let names = HashMap::new();
        let before = Products::new(&links[..1], &names);
        let after = Products::new(&links, &names);
        assert_eq!(before.products[0].key, "P");
        assert_eq!(after.products[0].key, "P");
    }
}
