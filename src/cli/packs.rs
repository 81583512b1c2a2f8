use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use meniscus::endpoint::{Confidence, Endpoint, Pack};
use meniscus::project::ProjectError;
use meniscus::report::counted;
use meniscus::text::nearest;
use serde_json::json;

use super::Verdict;
use super::contract::workspace_around;
use super::formats::Format;
use super::reading::knowledge;
use super::terminal::{print, print_exact};

/// Arguments of `packs`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct PacksArguments {
    /// Pack whose endpoints to list
    pub name: Option<String>,
    /// Folder of the workspace, whose own packs are listed too
    #[arg(short, long, default_value = ".")]
    pub workspace: PathBuf,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

const EXAMPLES: &str = "\
Examples:
  meniscus packs
  meniscus packs voucherify

To add your own packs, write TOML files in schemas/ (see docs/reference/endpoints.md).";

/// Lists the packs, or the endpoints of one.
pub(super) fn run(arguments: &PacksArguments) -> Result<Verdict> {
    let known = knowledge(&workspace_around(&arguments.workspace)?);
    let packs = known.endpoints.packs();
    let chosen = match &arguments.name {
        None => packs.iter().collect::<Vec<_>>(),
        Some(name) => {
            let found = packs.iter().filter(|pack| pack.name == *name).collect::<Vec<_>>();
            if found.is_empty() {
                let near = nearest(name, packs.iter().map(|pack| &*pack.name));
                return Err(ProjectError::Unknown {
                    message: format!("unknown pack `{name}`"),
                    help: near.map_or_else(
                        || "run `meniscus packs` to see all packs".to_owned(),
                        |near| format!("did you mean `{near}`?"),
                    ),
                }
                .into());
            }
            found
        }
    };
    match (arguments.format, &arguments.name) {
        (Format::Json, _) => {
            let packs = chosen.iter().map(|pack| {
                let endpoints = pack.endpoints.iter().map(described).collect::<Vec<_>>();
                json!({ "name": pack.name, "title": pack.title, "endpoints": endpoints })
            });
            print_exact(&format!("{:#}\n", json!({ "packs": packs.collect::<Vec<_>>() })))?;
        }
        (Format::Text, None) => print(&list(&chosen))?,
        (Format::Text, Some(_)) => {
            print(&chosen.iter().map(|pack| details(pack)).collect::<String>())?
        }
    }
    Ok(Verdict::Fine)
}

fn described(endpoint: &Endpoint) -> serde_json::Value {
    json!({
        "name": endpoint.name,
        "title": endpoint.title,
        "method": endpoint.method,
        "path": endpoint.path,
        "hosts": endpoint.hosts,
        "access": endpoint.access.word(),
        "has_schema": endpoint.response.is_some(),
        "source": endpoint.source,
        "confidence": endpoint.confidence.map(Confidence::word),
    })
}

/// Lists packs, one a line.
fn list(packs: &[&Pack]) -> String {
    let width = packs.iter().map(|pack| pack.name.chars().count()).max().unwrap_or_default();
    let lines = packs.iter().map(|pack| {
        let all = counted(pack.endpoints.len() as u64, "endpoint", "endpoints");
        let known = pack.endpoints.iter().filter(|one| one.response.is_some()).count();
        format!("{:width$}  {}: {all}, {known} with a schema\n", pack.name, pack.title)
    });
    lines.collect()
}

/// Lists the endpoints of a pack.
fn details(pack: &Pack) -> String {
    let mut text = format!("{} ({})\n", pack.title, pack.name);
    for endpoint in &pack.endpoints {
        let Endpoint { name, method, path, title, hosts, .. } = endpoint;
        text.push_str(&format!("\n  {name}  {method} {path}\n    {title}\n"));
        if !hosts.is_empty() {
            text.push_str(&format!("    hosts: {}\n", hosts.join(", ")));
        }
        let writes = "writes: Braze may repeat the call, and previews in Braze make it too";
        if endpoint.access == meniscus::endpoint::Access::Write {
            text.push_str(&format!("    {writes}\n"));
        }
        if endpoint.response.is_none() {
            text.push_str("    no schema: response fields come only from recordings\n");
        }
        if let Some(source) = &endpoint.source {
            let confidence = endpoint.confidence.map_or_else(String::new, |confidence| {
                format!(" (confidence: {})", confidence.word())
            });
            text.push_str(&format!("    source: {source}{confidence}\n"));
        }
    }
    text
}
