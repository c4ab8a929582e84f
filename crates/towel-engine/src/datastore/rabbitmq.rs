//! RabbitMQ: a node of its own with its own port mapper, asked by opening a connection (AMQP 0-9-1).

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use nix::sys::signal::Signal;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::find::{find, missing};
use super::house::House;
use super::{Binding, Facts};
use crate::local::{Ask, Boxed, Prepared, refusal};
use crate::shim::StopPlan;

const USER: &str = "app";
/// Besides the port that clients know: one for the node among nodes, one for the mapper of nodes to ports.
pub(crate) const INNER_PORTS: usize = 2;

pub(crate) fn binding(facts: &Facts) -> Binding {
    let Facts { port, password, .. } = facts;
    Binding {
        url: format!("amqp://{USER}:{password}@127.0.0.1:{port}/{USER}"),
        host: "127.0.0.1".to_owned(),
        port: *port,
        user: USER.to_owned(),
        password: password.clone(),
        name: USER.to_owned(),
    }
}

pub(crate) fn question(facts: &Facts) -> Box<dyn Ask> {
    Box::new(Open { address: (Ipv4Addr::LOCALHOST, facts.port).into(), password: facts.password.clone() })
}

pub(crate) fn prepare(house: &House) -> Result<Prepared, String> {
    // The one in PATH is Debian's wrapper, which only root and `rabbitmq` may call.
    let packaged = Path::new("/usr/lib/rabbitmq/bin/rabbitmq-server");
    let program =
        if packaged.is_file() { Some(packaged.to_path_buf()) } else { find(&["rabbitmq-server"], house.search()) };
    let program = program.ok_or_else(|| missing("rabbitmq", "rabbitmq-server"))?;
    let said = |error: std::io::Error| format!("its configuration cannot be written: {error}");
    let file = house.write("rabbitmq.conf", &configuration(house)).map_err(said)?;
    house.write("enabled_plugins", "[].\n").map_err(said)?;
    let at = |name: &str| house.folder.join(name).display().to_string();
    let (node, mapper) = match house.facts.inner_ports.as_slice() {
        [node, mapper, ..] => (node.to_string(), mapper.to_string()),
        _ => return Err("its ports are not known: remove its data and start again".to_owned()),
    };
    let mut environment = house.environment.clone();
    for (name, value) in [
        ("HOME", house.folder.display().to_string()),
        ("RABBITMQ_NODENAME", format!("towel-{}@localhost", house.name())),
        ("RABBITMQ_CONFIG_FILE", file.display().to_string()),
        ("RABBITMQ_CONF_ENV_FILE", at("none")),
        ("RABBITMQ_ENABLED_PLUGINS_FILE", at("enabled_plugins")),
        ("RABBITMQ_MNESIA_BASE", at("data")),
        ("RABBITMQ_LOG_BASE", at("log")),
        ("RABBITMQ_LOGS", "-".to_owned()),
        ("RABBITMQ_DIST_PORT", node),
        // The script becomes the server instead of standing between it and its signals.
        ("RUNNING_UNDER_SYSTEMD", "1".to_owned()),
        // A mapper of its own, on loopback only: the machine's would outlive this node and know others.
        ("ERL_EPMD_PORT", mapper),
        ("ERL_EPMD_ADDRESS", "127.0.0.1".to_owned()),
        ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}".to_owned()),
    ] {
        environment.retain(|(known, _)| known != name);
        environment.push((name.to_owned(), value));
    }
    Ok(Prepared {
        called: "rabbitmq-server".to_owned(),
        program,
        arguments: Vec::new(),
        folder: house.folder.clone(),
        environment,
        user: house.user_name(),
        stop: StopPlan { signal: Signal::SIGTERM as i32, whole_group: false, within_ms: 60_000 },
    })
}

fn configuration(house: &House) -> String {
    let Facts { port, password, .. } = &house.facts;
    let mut lines = vec![
        "# Written by towel at each start.".to_owned(),
        format!("listeners.tcp.1 = 127.0.0.1:{port}"),
        // They hold from the first start on, when the node makes its own data.
        format!("default_user = {USER}"),
        format!("default_pass = {password}"),
        format!("default_vhost = {USER}"),
        "log.console = true".to_owned(),
        "log.console.level = info".to_owned(),
        "log.file = false".to_owned(),
    ];
    lines.extend(house.datastore.max_connections.as_ref().map(|most| format!("connection_max = {}", **most)));
    lines.join("\n") + "\n"
}

