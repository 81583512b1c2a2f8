use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, bail};
use meniscus::files::read_file_to_string;
use meniscus::project::{ProjectError, Scenario, Workspace, live_world, plain_world, world};
use meniscus::recording::{Fetch, Replay};
use meniscus::render::{Gather, World, render_gathering};
use meniscus::value::{Object, Value, parse_json};

use super::arguments::RenderArguments;
use super::formats::Format;
use super::jobs::{Done, is_stdin, jobs_of, messages, workspace_of};
use super::render_request::{require_webhooks, show_requests};
use super::show::show;
use super::{Verdict, live, reading, watch};

/// Renders once, or at every change.
pub(super) fn run(arguments: &RenderArguments) -> Result<Verdict> {
    if arguments.watch {
        if arguments.paths.iter().any(|path| is_stdin(path)) {
            bail!("can't watch stdin: name a file");
        }
        let workspace = workspace_of(&arguments.wanted())?;
        let named = arguments.paths.iter().chain(&arguments.data);
        let named = named.filter_map(|path| std::path::absolute(path).ok()).collect::<Vec<_>>();
        let parts = workspace.folders();
        let root = workspace.root.clone();
        let matters = move |path: &Path| {
            named.iter().any(|known| path.starts_with(known))
                || parts.iter().any(|part| path.starts_with(root.join(part)))
        };
        return watch::repeat(&workspace.root, matters, || render_all(arguments));
    }
    render_all(arguments)
}

fn render_all(arguments: &RenderArguments) -> Result<Verdict> {
    let wanted = arguments.wanted();
    let workspace = workspace_of(&wanted)?;
    let messages = messages(&wanted, &workspace)?;
    if arguments.request.is_some() {
        require_webhooks(&messages)?;
    }
    let jobs = jobs_of(&wanted, &workspace, &messages)?;
    let gather = Gather {
        trace: arguments.trace || arguments.why,
        map: arguments.format == Format::Json,
        ..Gather::default()
    };
    let worlds = Worlds::new(arguments, &workspace)?;
    let mut done = Vec::new();
    for job in jobs {
        let world = worlds.of(&job.scenario)?;
        let outcome = render_gathering(&job.part.template, &world, gather);
        done.push(Done { job, outcome });
    }
    if let Some(form) = arguments.request {
        return show_requests(arguments, form, &workspace, &messages, &done);
    }
    show(arguments, &workspace, &worlds.blocks, &done)
}

/// What the worlds of a run share.
struct Worlds<'a> {
    workspace: &'a Workspace,
    blocks: Arc<indexmap::IndexMap<String, meniscus::render::ContentBlock>>,
    recordings: Replay,
    data: Option<Object>,
    live: Option<Arc<dyn Fetch>>,
}

impl<'a> Worlds<'a> {
    fn new(arguments: &RenderArguments, workspace: &'a Workspace) -> Result<Worlds<'a>> {
        if let Some(path) = &arguments.data {
            let data = Some(read_data(path)?);
            return Ok(Worlds {
                workspace,
                blocks: Arc::default(),
                recordings: Replay::default(),
                data,
                live: None,
            });
        }
        let blocks = reading::content_blocks(workspace);
        if arguments.live {
            let live: Arc<dyn Fetch> = live::source(workspace)?;
            let recordings = Replay::default();
            return Ok(Worlds { workspace, blocks, recordings, data: None, live: Some(live) });
        }
        let recordings = reading::recordings(workspace);
        Ok(Worlds { workspace, blocks, recordings, data: None, live: None })
    }

    fn of(&self, scenario: &Scenario) -> Result<World> {
        let config = &self.workspace.config;
        Ok(match (&self.data, &self.live) {
            (Some(data), _) => plain_world(data.clone(), scenario)?,
            (None, Some(live)) => live_world(config, scenario, &self.blocks, Arc::clone(live))?,
            (None, None) => world(config, scenario, &self.blocks, &self.recordings)?,
        })
    }
}

fn read_data(path: &Path) -> Result<Object> {
    let text = read_file_to_string(path).map_err(|error| ProjectError::unreadable(path, &error))?;
    match parse_json(&text) {
        Ok(Value::Object(object)) => Ok(Arc::unwrap_or_clone(object)),
        Ok(other) => Err(ProjectError::Unknown {
            message: format!(
                "`{}` contains {} instead of an object",
                path.display(),
                other.view().kind()
            ),
            help: "wrap it: `{\"name\": …}`".to_owned(),
        }
        .into()),
        Err(error) => Err(ProjectError::Unknown {
            message: format!("`{}` isn't valid JSON: {error}", path.display()),
            help: "fix the file".to_owned(),
        }
        .into()),
    }
}
