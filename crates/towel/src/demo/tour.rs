//! The tour, as a story: start; put it under load; ship a good version; ship a bad one; tell.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use pizzeria::load::{Load, Running};

use super::product;
use super::story::{Story, Told, told};
use crate::client::Client;
use crate::commands::deploy::{self, Ended};
use crate::commands::{asker, down, up};
use crate::exit::Status;
use crate::project::Project;
use crate::supervisor::wire::{DeployBody, StatusView};

/// Requests a second: enough that the judge has its evidence within seconds, little enough that any
/// machine bears it.
const LOAD: f64 = 100.0;
/// WebSockets that stay open meanwhile.
const SOCKETS: usize = 4;
/// How long the load runs before the first deploy, so that there is a before.
const WARM_UP: Duration = Duration::from_secs(2);

/// Runs the tour. `keep` names a new folder in which the product goes on running afterwards.
pub(crate) async fn demo(keep: Option<&Path>, json: bool, quiet: bool) -> anyhow::Result<Status> {
    let program = std::env::current_exe().context("find this binary")?;
    let place = Place::make(keep)?;
    product::write(place.folder(), &program)?;
    let project = Project::new(&place.folder().join("towel.yaml"), "dev")?;
    let mut story = Story::new(json, quiet)?;
    let toured = tour(&project, &mut story).await;
    if keep.is_none() || toured.is_err() {
        story.say("stopping the sample product")?;
        let stopped = down::stop(&project, true).await;
        // The tour's own failure is the one to tell; that the stop failed too follows from it.
        if toured.is_ok() {
            stopped?;
        }
    }
    let told = toured?;
    story.end(&told, keep)?;
    Ok(if told.is_good() { Status::Done } else { Status::No })
}

async fn tour(project: &Project, story: &mut Story) -> anyhow::Result<Told> {
    story.say("starting a pizzeria: 2 × api, 1 × web, version v1")?;
    let client = up::start_detached(project, &["v1".to_owned()], Duration::from_secs(30)).await?;
    let load = put_under_load(&client, story).await?;
    let mut deploys = Vec::new();
    for version in ["v2", "v3"] {
        story.chapter(version)?;
        deploys.push(ship(&client, version, &load, story).await?);
    }
    let summary = load.stop().await;
    Ok(told(summary, deploys))
}

async fn put_under_load(client: &Client, story: &mut Story) -> anyhow::Result<Running> {
    let status: StatusView = client.get("/v1/status").await?;
    let front =
        status.front.context("this is a bug in towel: the sample product exposes a service, but nothing listens")?;
    let load = Load::new(&format!("http://{front}"), LOAD)?.host("api.localhost")?.sockets(SOCKETS).begin();
    story.say(&format!(
        "{LOAD} requests/s and {SOCKETS} WebSockets go to http://api.localhost:{} from now on",
        front.port()
    ))?;
    tokio::time::sleep(WARM_UP).await;
    Ok(load)
}

async fn ship(client: &Client, version: &str, load: &Running, story: &mut Story) -> anyhow::Result<Ended> {
    let body = DeployBody {
        service: "api".to_owned(),
        version: version.to_owned(),
        override_word: None,
        why: Some("the tour".to_owned()),
        approved_by: None,
        by: asker(),
    };
    let rollout = deploy::begin(client, &body).await?;
    let ended = deploy::follow(client, rollout, |progress| story.progress(progress, &load.snapshot())).await?;
    story.ended(&ended, &load.snapshot())?;
    Ok(ended)
}

/// Where the sample product lives: a folder that goes away, or one that stays.
enum Place {
    Passing(tempfile::TempDir),
    Kept(PathBuf),
}

impl Place {
    fn make(keep: Option<&Path>) -> anyhow::Result<Self> {
        let Some(folder) = keep else {
            return Ok(Self::Passing(
                tempfile::Builder::new().prefix("towel-demo-").tempdir().context("make a temporary folder")?,
            ));
        };
        std::fs::create_dir(folder).with_context(|| format!("make the new folder `{}`", folder.display()))?;
        Ok(Self::Kept(folder.to_path_buf()))
    }

    fn folder(&self) -> &Path {
        match self {
            Self::Passing(folder) => folder.path(),
            Self::Kept(folder) => folder,
        }
    }
}
