//! The vocabulary of North American organisations. In templates `{s}` is a surname, `{f}` a first name, `{m}` a middle
//! initial, `{l}` a locality, `{b}` a brand word, `{i}` initials, `{n}` a saint, `{c}` the city.

/// The spellings of one legal form, beginning with the one on the deed; the empty one leaves it out.
pub(super) type Form = &'static [&'static str];

/// One line of business.
pub(super) struct Trade {
    /// What domains of the trade end in.
    pub(super) stem: &'static str,
    /// Its usual legal forms.
    pub(super) forms: &'static [(u32, Form)],
    /// How its organisations are called.
    pub(super) templates: &'static str,
}

/// The words that one region's names are made of.
pub(super) struct Vocabulary {
    /// Family names.
    pub(super) surnames: &'static str,
    /// First names.
    pub(super) first_names: &'static str,
    /// Lines of business with their weights.
    pub(super) trades: &'static [(u32, Trade)],
}

/// Small places, ridges and creeks that local businesses are named for.
pub(super) const LOCALITIES: &str = "
    Alder Creek | Pine Ridge | Three Rivers | Cedar Hollow | Stony Brook | Fox Hollow | Eagle Point |
    Harbor Point | Willow Bend | Maple Grove | Lake Harriet | Blue Mound | Copper Canyon | Sugar Creek |
    Rock Springs | Big Sandy | Millbrook | Ashford | Clearwater | Brandywine | Oak Hollow | Saddle Mountain |
    Silver Lake | Spring Valley | Hickory Flats | Turkey Run | Twin Oaks | Riverbend | Lakeshore | Old Orchard |
    Elk Meadow | Granite Falls | Cypress Point | Bayside | Prairie View | Sandhill | West Fork | Four Corners |
    Quail Run | Heron Bay | Tamarack | Juniper Flats | North Shore | South Hills | Laurel Highlands |
    Fairhaven | Greystone | Wolf Creek | Cottonwood | Bluestem | Dry Fork | Mesa Verde Park | Kettle Falls";

/// Words that owners choose when they want a brand.
pub(super) const BRANDS: &str = "
    Summit | Cornerstone | Keystone | Pinnacle | Northgate | Ironbridge | BlueHeron | Redwood | Vanguard |
    TrueNorth | Meridian | Evergreen | Lighthouse | Beacon | Landmark | Heritage | Sterling | Granite | Apex |
    Catalyst | Compass | Horizon | Atlas | Cardinal | Frontier | Bluebird | Anchor | Crestview | Silverline |
    Patriot | Liberty | Highland | Stonegate | Crosspoint | Momentum | Elevate | ProVista | OmniCare | Trilogy |
    Bridgewater | Wildflower | Copperleaf | Fieldstone | Arrowhead | Sagebrush | Riverstone | Oakmont |
    Clearpath | Brightside | SureStep | Tidewater | Ridgeline | Thunderbird | Lone Star | Great Lakes |
    Blackhawk | Nightingale | Whitetail | Bellwether | Foxglove | Hearthstone | Kestrel | Lodestar | Palisade";

/// Saints of parishes and schools.
pub(super) const SAINTS: &str = "
    St. Brendan | St. Monica | Holy Family | St. Aidan | St. Columba | Good Shepherd | St. Bernadette |
    Our Lady of Lourdes | Trinity | St. Dunstan | Immanuel | St. Ambrose";

