//! PostgreSQL: set up once with its user and database, run, asked for a row, stopped fast.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use nix::sys::signal::Signal;

use super::super::find::{find, major, missing, read_word, versions};
use super::super::house::House;
use super::super::{Binding, Facts};
use super::client::Select;
use crate::local::{Ask, Prepared};
use crate::shim::StopPlan;

/// Its one user, which may do everything, as in the official image; and its database.
const USER: &str = "app";

pub(crate) fn binding(facts: &Facts) -> Binding {
    let Facts { port, password, .. } = facts;
    Binding {
        url: format!("postgres://{USER}:{password}@127.0.0.1:{port}/{USER}"),
        host: "127.0.0.1".to_owned(),
        port: *port,
        user: USER.to_owned(),
        password: password.clone(),
        name: USER.to_owned(),
    }
}

pub(crate) fn question(facts: &Facts) -> Box<dyn Ask> {
    Box::new(Select::new(facts.port, USER, &facts.password))
}

pub(crate) async fn prepare(house: &House) -> Result<Prepared, String> {
    let data = house.folder.join("data");
    let programs = choose_programs(house, &data)?;
    if !data.is_dir() {
        set_up(house, &programs).await?;
    }
    remove_stale_pid(&data)?;
    let mut settings = vec![
        ("port", house.facts.port.to_string()),
        ("listen_addresses", "127.0.0.1".to_owned()),
        // A socket's path may be no longer than 107 bytes, which a project's folder easily is.
        ("unix_socket_directories", String::new()),
        ("logging_collector", "off".to_owned()),
        ("log_destination", "stderr".to_owned()),
    ];
    settings.extend(house.datastore.max_connections.map(|most| ("max_connections", most.to_string())));
    let mut arguments = vec!["-D".to_owned(), data.display().to_string()];
    for (name, value) in settings {
        arguments.extend(["-c".to_owned(), format!("{name}={value}")]);
    }
    Ok(Prepared {
        called: "postgres".to_owned(),
        program: programs.join("postgres"),
        arguments,
        folder: house.folder.clone(),
        environment: house.environment.clone(),
        user: house.user_name(),
        // Fast shutdown: SIGTERM would wait for every client to leave.
        stop: StopPlan { signal: Signal::SIGINT as i32, whole_group: false, within_ms: 60_000 },
    })
}

/// The folder of the programs: of the version that made the data, else of the declared one, else the newest.
fn choose_programs(house: &House, data: &Path) -> Result<PathBuf, String> {
    let installed = installed(house.search());
    let of = |wanted: u32| installed.iter().find(|(version, _)| *version == wanted).map(|(_, folder)| folder.clone());
    if let Some(made_by) = read_word(&data.join("PG_VERSION")).and_then(|version| major(&version)) {
        return of(made_by).ok_or_else(|| {
            format!("its data was made by postgres {made_by}, which is not installed: run `apt-get install postgresql-{made_by}`")
        });
    }
    let declared = house.datastore.version.as_ref().and_then(|version| major(version));
    let chosen = declared.and_then(of).or_else(|| installed.first().map(|(_, folder)| folder.clone()));
    chosen.ok_or_else(|| missing("postgres", "postgresql"))
}

fn installed(search: &str) -> Vec<(u32, PathBuf)> {
    let mut found = versions(&["/usr/lib/postgresql", "/usr"], "initdb");
    if let Some(initdb) = find(&["initdb"], search).and_then(|initdb| fs::canonicalize(initdb).ok())
        && let Some(folder) = initdb.parent().filter(|folder| folder.join("postgres").is_file())
        && !found.iter().any(|(_, known)| known == folder)
    {
        let version = folder.join("../share/postgresql/PG_VERSION");
        found.push((read_word(&version).and_then(|version| major(&version)).unwrap_or(0), folder.to_path_buf()));
    }
    found
}

/// Makes the data with its user and database, under another name until all of it is there.
async fn set_up(house: &House, programs: &Path) -> Result<(), String> {
    let said = |error: std::io::Error| format!("its data cannot be made: {error}");
    let new = house.begin("data").map_err(said)?;
    let password = house.write("password", &house.facts.password).map_err(said)?;
    let arguments = [
        OsStr::new("--pgdata"),
        new.as_os_str(),
        OsStr::new("--username"),
        OsStr::new(USER),
        OsStr::new("--pwfile"),
        password.as_os_str(),
        OsStr::new("--auth=scram-sha-256"),
        OsStr::new("--encoding=UTF8"),
        OsStr::new("--locale=C.UTF-8"),
    ];
    let made = house.set_up(&programs.join("initdb"), &arguments, "").await;
    fs::remove_file(&password).map_err(said)?;
    made?;
    // Single-user mode needs no server, so that no half set-up one is ever seen by a service.
    let single = [OsStr::new("--single"), OsStr::new("-D"), new.as_os_str(), OsStr::new("postgres")];
    house.set_up(&programs.join("postgres"), &single, &format!("CREATE DATABASE {USER};\n")).await?;
    house.finish(&new, "data").map_err(said)
}

/// After a power cut the pid in the lock file may be somebody else's by now, and the server would refuse to
/// start. No server of ours runs here, unless it is the one in that folder.
fn remove_stale_pid(data: &Path) -> Result<(), String> {
    let file = data.join("postmaster.pid");
    let Ok(text) = fs::read_to_string(&file) else { return Ok(()) };
    let pid = text.lines().next().unwrap_or_default();
    let lives_there = fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|folder| folder == *data);
    if lives_there {
        return Err(format!("another postgres (pid {pid}) runs on its data: stop that one first"));
    }
    fs::remove_file(&file).map_err(|error| format!("`{}` cannot be removed: {error}", file.display()))
}
