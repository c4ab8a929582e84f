//! Rollouts: what was asked, where it is, each effect before and after it, and how it ended.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use towel_engine::ReleaseId;
use towel_model::Freeze;

use super::store::{from_json, signed, to_json, unsigned};
use super::{Journal, JournalError, ReleaseState};
use crate::driver::Judging;
use crate::machine::{Effect, Fault, Kind, Outcome, Plan, State};

/// A rollout's number, counted per product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RolloutId(pub u64);

impl std::fmt::Display for RolloutId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Deploy or rollback.
    pub kind: Kind,
    /// The version.
    pub version: String,
    /// Who asked.
    pub by: String,
    /// Why.
    pub why: Option<String>,
    /// The freeze that was overridden with its word.
    pub overridden: Option<String>,
    /// Freezes that send it back should one begin underway.
    pub freezes: Vec<Freeze>,
}

/// A rollout as the journal holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RolloutRecord {
    /// Its number.
    pub id: RolloutId,
    /// The service.
    pub service: String,
    /// The release that is or was shipped.
    pub release: ReleaseId,
    /// What was asked for.
    pub request: Request,
    /// What was fixed when it began; none while it waits for its turn.
    #[serde(skip)]
    pub plan: Option<Plan>,
    /// Where it is, or was when it ended.
    #[serde(skip)]
    pub state: Option<State>,
    /// The evidence so far.
    #[serde(skip)]
    pub judging: Option<Judging>,
    /// How it ended; none while it runs.
    pub outcome: Option<Outcome>,
    /// When it was asked for.
    pub requested: Timestamp,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
}

/// Whether an entry was made before or after its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// Before.
    Before,
    /// After.
    After,
}

/// One line of a rollout's log; never changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// Before or after.
    pub moment: Moment,
    /// What was or is to be done.
    pub effect: Effect,
    /// Why it failed, if it did.
    pub fault: Option<Fault>,
}

const COLUMNS: &str = "id, service, release, request, plan, state, evidence, outcome, requested, started, ended";

impl Journal {
    /// Notes that a rollout was asked for; it waits for its turn.
    pub fn add_rollout(
        &self,
        service: &str,
        release: ReleaseId,
        request: &Request,
        now: Timestamp,
    ) -> Result<RolloutId, JournalError> {
        self.write(|change| {
            change.execute(
                "INSERT INTO rollouts (service, release, request, requested) VALUES (?, ?, ?, ?)",
                params![service, signed(release.0), to_json(request), now.to_string()],
            )?;
            Ok(RolloutId(unsigned(change.last_insert_rowid())))
        })
    }

    /// Notes that a rollout begins.
    pub fn begin_rollout(
        &self,
        id: RolloutId,
        plan: &Plan,
        state: &State,
        judging: Option<&Judging>,
        now: Timestamp,
    ) -> Result<(), JournalError> {
        self.write(|change| {
            change.execute(
                "UPDATE rollouts SET plan = ?, state = ?, evidence = ?, started = ? WHERE id = ?",
                params![to_json(plan), to_json(state), judging.map(to_json), now.to_string(), signed(id.0)],
            )
        })?;
        Ok(())
    }

    /// Keeps where a rollout is, and its evidence.
    pub fn save_rollout(&self, id: RolloutId, state: &State, judging: Option<&Judging>) -> Result<(), JournalError> {
        self.write(|change| save(change, id, state, judging))?;
        Ok(())
    }

    /// Notes that an effect is about to be carried out, together with the attempt in the state.
    pub fn note_before(
        &self,
        id: RolloutId,
        effect: &Effect,
        state: &State,
        judging: Option<&Judging>,
        now: Timestamp,
    ) -> Result<(), JournalError> {
        let entry = Entry { at: now, moment: Moment::Before, effect: effect.clone(), fault: None };
        self.write(|change| {
            note(change, id, &entry)?;
            save(change, id, state, judging)
        })?;
        Ok(())
    }

    /// Notes how an effect went, together with the state that follows from it.
    pub fn note_after(
        &self,
        id: RolloutId,
        effect: &Effect,
        fault: Option<&Fault>,
        state: &State,
        judging: Option<&Judging>,
        now: Timestamp,
    ) -> Result<(), JournalError> {
        let entry = Entry { at: now, moment: Moment::After, effect: effect.clone(), fault: fault.cloned() };
        self.write(|change| {
            note(change, id, &entry)?;
            save(change, id, state, judging)
        })?;
        Ok(())
    }

    /// Makes a rollout's release the stable one, in one piece with the state after it.
    pub fn promote(&self, id: RolloutId, plan: &Plan, state: &State, now: Timestamp) -> Result<(), JournalError> {
        let entry = Entry { at: now, moment: Moment::After, effect: Effect::Promote, fault: None };
        let (to, from) = (signed(plan.to.release.0), plan.from.as_ref().map(|from| signed(from.release.0)));
        self.write(|change| {
            change.execute(
                "INSERT INTO services (name, stable) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET stable = ?2",
                params![plan.service, to],
            )?;
            change
                .execute("UPDATE releases SET state = ? WHERE id = ?", params![to_json(&ReleaseState::Healthy), to])?;
            // Going back says of the release that was left that it is not to be gone back to.
            if let (Kind::Rollback, Some(from)) = (plan.kind, from) {
                change.execute(
                    "UPDATE releases SET state = ? WHERE id = ?",
                    params![to_json(&ReleaseState::Withdrawn), from],
                )?;
            }
            note(change, id, &entry)?;
            save(change, id, state, None)
        })?;
        Ok(())
    }

