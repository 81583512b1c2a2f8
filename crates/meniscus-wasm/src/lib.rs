//! meniscus for JavaScript: workspaces in memory and single texts, in a browser, a worker, or Node.
//!
//! All arguments and results are JSON; `packages/wasm/index.js` converts them to objects.

#[cfg(feature = "page")]
mod page;

use meniscus_analysis::facade::{self, describe_completion, describe_findings, describe_text};
use meniscus_analysis::project::ProjectError;
use meniscus_engine::diagnostic::Diagnostic;
use meniscus_engine::render::Settings;
use meniscus_engine::text::Utf16Places;
use meniscus_engine::value::{Object, Value, parse_json};
use meniscus_engine::{Engine, Environment, Recipient};
use serde_json::{Map, json};
use wasm_bindgen::prelude::*;

/// A workspace of messages and recipients, read from files in memory.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Library(facade::Library);

#[wasm_bindgen]
impl Library {
    /// Reads a workspace from a JSON object of file contents by path.
    ///
    /// # Errors
    /// If `meniscus.toml` has a mistake.
    #[wasm_bindgen(constructor)]
    pub fn new(texts: &str) -> Result<Library, JsError> {
        let texts: std::collections::BTreeMap<String, String> = serde_json::from_str(texts)?;
        let texts = texts.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        facade::Library::of_texts(texts).map(Library).map_err(|error| refused(&error))
    }

    /// Returns the names of the messages, each with the names of its recipients.
    #[must_use]
    pub fn messages(&self) -> String {
        let messages = self.0.messages().map(|name| {
            json!({ "name": name, "recipients": self.0.recipients(name).collect::<Vec<_>>() })
        });
        json!(messages.collect::<Vec<_>>()).to_string()
    }

    /// Renders a message for a recipient, overridden by JSON values by table.
    ///
    /// # Errors
    /// If a name is unknown, or a value isn't allowed.
    pub fn render(
        &self,
        message: &str,
        recipient: Option<String>,
        values: Option<String>,
    ) -> Result<String, JsError> {
        let values: Map<String, serde_json::Value> = match values {
            Some(text) => serde_json::from_str(&text)?,
            None => Map::new(),
        };
        let rendered = self.0.render(message, recipient.as_deref(), &values);
        let rendered = rendered.map_err(|error| refused(&error))?;
        Ok(rendered.describe(|document| to_json(&document)))
    }

    /// Lints a message, or the whole workspace.
    ///
    /// # Errors
    /// If there is no such message.
    pub fn lint(&self, message: Option<String>) -> Result<String, JsError> {
        let linted = self.0.lint(message.as_deref()).map_err(|error| refused(&error))?;
        Ok(findings(&linted.diagnostics))
    }

    /// Lints a template with what the workspace knows.
    #[must_use]
    pub fn lint_text(&self, text: &str, name: &str) -> String {
        findings(&self.0.lint_text(name, text).diagnostics)
    }

    /// Returns completions at a position in a file, in UTF-16 units.
    #[must_use]
    pub fn complete(&self, message: &str, path: &str, text: &str, utf16: usize) -> String {
        let at = Utf16Places::of(text).offset(text, utf16);
        let found = self.0.complete(message, path, text, at);
        describe_completion(text, utf16, found.as_ref()).to_string()
    }
}

/// A compiled template.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Template {
    template: meniscus_engine::Template,
    name: String,
    environment: Environment,
}

#[wasm_bindgen]
impl Template {
    /// Compiles a template; `blocks` is a JSON object of content blocks by name. With `plain`, it is
    /// plain Liquid, which prints errors.
    ///
    /// # Errors
    /// If `blocks` isn't such an object.
    #[wasm_bindgen(constructor)]
    pub fn new(
        text: &str,
        name: &str,
        blocks: Option<String>,
        plain: bool,
    ) -> Result<Template, JsError> {
        let blocks: std::collections::BTreeMap<String, String> = match blocks {
            Some(text) => serde_json::from_str(&text)?,
            None => <_>::default(),
        };
        let mut engine = Engine::braze();
        let mut environment = engine.environment();
        if plain {
            let settings = Settings::plain_liquid();
            engine = engine.with_options(settings.parse);
            environment = engine.environment().settings(settings);
        }
        for (name, block) in &blocks {
            environment = environment.block(name, &engine.compile_as(name, block));
        }
        let template = engine.compile_as(name, text);
        Ok(Template { template, name: name.to_owned(), environment })
    }

    /// Returns the problems found while parsing.
    #[must_use]
    pub fn diagnostics(&self) -> String {
        findings(self.template.diagnostics())
    }

    /// Renders the template for a recipient (JSON by table) with variables (JSON by name).
    ///
    /// # Errors
    /// If a table is unknown, or the clock isn't a time.
    pub fn render(
        &self,
        recipient: Option<String>,
        variables: Option<String>,
        now: Option<String>,
        seed: Option<u32>,
    ) -> Result<String, JsError> {
        let mut who = Recipient::from_json(recipient.as_deref().unwrap_or("{}"))?;
        if let Some(now) = now {
            who = who.at(&now)?;
        }
        if let Some(seed) = seed {
            who = who.seed(u64::from(seed));
        }
        let variables = match variables.as_deref().map(parse_json).transpose()? {
            Some(Value::Object(object)) => (*object).clone(),
            Some(_) => return Err(JsError::new("the variables must be an object")),
            None => Object::new(),
        };
        let environment = self.environment.clone().globals(variables);
        let outcome = self.template.map(&environment, &who);
        Ok(describe_text(&self.name, &self.template, &outcome, |document| to_json(&document)))
    }
}

fn refused(error: &ProjectError) -> JsError {
    match error.help() {
        Some(help) => JsError::new(&format!("{error}: {help}")),
        None => JsError::new(&error.to_string()),
    }
}

fn findings(found: &[Diagnostic]) -> String {
    describe_findings(found, |document| to_json(&document))
}

/// Documents are always JSON.
fn to_json(document: &impl serde::Serialize) -> String {
    serde_json::to_string(document).unwrap_or_default()
}
