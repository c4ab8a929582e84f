//! The clients: wrk for requests, and a WebSocket client of our own.

use std::net::SocketAddr;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::echo::{ANSWERED, ASKED, MESSAGE, read_head};

const CONNECTIONS: usize = 64;

/// What one run showed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Measured {
    /// Answers a second.
    pub(super) rate: f64,
    /// Seconds that half of the answers took at most.
    pub(super) median: f64,
    /// Seconds that 99 of 100 answers took at most.
    pub(super) p99: f64,
}

/// Requests over kept connections.
pub(super) fn http(url: &str, time: Duration) -> Result<Measured> {
    let output = Command::new("wrk")
        .args(["-t2", &format!("-c{CONNECTIONS}"), &format!("-d{}s", time.as_secs()), "--latency", url])
        .output()
        .context("cannot run wrk")?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "wrk failed: {text}");
    ensure!(!text.contains("Non-2xx") && !text.contains("Socket errors"), "requests failed:\n{text}");
    read_wrk(&text).with_context(|| format!("wrk printed something else than expected:\n{text}"))
}

fn read_wrk(text: &str) -> Option<Measured> {
    let value = |start: &str| {
        let line = text.lines().map(str::trim).find(|line| line.starts_with(start))?;
        line.split_whitespace().nth(1)
    };
    let rate = value("Requests/sec:")?.parse().ok()?;
    Some(Measured { rate, median: seconds(value("50%")?)?, p99: seconds(value("99%")?)? })
}

fn seconds(text: &str) -> Option<f64> {
    for (unit, factor) in [("us", 1e-6), ("ms", 1e-3), ("s", 1.0), ("m", 60.0)] {
        if let Some(number) = text.strip_suffix(unit) {
            return number.parse::<f64>().ok().map(|n| n * factor);
        }
    }
    None
}

/// Messages to and fro over open sockets, one at a time on each.
pub(super) async fn websocket(address: SocketAddr, time: Duration) -> Result<Measured> {
    let mut sockets = Vec::new();
    for _ in 0..CONNECTIONS {
        sockets.push(open(address).await.context("a WebSocket cannot be opened")?);
    }
    let until = Instant::now() + time;
    let mut chats: JoinSet<_> = sockets.into_iter().map(|socket| chat(socket, until)).collect();
    let mut times = Vec::new();
    while let Some(chatted) = chats.join_next().await {
        times.extend(chatted.context("a client failed")?.context("a WebSocket broke")?);
    }
    times.sort_unstable();
    ensure!(!times.is_empty(), "no message came back");
    let at = |share: usize| f64::from(times[(times.len() - 1) * share / 100]) / 1e6;
    Ok(Measured { rate: times.len() as f64 / time.as_secs_f64(), median: at(50), p99: at(99) })
}

async fn open(address: SocketAddr) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let request = format!(
        "GET /echo HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let head = read_head(&mut stream).await?;
    ensure!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
    Ok(stream)
}

/// Microseconds that each message took to come back.
async fn chat(mut stream: TcpStream, until: Instant) -> std::io::Result<Vec<u32>> {
    let mut frame = [0; ASKED];
    (frame[0], frame[1]) = (0x82, 0x80 | MESSAGE as u8);
    let (mut answer, mut times) = ([0; ANSWERED], Vec::new());
    loop {
        let sent = Instant::now();
        if sent >= until {
            return Ok(times);
        }
        stream.write_all(&frame).await?;
        stream.read_exact(&mut answer).await?;
        times.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wrk_prints_is_read() {
        let text = "Running 1s test\n  Latency Distribution\n     50%  512.00us\n     99%    1.50ms\n  9 requests in 1.00s\nRequests/sec:  38210.55\n";
        assert_eq!(read_wrk(text), Some(Measured { rate: 38210.55, median: 512e-6, p99: 1.5e-3 }));
        assert_eq!(read_wrk("unable to connect"), None);
    }
}
