//! A service of any stack, with any of what a service may have.

use std::fmt::Write;

use proptest::prelude::*;

use super::datastore::Datastore;

/// A service of any stack.
#[derive(Debug, Clone)]
pub(super) struct Service {
    stack: &'static str,
    listens: bool,
    exposed: bool,
    metrics: bool,
    scales: bool,
    limits: bool,
    websocket: bool,
    sticky: bool,
    limited: bool,
    live: bool,
    tcp: bool,
    hook: bool,
    smoke: bool,
    slo: bool,
    buckets: bool,
    secrets: bool,
    strategy: Option<&'static str>,
    replicas: u32,
    drain: u32,
    needs: Vec<prop::sample::Index>,
    built: bool,
}

const STACKS: [&str; 8] = ["nestjs", "node", "nextjs", "static", "php", "python", "go", "rust"];

pub(super) fn some() -> impl Strategy<Value = Service> {
    (
        prop::sample::select(STACKS.to_vec()),
        prop::array::uniform16(prop::bool::ANY),
        prop::option::of(prop::sample::select(vec!["canary", "rolling"])),
        2..6u32,
        5..60u32,
        prop::collection::vec(any::<prop::sample::Index>(), 0..3),
    )
        .prop_map(|(stack, flags, strategy, replicas, drain, needs)| {
            let [
                listens,
                exposed,
                metrics,
                scales,
                limits,
                websocket,
                sticky,
                limited,
                live,
                tcp,
                hook,
                smoke,
                slo,
                buckets,
                secrets,
                built,
            ] = flags;
            // Files and pages are served, so these always listen.
            let listens = listens || matches!(stack, "static" | "nextjs" | "php");
            Service {
                exposed: exposed && listens,
                metrics: metrics && listens,
                tcp: tcp && !live,
                smoke: smoke && listens,
                slo: slo && listens && metrics,
                stack,
                listens,
                scales,
                limits,
                websocket,
                sticky,
                limited,
                live: live && listens,
                hook,
                buckets,
                secrets,
                strategy,
                replicas,
                drain,
                needs,
                built,
            }
        })
}

impl Service {
    /// Whether it has metrics that an alert may be about.
    pub(super) fn is_measured(&self) -> bool {
        self.metrics
    }

    /// Whether it can be reached from outside.
    pub(super) fn is_exposed(&self) -> bool {
        self.exposed
    }

    /// Whether another number of replicas contradicts nothing.
    pub(super) fn may_scale(&self) -> bool {
        !self.scales
    }

    pub(super) fn text(&self, place: usize, all: &[Self], datastores: &[Datastore]) -> String {
        let mut out =
            format!("  s{place}:\n    image: ghcr.io/example/shop-s{place}:${{version}}\n    run: ./s{place}\n");
        if self.built {
            writeln!(out, "    stack: {}\n    source: services/s{place}", self.stack)
                .expect("a String takes everything");
        }
        self.listening(place, &mut out);
        self.needing(place, all, datastores, &mut out);
        if self.limits || self.scales {
            out.push_str("    resources: { cpu: 200m..500m, memory: 256Mi..512Mi }\n");
        }
        if self.scales {
            writeln!(
                out,
                "    replicas: {}..{}\n    scale_on: {{ cpu: 70%, memory: 80% }}",
                self.replicas,
                self.replicas + 3
            )
            .expect("a String takes everything");
        }
        writeln!(out, "    drain: {}s", self.drain).expect("a String takes everything");
        self.shipping(&mut out);
        out
    }

    fn listening(&self, place: usize, out: &mut String) {
        if !self.listens {
            return;
        }
        writeln!(out, "    port: {}", 3000 + place).expect("a String takes everything");
        let live = if self.live { "live: /health/live, " } else { "" };
        let ready = if self.tcp { "{ tcp: true }" } else { "/health/ready" };
        writeln!(out, "    health: {{ {live}ready: {ready}, start: 30s }}").expect("a String takes everything");
        if self.metrics && self.buckets {
            out.push_str("    metrics: { path: /metrics, buckets: [50ms, 100ms, 200ms, 500ms, 1s, 5s] }\n");
        } else if self.metrics {
            out.push_str("    metrics: /metrics\n");
        }
        if self.exposed {
            let flag = |given: bool, text: &'static str| if given { text } else { "" };
            writeln!(
                out,
                "    expose: {{ host: \"s{place}.${{env.domain}}\"{}{}{} }}",
                flag(self.websocket, ", websocket: true"),
                flag(self.sticky, ", sticky: true"),
                flag(self.limited, ", rate_limit: 100/s")
            )
            .expect("a String takes everything");
        }
        if self.slo {
            out.push_str("    slo: { availability: 99.5%, latency: { p95: 500ms }, traffic: 50/s }\n");
        }
    }

    /// Needs earlier services only, so that there is no circle.
    fn needing(&self, place: usize, all: &[Self], datastores: &[Datastore], out: &mut String) {
        let listening: Vec<usize> =
            (0..place).filter(|earlier| all.get(*earlier).is_some_and(|it| it.listens)).collect();
        let mut needs: Vec<(String, String)> = Vec::new();
        for (turn, index) in self.needs.iter().enumerate() {
            if turn == 0 && !listening.is_empty() {
                let name = format!("s{}", listening[index.index(listening.len())]);
                needs.push((name.clone(), format!("{}_URL", name.to_uppercase())));
            } else if !datastores.is_empty() {
                let name = Datastore::name(index.index(datastores.len()));
                needs.push((name.clone(), format!("{}_URL", name.to_uppercase())));
            }
        }
        needs.sort();
        needs.dedup();
        if !needs.is_empty() {
            let names: Vec<&str> = needs.iter().map(|(name, _)| name.as_str()).collect();
            writeln!(out, "    needs: [{}]", names.join(", ")).expect("a String takes everything");
        }
        if !needs.is_empty() || self.secrets {
            out.push_str("    env:\n");
        }
        for (name, variable) in &needs {
            writeln!(out, "      {variable}: ${{{name}.url}}").expect("a String takes everything");
        }
        if self.secrets {
            out.push_str("      JWT_SECRET: ${secret.jwt}\n      LOG_LEVEL: info\n");
            out.push_str("      SENTRY_DSN: { secret: sentry_dsn, type: url, required_in: [production] }\n");
        }
    }

    fn shipping(&self, out: &mut String) {
        let mut parts = Vec::new();
        if let Some(strategy) = self.strategy {
            parts.push(format!("strategy: {strategy}"));
        }
        if self.hook {
            parts.push("before: [{ run: ./migrate, within: 20s }]".to_owned());
        }
        if self.smoke {
            parts.push("smoke: [{ get: /health/ready }]".to_owned());
        }
        if !parts.is_empty() {
            writeln!(out, "    rollout: {{ {} }}", parts.join(", ")).expect("a String takes everything");
        }
    }
}
