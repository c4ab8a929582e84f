//! What holds for a service from rollout to rollout: its stable release, scale and epoch.

use rusqlite::{OptionalExtension, params};
use towel_engine::ReleaseId;

use super::store::{signed, unsigned};
use super::{Journal, JournalError, Release};

impl Journal {
    /// Names of all services that ever had a stable release.
    pub fn services(&self) -> Result<Vec<String>, JournalError> {
        self.read(|connection| {
            let query = "SELECT name FROM services WHERE stable IS NOT NULL ORDER BY name";
            connection.prepare(query)?.query_map([], |row| row.get(0))?.collect()
        })
    }

    /// The release that serves when nothing is being shipped.
    pub fn stable(&self, service: &str) -> Result<Option<Release>, JournalError> {
        let id: Option<i64> = self.read(|connection| {
            let query = "SELECT stable FROM services WHERE name = ?";
            Ok(connection.query_row(query, [service], |row| row.get(0)).optional()?.flatten())
        })?;
        match id {
            Some(id) => self.release(ReleaseId(unsigned(id))),
            None => Ok(None),
        }
    }

    /// Makes `release` the one that serves when nothing is being shipped; none when the service
    /// was removed.
    pub fn set_stable(&self, service: &str, release: Option<ReleaseId>) -> Result<(), JournalError> {
        self.write(|change| {
            change.execute(
                "INSERT INTO services (name, stable) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET stable = ?2",
                params![service, release.map(|release| signed(release.0))],
            )
        })?;
        Ok(())
    }

    /// The number of instances that a person asked for, whatever the file says.
    pub fn scale(&self, service: &str) -> Result<Option<u32>, JournalError> {
        self.read(|connection| {
            let query = "SELECT scale FROM services WHERE name = ?";
            Ok(connection.query_row(query, [service], |row| row.get(0)).optional()?.flatten())
        })
    }

    /// Sets the number of instances, or leaves it to the file again.
    pub fn set_scale(&self, service: &str, replicas: Option<u32>) -> Result<(), JournalError> {
        self.write(|change| {
            change.execute(
                "INSERT INTO services (name, scale) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET scale = ?2",
                params![service, replicas],
            )
        })?;
        Ok(())
    }

    /// The epoch of the split in force.
    pub fn epoch(&self, service: &str) -> Result<u64, JournalError> {
        let epoch: Option<i64> = self.read(|connection| {
            let query = "SELECT epoch FROM services WHERE name = ?";
            connection.query_row(query, [service], |row| row.get(0)).optional()
        })?;
        Ok(epoch.map_or(0, unsigned))
    }

    /// Notes that a split of this epoch is about to be put in force.
    pub fn set_epoch(&self, service: &str, epoch: u64) -> Result<(), JournalError> {
        self.write(|change| {
            change.execute(
                "INSERT INTO services (name, epoch) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET epoch = max(epoch, ?2)",
                params![service, signed(epoch)],
            )
        })?;
        Ok(())
    }
}
