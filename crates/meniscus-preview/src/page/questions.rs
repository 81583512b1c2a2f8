//! The page's questions that change nothing, answered from a session: in a browser, or for an editor.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use url::form_urlencoded::parse;

use super::ask::Ask;
use super::counting::Counted;
use super::frames::LastGood;
use super::help::EditorPosition;
use super::refusal::{Refusal, wanted};
use super::search::FieldReads;
use super::{calls, grid, listing, recipient_form, search, shown, snapshots};
use crate::render::Cancel;
use crate::session::Session;

/// A question of the page: a method, a path, the parameters of its query, and a body.
#[derive(Debug)]
pub struct Question<'q> {
    pub method: &'q str,
    pub path: &'q str,
    query: HashMap<String, String>,
    pub body: &'q [u8],
    /// Ends the render that it asks for.
    pub cancel: Cancel,
}

impl<'q> Question<'q> {
    /// Reads a question as the page sends it: `address` is a path with a query.
    #[must_use]
    pub fn new(method: &'q str, address: &'q str, body: &'q [u8]) -> Question<'q> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let query = parse(query.as_bytes()).into_owned().collect();
        Question { method, path, query, body, cancel: Cancel::default() }
    }

    /// Returns a parameter of the address.
    ///
    /// # Errors
    /// If it isn't there.
    pub fn wanted(&self, name: &str) -> Result<&str, Refusal> {
        wanted(&self.query, name)
    }

    fn ask(&self) -> Result<Ask, Refusal> {
        Ask::read(self.body, &self.cancel)
    }
}

/// What earlier answers leave for later ones.
#[derive(Debug, Default)]
pub struct Answers {
    last_good: LastGood,
    field_reads: FieldReads,
}

impl Answers {
    /// Answers a question with JSON, without frames: the answer holds the HTML of a message.
    ///
    /// # Errors
    /// If it isn't a question that changes nothing, or what it asks for doesn't exist.
    pub fn to(
        &self,
        session: &Arc<Session>,
        counted: Option<&Counted>,
        asked: &Question<'_>,
    ) -> Result<String, Refusal> {
        let name = |name: &str| asked.wanted(name);
        let position = || EditorPosition::read(asked.body);
        match (asked.method, asked.path) {
            ("GET", "/api/workspace") => to_json(&listing::listing(session)),
            ("GET", "/api/counts") => to_json(&listing::counts(session, counted)),
            ("GET", "/api/search") => to_json(&search::text(session, name("text")?)?),
            ("GET", "/api/fields") => to_json(&self.field_reads.find(session, name("field")?)?),
            ("POST", "/api/render") => {
                to_json(&shown::rendered(session, &asked.ask()?, None, &self.last_good)?)
            }
            ("POST", "/api/problems") => to_json(&grid::problems(session, &asked.ask()?)?),
            ("POST", "/api/grid") => {
                let ask = asked.ask()?;
                let compared = counted.and_then(|counted| counted.compared(&ask.message));
                to_json(&grid::grid(session, &ask, None, compared.as_deref())?)
            }
            ("GET", "/api/recording") => to_json(&calls::recording(session, name("name")?)?),
            ("POST", "/api/fields/recipient") => {
                to_json(&recipient_form::fields(session, &asked.ask()?)?)
            }
            ("GET", "/api/snapshot") => {
                let (message, scenario) = (name("message")?, name("scenario")?);
                to_json(&snapshots::compared(session, None, message, scenario)?)
            }
            ("GET", "/api/changes") => {
                to_json(&snapshots::changes(session, name("message")?, &asked.cancel)?)
            }
            ("POST", "/api/complete") => to_json(&position()?.complete(session)),
            ("POST", "/api/hover") => to_json(&position()?.hover(session)),
            ("POST", "/api/definition") => to_json(&position()?.definition(session)),
            ("POST", "/api/uses") => to_json(&position()?.uses(session)),
            ("POST", "/api/rename") => to_json(&position()?.rename(session)),
            _ => Err(Refusal::missing("this page can't write files")
                .help("run `meniscus preview` in the workspace to do that")),
        }
    }
}

/// Writes an answer as JSON.
///
/// # Errors
/// If it has a value that JSON can't hold.
pub fn to_json(answer: &impl Serialize) -> Result<String, Refusal> {
    serde_json::to_string(answer)
        .map_err(|error| Refusal::wrong(format!("this can't be shown: {error}")))
}
