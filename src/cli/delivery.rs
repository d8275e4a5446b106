//! Delivers a week's digest: into files, and to everybody by mail, once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use super::deliver;
use super::gather::{Made, digest_of, digest_to_send};
use super::mail_settings::{MailSettings, mail_settings};
use super::session::Session;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::time::{Ts, Week};
use crate::engine::context::Context;
use crate::mail::{Lasts, Letter, post};
use crate::report::digest::Digest;
use crate::report::digest_document::document;
use crate::report::html::html;
use crate::report::plain::plain;

/// One process delivers; it is done well before this.
const LEASE_SECONDS: u32 = 600;
/// What the server took must be noted, or it goes out twice: so often it is tried.
const NOTE_TRIES: u32 = 6;

/// Who wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The schedule: nobody gets it twice.
    Scheduled,
    /// A person: everybody gets it, again if need be.
    Asked,
}

/// How far a week's digest was delivered, as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Delivery {
    /// When each recipient's server took it.
    sent: BTreeMap<String, Ts>,
    /// How often a person had it sent.
    asked: u32,
    /// True once nothing is left to do.
    done: bool,
}

/// What was done.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Delivered {
    /// The week.
    pub week: String,
    /// The files that were written.
    pub files: Vec<PathBuf>,
    /// Who got it now.
    pub sent: Vec<String>,
    /// Why it is not complete.
    #[serde(serialize_with = "as_errors")]
    pub problems: Vec<Problem>,
    /// Whether trying again soon may help.
    #[serde(skip)]
    pub lasts: Option<Lasts>,
}

/// As scripts read them: the same document as a failure of the whole.
fn as_errors<S: Serializer>(problems: &[Problem], s: S) -> Result<S::Ok, S::Error> {
    s.collect_seq(problems.iter().map(|p| p.to_json()["error"].clone()))
}

impl Delivered {
    /// What was done, for people.
    pub(super) fn words(&self) -> String {
        let files: Vec<_> = self.files.iter().map(|f| f.display().to_string()).collect();
        let mut words = format!("digest of {}", self.week);
        if !files.is_empty() {
            words.push_str(&format!(" written to {}", files.join(" and ")));
        }
        match self.sent.as_slice() {
            [] => words.push_str("; no mail was sent"),
            sent => words.push_str(&format!("; sent to {}", sent.join(", "))),
        }
        words
    }
}

/// True if the week's digest still has to be delivered.
pub(super) async fn is_due(ctx: &Context, week: Week) -> Result<bool, Problem> {
    Ok(!read(ctx, week).await?.is_some_and(|d| d.done))
}

/// Delivers it. What could not be done is in [`Delivered::problems`].
///
/// # Errors
/// If nothing could begin: another process is at it, the database is gone, the digest cannot be made.
pub(super) async fn deliver(
    ctx: &Context,
    session: &Session,
    week: Week,
    why: Why,
) -> Result<Delivered, Problem> {
    let lease = format!("digest:{}", week.number());
    let owner = format!("{}/{:08x}", ctx.owner, fastrand::u32(..));
    let taken = ctx.store.take_lease(&lease, &owner, LEASE_SECONDS).await?;
    if taken.is_none() {
        return Err(
            Problem::new(ProblemKind::RunHeld, "Another process delivers this digest")
                .seen(format!("the digest of {}", week.number()))
                .remedy("wait a moment; `vectis doctor` shows the daemon"),
        );
    }
    let delivered = deliver_alone(ctx, session, week, why).await;
    ctx.store.release_lease(&lease, &owner).await?;
    delivered
}

async fn deliver_alone(
    ctx: &Context,
    session: &Session,
    week: Week,
    why: Why,
) -> Result<Delivered, Problem> {
    let before = read(ctx, week).await?;
    let mut done = Delivered {
        week: week.number(),
        files: Vec::new(),
        sent: Vec::new(),
        problems: Vec::new(),
        lasts: None,
    };
    if why == Why::Scheduled && before.as_ref().is_some_and(|d| d.done) {
        return Ok(done);
    }
    let digest = digest_for(ctx, session, week, why, before.is_some()).await?;
    let mut delivery = before.unwrap_or_default();
    let report = document(&digest);
    let (text, page) = (plain(&report), html(&report));
    match write(session, week, &text, &page) {
        Ok(files) => done.files = files,
        Err(problem) => done.fail(problem, Lasts::UntilMended),
    }
    let mail = match mail_settings(session) {
        Ok(mail) => mail,
        Err(problem) => {
            done.fail(problem, Lasts::UntilMended);
            None
        }
    };
    if let Some(mail) = mail {
        if why == Why::Asked {
            delivery.asked += 1;
        }
        let letter = Letter {
            from: mail.from.clone(),
            to: mail.to.clone(),
            subject: report.title.clone(),
            text,
            html: page,
            id: id(ctx, session, week, delivery.asked),
            at: ctx.calendar.now(),
        };
        send(
            &mail,
            &letter,
            why,
            &mut delivery,
            &mut done,
            ctx.calendar.now(),
        )
        .await;
    }
    delivery.done |= done.problems.is_empty();
    note(ctx, week, &delivery).await?;
    Ok(done)
}

