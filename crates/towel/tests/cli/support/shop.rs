//! A pizzeria in a folder of its own, run by the binary, and stopped whatever becomes of the test.

use std::net::TcpListener;
use std::ops::Range;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use serde_json::Value;
use towel_testkit::{Output, Project, eventually, eventually_some};

use super::{Ended, Running, Users, is_alive, kill_at_once, left_in};

/// The binary under test.
pub(crate) const TOWEL: &str = env!("CARGO_BIN_EXE_towel");

/// An API of two instances that is shipped as a canary, quickly; more keys of the service may follow.
pub(crate) const API: &str = r#"services:
  api:
    run: ./releases/${version}/api
    port: 3001
    health: { live: /health/live, ready: { get: /health/ready, every: 200ms }, start: 10s }
    replicas: 2
    drain: 3s
    expose: { host: "${env.domain}", websocket: true }
    rollout: { strategy: canary, steps: [50%, 100%], bake: 1s }
"#;

/// A product of `towel`. Dropped, it is taken down and must leave nothing behind.
pub(crate) struct Shop {
    project: Project,
    environments: Vec<Environment>,
}

/// An environment of this machine, and where its users come.
struct Environment {
    name: &'static str,
    keys: &'static str,
    port: u16,
}

impl Shop {
    /// A product with these services (and other parts of the file).
    pub(crate) fn new(services: &str) -> Self {
        Self::of(&[("dev", "class: dev")], services)
    }

    /// The same with these environments, each with its keys.
    pub(crate) fn of(environments: &[(&'static str, &'static str)], services: &str) -> Self {
        let environments = environments.iter().map(|(name, keys)| Environment { name, keys, port: free_port() });
        let shop = Self { project: Project::new(), environments: environments.collect() };
        shop.declare(services);
        shop
    }

    /// The usual API, with good versions `v1` and `v2`, running at `v1`.
    pub(crate) fn open(services: &str) -> Self {
        let shop = Self::new(services).version("v1", "").version("v2", "");
        shop.towel(&["up", "--detach", "--version", "v1", "--quiet"]).expect(0);
        shop
    }

    /// With this version of the API, started with more options.
    pub(crate) fn version(self, version: &str, options: &str) -> Self {
        self.write_version("api", version, &serving(&format!("api --version {version} {options}")));
        self
    }

    /// With this version of a service, started by a script of these lines.
    pub(crate) fn script(self, service: &str, version: &str, lines: &str) -> Self {
        self.write_version(service, version, lines);
        self
    }

    fn write_version(&self, service: &str, version: &str, lines: &str) {
        self.project.write_program(&format!("releases/{version}/{service}"), format!("#!/bin/sh\n{lines}\n"));
    }

    /// Writes the file anew, with these services.
    pub(crate) fn declare(&self, services: &str) {
        let mut file = "towel: 1\nname: shop\nenvironments:\n".to_owned();
        for Environment { name, keys, port } in &self.environments {
            file.push_str(&format!(
                "  {name}: {{ {keys}, engine: local, domain: localhost, gateway: {{ listen: \"127.0.0.1:{port}\" }} }}\n"
            ));
        }
        self.project.write("towel.yaml", file + services);
    }

    /// The folder.
    pub(crate) fn project(&self) -> &Project {
        &self.project
    }

