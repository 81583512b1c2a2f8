use std::path::Path;

use anyhow::Result;
use meniscus::contract::Contract;
use meniscus::live::record::write_file;
use meniscus::project::ProjectError;
use meniscus::recipients::{Export, fields_to_export, replaced_words, slug};
use meniscus::session::Session;
use serde_json::json;

use super::Verdict;
use super::braze::{Asking, braze_failed, write_failed};
use super::failed;
use super::terminal::print;

/// 'now' of a recipient if no other of the message has one, as on the preview page.
const NOW: &str = "2026-03-02T09:00:00Z";

/// Makes a recipient of a message from a customer's profile, without what tells who it is.
pub(super) fn run(
    asking: &Asking,
    user: &str,
    message: &Path,
    name: &str,
    is_dry: bool,
) -> Result<Verdict> {
    if slug(name) != name {
        let help = format!("use `{}`", slug(name));
        return Err(failed(format!("`{name}` can't be the name of a scenario"), &help));
    }
    let workspace = asking.workspace.clone();
    let (root, folder) = (workspace.root.clone(), workspace.config.paths.scenarios.clone());
    let session = Session::read(workspace, vec![meniscus::project::normal(message)]);
    let [message] = &session.messages[..] else {
        let shown = message.display();
        let error = session.absent.clone().unwrap_or_else(|| ProjectError::Unknown {
            message: format!("`{shown}` isn't a single message"),
            help: "name the folder of the message that the scenario is for".to_owned(),
        });
        return Err(error.into());
    };
    let contract = Contract::of(&session.known, [&**message]);
    let fields = fields_to_export(&contract);
    if fields.is_empty() {
        let problem = format!("`{}` doesn't read the profile", message.name);
        return Err(failed(problem, "create a scenario with `meniscus scenarios stub`"));
    }
    let body = json!({ "external_ids": [user], "fields_to_export": fields });
    let answer = asking.client.post("/users/export/ids", &body, "users.export.ids");
    let answer = answer.map_err(braze_failed)?;
    if answer["users"].as_array().is_none_or(Vec::is_empty) {
        let help = "check the ID; it must be the external ID, which Braze calls `external_id`";
        return Err(failed("Braze has no user with this ID".to_owned(), help));
    }
    let export = Export::read(&answer.to_string(), &contract)?;
    let known = session.scenarios_for(&message.name).find_map(|known| known.now.as_deref());
    let draft = export.draft(message, known.unwrap_or(NOW));
    if let Some(why) = draft.unwritable() {
        return Err(failed(why, "create a scenario with `meniscus scenarios stub`"));
    }
    let text = draft.to_toml();
    let shown = format!("{folder}/{name}.toml");
    let replaced = replaced_words(export.replaced);
    if is_dry {
        print(&format!("would write {shown}{replaced}\n\n{text}"))?;
        return Ok(Verdict::Fine);
    }
    let path = root.join(&shown);
    if path.symlink_metadata().is_ok() || root.join(&folder).join(format!("{name}.json")).exists() {
        return Err(failed(
            format!("the scenario `{name}` already exists"),
            "choose another name with `--as`",
        ));
    }
    write_file(&root, &path, &text).map_err(write_failed)?;
    print(&format!("wrote {shown}{replaced}\n"))?;
    Ok(Verdict::Fine)
}
