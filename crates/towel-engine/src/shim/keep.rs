//! The shim's life: start the service, carry its output to the log, tell how it ended.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use jiff::Timestamp;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::prctl::set_child_subreaper;
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, getppid, setsid};
use tokio::time::Instant;

use super::output::Output;
use super::{Ended, Failure, Launch, Report, Stage, Status, cleanup, enter};
use crate::limits;
use crate::process::{ProcessId, boot_id};

/// How long strays may take to end after the service's first process did.
const REST: Duration = Duration::from_secs(2);
/// How often killing is repeated until nothing is left.
const AGAIN: Duration = Duration::from_millis(100);

/// The shim's whole program. `arguments` are what follows `shim` on the command line: a status folder, or
/// `enter PID` in the process that becomes the service. Returns the exit code.
///
/// It is single-threaded and needs no runtime.
pub fn run(arguments: &[OsString]) -> u8 {
    match arguments {
        [folder] => keep(Path::new(folder)),
        [word, shim] if word == "enter" => match shim.to_str().and_then(|pid| pid.parse().ok()) {
            Some(shim) => enter::enter(shim),
            None => 64,
        },
        _ => 64,
    }
}

fn keep(folder: &Path) -> u8 {
    match start(folder) {
        Ok(mut shim) => {
            shim.carry();
            shim.leave()
        }
        Err(failure) => {
            report(&Report::Failed(failure));
            71
        }
    }
}

/// A shim whose service has been started.
struct Shim {
    folder: PathBuf,
    launch: Launch,
    status: Status,
    service: Pid,
    signals: SignalFd,
    output: Output,
    pipe: Option<io::PipeReader>,
    course: Course,
    /// Whether a child may still be there.
    family: bool,
}

/// How far the end has come, and when the next step of it is due.
#[derive(Clone, Copy)]
enum Course {
    Running,
    Asked { until: Instant },
    Killing { again: Instant },
}

fn start(folder: &Path) -> Result<Shim, Failure> {
    let shim = |error: io::Error| Failure::new(Stage::Shim, &error);
    let launch = read_launch().map_err(shim)?;
    // A session of its own: no terminal's Ctrl-C reaches the service, and its strays can be told by it.
    setsid().map_err(|error| shim(error.into()))?;
    set_child_subreaper(true).map_err(|error| shim(error.into()))?;
    let signals = take_signals().map_err(shim)?;
    let output = Output::open(launch.log.clone()).map_err(shim)?;
    let own = ProcessId::own().ok_or_else(|| shim(io::Error::other("/proc is not there")))?;
    let mut status = Status { boot: boot_id(), shim: own, service: None, started: None, failure: None, ended: None };
    status.write(folder).map_err(shim)?;
    // Whoever finds no status knows that nothing will start here any more, so this comes after writing it.
    if u32::try_from(getppid().as_raw()) != Ok(launch.parent) {
        return Err(shim(io::Error::other("the supervisor has ended")));
    }
    let started = start_service(&launch, own.pid);
    let (service, pipe) = match started {
        Ok(started) => started,
        Err(failure) => {
            status.failure = Some(failure.clone());
            status.write(folder).map_err(shim)?;
            limits::leave(&launch.cgroups);
            return Err(failure);
        }
    };
    status.service = ProcessId::of(service.as_raw().unsigned_abs());
    status.started = Some(Timestamp::now());
    let shim = Shim {
        folder: folder.to_path_buf(),
        launch: Launch { environment: Vec::new(), ..launch },
        status,
        service,
        signals,
        output,
        pipe: Some(pipe),
        course: Course::Running,
        family: true,
    };
    shim.tell_started();
    Ok(shim)
}

fn read_launch() -> io::Result<Launch> {
    let mut text = Vec::new();
    io::stdin().read_to_end(&mut text)?;
    Ok(serde_json::from_slice(&text)?)
}