pub(super) const SURNAMES: &str = "
    Hargrove | Whitlock | Kessler | Okafor | Tran | Lindqvist | Petrakis | Brannigan | Marchetti | Delgado |
    Nguyen | Patel | Castellano | McAllister | O'Rourke | Vandenberg | Kowalczyk | Haverford | Ostrowski |
    Feldman | Goldstein | Abernathy | Blackwood | Caldwell | Dominguez | Eastman | Fitzgerald | Galloway |
    Hutchins | Iverson | Jaramillo | Kirkpatrick | Langford | Mendoza | Novak | Ochoa | Pemberton | Quintero |
    Rasmussen | Sandoval | Thibodeaux | Underhill | Villanueva | Wainwright | Yamamoto | Zielinski | Aguirre |
    Bergstrom | Crenshaw | Dietrich | Ellsworth | Fontaine | Gundersen | Hollingsworth | Ibarra | Jankowski |
    Kaplan | Lombardi | MacKenzie | Nakamura | Olmstead | Prescott | Rinaldi | Schaefer | Tolliver | Ulrich |
    Vasquez | Weatherby | Yoder | Zimmerman | Applegate | Boudreaux | Chaudhry | DiSalvo | Eberhardt |
    Farnsworth | Giordano | Hostetler | Ingram | Jeffords | Krishnan | Leibowitz | Mulcahy | Nordstrand |
    Oppenheim | Pruitt | Ransom | Steinmetz | Tedesco | Vickers | Wojcik | Ahmadi | Birdsong | Cho | Drummond |
    Espinoza | Fairchild | Grabowski | Hsu | Janssen | Kimball | Lockhart | Montoya | Nwosu | Pfeiffer |
    Reinholt | Sorensen | Trujillo | Van Houten | Winslow | Yarbrough | Santangelo | Bhatt | Cordova | Mbeki |
    Guerrero | Holloway | Sinclair | Strickland | Mahoney | Littlefield | Dougherty | Burkholder | Stoltzfus";

pub(super) const FIRST_NAMES: &str = "
    Daniel | Melissa | Alan | Priya | Robert | Karen | Thomas | Angela | Michael | Jennifer | David | Linda |
    James | Susan | William | Patricia | Richard | Nancy | Steven | Deborah | Kevin | Teresa | Brian | Laura |
    Mark | Stephanie | Andrew | Rebecca | Joshua | Maria | Jonathan | Christine | Gregory | Amanda | Samuel |
    Heather | Raymond | Diane | Patrick | Julie | Carlos | Rosa | Luis | Elena | Hiroshi | Mei | Anil | Fatima |
    Omar | Grace | Ethan | Natalie | Marcus | Denise | Victor | Yvonne | Theodore | Bridget | Walter | Simone";

const LLC: Form = &[" LLC", ", LLC", " L.L.C.", ", L.L.C.", ""];
const INC: Form = &[", Inc.", " Inc", " Inc.", " Incorporated", ""];
const CORP: Form = &[" Corp.", " Corporation", " Corp", ""];
const CO: Form = &[" Co.", " Company", " Co", ""];
const PC: Form = &[", P.C.", " PC", ", PC", ""];
const PLLC: Form = &[", PLLC", " PLLC", " P.L.L.C.", ""];
const PA: Form = &[", P.A.", " PA", ", PA", ""];
const LLP: Form = &[" LLP", ", LLP", " L.L.P.", ""];
const LP: Form = &[" LP", ", L.P.", ""];
const LTD: Form = &[" Ltd.", " Limited", " Ltd", ", Ltd.", ""];
const NONE: Form = &[""];

const PARTNERS: &[(u32, Form)] = &[(4, LLP), (3, PLLC), (3, PC), (2, PA), (2, LLC), (2, NONE)];
/// Of one person who practises alone.
pub(super) const SOLO: &[(u32, Form)] = &[(4, NONE), (3, PC), (3, PLLC), (2, PA), (2, LLC)];
const HEALTH: &[(u32, Form)] = &[(4, PLLC), (3, PC), (2, PA), (4, LLC), (2, INC), (3, NONE)];
const TRADES: &[(u32, Form)] = &[(7, LLC), (6, INC), (2, CO), (1, CORP), (2, NONE)];
const INDUSTRY: &[(u32, Form)] = &[(6, INC), (4, LLC), (3, CO), (3, CORP), (1, LTD)];
const HOLDING: &[(u32, Form)] = &[(4, LLC), (3, LP), (2, INC)];
pub(super) const PUBLIC: &[(u32, Form)] = &[(5, NONE), (1, INC)];

