//! Products to render.

use std::fmt::Write;

use crate::Product;
use crate::ownership::product;

/// Whatever the language can say about a cluster, in two environments that differ in most of it.
pub(super) fn sample() -> Product {
    product(include_str!("sample.yaml"), None).expect("the sample passes `check`")
}

/// The products of `examples/`, by name.
pub(super) fn examples() -> Vec<(&'static str, Product)> {
    macro_rules! example {
        ($name:literal) => {
            ($name, include_str!(concat!("../../../../../examples/", $name, "/towel.yaml")))
        };
    }
    let all = [example!("checkin"), example!("ford"), example!("luneo"), example!("mechapizzai"), example!("twinmcp")];
    all.map(|(name, text)| (name, product(text, None).unwrap_or_else(|| panic!("{name} does not pass `check`")))).into()
}

/// As many services as are asked for, in three environments of clusters.
pub(super) fn large(services: usize) -> Product {
    let mut text = "towel: 1\nname: large\nenvironments:\n".to_owned();
    for (name, class) in [("rehearsal", "staging"), ("europe", "production"), ("america", "production")] {
        writeln!(text, "  {name}: {{ class: {class}, engine: kubernetes, context: {name}, namespace: large-{name}, domain: {name}.large.example }}").unwrap();
    }
    text.push_str("notify:\n  critical: [{ slack: \"#alerts\" }]\nservices:\n");
    for place in 0..services {
        let needs = if place > 0 { format!("needs: [service-{}], ", place / 2) } else { String::new() };
        let url = if place > 0 { format!(", UPSTREAM: \"${{service-{}.url}}\"", place / 2) } else { String::new() };
        writeln!(
            text,
            "  service-{place}: {{ image: \"registry.example/large/service-{place}:${{version}}\", port: 3000, \
             health: {{ live: /live, ready: /ready }}, metrics: /metrics, {needs}\
             env: {{ LOG_LEVEL: info, HOST: \"${{env.domain}}\"{url}, KEY: \"${{secret.key}}\" }}, \
             resources: {{ cpu: 100m..500m, memory: 128Mi..256Mi }}, replicas: 2..6, scale_on: {{ cpu: 70% }}, \
             expose: {{ host: \"service-{place}.${{env.domain}}\" }} }}"
        )
        .unwrap();
    }
    text.push_str("secrets:\n  key: { generate: 32 }\n");
    product(&text, None).expect("the large product passes `check`")
}
