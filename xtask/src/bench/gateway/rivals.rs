//! The proxies that are compared, each with two workers, kept connections to the upstream, and the same headers.

use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::setting::{Setting, free_port};

/// A server answers within this time, or something is wrong.
const START: Duration = Duration::from_secs(20);

/// A proxy that runs; dropped, it is ended.
pub(super) struct Rival {
    pub(super) name: &'static str,
    port: u16,
    child: Child,
    /// nginx has to be asked, or its workers stay behind.
    nginx: Option<PathBuf>,
}

impl Rival {
    pub(super) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(super) fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    fn spawn(name: &'static str, port: u16, mut command: Command, nginx: Option<PathBuf>) -> Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        let mut rival = Self { name, port, child, nginx };
        let began = Instant::now();
        while TcpStream::connect(rival.address()).is_err() {
            if let Some(status) = rival.child.try_wait().context("cannot watch a process")? {
                bail!("{name} ended at once: {status}");
            }
            if began.elapsed() > START {
                bail!("{name} does not listen on {}", rival.address());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(rival)
    }
}

impl Drop for Rival {
    fn drop(&mut self) {
        let asked = self.nginx.as_ref().is_some_and(|configuration| {
            let stop =
                Command::new("nginx").arg("-c").arg(configuration).args(["-s", "stop"]).stderr(Stdio::null()).status();
            stop.is_ok_and(|status| status.success())
        });
        if !asked {
            drop(self.child.kill());
        }
        drop(self.child.wait());
    }
}

/// Says which packages are missing, all at once.
pub(super) fn check_installed() -> Result<()> {
    let missing: Vec<_> = [
        ("nginx", "nginx-light", "-v"),
        ("haproxy", "haproxy", "-v"),
        ("wrk", "wrk", "-v"),
        ("taskset", "util-linux", "-V"),
    ]
    .into_iter()
    .filter(|(program, _, flag)| {
        Command::new(program).arg(flag).stdout(Stdio::null()).stderr(Stdio::null()).status().is_err()
    })
    .map(|(_, package, _)| package)
    .collect();
    if missing.is_empty() {
        return Ok(());
    }
    bail!("`bench gateway` needs other programs; install the Debian packages {}", missing.join(" "))
}

/// The server behind all of them.
pub(super) fn upstream(setting: &Setting) -> Result<Rival> {
    setting.write("64k", &"x".repeat(64 * 1024))?;
    let port = setting.upstream;
    let server = format!(
        "server {{ listen 127.0.0.1:{port} backlog=4096;
            location = / {{ return 200 'hello, this is a small fixed answer\\n'; }}
            location /64k {{ root {}; }}
        }}",
        setting.folder.path().display()
    );
    nginx("the upstream", setting, port, "upstream", &server)
}

/// Ours first, then the others.
pub(super) fn start(setting: &Setting, echo: SocketAddr) -> Result<[Rival; 3]> {
    Ok([towel(setting, echo)?, rival_nginx(setting, echo)?, haproxy(setting, echo)?])
}

fn towel(setting: &Setting, echo: SocketAddr) -> Result<Rival> {
    let port = free_port()?;
    let backend = |id: &str, address: SocketAddr| {
        json!({ "epoch": 1, "timeout_ms": 60000, "versions": [{
            "label": "v1", "weight": 1, "targets": [{ "id": id, "address": address }],
        }] })
    };
    let upstream = SocketAddr::from(([127, 0, 0, 1], setting.upstream));
    let state = json!({
        "key": "0".repeat(64),
        "table": {
            "generation": 1,
            "listeners": [{ "address": format!("127.0.0.1:{port}"), "routes": [
                { "path": "/", "backend": "upstream" },
                { "path": "/echo", "backend": "echo" },
            ] }],
            "backends": { "upstream": backend("u", upstream), "echo": backend("e", echo) },
        },
    });
    let state = setting.write("state", &state.to_string())?;
    let mut command = setting.pinned(&setting.gateway);
    command.arg(setting.path("admin")).arg(state);
    Rival::spawn("towel", port, command, None)
}

fn rival_nginx(setting: &Setting, echo: SocketAddr) -> Result<Rival> {
    let (port, upstream) = (free_port()?, setting.upstream);
    let forwarded = "proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header X-Forwarded-Host $host;";
    let server = format!(
        "upstream up {{ server 127.0.0.1:{upstream}; keepalive 256; keepalive_requests 1000000000; }}
        upstream echo {{ server {echo}; }}
        server {{ listen 127.0.0.1:{port} backlog=4096;
            location / {{ proxy_pass http://up; {forwarded} proxy_set_header Connection ''; }}
            location /echo {{ proxy_pass http://echo; {forwarded}
                proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; }}
        }}"
    );
    nginx("nginx", setting, port, "nginx", &server)
}

/// An nginx with two workers and nothing written down.
fn nginx(name: &'static str, setting: &Setting, port: u16, file: &str, server: &str) -> Result<Rival> {
    let folder = setting.folder.path().display();
    // Its workers would give up root and with it the folder that only root may read.
    let user = if is_root()? { "user root;" } else { "" };
    let configuration = format!(
        "{user} worker_processes 2; daemon off; pid {folder}/{file}.pid; error_log {folder}/{file}.log;
        events {{ worker_connections 8192; }}
        http {{ access_log off; sendfile on; tcp_nodelay on; keepalive_requests 1000000000;
        client_body_temp_path {folder}/{file}-body; proxy_temp_path {folder}/{file}-proxy;
        fastcgi_temp_path {folder}/{file}-f; uwsgi_temp_path {folder}/{file}-u; scgi_temp_path {folder}/{file}-s;
        {server} }}"
    );
    let configuration = setting.write(&format!("{file}.conf"), &configuration)?;
    let mut command = setting.pinned("nginx");
    command.arg("-c").arg(&configuration).stderr(Stdio::null());
    Rival::spawn(name, port, command, Some(configuration))
}

fn haproxy(setting: &Setting, echo: SocketAddr) -> Result<Rival> {
    let (port, upstream) = (free_port()?, setting.upstream);
    let configuration = setting.write(
        "haproxy.cfg",
        &format!(
            "global
    nbthread 2
    maxconn 8192
defaults
    mode http
    option forwardfor
    option http-keep-alive
    http-reuse always
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    timeout tunnel 1h
frontend front
    bind 127.0.0.1:{port} backlog 4096
    http-request set-header X-Forwarded-Proto http
    http-request set-header X-Forwarded-Host %[req.hdr(host)]
    use_backend echo if {{ path_beg /echo }}
    default_backend up
backend up
    server one 127.0.0.1:{upstream} pool-max-conn 512
backend echo
    server one {echo}
"
        ),
    )?;
    let mut command = setting.pinned("haproxy");
    command.args(["-q", "-db", "-f"]).arg(configuration).stderr(Stdio::null());
    Rival::spawn("haproxy", port, command, None)
}

fn is_root() -> Result<bool> {
    let output = Command::new("id").arg("-u").output().context("cannot run id")?;
    Ok(output.stdout.trim_ascii() == b"0")
}
