//! From the command line to the command.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use towel_source::Colour;

use super::{
    check, completions, deploy, down, exec, explain, gateway, init, logs, render, schema, status, up, watching,
};
use crate::cli::{CheckFormat, Cli, Command, Common, DeployArgs, InitArgs, RenderArgs};
use crate::client::Client;
use crate::exit::{Failure, Status};
use crate::product::{Product, environment};
use crate::project::Project;
use crate::show::{Terminal, output};
use crate::supervisor::wire::{DeployBody, Done, RollbackBody, ScaleBody, ServiceBody, StatusView};

/// Runs the command. Those that become another kind of process answer with their own exit code.
pub(crate) fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Shim { arguments } => Ok(ExitCode::from(towel_engine::shim::run(&arguments))),
        Command::Pizzeria { arguments } => Ok(pizzeria::main_from(arguments.into_iter())),
        Command::Gateway { admin, state, takeover } => gateway::gateway(admin, state, takeover).map(Into::into),
        command => ordinary(&cli.common, command).map(Into::into),
    }
}

fn ordinary(common: &Common, command: Command) -> anyhow::Result<Status> {
    match command {
        Command::Init(args) => begun(common, &args),
        Command::Check(args) => checked(common, args.format),
        Command::Explain { code } => printed(|out| explain::explain(code.as_deref(), common.json, out)),
        Command::Render(args) => rendered(common, &args),
        Command::Schema => printed(|out| schema::schema(out)),
        Command::Completions { shell } => completions::completions(shell),
        Command::Man => completions::man(),
        Command::Freeze => {
            let name = environment(&common.file, common.env.as_deref())?;
            let stack = Product::read(&common.file)?.admit(&name)?;
            watching::freezes(&crate::supervisor::freezes(&stack), common.json)
        }
        Command::Supervise(args) => {
            leave_terminal()?;
            let project = project(common)?;
            wide()?.block_on(up::supervise(project, &args))
        }
        command => wide()?.block_on(asynchronous(common, command)),
    }
}

async fn asynchronous(common: &Common, command: Command) -> anyhow::Result<Status> {
    let json = common.json;
    // These need no environment besides those that they name themselves.
    let command = match command {
        Command::Demo { keep } => return crate::demo::demo(keep.as_deref(), json, common.quiet).await,
        Command::Promote { subject, to: Some(to), override_word, approved_by } => {
            return promote_between(common, &subject, &to, &Leave { override_word, approved_by }).await;
        }
        command => command,
    };
    let project = project(common)?;
    let client = Client::new(project.supervisor_socket()?, &project.environment);
    match command {
        Command::Up(args) => up::up(&up::Up { project: &project, args: &args, json, quiet: common.quiet }).await,
        Command::Down { volumes } => down::down(&project, volumes, json, common.quiet).await,
        Command::Deploy(args) => ship(common, &client, args).await,
        Command::Rollback { service, version } => {
            let body = RollbackBody { service, version, by: asker() };
            deploy::rollback(&client, &body, manner(common, false)).await
        }
        Command::Promote { subject, to: None, override_word: None, approved_by: None } => {
            say(common, &client, "promote", &of(subject)).await
        }
        Command::Promote { .. } => Err(Failure::usage("`--override` and `--approved-by` belong to `promote FROM TO`")
            .help("a rollout that runs had its leave when it began")
            .into()),
        Command::Abort { service } => say(common, &client, "abort", &of(service)).await,
        Command::Restart { service } => say(common, &client, "restart", &of(service)).await,
        Command::Scale { service, replicas } => {
            say(common, &client, "scale", &ScaleBody { service, replicas, by: asker() }).await
        }
        Command::Status { watch } => status::status(&client, watch, json).await,
        Command::History { service } => watching::history(&client, service.as_deref(), json).await,
        Command::Events { follow, lines } => watching::events(&client, follow, lines, json).await,
        Command::Top => watching::top(&client, json).await,
        Command::Logs { name, follow, lines } => {
            logs::logs(&project, &logs::Wish { name: &name, lines, follow }, json).await
        }
        Command::Exec { name, command } => exec::exec(&client, &name, &command).await,
        other => unreachable!("this is a bug in towel: {other:?} is no command of a running environment"),
    }
}

fn checked(common: &Common, format: CheckFormat) -> anyhow::Result<Status> {
    let colour = if Terminal::of_output().colour { Colour::Ansi } else { Colour::None };
    let format = match format {
        CheckFormat::Human if common.json => check::Format::Json,
        CheckFormat::Human => check::Format::Human(colour),
        CheckFormat::Json => check::Format::Json,
        CheckFormat::Sarif => check::Format::Sarif,
    };
    let wish = check::Wish { file: &common.file, env: common.env.as_deref(), format, quiet: common.quiet };
    printed(|out| check::check(&wish, out))
}