/// Opens a connection as a client does: the server must know the user and have the virtual host.
struct Open {
    address: SocketAddr,
    password: String,
}

const CONNECTION: u16 = 10;

impl Open {
    async fn open(&self) -> Result<String, String> {
        let mut stream = TcpStream::connect(self.address).await.map_err(|error| refusal(self.address, &error))?;
        stream.write_all(b"AMQP\0\0\x09\x01").await.map_err(said)?;
        expect(&mut stream, 10).await?;
        let plain = format!("\0{USER}\0{}", self.password);
        // Start-Ok: no properties, mechanism, response, locale.
        let start_ok = [&0_u32.to_be_bytes()[..], &short("PLAIN"), &long(&plain), &short("en_US")].concat();
        send(&mut stream, 11, &start_ok).await?;
        let tune = expect(&mut stream, 30).await?;
        // Tune-Ok: whatever the server offers. Open: the virtual host and two fields out of use.
        send(&mut stream, 31, tune.get(..8).ok_or("its tune message is too short")?).await?;
        send(&mut stream, 40, &[&short(USER)[..], &[0, 0]].concat()).await?;
        expect(&mut stream, 41).await?;
        // Close: code 200, text, and no method that failed.
        send(&mut stream, 50, &[&200_u16.to_be_bytes()[..], &short("done"), &[0; 4]].concat()).await?;
        expect(&mut stream, 51).await?;
        Ok(format!("virtual host `{USER}` was opened"))
    }
}

impl Ask for Open {
    fn ask(&self) -> Boxed<'_, Result<String, String>> {
        Box::pin(self.open())
    }
}

fn short(text: &str) -> Vec<u8> {
    [&[u8::try_from(text.len()).unwrap_or(u8::MAX)][..], text.as_bytes()].concat()
}

fn long(text: &str) -> Vec<u8> {
    [&u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes()[..], text.as_bytes()].concat()
}

/// A method frame of the class `connection` on channel 0.
async fn send(stream: &mut TcpStream, method: u16, arguments: &[u8]) -> Result<(), String> {
    let payload = [&CONNECTION.to_be_bytes()[..], &method.to_be_bytes(), arguments].concat();
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    let frame = [&[1, 0, 0][..], &length.to_be_bytes(), &payload, &[0xce]].concat();
    stream.write_all(&frame).await.map_err(said)
}

/// The arguments of the next method, which must be that one.
async fn expect(stream: &mut TcpStream, wanted: u16) -> Result<Vec<u8>, String> {
    loop {
        let mut head = [0; 7];
        stream.read_exact(&mut head).await.map_err(said)?;
        let length = u32::from_be_bytes([head[3], head[4], head[5], head[6]]) as usize;
        // Longer than anything that it says while a connection is opened.
        if length > 1 << 20 {
            return Err("it does not speak AMQP".to_owned());
        }
        let mut payload = vec![0; length + 1];
        stream.read_exact(&mut payload).await.map_err(said)?;
        payload.pop();
        match payload.as_slice() {
            // A heartbeat.
            _ if head[0] == 8 => {}
            [0, 10, high, low, arguments @ ..] => {
                let method = u16::from_be_bytes([*high, *low]);
                return match arguments {
                    _ if method == wanted => Ok(arguments.to_vec()),
                    // Close, with a reason: its code and a text.
                    [_, _, length, text @ ..] if method == 50 => {
                        let text = &text[..usize::from(*length).min(text.len())];
                        Err(String::from_utf8_lossy(text).into_owned())
                    }
                    _ => Err(format!("it answered with method {method} where {wanted} was due")),
                };
            }
            _ => return Err("it does not speak AMQP".to_owned()),
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to `map_err`")]
fn said(error: std::io::Error) -> String {
    format!("the conversation broke off: {error}")
}
