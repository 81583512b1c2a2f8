use std::collections::HashMap;

use meniscus_analysis::facade::{describe_findings, describe_text};
use meniscus_engine::diagnostic::Diagnostic;
use meniscus_engine::render::Settings;
use meniscus_engine::{Environment, Recipient};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::refused;
use crate::value::{to_object, to_value};

/// Compiles single texts in Braze's dialect of Liquid.
#[pyclass(frozen, module = "meniscus._meniscus")]
pub(crate) struct Engine {
    engine: meniscus_engine::Engine,
    /// Content blocks by name.
    blocks: HashMap<String, String>,
    is_plain: bool,
}

#[pymethods]
impl Engine {
    #[new]
    #[pyo3(signature = (*, blocks = None, plain = false))]
    fn new(blocks: Option<HashMap<String, String>>, plain: bool) -> Engine {
        Engine {
            engine: meniscus_engine::Engine::braze(),
            blocks: blocks.unwrap_or_default(),
            is_plain: plain,
        }
    }

    /// Compiles a text. Its problems are among the template's diagnostics.
    #[pyo3(signature = (text, name = "template"))]
    fn compile(&self, py: Python<'_>, text: &str, name: &str) -> Template {
        py.detach(|| {
            let mut engine = self.engine;
            let mut environment = engine.environment();
            if self.is_plain {
                let settings = Settings::plain_liquid();
                engine = engine.with_options(settings.parse);
                environment = engine.environment().settings(settings);
            }
            for (name, block) in &self.blocks {
                environment = environment.block(name, &engine.compile_as(name, block));
            }
            Template { template: engine.compile_as(name, text), name: name.to_owned(), environment }
        })
    }
}

/// A compiled text, to be rendered for many.
#[pyclass(frozen, module = "meniscus._meniscus")]
pub(crate) struct Template {
    template: meniscus_engine::Template,
    name: String,
    environment: Environment,
}

#[pymethods]
impl Template {
    /// Returns what parsing found, as a JSON document of `meniscus lint`.
    fn diagnostics(&self, py: Python<'_>) -> String {
        py.detach(|| findings(self.template.diagnostics()))
    }

    /// Renders the text, and returns a JSON document of `meniscus render`.
    #[pyo3(signature = (recipient = None, variables = None, now = None, seed = None))]
    fn render(
        &self,
        py: Python<'_>,
        recipient: Option<&Bound<'_, PyDict>>,
        variables: Option<&Bound<'_, PyDict>>,
        now: Option<&str>,
        seed: Option<u64>,
    ) -> PyResult<String> {
        let mut who = Recipient::new();
        for (table, values) in recipient.into_iter().flatten() {
            let table = table.extract::<String>()?;
            who.set(&table, to_value(&values)?)
                .map_err(|error| refused(error.to_string(), None))?;
        }
        if let Some(now) = now {
            who = who.at(now).map_err(|error| refused(error.to_string(), None))?;
        }
        if let Some(seed) = seed {
            who = who.seed(seed);
        }
        let variables = variables.map(to_object).transpose()?;
        Ok(py.detach(|| {
            let environment = self.environment.clone().globals(variables.unwrap_or_default());
            let outcome = self.template.map(&environment, &who);
            describe_text(&self.name, &self.template, &outcome, |document| json(&document))
        }))
    }
}

/// Describes diagnostics as JSON.
pub(crate) fn findings(found: &[Diagnostic]) -> String {
    describe_findings(found, |document| json(&document))
}

/// Documents are always JSON.
pub(crate) fn json(document: &impl serde::Serialize) -> String {
    serde_json::to_string(document).unwrap_or_default()
}
