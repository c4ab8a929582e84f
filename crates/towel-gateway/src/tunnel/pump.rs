//! Carries bytes both ways between a client and a target that agreed on another protocol.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep, timeout};

use super::frames::{Farewell, Frames};
use crate::exchange::link::Link;
use crate::exchange::watch::Watch;
use crate::h1::body::poll_fill;
use crate::shared::Worker;
use crate::split::dice;
use crate::target::{Flight, Stage};

/// How long a client may take to answer a close frame.
const FAREWELL_WITHIN: Duration = Duration::from_secs(1);

/// An upgraded connection to a target.
#[derive(Debug)]
pub(crate) struct Tunnel {
    pub(crate) link: Link,
    pub(crate) flight: Flight,
    pub(crate) websocket: bool,
}

impl Tunnel {
    /// Runs until both sides are done. `inbox` was read from the client behind its request,
    /// `outbox` is the answer's head.
    pub(crate) async fn run<IO: AsyncRead + AsyncWrite + Unpin>(
        self,
        mut client: IO,
        inbox: BytesMut,
        outbox: BytesMut,
        worker: &Worker,
    ) {
        let Link { io: server, inbox: early, .. } = self.link;
        let greeted = async {
            client.write_all(&outbox).await?;
            client.flush().await
        };
        if greeted.await.is_err() {
            return;
        }
        let mut pump = Pump {
            watch: Watch::new(self.flight.target(), worker),
            to_server: Flow::new(inbox, self.websocket),
            to_client: Flow::new(early, self.websocket),
            parting: None,
            server,
        };
        if let End::Parting = poll_fn(|cx| pump.poll(cx, &mut client)).await {
            // Whoever does not answer in time is cut.
            drop(timeout(FAREWELL_WITHIN, pump.part(&mut client)).await);
        }
    }
}

/// How pumping ends.
enum End {
    /// Both sides closed, or one broke.
    Closed,
    /// It is time to send the client away.
    Parting,
}

struct Pump {
    watch: Watch,
    to_server: Flow,
    to_client: Flow,
    /// When the tunnel is to be closed.
    parting: Option<Pin<Box<Sleep>>>,
    server: TcpStream,
}

impl Pump {
    fn poll<IO: AsyncRead + AsyncWrite + Unpin>(&mut self, cx: &mut Context<'_>, client: &mut IO) -> Poll<End> {
        match self.watch.poll(cx) {
            Stage::Open => {}
            Stage::Closing => {
                if self.poll_parting(cx).is_ready() {
                    return Poll::Ready(End::Parting);
                }
            }
            Stage::Cut => return Poll::Ready(End::Closed),
        }
        let there = self.to_server.poll(cx, client, &mut self.server);
        let back = self.to_client.poll(cx, &mut self.server, client);
        match (there, back) {
            (Poll::Ready(Err(_)), _) | (_, Poll::Ready(Err(_))) | (Poll::Ready(_), Poll::Ready(_)) => {
                Poll::Ready(End::Closed)
            }
            _ => Poll::Pending,
        }
    }

    /// At a random moment of the closing time. Only WebSockets know how to part.
    fn poll_parting(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.to_client.frames.is_none() {
            return Poll::Pending;
        }
        let window = self.watch.closing_time().as_millis() as u64;
        let sleep = self.parting.get_or_insert_with(|| {
            let moment = dice::roll(|dice| dice.below(window.max(1)));
            Box::pin(sleep(Duration::from_millis(moment)))
        });
        sleep.as_mut().poll(cx)
    }

    /// Says goodbye to both sides, and waits for the client to go.
    async fn part<IO: AsyncRead + AsyncWrite + Unpin>(&mut self, client: &mut IO) -> io::Result<()> {
        let farewell = if self.watch.is_process_ending() { Farewell::GoingAway } else { Farewell::ServiceRestart };
        if self.to_server.is_between_frames() {
            self.to_server.buf.extend_from_slice(&farewell.frame(true));
            self.server.write_all(&self.to_server.buf).await?;
        }
        self.to_client.finish_frame(&mut self.server).await?;
        self.to_client.buf.extend_from_slice(&farewell.frame(false));
        client.write_all(&self.to_client.buf).await?;
        client.flush().await?;
        let mut sink = [0; 4096];
        while client.read(&mut sink).await? > 0 {}
        client.shutdown().await
    }
}

/// One direction.
struct Flow {
    buf: BytesMut,
    frames: Option<Frames>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// Nothing more comes; the other side is yet to be told.
    Ending,
    Ended,
}

impl Flow {
    fn new(buf: BytesMut, websocket: bool) -> Self {
        let mut frames = websocket.then(Frames::default);
        if let Some(frames) = &mut frames {
            frames.follow(&buf);
        }
        Self { buf, frames, state: State::Open }
    }

    fn poll<A, B>(&mut self, cx: &mut Context<'_>, from: &mut A, to: &mut B) -> Poll<io::Result<()>>
    where
        A: AsyncRead + Unpin,
        B: AsyncWrite + Unpin,
    {
        loop {
            while !self.buf.is_empty() {
                let n = ready!(Pin::new(&mut *to).poll_write(cx, &self.buf))?;
                self.buf.advance(n);
            }
            match self.state {
                State::Ended => return Poll::Ready(Ok(())),
                State::Ending => {
                    ready!(Pin::new(&mut *to).poll_shutdown(cx))?;
                    self.state = State::Ended;
                }
                State::Open => match poll_fill(cx, from, &mut self.buf) {
                    Poll::Ready(Ok(0)) => self.state = State::Ending,
                    Poll::Ready(Ok(n)) => self.follow(n),
                    Poll::Ready(Err(e)) => return Poll::Ready(Err(e)),
                    Poll::Pending => {
                        // Most tunnels are idle most of the time; they hold no buffer meanwhile.
                        self.buf = BytesMut::new();
                        ready!(Pin::new(&mut *to).poll_flush(cx))?;
                        return Poll::Pending;
                    }
                },
            }
        }
    }

    fn follow(&mut self, new: usize) {
        if let Some(frames) = &mut self.frames {
            frames.follow(&self.buf[self.buf.len() - new..]);
        }
    }

    fn is_between_frames(&self) -> bool {
        self.state == State::Open && self.frames.as_ref().is_some_and(Frames::is_between)
    }

    /// Reads on until a frame ends; what lies behind it is dropped.
    async fn finish_frame(&mut self, from: &mut TcpStream) -> io::Result<()> {
        let Some(frames) = &mut self.frames else { return Ok(()) };
        while !frames.is_between() {
            let before = self.buf.len();
            if from.read_buf(&mut self.buf).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(border) = frames.follow(&self.buf[before..]) {
                self.buf.truncate(before + border);
                return Ok(());
            }
        }
        Ok(())
    }
}
