//! `FakeTraffic`: splits simulated requests between the instances of a fake engine.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use towel_engine::ReleaseId;
use towel_engine::fake::FakeEngine;

use super::fate::count;
use super::{Fate, Random};
use crate::traffic::{Evidence, Sample, Share, Traffic, TrafficError};

/// A call to the data plane.
#[derive(Debug, Clone, PartialEq)]
pub enum TrafficCall {
    /// `split`.
    Split {
        /// The service.
        service: String,
        /// The epoch.
        epoch: u64,
        /// The shares.
        shares: Vec<Share>,
    },
    /// `evidence`.
    Evidence {
        /// The service.
        service: String,
    },
    /// `probe`.
    Probe {
        /// The service.
        service: String,
        /// The release.
        release: ReleaseId,
    },
}

type Saboteur = Box<dyn FnMut(&TrafficCall) -> Option<TrafficError> + Send>;

/// Splits simulated requests between the instances of a fake engine.
pub struct FakeTraffic {
    engine: Arc<FakeEngine>,
    net: Mutex<Net>,
}

struct Net {
    random: Random,
    rate: f64,
    outage: f64,
    boot: u64,
    fates: BTreeMap<String, Fate>,
    services: BTreeMap<String, Backend>,
    splits: Vec<TrafficCall>,
    probes: u64,
    saboteur: Option<Saboteur>,
}

struct Backend {
    epoch: u64,
    shares: Vec<Share>,
    since: Instant,
    due: f64,
    unanswered: u64,
    samples: BTreeMap<(ReleaseId, u64), Sample>,
}

impl FakeTraffic {
    /// A data plane before `engine`, with `rate` requests a second to each service.
    pub fn new(engine: Arc<FakeEngine>, seed: u64, rate: f64) -> Arc<Self> {
        let net = Net {
            random: Random::new(seed),
            rate,
            outage: 0.0,
            boot: 1,
            fates: BTreeMap::new(),
            services: BTreeMap::new(),
            splits: Vec::new(),
            probes: 0,
            saboteur: None,
        };
        Arc::new(Self { engine, net: Mutex::new(net) })
    }

    /// From now on this becomes of the version's requests.
    pub fn decide(&self, version: &str, fate: Fate) {
        self.settle().fates.insert(version.to_owned(), fate);
    }

    /// From now on so many requests a second.
    pub fn set_rate(&self, rate: f64) {
        self.settle().rate = rate;
    }

    /// From now on this share of all requests fails, whoever answers.
    pub fn set_outage(&self, share: f64) {
        self.settle().outage = share;
    }

    /// The data plane is started anew: counters begin at zero, the split stays.
    pub fn reboot(&self) {
        let mut net = self.settle();
        net.boot += 1;
        for backend in net.services.values_mut() {
            backend.samples.clear();
        }
    }

    /// Asked before every call; the error that it returns is the call's answer.
    pub fn sabotage(&self, saboteur: impl FnMut(&TrafficCall) -> Option<TrafficError> + Send + 'static) {
        self.net().saboteur = Some(Box::new(saboteur));
    }

    /// Every call succeeds again.
    pub fn end_sabotage(&self) {
        self.net().saboteur = None;
    }

    /// Every split that was put in force, in order.
    pub fn splits(&self) -> Vec<TrafficCall> {
        self.net().splits.clone()
    }

    /// The split in force: each release's share.
    pub fn shares(&self, service: &str) -> Vec<Share> {
        self.net().services.get(service).map(|backend| backend.shares.clone()).unwrap_or_default()
    }

    /// Requests for which no instance was ready.
    pub fn unanswered(&self, service: &str) -> u64 {
        self.settle().services.get(service).map_or(0, |backend| backend.unanswered)
    }

    /// Requests that failed, whoever answered.
    pub fn bad(&self, service: &str) -> u64 {
        let net = self.settle();
        net.services.get(service).map_or(0, |backend| backend.samples.values().map(|sample| sample.bad).sum())
    }

    /// Smoke requests so far.
    pub fn probes(&self) -> u64 {
        self.net().probes
    }

