//! Where organisations sit: towns with states, postcodes and dialling codes, and streets. Numbers are from the ranges
//! that are kept free for fiction (555-01xx and its like), so that nobody is ever called.

use super::dice::Dice;

/// The countries of the demo's customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Country {
    /// United States.
    Us,
    /// Canada.
    Ca,
    /// United Kingdom.
    Gb,
    /// Germany.
    De,
    /// France.
    Fr,
    /// The Netherlands.
    Nl,
    /// Sweden.
    Se,
    /// Spain.
    Es,
    /// Australia.
    Au,
}

impl Country {
    /// ISO 3166 code.
    pub(super) fn code(self) -> &'static str {
        match self {
            Country::Us => "US",
            Country::Ca => "CA",
            Country::Gb => "GB",
            Country::De => "DE",
            Country::Fr => "FR",
            Country::Nl => "NL",
            Country::Se => "SE",
            Country::Es => "ES",
            Country::Au => "AU",
        }
    }

    /// As people write it in a PSA.
    pub(super) fn name(self) -> &'static str {
        match self {
            Country::Us => "United States",
            Country::Ca => "Canada",
            Country::Gb => "United Kingdom",
            Country::De => "Germany",
            Country::Fr => "France",
            Country::Nl => "Netherlands",
            Country::Se => "Sweden",
            Country::Es => "Spain",
            Country::Au => "Australia",
        }
    }

    /// The ending of its domains.
    pub(super) fn tld(self, dice: &mut Dice) -> &'static str {
        match self {
            Country::Us => {
                dice.weighted::<&str>(&[(80, "com"), (8, "net"), (6, "org"), (4, "us"), (2, "co")])
            }
            Country::Ca => dice.weighted::<&str>(&[(70, "ca"), (30, "com")]),
            Country::Gb => dice.weighted::<&str>(&[(75, "co.uk"), (15, "com"), (10, "uk")]),
            Country::De => "de",
            Country::Fr => "fr",
            Country::Nl => "nl",
            Country::Se => "se",
            Country::Es => "es",
            Country::Au => "com.au",
        }
    }
}

/// Where something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Town {
    /// Its name.
    pub(super) city: &'static str,
    /// State, province or county; empty where people write none.
    pub(super) state: &'static str,
    /// How its postcodes begin.
    postcode: &'static str,
    /// Its dialling code.
    dial: &'static str,
}

// City, state, beginning of the postcode, dialling code.

const US: &str = "
    Dayton,OH,454,937 | Mansfield,OH,449,419 | Canton,OH,447,330 | Kenosha,WI,531,262 |
    Eau Claire,WI,547,715 | Appleton,WI,549,920 | Rockford,IL,611,815 | Peoria,IL,616,309 |
    Naperville,IL,605,630 | Elkhart,IN,465,574 | Fort Wayne,IN,468,260 | Muncie,IN,473,765 |
    Kalamazoo,MI,490,269 | Saginaw,MI,486,989 | Traverse City,MI,496,231 | Duluth,MN,558,218 |
    Mankato,MN,560,507 | Cedar Rapids,IA,524,319 | Ames,IA,500,515 | Columbia,MO,652,573 |
    Joplin,MO,648,417 | Wichita,KS,672,316 | Lawrence,KS,660,785 | Lincoln,NE,685,402 | Tulsa,OK,741,918 |
    Amarillo,TX,791,806 | Waco,TX,767,254 | Round Rock,TX,786,512 | McKinney,TX,750,972 |
    Sugar Land,TX,774,281 | Lafayette,LA,705,337 | Tupelo,MS,388,662 | Huntsville,AL,358,256 |
    Chattanooga,TN,374,423 | Murfreesboro,TN,371,615 | Lexington,KY,405,859 | Macon,GA,312,478 |
    Alpharetta,GA,300,770 | Ocala,FL,344,352 | Sarasota,FL,342,941 | Greenville,SC,296,864 |
    Beaufort,SC,299,843 | Asheville,NC,288,828 | Wilmington,NC,284,910 | Roanoke,VA,240,540 |
    Fredericksburg,VA,224,804 | Hagerstown,MD,217,301 | Lancaster,PA,176,717 | Bethlehem,PA,180,610 |
    Erie,PA,165,814 | Morristown,NJ,079,973 | Saratoga Springs,NY,128,518 | Ithaca,NY,148,607 |
    Norwalk,CT,068,203 | Worcester,MA,016,508 | Nashua,NH,030,603 | Burlington,VT,054,802 |
    Bangor,ME,044,207 | Bozeman,MT,597,406 | Boise,ID,837,208 | Fort Collins,CO,805,970 |
    Pueblo,CO,810,719 | Provo,UT,846,801 | Flagstaff,AZ,860,928 | Reno,NV,895,775 | Yakima,WA,989,509 |
    Bellingham,WA,982,360 | Bend,OR,977,541 | Salinas,CA,939,831 | Visalia,CA,932,559 |
    Escondido,CA,920,760 | Santa Rosa,CA,954,707";