pub(super) const fn trade(
    stem: &'static str,
    forms: &'static [(u32, Form)],
    templates: &'static str,
) -> Trade {
    Trade {
        stem,
        forms,
        templates,
    }
}

/// United States.
pub(super) const US: Vocabulary = Vocabulary {
    surnames: SURNAMES,
    first_names: FIRST_NAMES,
    trades: &[
        (
            9,
            trade(
                "law",
                PARTNERS,
                "{s} & {s} | {s}, {s} & {s} | Law Offices of {f} {m}. {s} | {s} Law Group | {s} {s} & {s} | The {s} Law Firm | {s} & {s} Attorneys at Law | {s} Legal",
            ),
        ),
        (
            6,
            trade(
                "cpa",
                PARTNERS,
                "{s} & {s}, CPAs | {f} {m}. {s}, CPA | {s} {s} Certified Public Accountants | {s} Tax & Accounting | {s}, {s} & Company",
            ),
        ),
        (
            8,
            trade(
                "dental",
                HEALTH,
                "{s} Family Dentistry | {l} Dental | {f} {m}. {s}, DDS | {l} Pediatric Dentistry | {s} Orthodontics | {b} Dental Group | Smiles of {l} | {s} & {s} Oral Surgery",
            ),
        ),
        (
            8,
            trade(
                "med",
                HEALTH,
                "{l} Family Medicine | {s} Orthopedics | Internal Medicine Associates of {l} | {f} {s}, MD | {l} Pediatrics | {b} Home Health | {l} Ear, Nose & Throat | {s} Dermatology | {b} Hospice | {l} Women's Health",
            ),
        ),
        (
            4,
            trade(
                "vet",
                HEALTH,
                "{l} Animal Hospital | {l} Veterinary Clinic | {s} Equine Veterinary Services | {c} Small Animal Clinic | {f} {s}, DVM",
            ),
        ),
        (
            3,
            trade(
                "eye",
                HEALTH,
                "{s} Eye Care | {l} Optometry | {l} Vision Center | {f} {m}. {s}, OD",
            ),
        ),
        (
            4,
            trade(
                "pt",
                HEALTH,
                "{l} Physical Therapy | {s} Chiropractic | {b} Rehabilitation | {l} Counseling Center | {b} Behavioral Health",
            ),
        ),
        (
            8,
            trade(
                "hvac",
                TRADES,
                "{s} Plumbing & Heating | {s} Bros. Mechanical | {s} & Sons Electric | {b} Heating & Cooling | {s} Roofing | A-1 {s} Electric | {b} Electrical Contractors | {s} Heating & Air Conditioning",
            ),
        ),
        (
            8,
            trade(
                "build",
                TRADES,
                "{s} Construction | {s} Brothers Excavating | {b} Builders | {s} & {s} General Contractors | {s} Custom Homes | {s} Concrete | {l} Paving | {s} Masonry & Restoration | {b} Drywall",
            ),
        ),
        (
            9,
            trade(
                "mfg",
                INDUSTRY,
                "{s} Manufacturing | {b} Precision Machining | {s} Tool & Die | {c} Stamping | {i} Industries | {b} Plastics | {s} Foundry | {l} Sheet Metal | {b} Packaging | {s} Gear & Machine | {i} Fabrication | Precision Components of {c} | {s}-{s} Instruments",
            ),
        ),
        (
            5,
            trade(
                "logistics",
                INDUSTRY,
                "{b} Logistics | {s} Trucking | {s} Freight Lines | {b} Warehousing & Distribution | {i} Transport | {s} Moving & Storage",
            ),
        ),
        (
            5,
            trade(
                "ins",
                INDUSTRY,
                "{s} Insurance Agency | {s} & {s} Insurance | {b} Risk Advisors | {l} Insurance Group | The {s} Agency",
            ),
        ),
        (
            5,
            trade(
                "wealth",
                TRADES,
                "{b} Wealth Advisors | {s} Financial Group | {s} {s} Capital Management | {b} Retirement Planning | {l} Federal Credit Union | {s} Investment Counsel",
            ),
        ),
        (
            5,
            trade(
                "realty",
                TRADES,
                "{s} Realty | {b} Property Management | {l} Title & Escrow | {s} & {s} Commercial Real Estate | {b} Title Agency | {s} Appraisal Services",
            ),
        ),
        (
            5,
            trade(
                "eng",
                PARTNERS,
                "{i} Architects | {s} {s} Architects | {s} & {s} Engineering | {i} Engineering Group | {b} Land Surveying | {s} Landscape Architecture | {i} Environmental Consultants",
            ),
        ),
        (
            4,
            trade(
                "church",
                PUBLIC,
                "{n} Lutheran Church | {n} Catholic Parish | First Baptist Church of {l} | {l} Community Church | {l} United Methodist Church | Diocese of {c} Catholic Charities",
            ),
        ),
        (
            4,
            trade(
                "school",
                PUBLIC,
                "{n} Academy | {l} Christian School | {l} Montessori School | {n} Catholic School | {l} Charter School | {l} Early Learning Center",
            ),
        ),
        (
            5,
            trade(
                "gov",
                &[(1, NONE)],
                "Town of {l} | {l} Township | {l} Water District | {l} Fire Protection District | City of {l} | {l} Public Library | {l} Housing Authority | {l} Area Transit Authority",
            ),
        ),
        (
            4,
            trade(
                "org",
                PUBLIC,
                "{l} Area Food Bank | {l} Community Foundation | {l} Historical Society | {c} Symphony Orchestra | {b} Youth Services | {l} Land Trust | {c} Regional Arts Council | Friends of {l}",
            ),
        ),
        (
            4,
            trade(
                "auto",
                TRADES,
                "{s} Auto Body | {s} Motors | {l} Tire & Service | {s} Truck Equipment | {b} RV Center | {s} Automotive Group",
            ),
        ),
        (
            4,
            trade(
                "inn",
                TRADES,
                "The {b} Inn | {l} Brewing Company | {l} Golf & Country Club | The Copper Kettle at {l} | {s} Family Vineyards | {s} Hospitality Group | {l} Lanes",
            ),
        ),
        (
            3,
            trade(
                "farms",
                INDUSTRY,
                "{s} Farms | {s} Dairy | {l} Growers Cooperative | {s} & Sons Produce | {l} Grain & Feed | {s} Nurseries",
            ),
        ),
        (
            2,
            trade(
                "fh",
                TRADES,
                "{s} Funeral Home | {s} & {s} Funeral Directors | {s} Memorial Chapel",
            ),
        ),
        (
            4,
            trade(
                "hq",
                TRADES,
                "{b} Staffing | {b} Creative | {s} Communications | {b} Event Rentals | {s} Research Associates | {b} Analytics | {b} Translation Services",
            ),
        ),
        (
            3,
            trade(
                "shop",
                INDUSTRY,
                "{s} Jewelers | {s} Hardware & Lumber | {l} Outfitters | {s} Furniture Galleries | {s} Office Supply | {l} Pharmacy",
            ),
        ),
        (
            4,
            trade(
                "group",
                HOLDING,
                "{s} Family Holdings | {s} Development Group | {b} Capital Partners | {s} Enterprises | {i} Holdings | {b} Ventures",
            ),
        ),
        (
            3,
            trade(
                "senior",
                TRADES,
                "{l} Senior Living | {b} Care Center | The Gardens at {l} | {n} Manor",
            ),
        ),
        (
            2,
            trade(
                "sec",
                TRADES,
                "{b} Security | {s} Fire Protection | {b} Alarm & Monitoring | {s} Investigations",
            ),
        ),
    ],
};
