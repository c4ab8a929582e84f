//! The bench that scenarios are played on: engine, traffic, journal, driver, one service `api`.

use std::sync::Arc;
use std::time::Duration;

use towel_check::{CheckedStack, admit};
use towel_engine::fake::FakeEngine;
use towel_model::*;

use crate::driver::{DeployRequest, Driver, Refused, Settings};
use crate::fake::FakeTraffic;
use crate::journal::{Journal, RolloutId};
use crate::machine::Outcome;

pub(super) type TestDriver = Driver<FakeEngine, FakeTraffic>;

pub(super) struct Bench {
    pub(super) engine: Arc<FakeEngine>,
    pub(super) traffic: Arc<FakeTraffic>,
    pub(super) journal: Journal,
    pub(super) driver: Arc<TestDriver>,
    pub(super) stack: Stack,
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
        let driver = driver(&engine, &traffic, &journal);
        Self { engine, traffic, journal, driver, stack: stack(service) }
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
        self.driver = driver(&self.engine, &self.traffic, &self.journal);
    }
}

pub(super) fn driver(engine: &Arc<FakeEngine>, traffic: &Arc<FakeTraffic>, journal: &Journal) -> Arc<TestDriver> {
    let clock = Arc::clone(engine);
    let settings = Settings::new(move || clock.now());
    Driver::new(Arc::clone(engine), Arc::clone(traffic), journal.clone(), settings)
}

pub(super) fn request(version: &str) -> DeployRequest {
    DeployRequest {
        service: "api".into(),
        version: version.into(),
        by: "ada".into(),
        why: None,
        override_word: None,
    }
}

pub(super) fn canary() -> Service {
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
        run: Some(Template {
            text: "./releases/${version}/api".into(),
            parts: vec![
                Part::Text("./releases/".into()),
                Part::Reference { to: Reference::Version, span: Default::default() },
                Part::Text("/api".into()),
            ],
        }.into()),
        port: Some(3000.into()),
        health: Health { live: Some(probe.clone().into()), ready: Some(probe.into()), start: Duration::from_secs(30).into() },
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
        },
        timezone: "UTC".to_owned().into(),
        services: vec![service],
        datastores: Vec::new(),
        backup_stores: Vec::new(),
        secrets: Vec::new(),
        freezes: Vec::new(),
        alerts: Vec::new(),
        probes: Vec::new(),
        notify: Vec::new(),
        teams: Vec::new(),
        budget: None,
    }
}
