//! Money found, and its life: opened, updated, muted, resolved, reopened, each with an entry in the audit trail.

use std::collections::{BTreeSet, HashMap};

use super::arg::{Arg, args};
use super::changes::Mark;
use super::connections::to_json;
use super::db::transact;
use super::feed::Area;
use super::finding_life::{Change, SET_ASIDE, Step, steps};
use super::finding_rows::{HEAD, TAIL, finding_row, read, read_cells};
use super::psa::{PUT_DOCUMENT, READ_DOCUMENT};
use super::{Store, StoreError, bulk, hub};
use crate::domain::finding::{Finding, FindingEvent, FindingRow, FindingState};
use crate::domain::hub::CustomerLine;
use crate::domain::time::Ts;

/// What saving changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FindingChanges {
    /// New ones.
    pub opened: u64,
    /// Open or muted ones whose amount or evidence changed.
    pub updated: u64,
    /// Those whose condition is gone.
    pub resolved: u64,
    /// Those that came back, or whose mute has run out.
    pub reopened: u64,
    /// Those that left the list because nobody can say whether their condition holds. They count as put right nowhere.
    pub set_aside: u64,
}

/// How far the findings were read.
pub type FindingsMark = Mark<String>;

/// Who acts where no person does.
const ITSELF: &str = "vectis";
/// Where the unjudged rows lie among the documents.
const UNJUDGED: &str = "unjudged";

impl Store {
    /// Keeps what was computed, all of it at once, with the customers' sums and the count of unjudged rows (JSON). What is
    /// no longer found resolves by itself, or is set aside if it is among the `unsure`; saving the same twice changes nothing.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn save_findings(
        &self,
        findings: &[Finding],
        unsure: &BTreeSet<String>,
        hub: &[CustomerLine],
        unjudged_json: &str,
        now: Ts,
    ) -> Result<FindingChanges, StoreError> {
        let computed = bulk::last_of_each(findings, |f| &f.fingerprint);
        transact!(self, |tx| {
            tx.alone(self.tenant()).await?;
            let mut kept = HashMap::new();
            for row in &tx.all(ALL, args![self.tenant()]).await? {
                let found = read(row)?;
                kept.insert(found.row.finding.fingerprint.clone(), found);
            }
            let changes = steps(&kept, &computed, unsure, now);
            let change: i64 = tx.value(NEXT_CHANGE, args![self.tenant()]).await?;
            let evidence: Vec<String> = changes
                .iter()
                .map(|c| to_json(&c.kept.row.finding.evidence))
                .collect::<Result<_, _>>()?;
            let rows: Vec<_> = changes
                .iter()
                .zip(&evidence)
                .map(|(c, evidence)| finding_row(self, &c.kept, evidence, change))
                .collect();
            bulk::write(tx, HEAD, TAIL, &rows).await?;
            let events: Vec<_> = changes
                .iter()
                .filter(|c| c.from != Some(c.kept.row.state) || c.step == Step::Resolved)
                .map(|c| {
                    let (row, from) = (&c.kept.row, c.from.map_or("", FindingState::tag));
                    event_row(
                        self,
                        &row.finding.fingerprint,
                        now,
                        ITSELF,
                        from,
                        row.state,
                        c.why,
                    )
                })
                .collect();
            bulk::write(tx, EVENT_HEAD, "", &events).await?;
            tx.execute(
                "UPDATE findings SET last_seen_at = $2, change_no = $3
                 WHERE tenant = $1 AND present AND (state <> 'resolved' OR by_person) AND last_seen_at < $2",
                args![self.tenant(), now, change],
            )
            .await?;
            hub::keep(tx, self, hub).await?;
            tx.execute(PUT_DOCUMENT, args![self.tenant(), UNJUDGED, unjudged_json])
                .await?;
            tx.changed(self, &[Area::Customers, Area::Findings]).await?;
            Ok(counted(&changes))
        })
    }

    /// All findings, open or not, the largest amount first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn findings(&self) -> Result<Vec<FindingRow>, StoreError> {
        self.db
            .read(ALL, args![self.tenant()], |row| Ok(read(&row)?.row))
            .await
    }

    /// The next findings that are new or changed since a mark, in no order that people know, and how far they go. Fewer
    /// than `limit` are all there are.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn findings_since(
        &self,
        mark: &FindingsMark,
        limit: u32,
    ) -> Result<(Vec<FindingRow>, FindingsMark), StoreError> {
        let args = args![self.tenant(), mark.change, &mark.key, limit];
        let rows = self.db.all(SINCE, args).await?;
        let mut mark = mark.clone();
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            let mut c = row.cells();
            let row = read_cells(&mut c)?.row;
            mark.key.clone_from(&row.finding.fingerprint);
            mark.change = c.take()?;
            found.push(row);
        }
        Ok((found, mark))
    }

    /// One finding.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn finding(&self, fingerprint: &str) -> Result<Option<FindingRow>, StoreError> {
        self.db
            .first(ONE, args![self.tenant(), fingerprint])
            .await?
            .map(|row| Ok(read(&row)?.row))
            .transpose()
    }

    /// A person mutes, resolves or reopens a finding. A mute ends at `muted_until`, or never without it. False if there
    /// is no such finding.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn set_finding_state(
        &self,
        fingerprint: &str,
        state: FindingState,
        muted_until: Option<Ts>,
        reason: &str,
        actor: &str,
        now: Ts,
    ) -> Result<bool, StoreError> {
        let until = match state {
            FindingState::Muted => muted_until.or(Some(Ts::from_micros(i64::MAX))),
            FindingState::Open | FindingState::Resolved => None,
        };
        transact!(self, |tx| {
            tx.alone(self.tenant()).await?;
            let Some(row) = tx.first(ONE, args![self.tenant(), fingerprint]).await? else {
                return Ok(false);
            };
            let before = read(&row)?;
            let change: i64 = tx.value(NEXT_CHANGE, args![self.tenant()]).await?;
            tx.execute(
                "UPDATE findings SET state = $3, muted_until = $4, by_person = TRUE, change_no = $5
                 WHERE tenant = $1 AND fingerprint = $2",
                args![self.tenant(), fingerprint, state.tag(), until, change],
            )
            .await?;
            let from = before.row.state.tag();
            let event = event_row(self, fingerprint, now, actor, from, state, reason);
            bulk::write(tx, EVENT_HEAD, "", &[event]).await?;
            tx.changed(self, &[Area::Findings]).await?;
            Ok(true)
        })
    }

    /// A finding's audit trail, oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn finding_events(&self, fingerprint: &str) -> Result<Vec<FindingEvent>, StoreError> {
        self.db
            .all(
                "SELECT at, actor, \"from\", \"to\", reason FROM finding_events
                 WHERE tenant = $1 AND fingerprint = $2 ORDER BY id",
                args![self.tenant(), fingerprint],
            )
            .await?
            .iter()
            .map(|row| {
                let mut c = row.cells();
                Ok(FindingEvent {
                    at: c.take()?,
                    actor: c.take()?,
                    from: FindingState::from_tag(&c.take::<String>()?),
                    to: FindingState::from_tag(&c.take::<String>()?).unwrap_or(FindingState::Open),
                    reason: c.take()?,
                })
            })
            .collect()
    }

    /// Findings that are resolved and became so since then, by hand or by themselves. What was only set aside is none.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn findings_resolved_since(&self, since: Ts) -> Result<Vec<FindingRow>, StoreError> {
        self.db
            .read(
                RESOLVED_SINCE,
                args![self.tenant(), since, SET_ASIDE],
                |row| Ok(read(&row)?.row),
            )
            .await
    }

    /// Findings that left the list only because they cannot be judged now: not open, and not put right.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn findings_set_aside(&self) -> Result<Vec<FindingRow>, StoreError> {
        self.db
            .read(SET_ASIDE_NOW, args![self.tenant()], |row| {
                Ok(read(&row)?.row)
            })
            .await
    }

    /// The unjudged rows as the last computation left them (JSON).
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn unjudged(&self) -> Result<Option<String>, StoreError> {
        self.db
            .first(READ_DOCUMENT, args![self.tenant(), UNJUDGED])
            .await?
            .map(|row| row.only())
            .transpose()
    }
}

