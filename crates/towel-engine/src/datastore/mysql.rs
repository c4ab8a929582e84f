//! MySQL and MariaDB: set up once with user and database, run, asked for a row by the kind's own client.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use nix::sys::signal::Signal;
use tokio::process::Command;
use towel_model::DatastoreKind;

use super::find::{find, missing};
use super::house::House;
use super::{Binding, Facts};
use crate::local::{Ask, Boxed, Prepared};
use crate::shim::StopPlan;

/// Its user besides `root`, and its database.
const USER: &str = "app";

pub(crate) fn binding(facts: &Facts) -> Binding {
    let Facts { port, password, .. } = facts;
    Binding {
        url: format!("mysql://{USER}:{password}@127.0.0.1:{port}/{USER}"),
        host: "127.0.0.1".to_owned(),
        port: *port,
        user: USER.to_owned(),
        password: password.clone(),
        name: USER.to_owned(),
    }
}

/// The client reads the password from a file, so that it is neither among its arguments nor in a variable.
pub(crate) fn question(house: &House) -> Result<Box<dyn Ask>, String> {
    let program =
        find(&["mariadb", "mysql"], house.search()).ok_or_else(|| missing("mysql client", "mariadb-client"))?;
    let Facts { port, password, .. } = &house.facts;
    let client = format!("[client]\nhost=127.0.0.1\nport={port}\nprotocol=tcp\nuser={USER}\npassword={password}\n");
    let file = house.write("client.cnf", &client);
    let file = file.map_err(|error| format!("its client's configuration cannot be written: {error}"))?;
    Ok(Box::new(Select { program, file }))
}

/// The two kinds are set up differently, and run alike.
enum Server {
    Mariadb { daemon: PathBuf, install: PathBuf },
    Mysql { daemon: PathBuf },
}

pub(crate) async fn prepare(house: &House) -> Result<Prepared, String> {
    let server = choose(*house.datastore.kind, house.search())?;
    let data = house.folder.join("data");
    if !data.is_dir() {
        server.set_up(house).await?;
    }
    let mut arguments = vec![
        // The machine's own configuration is for another server.
        "--no-defaults".to_owned(),
        format!("--datadir={}", data.display()),
        format!("--port={}", house.facts.port),
        "--bind-address=127.0.0.1".to_owned(),
        // Relative to the data, since the path of a socket may be no longer than 107 bytes.
        "--socket=mysql.sock".to_owned(),
        "--pid-file=mysql.pid".to_owned(),
        format!("--tmpdir={}", house.folder.display()),
    ];
    arguments.extend(house.datastore.max_connections.as_ref().map(|most| format!("--max-connections={}", **most)));
    if let Server::Mysql { .. } = server {
        // The second protocol would want a port of its own.
        arguments.push("--mysqlx=OFF".to_owned());
    }
    Ok(Prepared {
        called: "mysqld".to_owned(),
        program: server.daemon().to_path_buf(),
        arguments,
        folder: house.folder.clone(),
        environment: house.environment.clone(),
        user: house.user_name(),
        stop: StopPlan { signal: Signal::SIGTERM as i32, whole_group: false, within_ms: 60_000 },
    })
}

/// A MariaDB stands in for MySQL where only that is installed, as in Debian.
fn choose(kind: DatastoreKind, search: &str) -> Result<Server, String> {
    let install = find(&["mariadb-install-db", "mysql_install_db"], search);
    let mariadb = find(&["mariadbd"], search).zip(install).map(|(daemon, install)| Server::Mariadb { daemon, install });
    // MariaDB installs itself as `mysqld`, too.
    let mysql = find(&["mysqld"], search).filter(|_| mariadb.is_none()).map(|daemon| Server::Mysql { daemon });
    let (found, package) = match kind {
        DatastoreKind::Mysql => (mysql.or(mariadb), "mysql-server` or `apt-get install mariadb-server"),
        _ => (mariadb, "mariadb-server"),
    };
    let name = if kind == DatastoreKind::Mysql { "mysql" } else { "mariadb" };
    found.ok_or_else(|| missing(name, package))
}

impl Server {
    fn daemon(&self) -> &Path {
        match self {
            Self::Mariadb { daemon, .. } | Self::Mysql { daemon } => daemon,
        }
    }

    /// Makes the data under another name until user and database are in it.
    async fn set_up(&self, house: &House) -> Result<(), String> {
        let said = |error: std::io::Error| format!("its data cannot be made: {error}");
        let new = house.begin("data").map_err(said)?;
        let datadir = joined("--datadir=", &new);
        let statements = statements(&house.facts.password);
        match self {
            Self::Mariadb { daemon, install } => {
                let arguments = [
                    OsStr::new("--no-defaults"),
                    &datadir,
                    OsStr::new("--auth-root-authentication-method=normal"),
                    OsStr::new("--skip-test-db"),
                ];
                house.set_up(install, &arguments, "").await?;
                let arguments = [OsStr::new("--no-defaults"), &datadir, OsStr::new("--bootstrap")];
                house.set_up(daemon, &arguments, &statements).await?;
            }
            Self::Mysql { daemon } => {
                let file = house.write("set-up.sql", &statements).map_err(said)?;
                let script = joined("--init-file=", &file);
                let arguments = [OsStr::new("--no-defaults"), &datadir, OsStr::new("--initialize-insecure"), &script];
                let made = house.set_up(daemon, &arguments, "").await;
                fs::remove_file(&file).map_err(said)?;
                made?;
            }
        }
        house.finish(&new, "data").map_err(said)
    }
}

/// A line each: that is what both kinds read.
fn statements(password: &str) -> String {
    [
        "FLUSH PRIVILEGES;".to_owned(),
        format!("CREATE DATABASE {USER};"),
        format!("CREATE USER '{USER}'@'%' IDENTIFIED BY '{password}';"),
        format!("GRANT ALL PRIVILEGES ON *.* TO '{USER}'@'%' WITH GRANT OPTION;"),
        format!("ALTER USER 'root'@'localhost' IDENTIFIED BY '{password}';"),
        "FLUSH PRIVILEGES;".to_owned(),
    ]
    .join("\n")
        + "\n"
}

fn joined(option: &str, path: &Path) -> OsString {
    let mut joined = OsString::from(option);
    joined.push(path);
    joined
}

/// `select 1` by the kind's own client.
struct Select {
    program: PathBuf,
    file: PathBuf,
}

impl Select {
    async fn row(&self) -> Result<String, String> {
        let output = Command::new(&self.program)
            .arg(joined("--defaults-file=", &self.file))
            .args(["--skip-column-names", "--batch", "--execute=select 1"])
            .env_clear()
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .map_err(|error| format!("`{}` cannot be run: {error}", self.program.display()))?;
        let answer = String::from_utf8_lossy(&output.stdout);
        if output.status.success() && answer.trim() == "1" {
            return Ok("`select 1` answered 1".to_owned());
        }
        let complaint = String::from_utf8_lossy(&output.stderr);
        Err(complaint.lines().next().unwrap_or("`select 1` was not answered").trim().to_owned())
    }
}

impl Ask for Select {
    fn ask(&self) -> Boxed<'_, Result<String, String>> {
        Box::pin(self.row())
    }
}
