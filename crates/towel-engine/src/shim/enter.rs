//! The last step before a service's program: tie this process to its shim, take on user, limits and folder,
//! then become the program.

use std::ffi::CString;
use std::fs;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::{SigSet, SigmaskHow, Signal, sigprocmask};
use nix::unistd::{User, getppid, getuid, initgroups, setgid, setuid};

use super::{Failure, Launch, Stage};

/// Becomes the program that the shim describes on standard input (a socket), and returns only when that
/// fails, after having told the shim why.
pub(crate) fn enter(shim: u32) -> u8 {
    // A copy that closes itself when the program starts: its end is how the shim learns of success.
    let Ok(copy) = io::stdin().as_fd().try_clone_to_owned() else { return 70 };
    let mut channel = UnixStream::from(copy);
    let failure = match become_program(&mut channel, shim) {
        Err(failure) => failure,
        Ok(never) => match never {},
    };
    let told = serde_json::to_vec(&failure).is_ok_and(|line| channel.write_all(&line).is_ok());
    if told { 71 } else { 70 }
}

fn become_program(channel: &mut UnixStream, shim: u32) -> Result<std::convert::Infallible, Failure> {
    let launch = read_launch(channel).map_err(at(Stage::Shim))?;
    unblock_signals().map_err(at(Stage::Shim))?;
    join_cgroups(&launch.cgroups).map_err(at(Stage::Limits))?;
    if let Some(user) = &launch.user {
        become_user(user).map_err(at(Stage::User))?;
    }
    // Not before the user has changed, since that clears it.
    die_with(shim).map_err(at(Stage::Shim))?;
    std::env::set_current_dir(&launch.folder).map_err(at(Stage::Folder))?;
    let error = Command::new(&launch.program)
        .arg0(&launch.called)
        .args(&launch.arguments)
        .env_clear()
        .envs(launch.environment)
        .stdin(Stdio::null())
        .exec();
    Err(Failure::new(Stage::Program, &error))
}

fn at(stage: Stage) -> impl Fn(io::Error) -> Failure {
    move |error| Failure::new(stage, &error)
}

fn read_launch(channel: &mut UnixStream) -> io::Result<Launch> {
    let mut text = Vec::new();
    channel.read_to_end(&mut text)?;
    Ok(serde_json::from_slice(&text)?)
}

/// The shim reads its signals from a descriptor and blocks them; a blocked signal stays blocked across exec.
fn unblock_signals() -> io::Result<()> {
    Ok(sigprocmask(SigmaskHow::SIG_SETMASK, Some(&SigSet::empty()), None)?)
}

fn join_cgroups(folders: &[std::path::PathBuf]) -> io::Result<()> {
    folders.iter().try_for_each(|folder: &std::path::PathBuf| join_cgroup(folder))
}

fn join_cgroup(folder: &Path) -> io::Result<()> {
    // Zero means the writer itself.
    fs::write(folder.join("cgroup.procs"), "0")
}

fn become_user(name: &str) -> io::Result<()> {
    let missing = || io::Error::new(io::ErrorKind::NotFound, format!("there is no user `{name}`"));
    let user = User::from_name(name)?.ok_or_else(missing)?;
    if user.uid == getuid() {
        return Ok(());
    }
    initgroups(&CString::new(name)?, user.gid)?;
    setgid(user.gid)?;
    Ok(setuid(user.uid)?)
}

/// Has the kernel kill this process when its shim ends, however that ends.
fn die_with(shim: u32) -> io::Result<()> {
    set_pdeathsig(Signal::SIGKILL)?;
    // Had the shim died a moment earlier, the kernel would tell nobody.
    if u32::try_from(getppid().as_raw()) != Ok(shim) {
        return Err(io::Error::other("the shim has ended"));
    }
    Ok(())
}
