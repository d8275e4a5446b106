//! `vectis replay`: a sync whose answers come from a recording.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use super::session::{Session, usage};
use super::sync::{ending, follow, tell};
use super::throw_away::ThrowAway;
use super::{Done, signals};
use crate::distributor::needs::{self, Need, Of, TOKEN_URL};
use crate::domain::ids::ConnectionName;
use crate::domain::problem::Problem;
use crate::domain::time::Calendar;
use crate::engine::context::Context;
use crate::engine::setup::{self, Draft};
use crate::http::recording::{Recording, Subject, Tapes};

/// A replayed connection leads nowhere: `.invalid` has no address (RFC 2606).
const NOWHERE: &str = "https://replay.invalid";

/// What stands for a credential, which no recording holds.
const STAND_IN: &str = "replayed";

/// What waits for a server is over in no time.
const WINDOW: Duration = Duration::from_millis(1);

#[derive(Debug, Args)]
#[command(
    after_help = "Example: vectis sync --record ./recording\n         vectis replay ./recording --json\n         vectis replay ./recording --database sqlite:///tmp/replayed.db"
)]
pub(crate) struct ReplayArgs {
    /// Folder that `vectis sync --record DIR` or `vectis onboard … --record DIR` wrote
    ///
    /// The calendar stands at the start of the recorded run. Without --database the tables are thrown away at the end;
    /// a database that is given must be one for replays, not the one that real connections use.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Where the tables go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Nowhere.
    ThrowAway,
    /// Into the database that `--database` names.
    Given,
}

pub(super) async fn run(
    args: ReplayArgs,
    mut session: Session,
    place: Place,
) -> Result<Done, Problem> {
    let recording = Arc::new(Recording::open(&args.folder)?);
    introduce(&recording, &session);
    session.calendar = Calendar::fixed(recording.started_at());
    let stage = Stage::set(&session, place).await?;
    let mut ctx = stage.ctx.clone();
    ctx.tapes = Tapes::Replay(recording.clone());
    let mut names = Vec::new();
    for subject in recording.subjects() {
        connect(&ctx, subject).await?;
        names.push(subject.name.clone());
    }
    let cancel = CancellationToken::new();
    signals::cancel_on_interrupt(cancel.clone());
    let summary = follow(&ctx, &names, true, &cancel, session.output).await?;
    ctx.finish().await;
    tell(&summary, session.output);
    Ok(ending(&summary, &cancel))
}

/// Says what is replayed, and what is amiss with it.
fn introduce(recording: &Recording, session: &Session) {
    let (exchanges, unreadable) = recording.counts();
    session.output.note(&format!(
        "replaying {exchanges} exchanges recorded from {} on; no network is used",
        recording.started_at()
    ));
    if unreadable > 0 {
        session.output.note(&format!(
            "{unreadable} lines of the recording are no exchanges and are passed over"
        ));
    }
    if !recording.is_whole() {
        session
            .output
            .note("the recorded run was cut off: what comes after its last exchange is missing");
    }
}

/// The engine's parts for a replay, and the folder that goes with them.
struct Stage {
    ctx: Context,
    /// Removed with the stage.
    _folder: Option<tempfile::TempDir>,
}

impl Stage {
    async fn set(session: &Session, place: Place) -> Result<Self, Problem> {
        let mut settings = session.settings();
        settings.window = WINDOW;
        if place == Place::Given {
            let (store, sealer) = (session.store().await?, session.sealer()?);
            return Ok(Self {
                ctx: Context::new(store, sealer, session.calendar.clone(), settings),
                _folder: None,
            });
        }
        let ThrowAway {
            store,
            sealer,
            folder,
        } = ThrowAway::open("replay").await?;
        Ok(Self {
            ctx: Context::new(store, sealer, session.calendar.clone(), settings),
            _folder: Some(folder),
        })
    }
}

/// Makes the connection that was recorded, leading nowhere and with stand-ins for its credential. A real connection of the
/// same name is not touched.
async fn connect(ctx: &Context, subject: &Subject) -> Result<(), Problem> {
    let name: &ConnectionName = &subject.name;
    let existing = ctx.store.connection(name).await?;
    if existing.is_some_and(|real| !real.base_url.starts_with(NOWHERE)) {
        return Err(usage(
            format!("'{name}' is a real connection in this database"),
            "a replay would overwrite its token",
            "leave --database out, or give a database that only replays use",
        ));
    }
    let needs = needs::of(subject.vendor);
    let of_credential = needs
        .settings
        .iter()
        .filter(|setting| setting.of == Of::Credential && setting.need == Need::Required);
    let stand_ins = of_credential.map(|setting| (setting.key.to_owned(), STAND_IN.to_owned()));
    let tokens = (!subject.token_path.is_empty()).then(|| {
        (
            TOKEN_URL.to_owned(),
            format!("{NOWHERE}{}", subject.token_path),
        )
    });
    let required = needs
        .secrets
        .iter()
        .filter(|secret| secret.need == Need::Required);
    let draft = Draft {
        vendor: Some(subject.vendor),
        base_url: Some(format!("{NOWHERE}{}", subject.base_path)),
        settings: (stand_ins.chain(tokens))
            .chain(subject.settings.clone())
            .collect(),
        requests_per_minute: None,
        secrets: required
            .map(|secret| (secret.name, SecretString::from(STAND_IN)))
            .collect(),
    };
    setup::save(ctx, name, draft).await?;
    Ok(())
}
