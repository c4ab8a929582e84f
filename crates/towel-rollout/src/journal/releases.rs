//! Releases: every version with the configuration that it ran with.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use towel_engine::{ReleaseId, Workload};
use towel_model::Service;

use super::store::{from_json, signed, to_json, unsigned};
use super::{Journal, JournalError};

/// A version with the configuration that it was released with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// What its instances are started from.
    pub workload: Workload,
    /// How it fared.
    pub state: ReleaseState,
    /// Who released it.
    pub by: String,
    /// Why.
    pub why: Option<String>,
    /// When.
    pub created: Timestamp,
}

/// How a release fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseState {
    /// It has not been promoted or turned away yet.
    New,
    /// It was promoted (or was the first one and became ready).
    Healthy,
    /// It was turned away.
    RolledBack,
    /// It was healthy, and then a person went back to an earlier one.
    Withdrawn,
}

impl Release {
    /// Its number.
    pub fn id(&self) -> ReleaseId {
        self.workload.release
    }

    /// Its version.
    pub fn version(&self) -> &str {
        &self.workload.version
    }
}

const COLUMNS: &str = "id, version, declaration, state, by, why, created";

impl Journal {
    /// A new release of `service` at `version`.
    pub fn add_release(
        &self,
        service: &Service,
        version: &str,
        by: &str,
        why: Option<&str>,
        now: Timestamp,
    ) -> Result<Release, JournalError> {
        let id = self.write(|change| {
            change.execute(
                "INSERT INTO releases (service, version, declaration, state, by, why, created) VALUES (?, ?, ?, ?, ?, ?, ?)",
                params![service.name.value, version, to_json(service), to_json(&ReleaseState::New), by, why, now.to_string()],
            )?;
            Ok(change.last_insert_rowid())
        })?;
        let workload =
            Workload { release: ReleaseId(unsigned(id)), version: version.to_owned(), service: service.clone() };
        Ok(Release { workload, state: ReleaseState::New, by: by.to_owned(), why: why.map(str::to_owned), created: now })
    }

    /// The release of that number.
    pub fn release(&self, id: ReleaseId) -> Result<Option<Release>, JournalError> {
        let row = self.read(|connection| {
            connection
                .query_row(&format!("SELECT {COLUMNS} FROM releases WHERE id = ?"), [signed(id.0)], raw)
                .optional()
        })?;
        row.map(RawRelease::parse).transpose()
    }

    /// A service's releases, newest first.
    pub fn releases(&self, service: &str) -> Result<Vec<Release>, JournalError> {
        let rows: Vec<RawRelease> = self.read(|connection| {
            let query = format!("SELECT {COLUMNS} FROM releases WHERE service = ? ORDER BY id DESC");
            connection.prepare(&query)?.query_map([service], raw)?.collect()
        })?;
        rows.into_iter().map(RawRelease::parse).collect()
    }

    /// Sets how a release fared.
    pub fn set_release_state(&self, id: ReleaseId, state: ReleaseState) -> Result<(), JournalError> {
        self.write(|change| {
            change.execute("UPDATE releases SET state = ? WHERE id = ?", params![to_json(&state), signed(id.0)])
        })?;
        Ok(())
    }

    /// Versions of a service that were healthy here, newest first, each once: what an environment
    /// that comes `after` this one may ship.
    pub fn healthy_versions(&self, service: &str) -> Result<Vec<String>, JournalError> {
        let mut versions = Vec::new();
        for release in self.releases(service)? {
            let is_healthy = matches!(release.state, ReleaseState::Healthy);
            if is_healthy && !versions.contains(&release.workload.version) {
                versions.push(release.workload.version);
            }
        }
        Ok(versions)
    }
}

struct RawRelease {
    id: i64,
    version: String,
    declaration: String,
    state: String,
    by: String,
    why: Option<String>,
    created: String,
}

fn raw(row: &Row<'_>) -> rusqlite::Result<RawRelease> {
    Ok(RawRelease {
        id: row.get(0)?,
        version: row.get(1)?,
        declaration: row.get(2)?,
        state: row.get(3)?,
        by: row.get(4)?,
        why: row.get(5)?,
        created: row.get(6)?,
    })
}

impl RawRelease {
    fn parse(self) -> Result<Release, JournalError> {
        let workload = Workload {
            release: ReleaseId(unsigned(self.id)),
            version: self.version,
            service: from_json("declaration", &self.declaration)?,
        };
        Ok(Release {
            workload,
            state: from_json("release state", &self.state)?,
            by: self.by,
            why: self.why,
            created: self.created.parse().unwrap_or_default(),
        })
    }
}