    /// Notes how a rollout ended.
    pub fn end_rollout(&self, id: RolloutId, outcome: &Outcome, now: Timestamp) -> Result<(), JournalError> {
        let cause = match outcome {
            Outcome::Healthy => None,
            Outcome::RolledBack { cause } | Outcome::Failed { cause } => Some(cause.message.clone()),
        };
        self.write(|change| {
            change.execute(
                "UPDATE rollouts SET outcome = ?, cause = ?, ended = ? WHERE id = ?",
                params![to_json(outcome), cause, now.to_string(), signed(id.0)],
            )?;
            // A release that was healthy before stays so when going back to it did not work out.
            change.execute(
                "UPDATE releases SET state = ?1 WHERE state = ?2
                 AND id = (SELECT release FROM rollouts WHERE id = ?3)",
                params![to_json(&ReleaseState::RolledBack), to_json(&ReleaseState::New), signed(id.0)],
            )
        })?;
        Ok(())
    }

    /// The rollout of that number.
    pub fn rollout(&self, id: RolloutId) -> Result<Option<RolloutRecord>, JournalError> {
        let row = self.read(|connection| {
            let query = format!("SELECT {COLUMNS} FROM rollouts WHERE id = ?");
            connection.query_row(&query, [signed(id.0)], raw).optional()
        })?;
        row.map(RawRollout::parse).transpose()
    }

    /// A service's rollouts, newest first.
    pub fn rollouts(&self, service: &str) -> Result<Vec<RolloutRecord>, JournalError> {
        self.select_rollouts("service = ? ORDER BY id DESC", Some(service))
    }

    /// Rollouts that have not ended, oldest first.
    pub fn open_rollouts(&self) -> Result<Vec<RolloutRecord>, JournalError> {
        self.select_rollouts("outcome IS NULL ORDER BY id", None)
    }

    /// A rollout's log, oldest first.
    pub fn entries(&self, id: RolloutId) -> Result<Vec<Entry>, JournalError> {
        let rows: Vec<(String, String, String, Option<String>)> = self.read(|connection| {
            let query = "SELECT at, moment, effect, fault FROM entries WHERE rollout = ? ORDER BY id";
            let mut query = connection.prepare(query)?;
            let rows =
                query.query_map([signed(id.0)], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
            rows.collect()
        })?;
        let parse = |(at, moment, effect, fault): (String, String, String, Option<String>)| {
            Ok(Entry {
                at: at.parse().unwrap_or_default(),
                moment: from_json("moment", &moment)?,
                effect: from_json("effect", &effect)?,
                fault: fault.map(|fault| from_json("fault", &fault)).transpose()?,
            })
        };
        rows.into_iter().map(parse).collect()
    }

    fn select_rollouts(&self, rest: &str, service: Option<&str>) -> Result<Vec<RolloutRecord>, JournalError> {
        let rows: Vec<RawRollout> = self.read(|connection| {
            let query = format!("SELECT {COLUMNS} FROM rollouts WHERE {rest}");
            connection.prepare(&query)?.query_map(rusqlite::params_from_iter(service), raw)?.collect()
        })?;
        rows.into_iter().map(RawRollout::parse).collect()
    }
}

fn save(
    change: &rusqlite::Transaction<'_>,
    id: RolloutId,
    state: &State,
    judging: Option<&Judging>,
) -> rusqlite::Result<usize> {
    change.prepare("UPDATE rollouts SET state = ?, evidence = coalesce(?, evidence) WHERE id = ?")?.execute(params![
        to_json(state),
        judging.map(to_json),
        signed(id.0)
    ])
}

fn note(change: &rusqlite::Transaction<'_>, id: RolloutId, entry: &Entry) -> rusqlite::Result<usize> {
    change.execute(
        "INSERT INTO entries (rollout, at, moment, effect, fault) VALUES (?, ?, ?, ?, ?)",
        params![
            signed(id.0),
            entry.at.to_string(),
            to_json(&entry.moment),
            to_json(&entry.effect),
            entry.fault.as_ref().map(to_json)
        ],
    )
}

struct RawRollout {
    id: i64,
    service: String,
    release: i64,
    request: String,
    plan: Option<String>,
    state: Option<String>,
    evidence: Option<String>,
    outcome: Option<String>,
    requested: String,
    started: Option<String>,
    ended: Option<String>,
}

fn raw(row: &Row<'_>) -> rusqlite::Result<RawRollout> {
    Ok(RawRollout {
        id: row.get(0)?,
        service: row.get(1)?,
        release: row.get(2)?,
        request: row.get(3)?,
        plan: row.get(4)?,
        state: row.get(5)?,
        evidence: row.get(6)?,
        outcome: row.get(7)?,
        requested: row.get(8)?,
        started: row.get(9)?,
        ended: row.get(10)?,
    })
}

impl RawRollout {
    fn parse(self) -> Result<RolloutRecord, JournalError> {
        Ok(RolloutRecord {
            id: RolloutId(unsigned(self.id)),
            service: self.service,
            release: ReleaseId(unsigned(self.release)),
            request: from_json("request", &self.request)?,
            plan: self.plan.map(|plan| from_json("plan", &plan)).transpose()?,
            state: self.state.map(|state| from_json("state", &state)).transpose()?,
            judging: self.evidence.map(|evidence| from_json("evidence", &evidence)).transpose()?,
            outcome: self.outcome.map(|outcome| from_json("outcome", &outcome)).transpose()?,
            requested: self.requested.parse().unwrap_or_default(),
            started: self.started.and_then(|at| at.parse().ok()),
            ended: self.ended.and_then(|at| at.parse().ok()),
        })
    }
}
