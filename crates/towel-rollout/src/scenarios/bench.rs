//! The bench that scenarios are played on: engine, traffic, journal, driver, one service `api`.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::SignedDuration;

use towel_check::{CheckedStack, admit};
use towel_engine::fake::FakeEngine;
use towel_model::*;

use crate::driver::{DeployRequest, Driver, Refused, Settings};
use crate::fake::FakeTraffic;
use crate::journal::{EventKind, Journal, RolloutId};
use crate::machine::{Cause, Outcome};

pub(super) type TestDriver = Driver<FakeEngine, FakeTraffic>;

pub(super) struct Bench {
    pub(super) engine: Arc<FakeEngine>,
    pub(super) traffic: Arc<FakeTraffic>,
    pub(super) journal: Journal,
    pub(super) driver: Arc<TestDriver>,
    pub(super) stack: Stack,
    pub(super) settings: Settings,
    jump: Arc<AtomicI64>,
}

impl Bench {
    /// Three instances of `v1` serve 100 requests a second.
    pub(super) async fn new(service: Service) -> Self {
        let bench = Self::bare(service);
        bench.start().await;
        bench
    }

    /// Nothing runs yet.
    pub(super) fn bare(service: Service) -> Self {
        let engine = FakeEngine::new();
        let traffic = FakeTraffic::new(Arc::clone(&engine), 7, 100.0);
        let journal = Journal::in_memory().unwrap();
        let jump = Arc::new(AtomicI64::new(0));
        let settings = settings(&engine, &jump);
        let driver = Driver::new(Arc::clone(&engine), Arc::clone(&traffic), journal.clone(), settings.clone());
        Self { engine, traffic, journal, driver, stack: stack(service), settings, jump }
    }

    pub(super) async fn start(&self) {
        let versions = [("api".to_owned(), "v1".to_owned())].into();
        self.driver.start(&self.checked(), &versions, "v1").await.unwrap();
        self.until(|bench| bench.driver.journal().healthy_versions("api").unwrap() == ["v1"]).await;
        // Some history, as every service that lives has.
        tokio::time::sleep(Duration::from_secs(30)).await;
    }

    pub(super) fn checked(&self) -> CheckedStack {
        admit(self.stack.clone()).unwrap().0
    }

    pub(super) async fn deploy(&self, version: &str) -> RolloutId {
        self.try_deploy(version).await.unwrap()
    }

    pub(super) async fn try_deploy(&self, version: &str) -> Result<RolloutId, Refused> {
        self.driver.deploy(&self.checked(), &request(version)).await
    }

    pub(super) async fn ship(&self, version: &str) -> Outcome {
        let id = self.deploy(version).await;
        self.end(id).await
    }

    pub(super) async fn end(&self, id: RolloutId) -> Outcome {
        let limit = Duration::from_secs(4 * 3600);
        let waited = tokio::time::timeout(limit, self.driver.wait(id)).await;
        match waited {
            Ok(outcome) => outcome.unwrap().unwrap(),
            Err(_) => panic!("rollout {id} never ended: {:#?}", self.driver.rollout_status("api")),
        }
    }