async fn digest_for(
    ctx: &Context,
    session: &Session,
    week: Week,
    why: Why,
    tried: bool,
) -> Result<Digest, Problem> {
    let minimum = session.config.findings.digest_minimum;
    let profile = session.config.profile.as_deref().unwrap_or_default();
    let made = match tried {
        true => Made::Before,
        false => Made::Never,
    };
    match why {
        Why::Scheduled => digest_to_send(ctx, week, profile, minimum, made).await,
        Why::Asked => digest_of(ctx, week, profile, minimum).await,
    }
}

/// Sends to those who have not got it yet, or to all where a person asks.
async fn send(
    mail: &MailSettings,
    letter: &Letter,
    why: Why,
    delivery: &mut Delivery,
    done: &mut Delivered,
    now: Ts,
) {
    let got_it = |email: &str| why == Why::Scheduled && delivery.sent.contains_key(email);
    let mut to = mail.to.clone();
    to.retain(|address| !got_it(&address.email()));
    if to.is_empty() {
        return;
    }
    let server = format!("{}:{}", mail.server.host, mail.server.port);
    match post(&mail.server, letter, &to).await {
        Ok(posted) => {
            for email in posted.taken {
                delivery.sent.insert(email.clone(), now);
                done.sent.push(email);
            }
            for error in posted.refused {
                done.fail(error.problem(&server), error.lasts);
            }
        }
        Err(error) => done.fail(error.problem(&server), error.lasts),
    }
}

impl Delivered {
    fn fail(&mut self, problem: Problem, lasts: Lasts) {
        self.problems.push(problem);
        // What passes decides: then it is tried again soon.
        self.lasts = match (self.lasts, lasts) {
            (Some(Lasts::AWhile), _) | (_, Lasts::AWhile) => Some(Lasts::AWhile),
            _ => Some(Lasts::UntilMended),
        };
    }
}

async fn read(ctx: &Context, week: Week) -> Result<Option<Delivery>, Problem> {
    let json = ctx.store.delivery(week).await?;
    Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
}

async fn note(ctx: &Context, week: Week, delivery: &Delivery) -> Result<(), Problem> {
    let json = serde_json::to_string(delivery).unwrap_or_default();
    let mut tries = 1;
    loop {
        match ctx.store.keep_delivery(week, &json).await {
            Err(_) if tries < NOTE_TRIES => {
                tokio::time::sleep(Duration::from_secs(1 << tries)).await
            }
            noted => return Ok(noted?),
        }
        tries += 1;
    }
}

/// The same for every attempt to send the same digest, another where a person sends it again.
fn id(ctx: &Context, session: &Session, week: Week, asked: u32) -> String {
    let tenant = ctx.store.tenant().as_str();
    let place = session.config.database.url.to_string();
    let hash = Sha256::digest(format!("{place}\n{tenant}"));
    let short: String = hash.iter().take(8).map(|b| format!("{b:02x}")).collect();
    format!("digest-{}-{asked}-{short}", week.number())
}

/// Writes both files, each whole or not at all.
fn write(session: &Session, week: Week, text: &str, page: &str) -> Result<Vec<PathBuf>, Problem> {
    let configured = session.config.digest.folder.clone();
    let folder = configured.unwrap_or_else(|| session.folders.digests());
    let profile = session.config.profile.as_deref();
    let stem = match profile {
        None => format!("digest-{}", week.number()),
        Some(profile) => format!("{profile}-digest-{}", week.number()),
    };
    let files = [("html", page), ("txt", text)];
    files
        .into_iter()
        .map(|(ending, content)| {
            let path = folder.join(format!("{stem}.{ending}"));
            deliver::whole(&path, content)
                .map(|()| path.clone())
                .map_err(|error| cannot_write(&path, &error))
        })
        .collect()
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new(
        ProblemKind::Configuration,
        format!("{} cannot be written", path.display()),
    )
    .seen(error.to_string())
    .remedy("check digest.folder, its permissions and the space on the disk")
}
