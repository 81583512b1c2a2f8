use meniscus_engine::http::SHORTEST_SECRET;
use serde_json::Value as Json;

use crate::live::LiveConfig;
use crate::live::credential::Environment;
use crate::session::Session;
use crate::snapshot::Secrets;
use crate::value::from_json;

/// Characters of a value that lists of fields show.
const SHOWN_CHARS: usize = 20;

/// Adds the secrets of a workspace, whatever a template calls them.
pub(super) fn learn(secrets: &mut Secrets, session: &Session) {
    let environment = Environment::of_process();
    let credentials = session.workspace.config.secrets(&environment);
    // None is shorter than six bytes: those are refused.
    credentials.iter().for_each(|credential| secrets.know(credential.expose()));
    for (name, value) in session.workspace.config.variables() {
        secrets.add(name, &value);
    }
    for scenario in &session.known.scenarios {
        for (table, value) in scenario.tables.iter() {
            secrets.add(table, value);
        }
    }
    for recording in session.known.recordings.iter() {
        let long = recording.secrets().iter().filter(|secret| secret.len() >= SHORTEST_SECRET);
        long.for_each(|secret| secrets.know(secret));
        // As templates print them, whatever way the file writes them.
        if let Some(body) = recording.json_body() {
            secrets.add("", &from_json(body));
        }
    }
    secrets.know_starts(SHOWN_CHARS);
}

/// Masks secrets in every string of an answer.
pub(super) fn mask(secrets: &Secrets, answer: &mut Json) {
    match answer {
        Json::String(text) => {
            let hidden = secrets.hide(text);
            if hidden != *text {
                *text = hidden.into_owned();
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| mask(secrets, item)),
        Json::Object(members) => members.values_mut().for_each(|member| mask(secrets, member)),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}