const CA: &str = "
    Guelph,ON,N1H,519 | Barrie,ON,L4N,705 | Burlington,ON,L7R,905 | Kingston,ON,K7L,613 |
    Kelowna,BC,V1Y,250 | Abbotsford,BC,V2T,604 | Red Deer,AB,T4N,403 | Regina,SK,S4P,306 |
    Brandon,MB,R7A,204 | Moncton,NB,E1C,506 | Sherbrooke,QC,J1H,819 | Laval,QC,H7N,450";
const GB: &str = "
    Shrewsbury,Shropshire,SY1,01632 | Harrogate,North Yorkshire,HG1,01632 | Stockport,Cheshire,SK1,0161 |
    Cheltenham,Gloucestershire,GL50,01632 | Ipswich,Suffolk,IP1,01632 | Perth,,PH1,01632";
const DE: &str =
    "Münster,NRW,481,0221 | Göttingen,,370,030 | Würzburg,Bayern,970,069 | Lübeck,,235,040";
const FR: &str = "Angers,,490,01 99 00 | Besançon,,250,02 61 91 | Nîmes,,300,04 65 71";
const NL: &str = "Amersfoort,Utrecht,381,085 | 's-Hertogenbosch,,521,085 | Zwolle,,801,085";
const SE: &str = "Västerås,,722,031 | Jönköping,,553,040";
const ES: &str = "A Coruña,,150,91 | Logroño,La Rioja,260,94";
const AU: &str = "Geelong,VIC,322,03 | Toowoomba,QLD,435,07 | Wollongong,NSW,250,02";

const STREETS: &str = "
    Main St | Market St | Oak Ridge Dr | Commerce Blvd | Industrial Pkwy | Court St | Maple Ave |
    Front St | Old Mill Rd | Lakeview Dr | Chestnut St | Union Ave | Prospect St | Meridian Rd | Canal St |
    Depot St | Washington Ave | Hillcrest Rd | Corporate Center Dr | Quarry Rd | College Ave | N 3rd St |
    E Broadway | State Route 9 | Riverside Dr | Foundry Ln | W Elm St | Gateway Plaza | Airport Rd |
    Sycamore St | Veterans Memorial Hwy | Church St | Railroad Ave | Technology Way | Orchard Ln |
    Pearl St | Summit Ave";
const STREETS_ABROAD: &[(Country, &str)] = &[
    (
        Country::Gb,
        "High Street | Station Road | Mill Lane | Castle Street | The Crescent | Church Road",
    ),
    (
        Country::De,
        "Bahnhofstraße | Lindenallee | Gartenweg | Am Stadtgraben | Schillerstraße",
    ),
    (
        Country::Fr,
        "rue de la République | avenue Jean Jaurès | rue des Lices | quai de la Gare",
    ),
    (
        Country::Nl,
        "Stationsweg | Kerkstraat | Nijverheidsweg | Oude Gracht",
    ),
    (Country::Se, "Storgatan | Kungsgatan | Industrigatan"),
    (
        Country::Es,
        "Calle Mayor | Avenida de la Paz | Calle del Carmen",
    ),
];

/// Another town of the country.
pub(super) fn town(country: Country, dice: &mut Dice) -> Town {
    let towns = match country {
        Country::Us => US,
        Country::Ca => CA,
        Country::Gb => GB,
        Country::De => DE,
        Country::Fr => FR,
        Country::Nl => NL,
        Country::Se => SE,
        Country::Es => ES,
        Country::Au => AU,
    };
    let mut fields = dice.word(towns).split(',');
    let mut next = || fields.next().unwrap_or_default();
    Town {
        city: next(),
        state: next(),
        postcode: next(),
        dial: next(),
    }
}

