//! Cases written by hand, as the trade knows them: what must be linked, what must be shown, and what must never be linked.

use super::rule_tests::{record, run};
use super::{Match, Outcome, Record};

enum Truth {
    /// The first of the companies.
    First,
    /// None of them.
    Nobody,
}

use Truth::{First, Nobody};

/// Customer and companies: `name|domain|email|phone|address|city|state|postcode|country`.
#[rustfmt::skip]
const CASES: &[(Truth, &str, &[&str])] = &[
    // The same, written otherwise.
    (First, "ALDERBROOK DENTAL CARE|alderbrookdental.com||(206) 555-0142|12 Pike St|Seattle|WA|98101|US", &["Alderbrook Dental Care LLC|www.alderbrookdental.com||206.555.0142||Seattle"]),
    (First, "Harrow & Finch LLP|harrowfinch.co.uk|||8 Gray's Inn Rd|London", &["Harrow and Finch|harrowfinch.co.uk|info@harrowfinch.co.uk||8 Grays Inn Road|London"]),
    (First, "Bäckerei Grünwald GmbH|baeckerei-gruenwald.de|||Hauptstr. 4|Bonn||53111|DE", &["Baeckerei Gruenwald|baeckerei-gruenwald.de|||Hauptstraße 4|Bonn"]),
    (First, "Łódź Logistics Sp. z o.o.|lodzlogistics.pl|||||||PL", &["Lodz Logistics|lodzlogistics.pl"]),
    (First, "Société Générale de Menuiserie SARL|sgmenuiserie.fr|||3 rue Pasteur|Lyon", &["Societe Generale de Menuiserie|sgmenuiserie.fr|||3 rue Pasteur|Lyon"]),
    (First, "Wexfrod Veterinary Clinic|wexfordvets.ie||+353 53 912 0044||Wexford", &["Wexford Veterinary Clinic|wexfordvets.ie||053 912 0044||Wexford"]),
    (First, "St. Brendan's Parish Church|stbrendans.org.uk|||Church Lane 2|Derby", &["Saint Brendans Parish Church|stbrendans.org.uk||||Derby"]),
    (First, "Whitfield Moreno Attorneys|whitfieldmoreno.com||312-555-0190||Chicago", &["Moreno Whitfield Attorneys|whitfieldmoreno.com||(312) 555-0190||Chicago"]),
    (First, "Kestrel Mfg Co|kestrelmfg.com||||Dayton|OH", &["Kestrel Manufacturing Company|kestrelmfg.com||||Dayton|Ohio"]),
    (First, "Ridgeway Intl. Freight|ridgewayfreight.com", &["Ridgeway International Freight Inc.|ridgewayfreight.com"]),
    (First, "Quillfeather Publishing|quillfeather.com", &["QuillFeather Publishing Ltd|quillfeather.com|||22 Mill Lane|Oxford"]),
    (First, "Marrowstone Brewing||hello@marrowstone.beer|360-555-0177|5 Dock Road|Port Hadlock", &["Marrowstone Brewing Company||hello@marrowstone.beer|(360) 555-0177|5 Dock Rd.|Port Hadlock"]),
    // Trading names, former names, holdings that are one with the customer.
    (First, "Petrel Ventures LLC dba Harbor Light Cafe|harborlightcafe.com||503-555-0111||Astoria", &["Harbor Light Cafe|harborlightcafe.com||503-555-0111||Astoria"]),
    (First, "Tarnbeck Holdings Ltd|oakdenejoinery.co.uk||01539 555 014|4 Fell View|Kendal", &["Oakdene Joinery|oakdenejoinery.co.uk||01539 555014|4 Fell View|Kendal"]),
    (First, "Lumenfold (formerly Brightpath Lighting)|lumenfold.com", &["Brightpath Lighting Inc|lumenfold.com"]),
    (First, "Corvane Health|corvane.com||617-555-0133|90 Tremont St|Boston", &["Ostrander Medical Group|corvane.com||617-555-0133|90 Tremont Street|Boston"]),
    (First, "Vantrell Insurance Agency - State Farm|vantrellagency.com||||Tulsa", &["Vantrell Insurance Agency|vantrellagency.com||||Tulsa"]),
    // Municipalities, schools, churches.
    (First, "City of Millhaven|millhaven.gov|||1 Civic Plaza|Millhaven", &["Millhaven, City of|millhaven.gov|||1 Civic Plaza|Millhaven", "Millhaven School District|millhavenschools.org|||20 School St|Millhaven"]),
    (First, "Township of Eastbrook|eastbrooktwp.us||610-555-0101", &["Eastbrook Township|eastbrooktwp.us||610-555-0101"]),
    (First, "First Baptist Church Pinecrest|fbcpinecrest.org", &["First Baptist Church of Pinecrest|fbcpinecrest.org", "First Baptist Church of Glenwood|fbcglenwood.org"]),
    (First, "UNIVERSITY OF NORTHMOOR|northmoor.ac.uk", &["Northmoor University|northmoor.ac.uk", "Northmoor University Students Union|nusu.org.uk"]),
    // Acronyms and labels.
    (First, "TVHA|tvha.org.uk||01632 960 111", &["Trent Valley Housing Association|tvha.org.uk||01632 960111"]),
    (First, "Delaney Ruiz Partners|delaneyruiz.onmicrosoft.com|||77 Elm St|Reno", &["Delaney Ruiz Partners PLLC|delaneyruiz.com|||77 Elm Street|Reno"]),
    (First, "SCG|sablecreekgolf.com", &["Sable Creek Golf|sablecreekgolf.com"]),
    (First, "Obsidian Peak Climbing|obspeakclimb.onmicrosoft.com||||Bend", &["Obsidian Peak Climbing Gym|obsidianpeak.com|info@obsidianpeak.com|||Bend|OR"]),
    // Branches and numbers.
    (First, "Pennywhistle Toys Store #12|pennywhistle.com|||14 High St|Ely", &["Pennywhistle Toys #12|pennywhistle.com|||14 High Street|Ely", "Pennywhistle Toys #21|pennywhistle.com|||3 Quay|Hull"]),
    (First, "Larkmead Vets - Stroud|larkmeadvets.co.uk|||2 Bath Rd|Stroud", &["Larkmead Vets (Stroud)|larkmeadvets.co.uk|||2 Bath Road|Stroud", "Larkmead Vets (Cirencester)|larkmeadvets.co.uk|||9 Park St|Cirencester"]),
    (First, "Grand Marlow Hotel|||01632 960 200|1 Sea Front|Torquay", &["Grand Marlow Hotel|||01632 960200|1 Sea Front|Torquay", "Grand Marlow Hotel|||01632 960300|7 Cliff Road|Bude"]),
    // People who are their firm.
    (First, "Dr. Imogen Castellane DDS||imogen.castellane@gmail.com|415-555-0123", &["Imogen Castellane, DDS||icastellane@castellanedental.com|415-555-0123"]),
    (First, "J. Okonkwo Plumbing||jokonkwo@aol.com|||Flint", &["Okonkwo Plumbing||jokonkwo@aol.com|||Flint"]),
    (First, "Bram van der Zwaluw Fiscaal Advies|zwaluwfiscaal.nl", &["Van der Zwaluw Fiscaal Advies B.V.|zwaluwfiscaal.nl"]),
    // Generic mail, one telling thing beside the name.
    (First, "Copperline Antiques||copperlineantiques@gmail.com||31 Market Sq|Hexham", &["Copperline Antiques||sales@copperline-antiques.co.uk||31 Market Square|Hexham"]),
    (First, "Fenwick Boatyard|||+44 1632 960 411", &["Fenwick Boatyard Ltd|||01632 960 411|The Slipway|Poole"]),
    // Other scripts and endings.
    (First, "メガネストア|meganestore.jp", &["Megane Store|meganestore.jp"]),
    (First, "Hollandse Kaasmakerij B.V.|kaasmakerij.nl|||||||Nederland", &["Hollandse Kaasmakerij|kaasmakerij.nl|||||||NL"]),
    (First, "Aurelian Systems Pty Ltd|aureliansystems.com.au||||Perth|Western Australia", &["Aurelian Systems|aureliansystems.com.au||||Perth|WA"]),
    // Sisters, parents, funds: one word more is another company.
    (Nobody, "Thornbury Properties LLC||||300 Main St|Macon", &["Thornbury Bakery LLC||||300 Main St|Macon"]),
    (Nobody, "Castwell Energy|||402-555-0190|8 Mill Rd|Omaha", &["Castwell Logistics|||402-555-0190|8 Mill Rd|Omaha", "Castwell Holdings||||8 Mill Rd|Omaha"]),
    (Nobody, "Dunmore Foundation|dunmore.org", &["Dunmore Steel Works|dunmore.com||||Erie"]),
    (Nobody, "Silverpine Capital", &["Silverpine Catering|silverpinecatering.com"]),
    // The same name elsewhere.
    (Nobody, "Sunrise Family Dental|||305-555-0100|1 Ocean Dr|Miami|FL|33139|US", &["Sunrise Family Dental|sunrisedentalspokane.com||509-555-0100|40 Pine St|Spokane|WA|99201|US"]),
    (Nobody, "Joe's Garage|||+61 2 5550 0100||Sydney|NSW||Australia", &["Joe's Garage|joesgaragebristol.co.uk||0117 496 0100||Bristol||BS1 4DJ|UK"]),
    (Nobody, "St. Mary's Catholic School|stmarysfargo.org||||Fargo|ND", &["St. Mary's Catholic School|stmarystampa.org||||Tampa|FL"]),
    (Nobody, "Budget Tyres|||||Cardiff||CF10 1AA|GB", &["Budget Tyres|budgettyresauckland.co.nz||||Auckland|||NZ"]),
    // Like names that are not typing errors.
    (Nobody, "Morton Law Group|mortonlaw.com", &["Norton Law Group|nortonlaw.com"]),
    (Nobody, "Hansen Dairy||||Route 9|Fond du Lac", &["Hanson Roofing||||44 Lake St|Fond du Lac"]),
    (Nobody, "Blue Heron Capital|blueheroncapital.com", &["Blue Heron Cafe|blueheroncafe.com||||Mobile"]),
    (Nobody, "Westgate Orthodontics|westgateortho.com||||Boise", &["Eastgate Orthodontics|eastgateortho.com||||Boise"]),
    (Nobody, "Plaza Dry Cleaners 14", &["Plaza Dry Cleaners 41|plazacleaners.com"]),
    // Letters that several share, and nothing in common.
    (Nobody, "ABC Ltd", &["Ashford Brick Company|ashfordbrick.co.uk", "Acme Boiler Care|acmeboilercare.co.uk"]),
    (Nobody, "NHP|nhp-online.net", &["Northern Harvest Produce|northernharvest.ca"]),
    (Nobody, "Yellowfin Robotics|yellowfinrobotics.io||||Austin", &["Grayling Textiles|graylingtextiles.com||||Austin"]),
    (Nobody, "Mistral Analytics||ops@northpeak-it.com", &["Sirocco Analytics||ops@northpeak-it.com"]),
    (Nobody, "Consolidated Widget Partners", &["United Gadget Partners|unitedgadget.com"]),
    (Nobody, "Test Tenant", &["Testarossa Motors|testarossamotors.com"]),
    (Nobody, "Oakhill Surgery - Leeds|||0113 496 0700||Leeds", &["Oakhill Surgery - York|||01904 496 0700||York"]),
    (Nobody, "Greater Ashby Foodbank||||Unit 3|Ashby", &["Ashby Football Club|ashbyfc.co.uk|||Unit 3|Ashby"]),
    (Nobody, "Kim & Park Dental", &["Kim & Lee Dental|kimlee.com", "Park Dental|parkdental.com"]),
    (Nobody, "Penrose Trust", &["Penrose Tiling|penrosetiling.com||||Truro"]),
    (Nobody, "Global Foods Europe|||+49 30 5550 100||Berlin|||DE", &["Global Foods USA|globalfoodsusa.com||||Newark|NJ||US"]),
];

