//! Which environments there are, and what they restate.

use std::fmt::Write;

use proptest::prelude::*;

use super::service::Service;

/// The environments of a product.
#[derive(Debug, Clone)]
pub(super) struct Environments {
    dev: bool,
    staging: bool,
    production: bool,
    ingress: bool,
    more_replicas: bool,
    on_this_machine: bool,
}

pub(super) fn some() -> impl Strategy<Value = Environments> {
    any::<[bool; 6]>().prop_map(|[dev, staging, production, ingress, more_replicas, on_this_machine]| Environments {
        // Something has to be there.
        dev: dev || !(staging || production),
        staging,
        production,
        ingress,
        more_replicas,
        on_this_machine,
    })
}

impl Environments {
    pub(super) fn text(&self, services: &[Service]) -> String {
        let mut out = String::from("environments:\n");
        if self.dev {
            out.push_str("  dev: { class: dev, engine: local, domain: shop.localhost }\n");
        }
        if self.staging && self.on_this_machine {
            out.push_str("  staging: { class: staging, engine: local, domain: staging.shop.example, gateway: { listen: \"127.0.0.1:8090\" } }\n");
        } else if self.staging {
            let api = if self.ingress { ", ingress: { api: ingress, class: nginx }" } else { "" };
            writeln!(
                out,
                "  staging: {{ class: staging, engine: kubernetes, context: staging, namespace: shop-staging, domain: staging.shop.example{api} }}"
            ).expect("a String takes everything");
        }
        if self.production {
            let after = if self.staging { ", after: staging, approval: required" } else { "" };
            let restated = if self.more_replicas && services.first().is_some_and(Service::may_scale) {
                ", services: { s0: { replicas: 4 } }"
            } else {
                ""
            };
            writeln!(
                out,
                "  production: {{ class: production, engine: kubernetes, context: production, namespace: shop, domain: shop.example{after}{restated} }}"
            ).expect("a String takes everything");
        }
        out
    }
}
