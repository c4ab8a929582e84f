//! One HTTP/1.1 request from its head to the end of its answer.

use bytes::Buf;
use tokio::io::{AsyncRead, AsyncWrite};

use super::body::{BodyReader, Framing};
use super::client::H1Client;
use super::front::Front;
use super::relay::Relay;
use super::request::with_request;
use crate::admit::{Asked, admit};
use crate::exchange::account::Ending;
use crate::exchange::client::ClientFault;
use crate::exchange::deadline::Deadline;
use crate::exchange::fetch::{Answer, Unanswered, fetch};
use crate::exchange::link::keep;
use crate::exchange::order::Order;
use crate::exchange::watch::Watch;
use crate::refusal::Refusal;
use crate::shared::Worker;
use crate::tunnel::Tunnel;

/// How a connection goes on.
#[derive(Debug)]
pub(crate) enum After {
    /// With the next request.
    Next,
    /// Closed; the client may still be sending.
    Linger,
    /// Closed.
    Close,
    /// As a tunnel.
    Tunnel(Box<Tunnel>),
}

/// What is left to know of a request when its head is gone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    pub(crate) framing: Framing,
    /// HTTP/1.1 rather than 1.0.
    pub(crate) modern: bool,
    /// Another request may follow.
    pub(crate) keep_alive: bool,
}

impl<IO: AsyncRead + AsyncWrite + Unpin> Front<IO> {
    /// Serves the request whose head is the next `end` bytes.
    pub(crate) async fn serve(&mut self, end: usize) -> After {
        let read = self.read(end);
        self.inbox.advance(end);
        match read {
            Ok((Ok(order), manner)) => self.exchange(order, manner).await,
            Ok((Err(refusal), manner)) => {
                let next = manner.keep_alive && matches!(manner.framing, Framing::Empty | Framing::Length(0));
                self.refuse(&refusal, if next { After::Next } else { After::Linger }).await
            }
            Err(malformed) => self.refuse(&malformed, After::Linger).await,
        }
    }

    fn read(&mut self, end: usize) -> Result<(Result<Order, Refusal>, Manner), Refusal> {
        let forward = &mut self.forward;
        let (worker, door, origin) = (&self.worker, &self.door, &self.origin);
        with_request(&self.inbox[..end], |request| {
            let manner = Manner {
                framing: request.framing,
                modern: request.minor == 1,
                keep_alive: request.keep_alive && !worker.is_ending(door),
            };
            let asked = Asked {
                host: request.host,
                target: request.target,
                traits: request.traits,
                survey: &request.survey,
                origin,
            };
            let order = admit(&worker.shared, door.address, &asked).map(|mut order| {
                forward.clear();
                request.forward(forward, origin);
                order.forward = std::mem::take(forward);
                order
            });
            Ok((order, manner))
        })
    }

    async fn exchange(&mut self, mut order: Order, manner: Manner) -> After {
        let worker = self.worker.clone();
        let (mut client, deadline) = H1Client::lend(self, manner);
        let fetched = fetch(&mut order, &mut client, deadline, &worker).await;
        let may_go_on = client.keep_alive && client.body.is_done();
        let after = match fetched {
            Ok(answer) if answer.answered.status == 101 => {
                let Answer { link, flight, .. } = answer;
                After::Tunnel(Box::new(Tunnel { link, flight, websocket: order.traits.websocket }))
            }
            Ok(answer) => relay(answer, client, deadline, &worker).await,
            Err(Unanswered::Refused(refusal)) => {
                order.backend.metrics.count_own(refusal.status);
                self.refuse(&refusal, if may_go_on { After::Next } else { After::Linger }).await
            }
            Err(Unanswered::Client(fault)) => self.give_up(fault).await,
        };
        self.forward = std::mem::take(&mut order.forward);
        match after {
            // What was sent behind a request to switch protocols is not a request.
            After::Next if order.traits.upgrade && !self.inbox.is_empty() => After::Linger,
            other => other,
        }
    }

    async fn give_up(&mut self, fault: ClientFault) -> After {
        match fault {
            ClientFault::Gone => {
                self.worker.shared.process.clients_gone.add();
                After::Close
            }
            ClientFault::Malformed => {
                self.refuse(&Refusal::malformed("the chunked body is malformed"), After::Linger).await
            }
            ClientFault::Stalled => {
                self.refuse(&Refusal::new(408, "the request's body took too long"), After::Linger).await
            }
        }
    }
}

async fn relay<IO: AsyncRead + AsyncWrite + Unpin>(
    answer: Answer,
    mut client: H1Client<'_, IO>,
    deadline: &mut Deadline,
    worker: &Worker,
) -> After {
    let Answer { mut link, answered, time, deaf, flight, account } = answer;
    let watch = Watch::new(flight.target(), worker);
    let body = BodyReader::new(answered.framing);
    let ending = Relay { client: &mut client, link: &mut link, body, deaf, deadline, watch }.run().await;
    if !answered.event_stream || answered.status >= 500 {
        account.settle(answered.status, time, ending);
    }
    let request_done = client.body.is_done();
    match ending {
        Ending::Complete => {
            if request_done && answered.reusable && link.inbox.is_empty() && link.outbox.is_empty() {
                keep(link, &answered, &flight, worker);
            }
            if client.keep_alive && request_done { After::Next } else { After::Linger }
        }
        Ending::ClientGone => {
            worker.shared.process.clients_gone.add();
            After::Close
        }
        // An abrupt end tells the client that the answer is not complete.
        Ending::TargetFailed => After::Close,
    }
}