    fn net(&self) -> MutexGuard<'_, Net> {
        self.net.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Simulates all requests up to now, before anything changes that they depend on.
    fn settle(&self) -> MutexGuard<'_, Net> {
        let mut net = self.net();
        let names: Vec<String> = net.services.keys().cloned().collect();
        for name in names {
            self.simulate(&mut net, &name);
        }
        net
    }

    fn simulate(&self, net: &mut Net, service: &str) {
        let Net { random, rate, outage, fates, services, .. } = net;
        let Some(backend) = services.get_mut(service) else { return };
        let now = Instant::now();
        backend.due += *rate * (now - backend.since).as_secs_f64();
        backend.since = now;
        let ready = self.ready(service);
        let weights: Vec<(ReleaseId, f64, Fate)> = backend
            .shares
            .iter()
            .filter_map(|share| {
                let version = ready.get(&share.release)?;
                Some((share.release, share.weight, fates.get(version).copied().unwrap_or_default()))
            })
            .collect();
        let total: f64 = weights.iter().map(|(_, weight, _)| weight).sum();
        while backend.due >= 1.0 {
            backend.due -= 1.0;
            if total <= 0.0 {
                backend.unanswered += 1;
                continue;
            }
            let (release, fate) = pick(&weights, random.unit() * total);
            let epoch = backend.epoch;
            let sample = backend.samples.entry((release, epoch)).or_insert_with(|| Sample {
                release,
                epoch,
                requests: 0,
                bad: 0,
                latency: Vec::new(),
            });
            sample.requests += 1;
            if random.chance(fate.bad) || random.chance(*outage) {
                sample.bad += 1;
            } else {
                count(&mut sample.latency, fate.seconds(random));
            }
        }
    }

    /// Releases that have a ready instance, with their versions.
    fn ready(&self, service: &str) -> BTreeMap<ReleaseId, String> {
        let instances = self.engine.instances(service);
        let ready = instances.into_iter().filter(towel_engine::Instance::is_ready);
        ready.map(|instance| (instance.release, instance.version)).collect()
    }

    fn meet(&self, call: &TrafficCall) -> Result<(), TrafficError> {
        let mut net = self.settle();
        match net.saboteur.as_mut().and_then(|saboteur| saboteur(call)) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}

fn pick(weights: &[(ReleaseId, f64, Fate)], mut at: f64) -> (ReleaseId, Fate) {
    for (release, weight, fate) in weights {
        at -= weight;
        if at < 0.0 {
            return (*release, *fate);
        }
    }
    let (release, _, fate) = weights.last().expect("the weights have a sum above zero");
    (*release, *fate)
}

impl Traffic for FakeTraffic {
    async fn split(&self, service: &str, epoch: u64, shares: &[Share]) -> Result<(), TrafficError> {
        let call = TrafficCall::Split { service: service.to_owned(), epoch, shares: shares.to_vec() };
        self.meet(&call)?;
        let mut net = self.settle();
        net.splits.push(call);
        let backend = net.services.entry(service.to_owned()).or_insert_with(|| Backend {
            epoch,
            shares: Vec::new(),
            since: Instant::now(),
            due: 0.0,
            unanswered: 0,
            samples: BTreeMap::new(),
        });
        if epoch < backend.epoch {
            return Err(TrafficError::Refused(format!("epoch {epoch} is older than {}", backend.epoch)));
        }
        backend.epoch = epoch;
        backend.shares = shares.to_vec();
        Ok(())
    }

    async fn evidence(&self, service: &str) -> Result<Evidence, TrafficError> {
        self.meet(&TrafficCall::Evidence { service: service.to_owned() })?;
        let net = self.settle();
        let samples = net.services.get(service).map(|backend| backend.samples.values().cloned().collect());
        Ok(Evidence { boot: net.boot, samples: samples.unwrap_or_default() })
    }

    async fn probe(
        &self,
        service: &str,
        release: ReleaseId,
        path: &str,
        _within: Duration,
    ) -> Result<(u16, f64), TrafficError> {
        self.meet(&TrafficCall::Probe { service: service.to_owned(), release })?;
        let mut net = self.settle();
        net.probes += 1;
        let ready = self.ready(service);
        let Some(version) = ready.get(&release) else {
            return Err(TrafficError::NoAnswer(format!("no instance is ready to answer `{path}`")));
        };
        let fate = net.fates.get(version).copied().unwrap_or_default();
        let outage = net.outage;
        let bad = net.random.chance(fate.bad) || net.random.chance(outage);
        Ok((if bad { 500 } else { fate.smoke }, fate.seconds))
    }
}
