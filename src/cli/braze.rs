//! What the commands that ask Braze share: what they look at, and whom they ask.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use globset::{Glob, GlobMatcher};
use indicatif::{ProgressBar, ProgressStyle};
use meniscus::braze::{
    BrazeError, Client, Destination, Kind, Listed, Lock, LockError, Purpose, VersionsError,
};
use meniscus::live::credential::Environment;
use meniscus::live::record::WriteError;
use meniscus::project::{ProjectError, Workspace};
use meniscus::rules::{Linted, Targets, lint};
use meniscus::serve::Stop;
use meniscus::session::Session;

use super::contract::workspace_around;
use super::failed;
use super::terminal::note;

/// Which objects, and where Braze is.
#[derive(Args, Debug)]
pub(super) struct Selection {
    /// Folder of the workspace, or one inside it
    #[arg(default_value = ".")]
    pub folder: PathBuf,
    /// Only objects of these kinds
    #[arg(long, value_enum, value_name = "KIND", value_delimiter = ',')]
    pub only: Vec<KindName>,
    /// Only objects whose name matches this pattern, such as `tea*`
    #[arg(long, value_name = "PATTERN")]
    pub name: Option<String>,
    /// Only objects with this tag
    #[arg(long, value_name = "TAG")]
    pub tag: Vec<String>,
    /// Use a mock of Braze on this machine, without a key
    #[arg(long, value_name = "URL")]
    pub mock: Option<String>,
}

/// A kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(super) enum KindName {
    ContentBlocks,
    EmailTemplates,
    Campaigns,
    Canvases,
    CustomAttributes,
    Catalogs,
    CustomEvents,
    PreferenceCenters,
}