    pub(super) async fn until(&self, condition: impl Fn(&Self) -> bool) {
        for _ in 0..40_000 {
            if condition(self) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("it never came to it");
    }

    /// Instances that are wished for or still there, by version.
    pub(super) fn running(&self, version: &str) -> usize {
        self.engine.instances("api").iter().filter(|instance| instance.version == version).count()
    }

    pub(super) fn stable(&self) -> String {
        self.journal.stable("api").unwrap().unwrap().workload.version
    }

    /// The share of requests that the newest split gives to `version`.
    pub(super) fn share(&self, version: &str) -> f64 {
        let release = |release| self.journal.release(release).unwrap().unwrap();
        let shares = self.traffic.shares("api");
        shares.iter().filter(|share| release(share.release).version() == version).map(|share| share.weight).sum()
    }

    /// A driver that knows nothing but the journal, as after a crash.
    pub(super) fn restart_driver(&mut self) {
        self.driver.halt();
        self.driver = Driver::new(
            Arc::clone(&self.engine),
            Arc::clone(&self.traffic),
            self.journal.clone(),
            self.settings.clone(),
        );
    }

    /// The wall clock is put forward or back.
    pub(super) fn jump_clock(&self, seconds: i64) {
        self.jump.fetch_add(seconds, Ordering::SeqCst);
    }

    /// The stage that the rollout is at, in words.
    pub(super) fn stage(&self) -> String {
        self.driver.rollout_status("api").map(|status| status.stage_name).unwrap_or_default()
    }

    pub(super) fn waiting_for(&self) -> String {
        self.driver.rollout_status("api").map(|status| status.waiting_for).unwrap_or_default()
    }

    pub(super) async fn until_share(&self, version: &str, share: f64) {
        self.until(|bench| (bench.share(version) - share).abs() < 0.005).await;
    }

    /// Lines that were told of `kind`.
    pub(super) fn told(&self, kind: EventKind) -> Vec<String> {
        let events = self.journal.events(None, 10_000).unwrap();
        events.into_iter().filter(|event| event.kind == kind).map(|event| event.message).collect()
    }

    /// `v1` serves alone, whole, and nothing of `version` is left.
    pub(super) fn assert_back(&self, version: &str) {
        assert_eq!(self.stable(), "v1");
        assert_eq!((self.running("v1"), self.running(version)), (3, 0));
        assert!((self.share("v1") - 1.0).abs() < 1e-9);
    }

    /// `version` serves alone, whole.
    pub(super) fn assert_shipped(&self, version: &str) {
        assert_eq!(self.stable(), version);
        assert_eq!((self.running("v1"), self.running(version)), (0, 3));
        assert!((self.share(version) - 1.0).abs() < 1e-9);
    }
}

fn settings(engine: &Arc<FakeEngine>, jump: &Arc<AtomicI64>) -> Settings {
    let (clock, jump) = (Arc::clone(engine), Arc::clone(jump));
    Settings::new(move || clock.now() + SignedDuration::from_secs(jump.load(Ordering::SeqCst)))
}

pub(super) fn request(version: &str) -> DeployRequest {
    DeployRequest { service: "api".into(), version: version.into(), by: "ada".into(), why: None, override_word: None }
}

/// The cause for which a rollout was rolled back.
pub(super) fn cause_of_return(outcome: Outcome) -> Cause {
    match outcome {
        Outcome::RolledBack { cause } => cause,
        other => panic!("{other:?}"),
    }
}

/// The cause for which a rollout failed.
pub(super) fn cause_of_failure(outcome: Outcome) -> Cause {
    match outcome {
        Outcome::Failed { cause } => cause,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn canary() -> Service {
    service(Strategy::Canary)
}

/// `api`: three replicas, one more while shipping, bakes for 20 s, deadline 30 min.
pub(super) fn service(strategy: Strategy) -> Service {
    let probe = Probe {
        ask: Ask::Http("/ready".into()),
        every: Duration::from_secs(5),
        within: Duration::from_secs(5),
        failures: 3,
        successes: 1,
    };
    Service {
        name: "api".to_owned().into(),
        owner: None,
        description: None,
        stack: None,
        source: None,
        image: None,
        run: Some(
            Template {
                text: "./releases/${version}/api".into(),
                parts: vec![
                    Part::Text("./releases/".into()),
                    Part::Reference { to: Reference::Version, span: Default::default() },
                    Part::Text("/api".into()),
                ],
            }
            .into(),
        ),
        port: Some(3000.into()),
        health: Health {
            live: Some(probe.clone().into()),
            ready: Some(probe.into()),
            start: Duration::from_secs(30).into(),
        },
        metrics: None,
        needs: Vec::new(),
        pool: Vec::new(),
        env: Vec::new(),
        resources: Resources::default(),
        replicas: Range { min: 3, max: 3 }.into(),
        replicas_given: true,
        scale_on: None,
        drain: Duration::from_secs(20).into(),
        stop: Duration::from_secs(30).into(),
        expose: None,
        rollout: Rollout {
            strategy: strategy.into(),
            steps: [10.0, 50.0, 100.0].map(|share| Percent(share).into()).into(),
            bake: Duration::from_secs(20).into(),
            deadline: Duration::from_secs(30 * 60).into(),
            surge: 1.into(),
            before: Vec::new(),
            smoke: Vec::new(),
            on_insufficient: OnInsufficient::Hold.into(),
        },
        slo: None,
        span: Default::default(),
    }
}

pub(super) fn stack(service: Service) -> Stack {
    Stack {
        name: "shop".to_owned().into(),
        description: None,
        owner: None,
        repository: None,
        environment: Environment {
            name: "dev".to_owned().into(),
            class: Class::Dev.into(),
            engine: EngineKind::Local.into(),
            context: None,
            namespace: None,
            domain: None,
            after: None,
            approval: false,
            gateway: None,
            ingress: None,
        },
        timezone: "UTC".to_owned().into(),
        services: vec![service],
        datastores: Vec::new(),
        clients: Vec::new(),
        backup_stores: Vec::new(),
        secrets: Vec::new(),
        freezes: Vec::new(),
        alerts: Vec::new(),
        probes: Vec::new(),
        notify: Vec::new(),
        mail: None,
        teams: Vec::new(),
        budget: None,
    }
}

/// `GET /smoke` answers 200.
pub(super) fn smoke() -> Smoke {
    Smoke { get: "/smoke".to_owned().into(), expect: 200, within: Duration::from_secs(2) }
}

/// A before-hook that may take a minute.
pub(super) fn hook(command: &str) -> Hook {
    Hook { run: Template::literal(command).into(), within: Duration::from_secs(60) }
}