#[test]
fn cases_of_the_trade() {
    let customers: Vec<Record> = (0..)
        .zip(CASES)
        .map(|(i, (_, customer, _))| record(&format!("c{i}"), customer))
        .collect();
    let companies: Vec<Record> = (0..)
        .zip(CASES)
        .flat_map(|(i, (.., companies))| (0..).zip(*companies).map(move |(j, c)| (i, j, c)))
        .map(|(i, j, company): (usize, usize, &&str)| record(&format!("{i}.{j}"), company))
        .collect();
    let found = run(&customers, &companies);
    let id = |m: &Match, rank: usize| {
        m.suggestions
            .get(rank)
            .map(|s| companies[s.company].id.clone())
    };
    let (mut linked, mut shown, mut with, mut wrong, mut none) = (0, 0, 0, Vec::new(), 0);
    for (i, ((truth, name, _), m)) in CASES.iter().zip(&found).enumerate() {
        let right = Some(format!("{i}.0"));
        let auto = m.outcome == Outcome::Auto;
        match truth {
            First => {
                with += 1;
                linked += usize::from(auto && id(m, 0) == right);
                let in_five = (0..5).any(|rank| id(m, rank) == right);
                shown += usize::from(in_five);
                if auto && id(m, 0) != right || !in_five || m.outcome == Outcome::None {
                    wrong.push((*name, m.suggestions.first().map(|s| s.score)));
                }
            }
            Nobody => {
                none += usize::from(m.outcome == Outcome::None);
                if auto {
                    wrong.push((*name, m.suggestions.first().map(|s| s.score)));
                }
            }
        }
    }
    let figures =
        format!("{linked} linked and {shown} shown of {with}; none {none}; wrong {wrong:#?}");
    assert!(wrong.len() <= 1, "{figures}");
    assert!(linked * 2 >= with && shown + 1 >= with, "{figures}");
}