    /// Where users reach the first environment.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.environments[0].port)
    }

    /// Users of the first environment who ask so many times a second.
    pub(crate) fn users(&self, per_second: f64) -> Users {
        Users::of(&self.url(), per_second, 0)
    }

    /// Users of an environment.
    pub(crate) fn users_of(&self, environment: &str, per_second: f64) -> Users {
        let environment = self.environments.iter().find(|one| one.name == environment).expect("it is declared");
        Users::of(&format!("http://127.0.0.1:{}", environment.port), per_second, 0)
    }

    /// Runs a command to its end.
    pub(crate) fn towel(&self, arguments: &[&str]) -> Output {
        self.project.towel(TOWEL, arguments)
    }

    /// What a command answers with `--json`; it must end with this status.
    #[track_caller]
    pub(crate) fn json(&self, status: i32, arguments: &[&str]) -> Value {
        let output = self.towel(&[arguments, &["--json"]].concat()).expect(status);
        serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error} in `{}`", output.stdout))
    }

    /// What `towel status` says.
    #[track_caller]
    pub(crate) fn status(&self) -> Value {
        self.json(0, &["status"])
    }

    /// What runs of a service.
    #[track_caller]
    pub(crate) fn running(&self, service: &str) -> Running {
        let status = self.status();
        let services = status["services"].as_array().unwrap();
        Running::read(services.iter().find(|one| one["service"] == service).expect("the service is there"))
    }

    /// Ships a version and returns how that ended; the exit status must agree.
    #[track_caller]
    pub(crate) fn deploy(&self, service: &str, version: &str) -> Ended {
        let output = self.towel(&["deploy", service, version, "--json"]);
        let ended = Ended::read(&output.stdout);
        assert_eq!(output.status, i32::from(ended.outcome != "healthy"), "{output:?}");
        ended
    }

    /// Begins to ship a version and returns the rollout's number.
    #[track_caller]
    pub(crate) fn begin_deploy(&self, service: &str, version: &str) -> u64 {
        self.json(0, &["deploy", service, version, "--no-wait"])["rollout"].as_u64().unwrap()
    }

    /// Begins to go back to a version, by a command that goes on waiting for the end.
    pub(crate) fn begin_rollback(&self, service: &str, version: &str) -> Child {
        let mut command = self.project.command(TOWEL, &["rollback", service, version, "--quiet"]);
        command.stderr(Stdio::piped()).spawn().expect("the binary can be run")
    }

    /// The number of a service's newest rollout.
    pub(crate) fn newest_rollout(&self) -> u64 {
        let history = self.json(0, &["history"]);
        let rollouts = history.as_array().unwrap().iter().flat_map(|release| release["rollouts"].as_array().unwrap());
        rollouts.map(|record| record["id"].as_u64().unwrap()).max().expect("something was shipped")
    }

    /// How the rollout ended, when it has.
    pub(crate) fn ended(&self, rollout: u64) -> Option<Ended> {
        let history = self.json(0, &["history"]);
        let mut records =
            history.as_array().unwrap().iter().flat_map(|release| release["rollouts"].as_array().unwrap());
        Ended::of_record(records.find(|record| record["id"] == rollout).expect("the rollout is in the history"))
    }

    /// How the rollout ended, once it has.
    #[track_caller]
    pub(crate) fn await_end(&self, rollout: u64) -> Ended {
        eventually_some("the rollout ends", || self.ended(rollout))
    }

    /// Returns once a rollout gives the new version that share of requests, or more.
    #[track_caller]
    pub(crate) fn await_share(&self, share: f64) {
        eventually("the new version gets its share", || {
            self.status()["services"][0]["rollout"]["share"].as_f64().is_some_and(|now| now >= share)
        });
    }

    /// The supervisor's process id.
    #[track_caller]
    pub(crate) fn supervisor(&self) -> i32 {
        i32::try_from(self.status()["supervisor"].as_i64().unwrap()).unwrap()
    }

    /// Kills the supervisor, as the kernel does when memory runs out.
    #[track_caller]
    pub(crate) fn kill_supervisor(&self) {
        kill_at_once(self.supervisor());
        let gone = self.towel(&["status"]).expect(1);
        assert!(gone.stderr.contains("environment `dev` is not running here"), "{gone:?}");
    }

    /// Process ids whose command line holds these words.
    pub(crate) fn processes(&self, words: &str) -> Vec<i32> {
        let left = left_in(self.project.folder());
        left.into_iter().filter(|(_, command)| command.contains(words)).map(|(pid, _)| pid).collect()
    }

    /// Waits until as many instances of the service run as there shall be, and no other process of one.
    #[track_caller]
    pub(crate) fn await_exactly(&self, count: usize, version: &str) {
        let words = format!("pizzeria api --version {version} ");
        eventually("exactly the wanted instances run", || {
            let running = self.running("api");
            running.version == version
                && running.pids.len() == count
                && running.pids.values().all(|pid| is_alive(*pid))
                && self.processes("pizzeria api").len() == count
                && self.processes(&words).len() == count
        });
    }
}

/// The line of a script that becomes a service of the pizzeria.
pub(crate) fn serving(options: &str) -> String {
    format!("exec '{TOWEL}' pizzeria {options}")
}

/// A port below those that the kernel, the supervisor and the engine give out; the gateway
/// listens there a moment later.
fn free_port() -> u16 {
    const RANGE: Range<u16> = 10_000..17_000;
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let width = RANGE.end - RANGE.start;
    loop {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        // Two runs of the tests on one machine begin at different places.
        let first = u16::try_from(std::process::id() * 97 % u32::from(width)).expect("a remainder of 7,000 fits");
        let port = RANGE.start + (first + step) % width;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.environments.iter().for_each(|environment| self.show_logs(environment.name));
        }
        let downs: Vec<_> = self.environments.iter().map(|environment| self.take_down(environment.name)).collect();
        let left = left_in(self.project.folder());
        for (pid, _) in &left {
            kill_at_once(*pid);
        }
        if std::thread::panicking() {
            return;
        }
        assert!(left.is_empty(), "`towel down` left {left:?}");
        for (environment, down) in self.environments.iter().zip(downs) {
            assert_eq!(down, Some(0), "the exit status of `towel down`");
            let state = self.project.path(&format!(".towel/{}", environment.name));
            assert!(!state.exists(), "`towel down --volumes` left its state");
        }
    }
}

impl Shop {
    fn show_logs(&self, environment: &str) {
        for log in ["supervisor.log", "gateway.log"] {
            let path = self.project.path(&format!(".towel/{environment}/logs/{log}"));
            let text = std::fs::read_to_string(path).unwrap_or_default();
            let tail: Vec<&str> = text.lines().rev().take(60).collect();
            eprintln!("--- {log} of {environment}");
            tail.iter().rev().for_each(|line| eprintln!("{line}"));
        }
    }

    /// Stops the environment; the exit status, or none when that takes for ever.
    fn take_down(&self, environment: &str) -> Option<i32> {
        let mut down = self.project.command(TOWEL, &["--env", environment, "down", "--volumes", "--quiet"]);
        let mut down = down.spawn().expect("the binary can be run");
        let stopped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let look = || down.try_wait().expect("a child can be waited for");
            eventually_some("`towel down` ends", look)
        }));
        if stopped.is_err() {
            down.kill().expect("a child can be killed");
            down.wait().expect("a child can be waited for");
        }
        stopped.ok()?.code()
    }
}