/// From here on signals are read, not suffered.
fn take_signals() -> io::Result<SignalFd> {
    let mut signals = SigSet::empty();
    for signal in [Signal::SIGCHLD, Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP, Signal::SIGQUIT] {
        signals.add(signal);
    }
    signals.thread_block()?;
    Ok(SignalFd::with_flags(&signals, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?)
}

/// Starts the service by way of [`enter`], and waits until it runs or is known not to.
fn start_service(launch: &Launch, own: u32) -> Result<(Pid, io::PipeReader), Failure> {
    let shim = |error: io::Error| Failure::new(Stage::Shim, &error);
    let (reader, writer) = io::pipe().map_err(shim)?;
    let (mut near, far) = UnixStream::pair().map_err(shim)?;
    let [program, arguments @ ..] = launch.shim.as_slice() else {
        return Err(shim(io::Error::other("the shim was not told its own command")));
    };
    let mut child = Command::new(program)
        .args(arguments)
        .args(["enter", &own.to_string()])
        .env_clear()
        .stdin(Stdio::from(OwnedFd::from(far)))
        .stdout(writer.try_clone().map_err(shim)?)
        .stderr(writer)
        .process_group(0)
        .spawn()
        .map_err(shim)?;
    let text = serde_json::to_vec(launch).map_err(|error| shim(error.into()))?;
    let mut answer = Vec::new();
    let asked = near.write_all(&text).and_then(|()| near.shutdown(Shutdown::Write));
    let answered = asked.and_then(|()| near.read_to_end(&mut answer));
    if answered.is_ok() && answer.is_empty() {
        let pid = i32::try_from(child.id()).map_err(|_| shim(io::Error::other("a pid beyond the range")))?;
        return Ok((Pid::from_raw(pid), reader));
    }
    let _gone = child.kill();
    child.wait().map_err(shim)?;
    answered.map_err(shim)?;
    Err(serde_json::from_slice(&answer).unwrap_or_else(|error| shim(error.into())))
}

fn report(line: &Report) {
    let Ok(mut text) = serde_json::to_vec(line) else { return };
    text.push(b'\n');
    // A supervisor that has gone meanwhile reads the status instead.
    let mut out = io::stdout();
    let _told = out.write_all(&text).and_then(|()| out.flush());
}

impl Shim {
    fn tell_started(&self) {
        self.write_status();
        if let Some(service) = self.status.service {
            report(&Report::Started { shim: self.status.shim, service });
        }
    }

    /// Until nothing of the service is left.
    fn carry(&mut self) {
        let mut buffer = vec![0; 64 * 1024];
        while self.family {
            self.wait(&mut buffer);
            self.hear();
            self.bury();
            self.press();
        }
        self.drain_pipe(&mut buffer);
        self.output.finish();
    }

    fn wait(&mut self, buffer: &mut [u8]) {
        let timeout = match self.course {
            Course::Running => PollTimeout::NONE,
            Course::Asked { until } => patience(until),
            Course::Killing { again } => patience(again),
        };
        let readable = {
            let mut watched = vec![PollFd::new(self.signals.as_fd(), PollFlags::POLLIN)];
            watched.extend(self.pipe.as_ref().map(|pipe| PollFd::new(pipe.as_fd(), PollFlags::POLLIN)));
            let _interrupted = poll(&mut watched, timeout);
            watched.get(1).is_some_and(|pipe| pipe.any().unwrap_or(false))
        };
        if readable {
            self.read_once(buffer);
        }
    }

    fn read_once(&mut self, buffer: &mut [u8]) {
        let Some(pipe) = &mut self.pipe else { return };
        match pipe.read(buffer) {
            Ok(0) => self.pipe = None,
            Ok(count) => self.output.take(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => self.pipe = None,
        }
    }

    /// Takes what the service wrote just before it ended. Nobody holds the other end by now.
    fn drain_pipe(&mut self, buffer: &mut [u8]) {
        while self.pipe.is_some() {
            self.read_once(buffer);
        }
    }

    fn hear(&mut self) {
        while let Ok(Some(signal)) = self.signals.read_signal() {
            let stop = signal.ssi_signo != Signal::SIGCHLD as u32;
            if stop && matches!(self.course, Course::Running) {
                cleanup::ask(self.service, self.launch.stop);
                let within = Duration::from_millis(self.launch.stop.within_ms);
                self.course = Course::Asked { until: Instant::now() + within };
            }
        }
    }

    /// Asks after every child that ended; orphans of the service are this process's children.
    fn bury(&mut self) {
        loop {
            match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
                Ok(WaitStatus::Exited(pid, code)) if pid == self.service => self.ended(Some(code), None),
                Ok(WaitStatus::Signaled(pid, signal, _)) if pid == self.service => {
                    self.ended(None, Some(signal as i32));
                }
                Ok(WaitStatus::StillAlive) => return,
                Ok(_) | Err(nix::errno::Errno::EINTR) => {}
                Err(_) => {
                    self.family = false;
                    return;
                }
            }
        }
    }

    fn ended(&mut self, code: Option<i32>, signal: Option<i32>) {
        let overdue = matches!(self.course, Course::Killing { .. }) && signal == Some(Signal::SIGKILL as i32);
        let out_of_memory = limits::out_of_memory(&self.launch.cgroups);
        self.status.ended = Some(Ended { code, signal, out_of_memory, overdue, at: Timestamp::now() });
        let soon = Instant::now() + REST;
        self.course = match self.course {
            // Its group was asked together with it, and may need all of its time to finish work.
            Course::Asked { until } if self.launch.stop.whole_group => {
                cleanup::ask_rest(Some(self.service));
                Course::Asked { until }
            }
            Course::Running | Course::Asked { .. } => {
                cleanup::ask_rest(None);
                Course::Asked { until: soon }
            }
            killing @ Course::Killing { .. } => killing,
        };
    }

    fn press(&mut self) {
        let due = match self.course {
            Course::Running => return,
            Course::Asked { until } => until,
            Course::Killing { again } => again,
        };
        if self.family && Instant::now() >= due {
            let unburied = self.status.ended.is_none().then_some(self.service);
            cleanup::kill_all(unburied);
            self.course = Course::Killing { again: Instant::now() + AGAIN };
        }
    }

    /// The shim's exit code repeats the service's, for a supervisor that finds no status on a full disk.
    fn leave(mut self) -> u8 {
        limits::leave(&self.launch.cgroups);
        self.write_status();
        self.output.finish();
        match self.status.ended {
            Some(Ended { code: Some(code), .. }) => u8::try_from(code).unwrap_or(255),
            Some(Ended { signal: Some(signal), .. }) => 128_u8.saturating_add(u8::try_from(signal).unwrap_or(127)),
            _ => 255,
        }
    }

    fn write_status(&self) {
        if self.status.write(&self.folder).is_err() {
            // A full disk, or a folder that somebody deleted: the exit code has to do.
        }
    }
}

fn patience(until: Instant) -> PollTimeout {
    let left = until.saturating_duration_since(Instant::now());
    // Rounded up, so that waiting does not end a moment before the time and spin.
    PollTimeout::try_from(left + Duration::from_millis(1)).unwrap_or(PollTimeout::MAX)
}
