//! From a rendered file to answers: the product starts, is well, answers through the front door, and keeps its data.

use std::collections::BTreeSet;
use std::net::TcpListener;

use crate::docker::Project;
use crate::http::{Answer, get};
use crate::product;

/// No image of it has to be built from source, which would need a registry.
fn text(port: u16) -> String {
    format!(
        "\
towel: 1
name: towelstart{port}
environments:
  dev: {{ class: dev, engine: local, domain: shop.localhost, gateway: {{ listen: \"127.0.0.1:{port}\" }} }}
services:
  api:
    image: towel-start-api:${{version}}
    port: 3000
    health: {{ ready: {{ run: wget -q -O /dev/null http://127.0.0.1:3000/ready, every: 1s }}, start: 10s }}
    needs: [cache]
    env: {{ CACHE_URL: \"${{cache.url}}\", GREETING: \"it costs $5\", KEY: \"${{secret.key}}\" }}
    replicas: 2
    resources: {{ memory: 16Mi..64Mi }}
    expose: {{ host: \"api.${{env.domain}}\", sticky: true }}
    rollout: {{ before: [{{ run: \"sh -c 'echo migrated to ${{version}}'\" }}] }}
  web:
    image: towel-start-api:${{version}}
    port: 3000
    health: {{ ready: {{ run: wget -q -O /dev/null http://127.0.0.1:3000/ready, every: 1s }}, start: 10s }}
    needs: [api]
    env: {{ API: \"${{api.url}}\" }}
    expose: {{ host: \"${{env.domain}}\", rate_limit: 20/min }}
datastores:
  cache: {{ kind: redis, version: \"7.0\", max_connections: 50 }}
secrets: {{ key: {{ generate: 32 }} }}
"
    )
}

const ENVIRONMENT: &str = "CACHE_PASSWORD=abc123\nKEY=k\nAPI_VERSION=v1\nWEB_VERSION=v1\n";

/// Says which container it is and what it was told.
const WHO: &str =
    "#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n'\necho \"$(hostname) $GREETING $CACHE_URL\"\n";

#[test]
#[ignore = "needs a Docker engine, Docker Compose, busybox-static, nginx-light and redis-server"]
fn needs_docker_a_rendered_product_starts_answers_and_keeps_its_data() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let folder = tempfile::tempdir().unwrap();
    product::write(&text(port), ENVIRONMENT, folder.path());
    let mut project = Project::new(folder.path());
    stand_ins(&mut project);

    project.compose(&["up", "--detach", "--quiet-pull"]);
    wait_until_well(&project);
    answers(port);
    keeps_its_data(&project);
    stops_in_time(&project);
}

fn stand_ins(project: &mut Project) {
    let command = "CMD [\"httpd\", \"-f\", \"-p\", \"3000\", \"-h\", \"/www\"]\n";
    project.stand_in("towel-start-api:v1", &[], &[("/www/ready", "yes\n"), ("/www/cgi-bin/who", WHO)], command);
    let types = "types { text/html html; }\n";
    let command = "USER 101\nSTOPSIGNAL SIGQUIT\nCMD [\"/usr/sbin/nginx\", \"-g\", \"daemon off;\"]\n";
    project.stand_in(
        "nginxinc/nginx-unprivileged:1.29-alpine",
        &["/usr/sbin/nginx"],
        &[("/etc/nginx/mime.types", types)],
        command,
    );
    // As in the official image, what becomes a volume belongs to the server's user.
    let data = "COPY --chown=999:999 root/etc/group /data/group\nVOLUME /data\n";
    project.stand_in("redis:7.0", &["/usr/bin/redis-server", "/usr/bin/redis-cli"], &[], data);
}

/// All that have a health check are healthy, and the hook ran to its end.
fn wait_until_well(project: &Project) {
    let started = std::time::Instant::now();
    loop {
        let states = project.compose(&["ps", "--all", "--format", "{{.Service}} {{.State}} {{.Health}} {{.ExitCode}}"]);
        let well = |line: &str| line.ends_with("running healthy 0") || line == "api-before exited  0";
        if states.lines().count() == 6 && states.lines().all(well) {
            break;
        }
        assert!(
            started.elapsed().as_secs() < 90,
            "not well:\n{states}\n{}",
            project.compose(&["logs", "--tail", "20"])
        );
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
    assert!(project.compose(&["logs", "api-before"]).contains("migrated to v1"));
}

fn answers(port: u16) {
    let who = |cookie: Option<&str>| -> Answer { get(port, "api.shop.localhost", "/cgi-bin/who", cookie).unwrap() };
    let first = who(None);
    assert_eq!(first.status, 200, "{first:?}");
    assert!(first.body.ends_with("it costs $5 redis://default:abc123@cache:6379/0"), "{}", first.body);
    // A client with its cookie stays; clients without one come to both.
    let cookie = first.cookie.unwrap();
    let (mut same, mut all) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..20 {
        same.insert(who(Some(&cookie)).body);
        all.insert(who(None).body);
    }
    assert_eq!((same.len(), all.len()), (1, 2), "{same:?} {all:?}");
    // Any other name is the developer's own, and one client gets twenty answers a minute.
    let statuses: Vec<u16> = (0..25).map(|_| get(port, "elsewhere.example", "/ready", None).unwrap().status).collect();
    let refused = statuses.iter().filter(|status| **status == 429).count();
    assert!(statuses[..20].iter().all(|status| *status == 200) && (4..=5).contains(&refused), "{statuses:?}");
}

fn keeps_its_data(project: &Project) {
    let redis = |words: &[&str]| project.compose(&[&["exec", "-T", "cache", "redis-cli"], words].concat());
    assert_eq!(redis(&["config", "get", "maxclients"]), "maxclients\n50");
    assert_eq!(redis(&["set", "towel", "dry"]), "OK");
    project.compose(&["up", "--detach", "--force-recreate", "--no-deps", "--wait", "cache"]);
    assert_eq!(redis(&["get", "towel"]), "dry");
    let without = project.compose(&["exec", "-T", "--env", "REDISCLI_AUTH=", "cache", "redis-cli", "get", "towel"]);
    assert!(without.contains("NOAUTH"), "{without}");
}

/// Whoever hears SIGTERM or SIGQUIT is not killed.
fn stops_in_time(project: &Project) {
    project.compose(&["stop"]);
    let codes = project.compose(&["ps", "--all", "--format", "{{.Service}} {{.ExitCode}}"]);
    for line in codes.lines().filter(|line| line.starts_with("proxy") || line.starts_with("cache")) {
        assert!(line.ends_with(" 0"), "{codes}");
    }
}
