//! Redis: a configuration file with its password, run, asked to answer after logging in.

use std::net::{Ipv4Addr, SocketAddr};

use nix::sys::signal::Signal;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::find::{find, missing};
use super::house::House;
use super::{Binding, Facts};
use crate::local::{Ask, Boxed, Prepared, refusal};
use crate::shim::StopPlan;

/// The user that every Redis since 6.0 has.
const USER: &str = "default";

pub(crate) fn binding(facts: &Facts) -> Binding {
    let Facts { port, password, .. } = facts;
    Binding {
        url: format!("redis://{USER}:{password}@127.0.0.1:{port}/0"),
        host: "127.0.0.1".to_owned(),
        port: *port,
        user: USER.to_owned(),
        password: password.clone(),
        name: "0".to_owned(),
    }
}

pub(crate) fn question(facts: &Facts) -> Box<dyn Ask> {
    Box::new(Ping { address: (Ipv4Addr::LOCALHOST, facts.port).into(), password: facts.password.clone() })
}

pub(crate) fn prepare(house: &House) -> Result<Prepared, String> {
    let program =
        find(&["redis-server", "valkey-server"], house.search()).ok_or_else(|| missing("redis", "redis-server"))?;
    let said = |error: std::io::Error| format!("its configuration cannot be written: {error}");
    // In a file and not among the arguments, where everybody on this machine could read the password.
    let file = house.write("redis.conf", &configuration(house)).map_err(said)?;
    Ok(Prepared {
        called: "redis-server".to_owned(),
        program,
        arguments: vec![file.display().to_string()],
        folder: house.folder.clone(),
        environment: house.environment.clone(),
        user: house.user_name(),
        // It saves before it ends.
        stop: StopPlan { signal: Signal::SIGTERM as i32, whole_group: false, within_ms: 60_000 },
    })
}

fn configuration(house: &House) -> String {
    let Facts { port, password, .. } = &house.facts;
    let mut lines = vec![
        "# Written by towel at each start.".to_owned(),
        "bind 127.0.0.1".to_owned(),
        format!("port {port}"),
        format!("requirepass {password}"),
        // Relative to the folder that it is started in, so that no path has to be quoted.
        "dir .".to_owned(),
        "daemonize no".to_owned(),
        "appendonly yes".to_owned(),
        "logfile \"\"".to_owned(),
    ];
    lines.extend(house.datastore.max_connections.as_ref().map(|most| format!("maxclients {}", **most)));
    lines.join("\n") + "\n"
}

/// Logs in and asks for a sign of life. While Redis loads its data it answers `LOADING`, which is no success.
struct Ping {
    address: SocketAddr,
    password: String,
}

impl Ping {
    async fn pong(&self) -> Result<String, String> {
        let said = |error: std::io::Error| format!("the conversation broke off: {error}");
        let stream = TcpStream::connect(self.address).await.map_err(|error| refusal(self.address, &error))?;
        let mut stream = BufReader::new(stream);
        for (command, expected) in [(vec!["AUTH", &self.password], "+OK"), (vec!["PING"], "+PONG")] {
            stream.get_mut().write_all(&encode(&command)).await.map_err(said)?;
            let mut answer = String::new();
            stream.read_line(&mut answer).await.map_err(said)?;
            if answer.trim_end() != expected {
                return Err(format!("{} answered `{}`", command[0], answer.trim_end()));
            }
        }
        Ok("PING answered PONG".to_owned())
    }
}

impl Ask for Ping {
    fn ask(&self) -> Boxed<'_, Result<String, String>> {
        Box::pin(self.pong())
    }
}

/// A command in Redis's protocol (RESP): an array of texts with their lengths.
fn encode(words: &[&str]) -> Vec<u8> {
    let mut text = format!("*{}\r\n", words.len());
    words.iter().for_each(|word| text.push_str(&format!("${}\r\n{word}\r\n", word.len())));
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_an_array_of_texts() {
        assert_eq!(encode(&["AUTH", "pw"]), b"*2\r\n$4\r\nAUTH\r\n$2\r\npw\r\n");
    }
}