/// The end of the help of these commands.
pub(super) const SETTINGS: &str = "
In meniscus.toml:
  [braze]
  endpoint = \"https://rest.iad-01.braze.com\"

  [live]
  allow_hosts = [\"rest.iad-01.braze.com\"]

  [live.credentials]
  braze = { env = \"BRAZE_REST_KEY\" }";

/// Braze, and what is asked of it.
pub(super) struct Asking {
    pub workspace: Workspace,
    pub client: Client,
    pub lock: Lock,
    pub bar: ProgressBar,
    name: Option<GlobMatcher>,
    tags: Vec<String>,
    kinds: Vec<Kind>,
    stop: Arc<AtomicBool>,
}

impl Asking {
    /// Reads the workspace and its lock. Nothing is asked yet.
    pub fn new(selection: &Selection) -> Result<Asking> {
        let name = selection.name.as_deref().map(Glob::new).transpose();
        let name = name.map_err(|error| ProjectError::Unknown {
            message: format!("`--name` isn't a pattern: {error}"),
            help: "write a name where `*` matches anything, such as `tea*`".to_owned(),
        })?;
        let workspace = workspace_around(&selection.folder)?;
        let destination = match &selection.mock {
            Some(url) => Destination::mock(url)?,
            None => Destination::braze(&workspace, &Environment::of_process(), Purpose::Pull)?,
        };
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{pos} read, {msg}") {
            bar.set_style(style);
        }
        let stop = Arc::new(AtomicBool::new(false));
        let client = connected(destination, &bar, &stop)?;
        let lock = Lock::read(&workspace.root, client.endpoint()).map_err(lock_failed)?;
        let only = selection.only.iter().map(|name| kind_of(*name)).collect::<Vec<_>>();
        // What needs a permission that not every key has comes when it is asked for, and from then on.
        let is_usual = |kind: Kind| !kind.is_special() || lock.has(kind);
        let kinds = Kind::ALL.into_iter();
        let kinds = kinds
            .filter(|kind| if only.is_empty() { is_usual(*kind) } else { only.contains(kind) });
        let (kinds, tags) = (kinds.collect(), selection.tag.clone());
        let name = name.map(|glob| glob.compile_matcher());
        Ok(Asking { workspace, client, lock, bar, name, tags, kinds, stop })
    }

    /// Returns the kinds to look at, in order.
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// Lists all objects of a kind.
    pub fn list(&self, kind: Kind, since: Option<&str>) -> Result<Vec<Listed>> {
        self.bar.set_message(kind.words().1);
        kind.list(&self.client, since).map_err(braze_failed)
    }

    /// Whether an object is one to look at.
    pub fn takes(&self, listed: &Listed) -> bool {
        self.name.as_ref().is_none_or(|name| name.is_match(&listed.name))
            && (self.tags.is_empty() || listed.tags.iter().any(|tag| self.tags.contains(tag)))
    }

    /// Whether all objects of the kinds are looked at.
    pub fn is_all(&self) -> bool {
        self.name.is_none() && self.tags.is_empty()
    }

    /// Fails if somebody wants to stop; `kept` says what is safe.
    pub fn go_on(&self, kept: &str) -> Result<()> {
        match self.stop.load(Ordering::Relaxed) {
            true => Err(failed(format!("stopped{kept}"), "run the command again to continue")),
            false => Ok(()),
        }
    }
}

fn kind_of(name: KindName) -> Kind {
    match name {
        KindName::ContentBlocks => Kind::ContentBlock,
        KindName::EmailTemplates => Kind::EmailTemplate,
        KindName::Campaigns => Kind::Campaign,
        KindName::Canvases => Kind::Canvas,
        KindName::CustomAttributes => Kind::CustomAttribute,
        KindName::Catalogs => Kind::Catalog,
        KindName::CustomEvents => Kind::CustomEvent,
        KindName::PreferenceCenters => Kind::PreferenceCenter,
    }
}

fn connected(
    destination: Destination,
    bar: &ProgressBar,
    stop: &Arc<AtomicBool>,
) -> Result<Client> {
    let listening = Stop::listen(false).context("can't listen for Ctrl-C")?;
    let of_stop = Arc::clone(stop);
    std::thread::spawn(move || {
        listening.wait();
        of_stop.store(true, Ordering::Relaxed);
    });
    let (bar, stop) = (bar.clone(), Arc::clone(stop));
    let pause = move |wait: Duration, why: &str| {
        let seconds = wait.as_secs_f64();
        bar.suspend(|| note(&format!("waiting {seconds:.0} s: {why}\n")));
        let end = Instant::now() + wait;
        while Instant::now() < end && !stop.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(50).min(wait));
        }
        !stop.load(Ordering::Relaxed)
    };
    Client::new(destination, pause).map_err(braze_failed)
}

/// Reads a workspace as it is now, and lints all of it.
pub(super) fn linted(workspace: &Workspace) -> Result<(Session, Linted)> {
    let workspace = Workspace::at(&workspace.root)?;
    let mut session = Session::read(workspace.clone(), vec![workspace.root.clone()]);
    // A workspace may have content blocks alone.
    if session.absent.is_some() {
        session = Session::read(workspace, Vec::new());
    }
    let targets = Targets {
        messages: session.messages.clone(),
        blocks: session.known.blocks.keys().cloned().collect(),
        is_whole: true,
    };
    let mut linted = lint(&session.known, &session.levels, &targets);
    linted.add(session.findings());
    Ok((session, linted))
}

pub(super) fn braze_failed(error: BrazeError) -> anyhow::Error {
    failed(error.problem, &error.help)
}

fn lock_failed(error: LockError) -> anyhow::Error {
    failed(error.problem, &error.help)
}

pub(super) fn write_failed(error: WriteError) -> anyhow::Error {
    failed(error.to_string(), &error.help)
}

/// Names the object of a failure.
pub(super) fn object_failed(listed: &Listed, message: &str, help: &str) -> anyhow::Error {
    let (one, _) = listed.kind.words();
    failed(format!("the {one} `{}`: {message}", listed.name), help)
}

pub(super) fn versions_failed(listed: &Listed, error: &VersionsError) -> anyhow::Error {
    object_failed(listed, &error.to_string(), error.help())
}