fn counted(changes: &[Change]) -> FindingChanges {
    let count = |step| changes.iter().filter(|c| c.step == step).count() as u64;
    FindingChanges {
        opened: count(Step::Opened),
        updated: count(Step::Updated),
        resolved: count(Step::Resolved),
        reopened: count(Step::Reopened),
        set_aside: count(Step::SetAside),
    }
}

const NEXT_CHANGE: &str = "SELECT coalesce(max(change_no), 0) + 1 FROM findings WHERE tenant = $1";
/// Findings as `read_cells` takes them, from the fingerprint to `present`; the number of the change follows.
macro_rules! findings_sql {
    ($which:literal) => {
        concat!(
            "SELECT fingerprint, kind, vendor, customer_id, customer, sku, product_name, monthly_amount, currency, evidence,
            action, state, first_seen_at, last_seen_at, muted_until, by_person, present, change_no
            FROM findings WHERE tenant = $1",
            $which
        )
    };
}

const SINCE: &str = findings_sql!(
    " AND (change_no, fingerprint) > ($2, $3) ORDER BY change_no, fingerprint LIMIT $4"
);
const ALL: &str = findings_sql!(" ORDER BY monthly_amount DESC, fingerprint");
const ONE: &str = findings_sql!(" AND fingerprint = $2");
const SET_ASIDE_NOW: &str = findings_sql!(
    " AND state = 'resolved' AND present AND NOT by_person ORDER BY monthly_amount DESC, fingerprint"
);
const RESOLVED_SINCE: &str = findings_sql!(
    " AND state = 'resolved' AND fingerprint IN
        (SELECT fingerprint FROM finding_events WHERE tenant = $1 AND \"to\" = 'resolved' AND at >= $2 AND reason <> $3)
    ORDER BY monthly_amount DESC, fingerprint"
);

const EVENT_HEAD: &str =
    "INSERT INTO finding_events (tenant, fingerprint, at, actor, \"from\", \"to\", reason) ";

fn event_row<'a>(
    store: &'a Store,
    fingerprint: &'a str,
    at: Ts,
    actor: &'a str,
    from: &'a str,
    to: FindingState,
    reason: &'a str,
) -> [Arg<'a>; 7] {
    [
        store.tenant().into(),
        fingerprint.into(),
        at.into(),
        actor.into(),
        from.into(),
        to.tag().into(),
        reason.into(),
    ]
}