fn rendered(common: &Common, args: &RenderArgs) -> anyhow::Result<Status> {
    if let Some(dotenv) = &args.dotenv {
        let stack = Product::read(&common.file)?.admit(&environment(&common.file, common.env.as_deref())?)?;
        return printed(|out| render::gaps(&stack, dotenv, common.json, out));
    }
    let wish = render::Wish {
        file: &common.file,
        env: common.env.as_deref(),
        targets: &args.targets,
        out: args.out.as_deref(),
        check: args.check,
        diff: args.diff,
        report: args.report,
        prune: args.prune,
        json: common.json,
        quiet: common.quiet,
        today: jiff::Zoned::now().date().to_string(),
    };
    printed(|out| render::render(&wish, out))
}

fn begun(common: &Common, args: &InitArgs) -> anyhow::Result<Status> {
    let wish = init::Wish {
        out: args.out.as_deref().unwrap_or(&common.file),
        from: &args.from,
        dry_run: args.dry_run,
        force: args.force,
        json: common.json,
        quiet: common.quiet,
    };
    printed(|out| init::init(&wish, out))
}

/// Gives a command standard output, and does not forget what is still in the buffer.
fn printed(command: impl FnOnce(&mut dyn Write) -> anyhow::Result<Status>) -> anyhow::Result<Status> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let status = command(&mut out)?;
    out.flush()?;
    Ok(status)
}

async fn ship(common: &Common, client: &Client, args: DeployArgs) -> anyhow::Result<Status> {
    let body = DeployBody {
        service: args.service,
        version: args.version,
        override_word: args.override_word,
        why: args.why,
        approved_by: args.approved_by,
        by: asker(),
    };
    deploy::deploy(client, &body, manner(common, args.no_wait)).await
}

fn manner(common: &Common, no_wait: bool) -> deploy::Manner {
    deploy::Manner { no_wait, json: common.json, quiet: common.quiet }
}

/// What lets deploys through that would be refused.
struct Leave {
    override_word: Option<String>,
    approved_by: Option<String>,
}

/// Ships the versions of one environment to the next, service by service in the order of the file.
async fn promote_between(common: &Common, from: &str, to: &str, leave: &Leave) -> anyhow::Result<Status> {
    let client_of = |name: &str| -> anyhow::Result<Client> {
        let project = Project::new(&common.file, &environment(&common.file, Some(name))?)?;
        Ok(Client::new(project.supervisor_socket()?, name))
    };
    let (source, target): (StatusView, StatusView) =
        (client_of(from)?.get("/v1/status").await?, client_of(to)?.get("/v1/status").await?);
    let client = client_of(to)?;
    for service in source.services {
        let there = target.services.iter().find(|one| one.status.service == service.status.service);
        let Some(version) = service.status.version else { continue };
        if there.is_some_and(|there| there.status.version.as_ref() == Some(&version)) {
            continue;
        }
        let body = DeployBody {
            service: service.status.service,
            version,
            override_word: leave.override_word.clone(),
            why: Some(format!("promoted from {from}")),
            approved_by: leave.approved_by.clone(),
            by: asker(),
        };
        let status = deploy::deploy(&client, &body, manner(common, false)).await?;
        if status != Status::Done {
            return Ok(status);
        }
    }
    Ok(Status::Done)
}

async fn say<B: serde::Serialize>(common: &Common, client: &Client, what: &str, body: &B) -> anyhow::Result<Status> {
    let done: Done = client.post(&format!("/v1/{what}"), body).await?;
    if common.json {
        output::json_line(&done)?;
    } else if !common.quiet {
        output::line(&done.message)?;
    }
    Ok(Status::Done)
}

fn of(service: String) -> ServiceBody {
    ServiceBody { service, by: asker() }
}

fn project(common: &Common) -> anyhow::Result<Project> {
    let name = environment(&common.file, common.env.as_deref())?;
    Project::new(&common.file, &name)
}

/// Who asks: the person logged in, or the CI system's word for them.
pub(crate) fn asker() -> String {
    let variable = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
    let user = nix::unistd::User::from_uid(nix::unistd::Uid::current()).ok().flatten().map(|user| user.name);
    variable("GITHUB_ACTOR").or_else(|| variable("GITLAB_USER_LOGIN")).or(user).unwrap_or_else(|| "unknown".to_owned())
}

/// A session of its own, so that the terminal's end or Ctrl-C is not the supervisor's.
fn leave_terminal() -> anyhow::Result<()> {
    match nix::unistd::setsid() {
        // A group leader, which a person made it by starting it from a shell, cannot leave.
        Ok(_) | Err(nix::errno::Errno::EPERM) => Ok(()),
        Err(error) => Err(error).context("leave the terminal's session"),
    }
}

/// Two threads: one for the work, one so that a slow disk holds nobody up.
fn wide() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().context("start the runtime")
}
