//! An alert that travels the whole way: from a metric by way of Prometheus and Alertmanager to a webhook.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::product::{Folder, product};
use crate::tool::find;

const PRODUCT: &str = r##"
towel: 1
name: shop
owner: sales
repository: github.com/example/shop
teams: { sales: { slack: "#sales" } }
services:
  api:
    run: ./releases/${version}/api
    port: 3000
    health: { live: /live, ready: /ready }
    metrics: /metrics
alerts:
  - { name: TooManyOpen, metric: orders_open, above: 500, for: 0s, severity: critical }
  - { name: TooFewOpen, metric: orders_open, below: 10, for: 0s, severity: critical }
notify:
  critical: [{ webhook: "${secret.page_url}" }]
  watchdog: [{ webhook: "${secret.heartbeat_url}" }]
secrets:
  page_url: {}
  heartbeat_url: {}
"##;

const METRICS: &str = "# TYPE orders_open gauge\norders_open 612\n# TYPE http_requests_total counter\nhttp_requests_total{status=\"200\"} 5\n";

#[test]
#[ignore = "needs prometheus and prometheus-alertmanager"]
fn needs_prometheus_to_tell_a_webhook_of_an_alert() {
    let [prometheus, alertmanager] = [free_port(), free_port()];
    let (told, hook) = receiver();
    let target = serve(|_, _| METRICS.to_owned());
    let folder = Folder::rendered(&product(PRODUCT));
    let monitoring = folder.path().join("deploy/monitoring");
    let config = |name: &str| monitoring.join(name);
    replace(
        &config("prometheus/prometheus.yaml"),
        &[
            ("alertmanager:9093", &format!("127.0.0.1:{alertmanager}")),
            ("localhost:9090", &format!("127.0.0.1:{prometheus}")),
            // Docker's DNS would know the service.
            (
                "dns_sd_configs:\n      - names:\n          - api\n        type: A\n        port: 3000\n",
                &format!("static_configs:\n      - targets:\n          - 127.0.0.1:{target}\n"),
            ),
        ],
    );
    replace(
        &config("alertmanager/alertmanager.yaml"),
        &[
            ("url_file: /etc/alertmanager/secrets/page_url", &format!("url: http://127.0.0.1:{hook}/page")),
            ("url_file: /etc/alertmanager/secrets/heartbeat_url", &format!("url: http://127.0.0.1:{hook}/heartbeat")),
        ],
    );
    let _alertmanager = Running::start(
        &["prometheus-alertmanager", "alertmanager"],
        &monitoring.join("alertmanager"),
        &[
            "--config.file=alertmanager.yaml".to_owned(),
            format!("--web.listen-address=127.0.0.1:{alertmanager}"),
            "--cluster.listen-address=".to_owned(),
            "--storage.path=data".to_owned(),
        ],
    );
    let _prometheus = Running::start(
        &["prometheus"],
        &monitoring.join("prometheus"),
        &[
            "--config.file=prometheus.yaml".to_owned(),
            format!("--web.listen-address=127.0.0.1:{prometheus}"),
            "--storage.tsdb.path=data".to_owned(),
        ],
    );

    let page = wait_for(&told, "/page", "TooManyOpen");
    assert_eq!(page["status"], "firing");
    let alert = &page["alerts"][0];
    assert_eq!(alert["labels"]["severity"], "critical");
    assert_eq!(alert["labels"]["team"], "sales");
    assert_eq!(alert["labels"]["environment"], "dev");
    let runbook = "https://github.com/example/shop/blob/main/docs/platform/runbooks/TooManyOpen.md";
    assert_eq!(alert["annotations"]["runbook_url"], runbook);
    wait_for(&told, "/heartbeat", "Watchdog");
    no_rule_fails(prometheus);
}

/// Prometheus evaluated every rule, and none of them in vain.
fn no_rule_fails(port: u16) {
    let rules: Value = serde_json::from_str(&get(port, "/api/v1/rules")).unwrap();
    let groups = rules["data"]["groups"].as_array().unwrap();
    let rules: Vec<&Value> = groups.iter().flat_map(|group| group["rules"].as_array().unwrap()).collect();
    assert!(rules.len() > 10);
    for rule in rules {
        assert_ne!(rule["health"], "err", "{rule:#}");
        assert!(rule["name"] != "TooFewOpen" || rule["state"] != "firing", "{rule:#}");
    }
}

/// The first notification at `path` about `alert`. Others, such as those about exporters that are not there, may come before.
fn wait_for(told: &Receiver<(String, String)>, path: &str, alert: &str) -> Value {
    let until = Instant::now() + Duration::from_secs(120);
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let (at, body) = told.recv_timeout(left).unwrap_or_else(|_| panic!("nobody was told of {alert} at {path}"));
        let body: Value = serde_json::from_str(&body).unwrap();
        let name = &body["commonLabels"]["alertname"];
        assert!(at != "/heartbeat" || name == "Watchdog", "the switch was told of {name}");
        assert!(at != "/page" || name != "Watchdog", "people were told of the Watchdog");
        if at == path && name == alert {
            return body;
        }
    }
}

/// A program that is ended when the test is.
struct Running(Child);

impl Running {
    fn start(names: &[&str], folder: &Path, arguments: &[String]) -> Self {
        let log = std::fs::File::create(folder.join("log")).unwrap();
        let program = Command::new(find(names))
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        Self(program)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().expect("it still runs");
        self.0.wait().expect("it was started here");
    }
}

fn replace(file: &Path, pairs: &[(&str, &str)]) {
    let mut text = std::fs::read_to_string(file).unwrap();
    for (from, to) in pairs {
        assert!(text.contains(from), "{} holds no `{from}`", file.display());
        text = text.replace(from, to);
    }
    std::fs::write(file, text).unwrap();
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A webhook that passes on what it is told, and its port.
fn receiver() -> (Receiver<(String, String)>, u16) {
    let (tell, told) = channel();
    let port = serve(move |path, body| {
        // The test may have what it waited for and be gone.
        tell.send((path.to_owned(), body.to_owned())).ok();
        String::new()
    });
    (told, port)
}

/// Answers every request with what `answer` makes of its path and body.
fn serve(answer: impl Fn(&str, &str) -> String + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A peer that breaks off is its own business.
            respond(stream, &answer).ok();
        }
    });
    port
}

fn respond(mut stream: TcpStream, answer: &impl Fn(&str, &str) -> String) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let (mut read, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
            });
            if body.len() >= length.unwrap_or(0) {
                let path = head.split(' ').nth(1).unwrap_or_default();
                let said = answer(path, body);
                let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nConnection: close";
                return write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{said}", said.len());
            }
        }
        match stream.read(&mut buffer)? {
            0 => return Ok(()),
            count => read.extend_from_slice(&buffer[..count]),
        }
    }
}

/// The body of an answer of Prometheus.
fn get(port: u16, path: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}
