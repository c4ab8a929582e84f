//! Why a gateway could not start or had to end.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// What ends a gateway process.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// The admin socket cannot be made.
    #[error("the admin socket `{}` cannot be made: {source}", path.display())]
    Admin {
        /// Where it should be.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The state file cannot be read or written.
    #[error("the gateway's state `{}` cannot be used: {reason}; remove it to start without a table", path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The sockets of the running gateway were not handed over.
    #[error("the running gateway did not hand over its sockets: {0}")]
    Takeover(String),
    /// The last table cannot be served.
    #[error("the last table cannot be served: {0}")]
    Table(#[from] Refused),
    /// The system refused a thread, a signal handler or a random key.
    #[error("the gateway cannot start: {0}")]
    System(#[from] io::Error),
}

/// Why a table was not put in force.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// A newer table is in force.
    #[error("generation {sent} is older than {in_force}, which is in force")]
    Older {
        /// Of the table that came.
        sent: u64,
        /// Of the table that stays.
        in_force: u64,
    },
    /// Another table with the same generation is in force.
    #[error("another table with generation {0} is in force; count generations up")]
    Same(u64),
    /// The gateway is ending or handing over its sockets.
    #[error("this gateway is ending; send the table to its successor")]
    Ending,
    /// The table contradicts itself.
    #[error("{0}")]
    Invalid(String),
    /// A listening socket cannot be made.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A TLS listener's files cannot be used.
    #[error("the TLS file `{file}` for {address} cannot be used: {reason}")]
    Tls {
        /// Of the listener.
        address: SocketAddr,
        /// Which file.
        file: String,
        /// What is wrong.
        reason: String,
    },
}
