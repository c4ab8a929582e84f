//! The command line: every command, its arguments and its one line of help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// One file describes your product; one binary is your platform team.
#[derive(Debug, Parser)]
#[command(name = "towel", version, max_term_width = 100)]
#[command(after_help = "Exit status: 0 done · 1 the answer is no (errors found, a deploy was rolled back) · \
    2 usage or unreadable input · 3 the outside world failed")]
pub(crate) struct Cli {
    /// Options that every command understands.
    #[command(flatten)]
    pub(crate) common: Common,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that every command understands.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    /// The product's file
    #[arg(long, global = true, value_name = "FILE", default_value = "towel.yaml")]
    pub(crate) file: PathBuf,
    /// The environment; when not given, the only one of class dev
    #[arg(long, short, global = true, value_name = "NAME")]
    pub(crate) env: Option<String>,
    /// Answer with JSON of a documented, stable shape
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Say only what went wrong
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Look at the repository, or at another tool's file, and write a first towel.yaml
    Init(InitArgs),
    /// Check the file: syntax, references, and rules that add up across domains
    Check(CheckArgs),
    /// Explain a rule or an error code, with examples
    Explain {
        /// The code in brackets, such as `pool-exceeds-connections`; all codes when not given
        code: Option<String>,
    },
    /// Print the JSON Schema of towel.yaml, for editors
    Schema,
    /// Render Dockerfiles, Compose, Kubernetes, Terraform, workflows, monitoring, docs: every artefact from the file
    Render(RenderArgs),
    /// Start the environment here, or bring a running one up to date with the file
    Up(UpArgs),
    /// Stop everything that `up` started
    Down {
        /// Remove the datastores' data as well
        #[arg(long)]
        volumes: bool,
    },
    /// Ship a version of a service
    Deploy(DeployArgs),
    /// Go back to the release before, or to the newest healthy release of VERSION
    Rollback {
        /// The service
        service: String,
        /// The version to go back to
        version: Option<String>,
    },
    /// Stop a running rollout and go back
    Abort {
        /// The service
        service: String,
    },
    /// `promote SERVICE` ends the judging of a running canary in its favour;
    /// `promote FROM TO` ships the versions of one environment to the next
    Promote {
        /// The service, or the environment to take versions from
        #[arg(value_name = "SERVICE|FROM")]
        subject: String,
        /// The environment to ship to
        to: Option<String>,
        /// The word that lets a deploy through a freeze
        #[arg(long = "override", value_name = "WORD")]
        override_word: Option<String>,
        /// Who said yes, where the environment needs approval; recorded
        #[arg(long, value_name = "NAME")]
        approved_by: Option<String>,
    },
    /// Set the number of instances of a service
    Scale {
        /// The service
        service: String,
        /// How many
        replicas: u32,
    },
    /// Replace the instances of a service one at a time, keeping capacity
    Restart {
        /// The service
        service: String,
    },
    /// Show the freeze windows, and whether deploys are frozen now
    Freeze,
    /// Show what runs, which versions, and how rollouts stand
    Status {
        /// Show again whenever something changes
        #[arg(long, short)]
        watch: bool,
    },
    /// Show the releases and how each rollout ended
    History {
        /// Of this service only
        service: Option<String>,
    },
    /// Show what happened
    Events {
        /// Keep on showing what happens
        #[arg(long, short)]
        follow: bool,
        /// How many of the latest
        #[arg(long, short = 'n', default_value_t = 50)]
        lines: usize,
    },
    /// Show what the instances of a service, or a datastore, printed
    Logs {
        /// The service, the datastore or the instance
        name: String,
        /// Keep on showing what they print
        #[arg(long, short)]
        follow: bool,
        /// How many of the latest lines of each instance
        #[arg(long, short = 'n', default_value_t = 100)]
        lines: usize,
    },
    /// Show processor and memory use of each instance
    Top,
    /// Run a command with the environment of an instance
    Exec {
        /// The service (its first ready instance) or the instance
        name: String,
        /// The command and its arguments
        #[arg(trailing_var_arg = true, required = true, value_name = "COMMAND")]
        command: Vec<std::ffi::OsString>,
    },
    /// Take the tour: start the sample product, ship a good and a bad version under load
    Demo {
        /// Keep the sample product running afterwards, in this new folder
        #[arg(long, value_name = "DIR")]
        keep: Option<PathBuf>,
    },
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
    /// The process that holds the listening sockets (started by `up`)
    #[command(hide = true)]
    Gateway {
        /// Its admin socket
        #[arg(long)]
        admin: PathBuf,
        /// Where it keeps its last table
        #[arg(long)]
        state: PathBuf,
        /// Take the sockets of the gateway that runs there
        #[arg(long)]
        takeover: bool,
    },
    /// The process that owns one instance (started by the supervisor)
    #[command(hide = true, disable_help_flag = true)]
    Shim {
        /// For the shim
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<std::ffi::OsString>,
    },
    /// The process that runs an environment (started by `up --detach`)
    #[command(hide = true)]
    Supervise(UpArgs),
    /// The sample product's services
    #[command(hide = true, disable_help_flag = true)]
    Pizzeria {
        /// For the service
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<std::ffi::OsString>,
    },
}

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// Convert this file instead: Docker Compose, Score, Kamal's deploy.yml or a Render blueprint; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Vec<PathBuf>,
    /// Where to write it; towel.yaml, or what `--file` names, when not given
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Write nothing; print the file, and on standard error what would be said of it
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Replace a file that is there
    #[arg(long)]
    pub(crate) force: bool,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// How to print what was found
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub(crate) format: CheckFormat,
}

