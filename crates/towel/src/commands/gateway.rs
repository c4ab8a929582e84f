//! `towel gateway`: the process that holds the listening sockets.

use std::path::PathBuf;

use anyhow::Context;

use crate::exit::Status;

/// Serves until it is told to stop.
pub(crate) fn gateway(admin: PathBuf, state: PathBuf, takeover: bool) -> anyhow::Result<Status> {
    // A session of its own: Ctrl-C in the supervisor's terminal is not meant for it. It fails
    // only for a group leader, which a person made it by starting it from a shell.
    if let Err(error) = nix::unistd::setsid()
        && error != nix::errno::Errno::EPERM
    {
        return Err(error).context("leave the terminal's session");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("start the runtime")?;
    runtime.block_on(towel_gateway::serve(towel_gateway::Settings { admin, state, takeover }))?;
    Ok(Status::Done)
}