/// A street with a house number in the country's order, and sometimes a suite.
pub(super) fn street(country: Country, dice: &mut Dice) -> (String, Option<String>) {
    let abroad = STREETS_ABROAD.iter().find(|(c, _)| *c == country);
    if let Some((_, streets)) = abroad {
        let (name, house) = (dice.word(streets), dice.between(1, 190));
        let text = match country {
            Country::Gb | Country::Fr => format!("{house} {name}"),
            _ => format!("{name} {house}"),
        };
        return (text, None);
    }
    if dice.chance(5) {
        return (format!("PO Box {}", dice.between(100, 9900)), None);
    }
    let text = format!("{} {}", dice.between(10, 9800), dice.word(STREETS));
    let suite = dice.chance(28).then(|| {
        format!(
            "{} {}",
            dice.pick(&["Suite", "Ste", "Unit", "#"]),
            dice.between(1, 420)
        )
    });
    (text, suite)
}

/// A postcode that begins as the town's do.
pub(super) fn postcode(country: Country, town: Town, dice: &mut Dice) -> String {
    let mut letter = || char::from(*dice.pick(b"ABCEGHJKLMNPRSTVWXYZ"));
    let (a, b) = (letter(), letter());
    let (x, yy) = (dice.between(1, 9), dice.between(0, 99));
    match country {
        Country::Ca => format!("{} {x}{a}{}", town.postcode, yy % 10),
        Country::Gb => format!("{} {x}{a}{b}", town.postcode),
        Country::Nl => format!("{}{x} {a}{b}", town.postcode),
        Country::Se => format!("{} {yy:02}", town.postcode),
        Country::Au => format!("{}{x}", town.postcode),
        _ => format!("{}{yy:02}", town.postcode),
    }
}

/// The digits of a phone number that no other organisation of the world has; `number` counts them.
pub(super) fn phone(country: Country, town: Town, number: u64) -> String {
    // 3571 has no factor in common with 10,000: neighbours look unrelated, and none repeats.
    let line = (number * 3571 + 143) % 10_000;
    match country {
        Country::Us | Country::Ca => format!("+1{}555{line:04}", town.dial),
        Country::Gb if town.dial == "0161" => format!("+44161496{line:04}"),
        Country::Gb => format!("+441632{:06}", 960_000 + line % 1000),
        Country::De => format!("+49{}231{line:05}", &town.dial[1..]),
        Country::Fr => format!("+33{}{line:04}", town.dial[1..].replace(' ', "")),
        Country::Nl => format!("+3185888{line:04}"),
        Country::Se => format!("+46{}3900{:03}", &town.dial[1..], line % 1000),
        Country::Es => format!("+34{}555{line:04}", town.dial),
        Country::Au => format!("+61{}5550{line:04}", &town.dial[1..]),
    }
}

/// The same number as somebody else would write it.
pub(super) fn phone_as_typed(digits: &str, dice: &mut Dice) -> String {
    let Some(us) = digits.strip_prefix("+1").filter(|d| d.len() == 10) else {
        return match dice.below(2) {
            0 => digits.to_owned(),
            _ => digits.replacen('+', "00", 1),
        };
    };
    let (area, office, line) = (&us[..3], &us[3..6], &us[6..]);
    match dice.below(6) {
        0 => format!("({area}) {office}-{line}"),
        1 => format!("{area}-{office}-{line}"),
        2 => format!("{area}.{office}.{line}"),
        3 => us.to_owned(),
        4 => format!("+1 {area} {office} {line}"),
        _ => format!("({area}) {office}-{line} x{}", dice.between(1, 250)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn phones_are_fictional_and_do_not_repeat() {
        let mut dice = Dice::new(1, "phone", 0);
        let town = town(Country::Us, &mut dice);
        let all: HashSet<String> = (0..10_000).map(|n| phone(Country::Us, town, n)).collect();
        assert_eq!(all.len(), 10_000);
        assert!(all.iter().all(|p| &p[5..8] == "555"));
    }

    #[test]
    fn a_typed_phone_keeps_its_digits() {
        let mut dice = Dice::new(1, "phone", 1);
        for _ in 0..40 {
            let typed = phone_as_typed("+19375550143", &mut dice);
            let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
            assert!(digits.contains("9375550143"), "{typed}");
        }
    }
}