/// Arguments of `render`.
#[derive(Debug, Args)]
pub(crate) struct RenderArgs {
    /// What to render; when not given, what was rendered before, or everything
    #[arg(value_name = "TARGET", help = targets())]
    pub(crate) targets: Vec<String>,
    /// Where to put it; the folder of towel.yaml when not given
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Write nothing; fail when files are not as they would be rendered
    #[arg(long)]
    pub(crate) check: bool,
    /// Write nothing; show what would change
    #[arg(long)]
    pub(crate) diff: bool,
    /// Write nothing; say what each target keeps, approximates and drops, and where that stands
    #[arg(long, conflicts_with_all = ["check", "diff", "prune"])]
    pub(crate) report: bool,
    /// Write nothing; say what this .env file lacks, has of a wrong type, or has in vain
    #[arg(long, value_name = "FILE", conflicts_with_all = ["targets", "out", "check", "diff", "report", "prune"])]
    pub(crate) dotenv: Option<PathBuf>,
    /// Remove files that are no longer rendered, unless they were edited by hand
    #[arg(long, conflicts_with_all = ["check", "diff"])]
    pub(crate) prune: bool,
}

fn targets() -> String {
    let names: Vec<&str> = towel_render::Target::ALL.iter().map(|target| target.name()).collect();
    format!("What to render: {}; when not given, what was rendered before, or everything", names.join(", "))
}

/// How `check` prints what it found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// For people
    Human,
    /// For programs; the same as `--json`
    Json,
    /// For code-scanning services
    Sarif,
}

/// Arguments of `up`.
#[derive(Debug, Clone, Args)]
pub(crate) struct UpArgs {
    /// Leave it running in the background
    #[arg(long, short)]
    pub(crate) detach: bool,
    /// The version to start where none has run yet: `v1` for all, or `api=v1`; may be repeated
    #[arg(long = "version", value_name = "[SERVICE=]VERSION")]
    pub(crate) versions: Vec<String>,
    /// How long `--detach` waits for everything to be ready
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    pub(crate) wait: u64,
}

/// Arguments of `deploy`.
#[derive(Debug, Args)]
pub(crate) struct DeployArgs {
    /// The service
    pub(crate) service: String,
    /// The version
    #[arg(value_parser = crate::version::version)]
    pub(crate) version: String,
    /// The word that lets a deploy through a freeze
    #[arg(long = "override", value_name = "WORD")]
    pub(crate) override_word: Option<String>,
    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: Option<String>,
    /// Who said yes, where the environment needs approval; recorded
    #[arg(long, value_name = "NAME")]
    pub(crate) approved_by: Option<String>,
    /// Return once the rollout has begun instead of when it has ended
    #[arg(long)]
    pub(crate) no_wait: bool,
}
