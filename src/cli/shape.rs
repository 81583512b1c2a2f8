use std::path::Path;

use anyhow::Result;
use meniscus::endpoint::{Endpoint, Endpoints, Found, NotFound, find};
use meniscus::project::ProjectError;
use meniscus::report::{draw_shape, to_schema};

use super::Verdict;
use super::arguments::ShapeArguments;
use super::reading;
use super::shape_template::{self, is_template};
use super::terminal::{print, print_exact};

/// Shows what is known about a response, or lists the endpoints.
pub(super) fn run(arguments: &ShapeArguments) -> Result<Verdict> {
    if let Some(what) = arguments.what.as_deref().filter(|what| is_template(what)) {
        shape_template::run(Path::new(what), arguments.schema)?;
        return Ok(Verdict::Fine);
    }
    let workspace = reading::workspace(Path::new(""))?;
    let endpoints = reading::endpoints(&workspace);
    let Some(what) = arguments.what.as_deref().filter(|_| !arguments.list) else {
        print(&list(&endpoints))?;
        return Ok(Verdict::Fine);
    };
    let Found { title, answered } = find(&endpoints, what).map_err(unknown)?;
    if arguments.schema {
        print_exact(&format!("{:#}\n", to_schema(&answered.shape)))?;
        return Ok(Verdict::Fine);
    }
    let mut text = format!("{title} · {}\n", answered.evidence());
    if answered.shape.is_any() {
        text.push_str("its response is unknown: it has no schema and no recording\n");
    } else {
        draw_shape(&answered.shape, &mut text);
    }
    print(&text)?;
    Ok(Verdict::Fine)
}

/// Lists all endpoints, by pack.
fn list(endpoints: &Endpoints) -> String {
    let mut text = String::new();
    for pack in endpoints.packs().iter() {
        if pack.endpoints.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("{} ({})\n", pack.title, pack.name));
        let longest = pack.endpoints.iter().map(|endpoint| endpoint.name.chars().count()).max();
        let width = longest.unwrap_or(0);
        for endpoint in &pack.endpoints {
            let Endpoint { name, method, path, access, title, .. } = endpoint;
            let shape = if endpoint.response.is_some() { "" } else { " (no schema)" };
            let access = access.word();
            text.push_str(&format!(
                "  {name:width$}  {access:5}  {method:4} {path}\n  {:width$}         {title}{shape}\n",
                ""
            ));
        }
    }
    text
}

fn unknown(error: NotFound) -> ProjectError {
    let help = match &error.near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "run `meniscus shape --list` to see all endpoints".to_owned(),
    };
    ProjectError::Unknown { message: error.to_string(), help }
}
