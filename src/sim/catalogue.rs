//! What the distributor sells: some forty products as they look in a CSP catalogue. Names are the vendors'; amounts are
//! near the public lists, with the seven decimals that distributors send.

/// Whose product it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maker {
    /// Provider 30 at Ion.
    Microsoft,
    /// Backup.
    Acronis,
    /// Endpoint security.
    Sophos,
    /// Workspace.
    Google,
}

/// How it is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What a small organisation gives everybody.
    Suite,
    /// What a large one gives everybody.
    Enterprise,
    /// Bought beside, for some.
    AddOn,
    /// By consumption: the seats always say 1.
    Usage,
    /// Bought once.
    OneTime,
}

/// A product of the catalogue.
#[derive(Debug, PartialEq, Eq)]
pub struct Product {
    /// The vendor's name for it.
    pub name: &'static str,
    /// The distributor's product family.
    pub family: &'static str,
    /// Whose it is.
    pub maker: Maker,
    /// The vendor's product id.
    pub product_id: &'static str,
    /// The vendor's SKU below the product.
    pub sku_id: &'static str,
    /// USD per seat and month on a yearly commitment.
    pub cost: &'static str,
    /// The list price for the same.
    pub list: &'static str,
    /// How it is sold.
    pub kind: Kind,
    /// How often it is bought.
    pub weight: u32,
    /// The MSP's own code for it.
    pub psa_code: &'static str,
    /// The MSP's own name for it.
    pub psa_name: &'static str,
}

impl Product {
    /// `CFQ7TTC0LCHC:0002`, the part of an `mfgPartNumber` that term and cycle do not change.
    pub fn part(&self) -> String {
        format!("{}:{}", self.product_id, self.sku_id)
    }
}

