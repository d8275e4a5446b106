//! `vectis psa set`: which system the PSA is, where, and who asks.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Done;
use super::session::{Session, usage};
use crate::domain::ids::ConnectionName;
use crate::domain::party::PsaSystem;
use crate::domain::problem::Problem;
use crate::engine::psa::setup::{
    BASE_URL, CLIENT_ID, COMPANY, COMPANY_STATUSES, COMPANY_TYPES, PUBLIC_KEY, PsaDraft, REGION,
    TENANT, USERNAME, ZONE_URL, needs, owner, save,
};
use crate::secret::{Asking, InputError, SecretName, obtain};

/// Whose secrets these are, in the names of variables: `VECTIS_PSA_PRIVATE_KEY`.
const VARIABLES: &str = "psa";

#[derive(Debug, Args)]
pub(super) struct SetArgs {
    /// The system: connectwise, autotask or halo
    #[arg(value_parser = ["connectwise", "autotask", "halo"])]
    system: String,
    /// Where the API is, if not in a region of ConnectWise's cloud; Autotask: where the zone is asked for; HaloPSA: its
    /// address
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// ConnectWise: region of the cloud
    #[arg(long, value_name = "na|eu|au")]
    region: Option<String>,
    /// ConnectWise: company ID, as typed at sign-in
    #[arg(long, value_name = "ID")]
    company: Option<String>,
    /// ConnectWise: the API member's public key
    #[arg(long, value_name = "KEY")]
    public_key: Option<String>,
    /// ConnectWise: the integration's client ID; HaloPSA: the application's
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// ConnectWise: file with the API member's private key; '-' is standard input
    #[arg(long, value_name = "FILE")]
    private_key_file: Option<PathBuf>,
    /// Autotask: the zone's address; found by itself where nothing is said
    #[arg(long, value_name = "URL")]
    zone_url: Option<String>,
    /// Autotask: the API user's name
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// Autotask: file with the API user's secret; '-' is standard input
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// Autotask: file with the integration code (tracking identifier); '-' is standard input
    #[arg(long, value_name = "FILE")]
    integration_code_file: Option<PathBuf>,
    /// HaloPSA: the tenant, where its API page shows one
    #[arg(long, value_name = "NAME")]
    tenant: Option<String>,
    /// HaloPSA: file with the application's client secret; '-' is standard input
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// Types of companies to bill, with commas between them, by name or number: "Client, Customer"; companies of other types
    /// are kept, inactive. "" is every type
    #[arg(long, value_name = "TYPES")]
    company_types: Option<String>,
    /// Statuses of companies to bill, with commas between them; Autotask and HaloPSA know Active and Inactive. "" is what
    /// the PSA calls active
    #[arg(long, value_name = "STATUSES")]
    company_statuses: Option<String>,
    /// Requests allowed in any 60 seconds
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    requests_per_minute: Option<u32>,
}

impl SetArgs {
    fn settings(&self) -> BTreeMap<String, String> {
        let given = [
            (BASE_URL, &self.base_url),
            (REGION, &self.region),
            (COMPANY, &self.company),
            (PUBLIC_KEY, &self.public_key),
            (CLIENT_ID, &self.client_id),
            (ZONE_URL, &self.zone_url),
            (USERNAME, &self.username),
            (TENANT, &self.tenant),
            (COMPANY_TYPES, &self.company_types),
            (COMPANY_STATUSES, &self.company_statuses),
        ];
        let given = given.into_iter();
        given
            .filter_map(|(key, value)| Some((key.to_owned(), value.clone()?)))
            .collect()
    }

    fn file(&self, secret: SecretName) -> Option<&PathBuf> {
        match secret {
            SecretName::PrivateKey => self.private_key_file.as_ref(),
            SecretName::Secret => self.secret_file.as_ref(),
            SecretName::IntegrationCode => self.integration_code_file.as_ref(),
            SecretName::ClientSecret => self.client_secret_file.as_ref(),
            _ => None,
        }
    }
}

pub(super) async fn run(args: SetArgs, session: &Session) -> Result<Done, Problem> {
    let system = PsaSystem::from_tag(&args.system).ok_or_else(|| {
        usage(
            "Unknown PSA",
            args.system.clone(),
            "give connectwise, autotask or halo",
        )
    })?;
    let ctx = session.context().await?;
    let mut secrets = Vec::new();
    for name in needs(system).map_or(&[][..], |needs| needs.secrets) {
        let is_new = ctx.secret(&owner(system), *name).await?.is_none();
        if let Some(secret) = secret(&args, *name, is_new, session)? {
            secrets.push((*name, secret));
        }
    }
    let draft = PsaDraft {
        settings: args.settings(),
        requests_per_minute: args.requests_per_minute,
        secrets,
    };
    let psa = save(&ctx, system, draft).await?;
    ctx.journal.flush().await;
    let words =
        json!({ "system": psa.system, "label": psa.system.label(), "settings": psa.settings });
    session.output.result(&words, || {
        format!("saved {}; prove it with: vectis psa test", system.label())
    });
    Ok(Done::Well)
}

/// A secret that is named, or that nothing goes without. What is missing is explained where it is needed.
fn secret(
    args: &SetArgs,
    name: SecretName,
    is_new: bool,
    session: &Session,
) -> Result<Option<secrecy::SecretString>, Problem> {
    let variables = session.env.as_map();
    let is_set = |owner: &&str| {
        let variable = name.variable(&ConnectionName::from(*owner));
        variables.get(&variable).is_some_and(|v| !v.is_empty())
    };
    let by_variable = [VARIABLES, &args.system].into_iter().find(is_set);
    let file = args.file(name);
    if file.is_none() && by_variable.is_none() && !is_new {
        return Ok(None);
    }
    let asking = match session.output.json {
        true => Asking::Never,
        false => Asking::Allowed,
    };
    let owner = ConnectionName::from(by_variable.unwrap_or(VARIABLES));
    match obtain(name, &owner, file.map(PathBuf::as_path), variables, asking) {
        Ok(secret) => Ok(Some(secret)),
        Err(InputError::Missing { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
