//! A datastore as a program: the keeper treats it like an instance that nobody drains.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use towel_model::{Datastore, DatastoreKind, Resources};

use super::facts::Facts;
use super::house::House;
use super::{Binding, mysql, postgres, rabbitmq, redis};
use crate::local::{Ask, Boxed, Check, Checks, Place, Prepared, Program, Question};

/// After a crash a server repairs its data first; ending it for that would make it begin anew.
const START: Duration = Duration::from_secs(600);

/// One datastore.
pub(crate) struct DatastoreProgram {
    /// As the file declares it; a changed one holds from the next start.
    datastore: Mutex<Datastore>,
    facts: Facts,
    /// `.towel/data/NAME`.
    folder: PathBuf,
    /// What its processes get of the supervisor's environment.
    environment: Vec<(String, String)>,
}

impl DatastoreProgram {
    pub(crate) fn new(datastore: Datastore, facts: Facts, folder: PathBuf, environment: Vec<(String, String)>) -> Self {
        Self { datastore: Mutex::new(datastore), facts, folder, environment }
    }

    /// Takes a new declaration; says whether it differs.
    pub(crate) fn declare(&self, datastore: &Datastore) -> bool {
        let mut known = self.datastore.lock().unwrap_or_else(PoisonError::into_inner);
        let differs = *known != *datastore;
        known.clone_from(datastore);
        differs
    }

    fn house(&self) -> Result<House, String> {
        let datastore = self.datastore.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let user = match *datastore.kind {
            DatastoreKind::Postgres => "postgres",
            DatastoreKind::Mysql | DatastoreKind::Mariadb => "mysql",
            DatastoreKind::Redis => "redis",
            DatastoreKind::Rabbitmq => "rabbitmq",
            kind => return Err(unsupported(kind)),
        };
        House::open(datastore, self.facts.clone(), &self.folder, user, self.environment.clone())
            .map_err(|error| format!("its folder `{}` cannot be made: {error}", self.folder.display()))
    }
}

impl Program for DatastoreProgram {
    fn needs(&self) -> Vec<String> {
        Vec::new()
    }

    fn start_within(&self) -> Duration {
        START
    }

    fn drain(&self) -> Option<Duration> {
        None
    }

    fn resources(&self) -> Resources {
        Resources::default()
    }

    fn prepare<'a>(&'a self, _place: &'a Place) -> Boxed<'a, Result<Prepared, String>> {
        Box::pin(async {
            let house = self.house()?;
            match *house.datastore.kind {
                DatastoreKind::Postgres => postgres::prepare(&house).await,
                DatastoreKind::Mysql | DatastoreKind::Mariadb => mysql::prepare(&house).await,
                DatastoreKind::Redis => redis::prepare(&house),
                DatastoreKind::Rabbitmq => rabbitmq::prepare(&house),
                kind => Err(unsupported(kind)),
            }
        })
    }

    fn checks(&self, _place: &Place) -> Result<Checks, String> {
        let house = self.house()?;
        let (question, every): (Box<dyn Ask>, u64) = match *house.datastore.kind {
            DatastoreKind::Postgres => (postgres::question(&house.facts), 5),
            // Each question is a process.
            DatastoreKind::Mysql | DatastoreKind::Mariadb => (mysql::question(&house)?, 10),
            DatastoreKind::Redis => (redis::question(&house.facts), 5),
            DatastoreKind::Rabbitmq => (rabbitmq::question(&house.facts), 10),
            kind => return Err(unsupported(kind)),
        };
        let ready = Check {
            question: Question::Own(question),
            every: Duration::from_secs(every),
            within: Duration::from_secs(5),
            failures: 2,
            successes: 1,
        };
        // No liveness: ending a server that is only slow would make it slower.
        Ok(Checks { ready: Some(ready), live: None })
    }
}

/// Where the datastore will be.
pub(crate) fn binding(kind: DatastoreKind, facts: &Facts) -> Option<Binding> {
    match kind {
        DatastoreKind::Postgres => Some(postgres::binding(facts)),
        DatastoreKind::Mysql | DatastoreKind::Mariadb => Some(mysql::binding(facts)),
        DatastoreKind::Redis => Some(redis::binding(facts)),
        DatastoreKind::Rabbitmq => Some(rabbitmq::binding(facts)),
        DatastoreKind::Mongodb | DatastoreKind::S3 => None,
    }
}

/// Ports besides the one that clients know.
pub(crate) fn inner_ports(kind: DatastoreKind) -> usize {
    if kind == DatastoreKind::Rabbitmq { rabbitmq::INNER_PORTS } else { 0 }
}

fn unsupported(kind: DatastoreKind) -> String {
    let (name, image) = match kind {
        DatastoreKind::Mongodb => ("mongodb", "mongo"),
        _ => ("s3", "minio/minio"),
    };
    format!(
        "the local engine does not run {name} yet: run it yourself (for example the image `{image}`) and write its URL \
         in the `env` of the services that need it"
    )
}