const fn row(
    name: &'static str,
    (family, maker): (&'static str, Maker),
    (product_id, sku_id): (&'static str, &'static str),
    (cost, list): (&'static str, &'static str),
    (kind, weight): (Kind, u32),
    (psa_code, psa_name): (&'static str, &'static str),
) -> Product {
    Product {
        name,
        family,
        maker,
        product_id,
        sku_id,
        cost,
        list,
        kind,
        weight,
        psa_code,
        psa_name,
    }
}

use Kind::{AddOn, Enterprise, OneTime, Suite, Usage};
use Maker::{Acronis, Google, Microsoft, Sophos};

/// The catalogue, a row a line.
#[rustfmt::skip]
pub static PRODUCTS: &[Product] = &[
    row("Microsoft 365 Business Basic", ("O365Biz-nce", Microsoft), ("CFQ7TTC0LH18", "0001"), ("4.8123457", "6"), (Suite, 16), ("M365-BB", "M365 Business Basic")),
    row("Microsoft 365 Business Standard", ("O365Biz-nce", Microsoft), ("CFQ7TTC0LDPB", "0001"), ("10.0377358", "12.5"), (Suite, 26), ("M365-BS", "Microsoft 365 Business Standard")),
    row("Microsoft 365 Business Premium", ("O365Biz-nce", Microsoft), ("CFQ7TTC0LCHC", "0002"), ("17.6690113", "22"), (Suite, 34), ("M365-BP", "Microsoft 365 Business Premium")),
    row("Microsoft 365 Apps for business", ("O365Biz-nce", Microsoft), ("CFQ7TTC0LH1G", "0001"), ("6.6252104", "8.25"), (AddOn, 7), ("M365-APPS-B", "M365 Apps for Business")),
    row("Microsoft 365 Apps for enterprise", ("O365Ent-nce", Microsoft), ("CFQ7TTC0LGZT", "0001"), ("9.9612348", "12"), (AddOn, 4), ("M365-APPS-E", "Microsoft 365 Apps for Enterprise")),
    row("Microsoft 365 E3", ("M365Ent-nce", Microsoft), ("CFQ7TTC0LFLX", "0001"), ("31.3217452", "39"), (Enterprise, 12), ("M365-E3", "Microsoft 365 E3")),
    row("Microsoft 365 E5", ("M365Ent-nce", Microsoft), ("CFQ7TTC0LFLZ", "0002"), ("49.5930071", "60"), (Enterprise, 4), ("M365-E5", "Microsoft 365 E5")),
    row("Microsoft 365 F3", ("M365Ent-nce", Microsoft), ("CFQ7TTC0LH05", "0001"), ("6.7441209", "8"), (AddOn, 6), ("M365-F3", "M365 F3 Frontline")),
    row("Office 365 E1", ("O365Ent-nce", Microsoft), ("CFQ7TTC0LF8Q", "0001"), ("8.1930446", "10"), (AddOn, 4), ("O365-E1", "Office 365 E1")),
    row("Office 365 E3", ("O365Ent-nce", Microsoft), ("CFQ7TTC0LF8R", "0001"), ("18.8845210", "23"), (Enterprise, 5), ("O365-E3", "Office 365 E3")),
    row("Exchange Online (Plan 1)", ("ExchOnline-nce", Microsoft), ("CFQ7TTC0LH16", "0001"), ("3.2094388", "4"), (AddOn, 22), ("EXO-P1", "Exchange Online Plan 1")),
    row("Exchange Online (Plan 2)", ("ExchOnline-nce", Microsoft), ("CFQ7TTC0LH1P", "0001"), ("6.4188776", "8"), (AddOn, 5), ("EXO-P2", "Exchange Online Plan 2")),
    row("Exchange Online Archiving for Exchange Online", ("ExchOnline-nce", Microsoft), ("CFQ7TTC0LH0J", "0001"), ("2.4070791", "3"), (AddOn, 5), ("EXO-ARCH", "Exchange Online Archiving")),
    row("Microsoft Defender for Business", ("Defender-nce", Microsoft), ("CFQ7TTC0LGV0", "0001"), ("2.4103355", "3"), (AddOn, 8), ("DEF-BUS", "Defender for Business")),
    row("Microsoft Defender for Office 365 (Plan 1)", ("Defender-nce", Microsoft), ("CFQ7TTC0LH04", "0001"), ("1.6047194", "2"), (AddOn, 9), ("DEF-O365-P1", "Defender for Office 365 P1")),
    row("Microsoft Defender for Endpoint P2", ("Defender-nce", Microsoft), ("CFQ7TTC0LHXD", "0001"), ("4.1719006", "5.2"), (AddOn, 3), ("DEF-EP2", "Defender for Endpoint Plan 2")),
    row("Microsoft Entra ID P1", ("EntraID-nce", Microsoft), ("CFQ7TTC0LFLS", "0002"), ("4.8141582", "6"), (AddOn, 8), ("ENTRA-P1", "Entra ID P1 (Azure AD Premium)")),
    row("Microsoft Entra ID P2", ("EntraID-nce", Microsoft), ("CFQ7TTC0LFK5", "0001"), ("7.2212373", "9"), (AddOn, 3), ("ENTRA-P2", "Entra ID P2")),
    row("Microsoft Intune Plan 1", ("EMS-nce", Microsoft), ("CFQ7TTC0LCH4", "0001"), ("6.4188776", "8"), (AddOn, 5), ("INTUNE-P1", "Intune Plan 1")),
    row("Microsoft Teams Essentials", ("Teams-nce", Microsoft), ("CFQ7TTC0JN4R", "0002"), ("3.2094388", "4"), (AddOn, 3), ("TEAMS-ESS", "Teams Essentials")),
    row("Microsoft Teams Phone Standard", ("Teams-nce", Microsoft), ("CFQ7TTC0LH0Z", "0001"), ("8.0235970", "10"), (AddOn, 9), ("TEAMS-PHONE", "Teams Phone Standard")),
    row("Microsoft Teams Rooms Pro", ("Teams-nce", Microsoft), ("CFQ7TTC0QW7C", "0001"), ("32.0943880", "40"), (AddOn, 2), ("TEAMS-ROOM", "Teams Rooms Pro")),
    row("Microsoft Teams Domestic Calling Plan", ("Teams-nce", Microsoft), ("CFQ7TTC0LH0V", "0004"), ("9.6283164", "12"), (AddOn, 4), ("TEAMS-DCP", "Teams Domestic Calling Plan")),
    row("Microsoft 365 Copilot", ("Copilot-nce", Microsoft), ("CFQ7TTC0MM8R", "0001"), ("24.0707910", "30"), (AddOn, 9), ("COPILOT", "Microsoft 365 Copilot")),
    row("Power BI Pro", ("PowerBI-nce", Microsoft), ("CFQ7TTC0HL8W", "0001"), ("11.2330358", "14"), (AddOn, 8), ("PBI-PRO", "Power BI Pro")),
    row("Power Automate Premium", ("PowerPlat-nce", Microsoft), ("CFQ7TTC0LSGZ", "0001"), ("12.0353955", "15"), (AddOn, 2), ("PA-PREM", "Power Automate Premium")),
    row("Project Plan 3", ("Project-nce", Microsoft), ("CFQ7TTC0HDB0", "0002"), ("24.0707910", "30"), (AddOn, 4), ("PROJ-P3", "Project Plan 3")),
    row("Visio Plan 2", ("Visio-nce", Microsoft), ("CFQ7TTC0HD32", "0002"), ("12.0353955", "15"), (AddOn, 5), ("VISIO-P2", "Visio Plan 2")),
    row("SharePoint (Plan 1)", ("SPO-nce", Microsoft), ("CFQ7TTC0LH0N", "0001"), ("4.0117985", "5"), (AddOn, 2), ("SPO-P1", "SharePoint Online Plan 1")),
    row("OneDrive for business (Plan 1)", ("SPO-nce", Microsoft), ("CFQ7TTC0LH1M", "0001"), ("4.0117985", "5"), (AddOn, 2), ("OD-P1", "OneDrive for Business P1")),
    row("Windows 365 Business 2 vCPU, 8 GB, 128 GB", ("W365-nce", Microsoft), ("CFQ7TTC0HHS9", "0007"), ("32.8967477", "41"), (AddOn, 3), ("W365-2-8-128", "Windows 365 Cloud PC 2vCPU/8GB")),
    row("Dynamics 365 Sales Professional", ("D365-nce", Microsoft), ("CFQ7TTC0LFF1", "0002"), ("52.1533805", "65"), (AddOn, 2), ("D365-SALES", "Dynamics 365 Sales Pro")),
    row("Azure plan", ("AzurePlan", Microsoft), ("DZH318Z0BPS6", "0001"), ("0", "0"), (Usage, 10), ("AZURE", "Azure consumption")),
    row("Windows Server 2025 Standard - 16 Core License Pack", ("Perpetual", Microsoft), ("DG7GMGF0PWHC", "0003"), ("811.945345", "1069"), (OneTime, 3), ("WS2025-STD", "Windows Server 2025 Std 16 core")),
    row("Office LTSC Standard 2024", ("Perpetual", Microsoft), ("DG7GMGF0PN42", "0002"), ("352.6471800", "439"), (OneTime, 2), ("OFF-LTSC24", "Office LTSC Standard 2024")),
    row("Acronis Cyber Protect Cloud - Workstation", ("AcronisCloud", Acronis), ("SPDAMSENS", "WKS"), ("1.9500000", "2.93"), (AddOn, 9), ("ACR-WKS", "Acronis Cyber Protect - Workstation")),
    row("Acronis Cyber Protect Cloud - Server", ("AcronisCloud", Acronis), ("SPDBMSENS", "SRV"), ("7.8125000", "11.69"), (AddOn, 5), ("ACR-SRV", "Acronis Cyber Protect - Server")),
    row("Acronis Cyber Protect Cloud - Microsoft 365 Seat", ("AcronisCloud", Acronis), ("SRDAMSENS", "M365"), ("1.1475000", "1.76"), (AddOn, 9), ("ACR-M365", "Acronis M365 Backup (per seat)")),
    row("Sophos Intercept X Advanced", ("SophosCentral", Sophos), ("CIXA1CSAA", "MSP"), ("2.5833333", "3.75"), (AddOn, 4), ("SOPHOS-IXA", "Sophos Intercept X")),
    row("Sophos MDR Complete", ("SophosCentral", Sophos), ("MDRC1CSAA", "MSP"), ("6.4166667", "9.1"), (AddOn, 4), ("SOPHOS-MDR", "Sophos MDR Complete - user")),
    row("Google Workspace Business Standard", ("GSuite", Google), ("1010020028", "BSTD"), ("11.2000000", "14"), (AddOn, 2), ("GWS-BSTD", "Google Workspace Business Std")),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::domain::money::Money;

    #[test]
    fn the_catalogue_is_sound() {
        let parts: HashSet<String> = PRODUCTS.iter().map(Product::part).collect();
        let codes: HashSet<&str> = PRODUCTS.iter().map(|p| p.psa_code).collect();
        assert_eq!((parts.len(), codes.len()), (PRODUCTS.len(), PRODUCTS.len()));
        assert!(PRODUCTS.len() >= 40);
        for p in PRODUCTS {
            let (cost, list): (Money, Money) = (p.cost.parse().unwrap(), p.list.parse().unwrap());
            assert!(cost <= list, "{}", p.name);
        }
    }
}
