//! Makes the PSA's connector: credential, budget and listeners put together.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::setup::{
    self, BASE_URL, CLIENT_ID, COMPANY, PUBLIC_KEY, TENANT, USERNAME, ZONE_URL, needs, owner,
};
use crate::distributor::needs::Given;
use crate::domain::party::PsaSystem;
use crate::domain::problem::{Problem, ProblemKind};
use crate::engine::connect::{Counters, Listener};
use crate::engine::context::Context;
use crate::engine::grants::StoreGrants;
use crate::engine::pacer::{Pace, PacerLink, StorePacer};
use crate::http::recording::Tape;
use crate::http::request::Parts;
use crate::http::tempo::Tempo;
use crate::psa::Psa;
use crate::psa::autotask::{self, Autotask};
use crate::psa::connectwise::{ConnectWise, Credential};
use crate::psa::halo::{self, Halo};
use crate::secret::SecretName;
use crate::store::psa::PsaSettings;

/// A connector that is ready to read, and its counts.
pub struct PsaConnector {
    /// The PSA's API.
    pub psa: Arc<dyn Psa>,
    /// What was sent so far.
    pub counters: Arc<Counters>,
}

/// Puts the connector together. Sends nothing yet.
///
/// # Errors
/// If a secret is missing or cannot be opened, or the settings cannot be used.
pub async fn connector(
    ctx: &Context,
    settings: &PsaSettings,
    cancel: CancellationToken,
) -> Result<PsaConnector, Problem> {
    let counters = Arc::new(Counters::default());
    let parts = parts(ctx, settings, Arc::clone(&counters), cancel);
    let of = |key: &str| settings.settings.get(key).cloned().unwrap_or_default();
    let psa: Arc<dyn Psa> = match settings.system {
        PsaSystem::Connectwise => {
            let credential = Credential {
                company: of(COMPANY),
                public_key: of(PUBLIC_KEY),
                private_key: secret(ctx, settings.system, SecretName::PrivateKey).await?,
                client_id: of(CLIENT_ID),
            };
            Arc::new(ConnectWise::new(&of(BASE_URL), credential, parts)?)
        }
        PsaSystem::Autotask => {
            let credential = autotask::Credential {
                username: of(USERNAME),
                secret: secret(ctx, settings.system, SecretName::Secret).await?,
                integration_code: secret(ctx, settings.system, SecretName::IntegrationCode).await?,
            };
            Arc::new(Autotask::new(
                &of(BASE_URL),
                &of(ZONE_URL),
                credential,
                parts,
            ))
        }
        PsaSystem::Halo => {
            let client_secret = secret(ctx, settings.system, SecretName::ClientSecret).await?;
            let given = Given {
                base_url: of(BASE_URL),
                settings: [(CLIENT_ID, of(CLIENT_ID)), (TENANT, of(TENANT))].into(),
                secrets: [(SecretName::ClientSecret, client_secret.clone())].into(),
            };
            let grants = StoreGrants::new(ctx.clone(), owner(settings.system), &given);
            let credential = halo::Credential {
                tenant: of(TENANT),
                client_id: of(CLIENT_ID),
                client_secret,
            };
            let (grants, calendar) = (Arc::new(grants), ctx.calendar.clone());
            Arc::new(Halo::new(
                &given.base_url,
                credential,
                parts,
                grants,
                calendar,
            )?)
        }
        PsaSystem::Csv => return Err(setup::files_need_none()),
    };
    Ok(PsaConnector { psa, counters })
}

async fn secret(
    ctx: &Context,
    system: PsaSystem,
    name: SecretName,
) -> Result<secrecy::SecretString, Problem> {
    ctx.secret(&owner(system), name).await?.ok_or_else(|| {
        let title = format!("The {} of {} is gone", name.label(), system.label());
        Problem::new(ProblemKind::Configuration, title).remedy(format!(
            "give it again: vectis psa set {} {} FILE",
            system.tag(),
            name.flag()
        ))
    })
}

/// The budget belongs to the PSA's credential; a recording of distributors does not hold the PSA.
fn parts(
    ctx: &Context,
    settings: &PsaSettings,
    counters: Arc<Counters>,
    cancel: CancellationToken,
) -> Parts {
    let owner = owner(settings.system);
    let usual = needs(settings.system).map_or(60, |needs| needs.requests_per_minute);
    let pace = Pace {
        limit: settings.requests_per_minute.unwrap_or(usual),
        window: ctx.settings.window,
        patience: ctx.settings.patience,
    };
    let link = PacerLink {
        connection: owner.clone(),
        bus: ctx.bus.clone(),
        journal: ctx.journal.clone(),
        paused: ctx.paused.subscribe(),
    };
    let pacer = StorePacer::new(
        ctx.store.clone(),
        owner.to_string(),
        ctx.owner.to_string(),
        pace,
        link,
    );
    Parts {
        pacer: Arc::new(pacer),
        network: ctx.network.clone(),
        tape: Tape::Off,
        observer: Arc::new(Listener {
            connection: owner,
            journal: ctx.journal.clone(),
            counters,
            witness: None,
        }),
        tempo: Tempo::scaled(ctx.settings.window.as_secs_f64() / 60.0),
        cancel,
        tasks: ctx.tasks.clone(),
    }
}
