//! `towel exec`: runs a command with the environment and in the folder of an instance.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;

use anyhow::Context;

use crate::client::Client;
use crate::exit::Status;
use crate::supervisor::wire::ExecView;

/// Becomes the command; returns only when it cannot be started.
pub(crate) async fn exec(client: &Client, name: &str, command: &[OsString]) -> anyhow::Result<Status> {
    let view: ExecView = client.get(&format!("/v1/exec/{name}")).await?;
    let (program, arguments) = command.split_first().context("no command was given")?;
    let refused = std::process::Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(view.environment)
        .current_dir(&view.folder)
        .exec();
    Err(refused).with_context(|| format!("run `{}` in `{}`", program.display(), view.folder.display()))
}
