//! How long the matcher takes on one thread, index included: 1,000 × 5,000, 10,000 × 100,000 (the blueprint: at most 5
//! seconds and 1 GB), and against 100,000 companies of one name. Prints the median of three runs each and the peak of
//! memory, and ends with an error if the 10,000 take longer than the limit.
//!
//! `cargo bench --bench matching`

use std::process::ExitCode;
use std::time::{Duration, Instant};

use fastrand::Rng;
use vectis::domain::party::Profile;
use vectis::matching::{Match, Outcome, Record, Settings, match_on_threads};

const LIMIT: Duration = Duration::from_secs(5);
const RUNS: usize = 3;

fn main() -> ExitCode {
    let small = tables(1_000, 5_000);
    run("1,000 × 5,000", &small.0, &small.1);
    let large = tables(10_000, 100_000);
    let took = run("10,000 × 100,000", &large.0, &large.1);
    let same: Vec<Record> = (0..100_000)
        .map(|id| Record {
            id: id.to_string(),
            profile: Profile {
                name: "Central Office Services".to_owned(),
                ..Profile::default()
            },
            other_ms_tenants: Vec::new(),
            active: true,
            psa_id_hint: None,
            table: 0,
        })
        .collect();
    run("1,000 × 100,000 of one name", &same[..1_000], &same);
    if took > LIMIT {
        eprintln!("10,000 × 100,000 took {took:?}, the limit is {LIMIT:?}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// The median time of some runs.
fn run(what: &str, customers: &[Record], companies: &[Record]) -> Duration {
    let mut times = Vec::new();
    let mut found = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        found = match_on_threads(customers, companies, &[], &Settings::default(), &|_| {}, 1);
        times.push(start.elapsed());
    }
    times.sort();
    let count = |outcome| {
        found
            .iter()
            .filter(|m: &&Match| m.outcome == outcome)
            .count()
    };
    println!(
        "{what}: {:?} ({} linked, {} to review, {} without a counterpart; peak {})",
        times[RUNS / 2],
        count(Outcome::Auto),
        count(Outcome::Review),
        count(Outcome::None),
        peak_memory()
    );
    times[RUNS / 2]
}

/// The most memory the process has held, as Linux tells it.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.map_or("unknown".to_owned(), |l| l.trim().to_owned())
}

const TRADES: [&str; 24] = [
    "Accountancy",
    "Bakery",
    "Brickwork",
    "Coaches",
    "Conveyancing",
    "Dairy",
    "Dental Care",
    "Drainage",
    "Electrical",
    "Farms",
    "Ferries",
    "Flooring",
    "Foundry",
    "Glassworks",
    "Haulage",
    "Joinery",
    "Logistics",
    "Machinery",
    "Optics",
    "Plumbing",
    "Removals",
    "Roofing",
    "Veterinary Clinic",
    "Winery",
];
const TAILS: [&str; 8] = [
    "",
    "",
    "",
    " Group",
    " Services",
    " Solutions",
    " International",
    " & Sons",
];
const FORMS: [&str; 6] = ["", "", " Ltd", " LLC", " Inc", " GmbH"];
const STREETS: [&str; 4] = ["Street", "Road", "Lane", "Avenue"];

/// Companies with names, domains, phones and addresses, and customers: four in five are one of them, with errors.
fn tables(customers: usize, companies: usize) -> (Vec<Record>, Vec<Record>) {
    let mut rng = Rng::with_seed(7);
    let words: Vec<String> = (0..9_000).map(|_| word(&mut rng)).collect();
    let towns: Vec<String> = (0..2_500).map(|_| word(&mut rng) + "ham").collect();
    let all: Vec<Record> = (0..companies)
        .map(|id| company(&mut rng, id, &words, &towns))
        .collect();
    let ours = (0..customers)
        .map(|id| {
            let mut record = if rng.u8(0..5) > 0 {
                all[rng.usize(0..companies)].clone()
            } else {
                company(&mut rng, id, &words, &towns)
            };
            record.id = format!("c{id}");
            distort(&mut rng, &mut record.profile);
            record
        })
        .collect();
    (ours, all)
}

fn company(rng: &mut Rng, id: usize, words: &[String], towns: &[String]) -> Record {
    let pick = |rng: &mut Rng, from: &[String]| from[rng.usize(0..from.len())].clone();
    let trade = TRADES[rng.usize(0..TRADES.len())];
    let first = if rng.u8(0..6) == 0 {
        pick(rng, towns)
    } else {
        pick(rng, words)
    };
    let name = format!("{first} {trade}{}", TAILS[rng.usize(0..TAILS.len())]);
    let label: String = name
        .to_lowercase()
        .chars()
        .filter(char::is_ascii_alphabetic)
        .take(24)
        .collect();
    let domain = format!("{label}{}.com", rng.u16(0..1_000));
    let street = format!(
        "{} {}",
        pick(rng, words),
        STREETS[rng.usize(0..STREETS.len())]
    );
    let mut profile = Profile {
        name: name + FORMS[rng.usize(0..FORMS.len())],
        email: format!("info@{domain}"),
        domain,
        phone: format!("({}) 555-{:04}", rng.u16(201..990), rng.u16(0..10_000)),
        address: format!("{} {street}", rng.u16(1..900)),
        city: pick(rng, towns),
        postcode: rng.u32(10_000..100_000).to_string(),
        ..Profile::default()
    };
    forget(rng, &mut profile);
    Record {
        id: id.to_string(),
        profile,
        other_ms_tenants: Vec::new(),
        active: true,
        psa_id_hint: None,
        table: 0,
    }
}

/// Leaves fields empty, as people do.
fn forget(rng: &mut Rng, profile: &mut Profile) {
    let fields = [
        &mut profile.domain,
        &mut profile.email,
        &mut profile.phone,
        &mut profile.address,
        &mut profile.city,
    ];
    for field in fields {
        if rng.u8(0..3) == 0 {
            field.clear();
        }
    }
}

/// A typing error, another case, another legal form, and more fields left empty.
fn distort(rng: &mut Rng, profile: &mut Profile) {
    let letters: Vec<char> = profile.name.chars().collect();
    match rng.u8(0..6) {
        0 if letters.len() > 3 => {
            let at = rng.usize(1..letters.len() - 1);
            profile.name = letters
                .iter()
                .enumerate()
                .filter(|(i, _)| *i != at)
                .map(|(_, c)| *c)
                .collect();
        }
        1 => profile.name = profile.name.to_uppercase(),
        2 => profile.name.push_str(" Limited"),
        _ => {}
    }
    forget(rng, profile);
}

fn word(rng: &mut Rng) -> String {
    const STARTS: [&str; 16] = [
        "B", "Br", "C", "Cl", "D", "F", "G", "H", "K", "L", "M", "P", "R", "St", "T", "W",
    ];
    const VOWELS: [&str; 7] = ["a", "e", "i", "o", "u", "ai", "ou"];
    const ENDS: [&str; 10] = [
        "n", "r", "ll", "ck", "nd", "son", "ton", "ley", "field", "man",
    ];
    let mut pick = |from: &[&'static str]| from[rng.usize(0..from.len())];
    let (start, vowel) = (pick(&STARTS), pick(&VOWELS));
    let (middle, end) = (pick(&["", "r", "t", "m", "l", "d"]), pick(&ENDS));
    format!(
        "{start}{vowel}{middle}{}{end}",
        if middle.is_empty() { "" } else { "a" }
    )
}
