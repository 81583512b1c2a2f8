use std::collections::BTreeMap;
use std::path::PathBuf;

use meniscus_analysis::facade;
use meniscus_analysis::project::ProjectError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use serde_json::{Map, Value};

use crate::audience::Audience;
use crate::engine::{findings, json};
use crate::refused;

/// A workspace of messages and recipients, read once.
#[pyclass(frozen, module = "meniscus._meniscus")]
pub(crate) struct Library(facade::Library);

#[pymethods]
impl Library {
    /// Reads the workspace around a folder.
    #[staticmethod]
    fn open(py: Python<'_>, path: PathBuf) -> PyResult<Library> {
        py.detach(|| alone(|| facade::Library::open(&path)))
            .map(Library)
            .map_err(|error| failed(&error))
    }

    /// Reads a workspace from texts by their paths.
    #[staticmethod]
    fn of_texts(py: Python<'_>, texts: BTreeMap<String, String>) -> PyResult<Library> {
        let texts = texts.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        py.detach(|| alone(|| facade::Library::of_texts(texts)))
            .map(Library)
            .map_err(|error| failed(&error))
    }

    /// Reads a workspace from what `files` returned.
    #[staticmethod]
    fn of_files(py: Python<'_>, files: BTreeMap<String, Vec<u8>>) -> PyResult<Library> {
        let files = files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()));
        py.detach(|| alone(|| facade::Library::of_files(files)))
            .map(Library)
            .map_err(|error| failed(&error))
    }

    /// Returns the files of the workspace without its snapshots, by their paths.
    fn files<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let files = py.detach(|| self.0.files()).map_err(|error| failed(&error))?;
        let dict = PyDict::new(py);
        for (path, bytes) in &files {
            dict.set_item(path, PyBytes::new(py, bytes))?;
        }
        Ok(dict)
    }

    /// Prepares a message for the rows of Arrow batches.
    #[pyo3(signature = (message, now, base, key, row, answers, samples))]
    #[allow(clippy::too_many_arguments)] // The keyword arguments of one Python function.
    fn audience(
        &self,
        py: Python<'_>,
        message: &str,
        now: String,
        base: Option<String>,
        key: Option<String>,
        row: Option<String>,
        answers: BTreeMap<String, Option<String>>,
        samples: usize,
    ) -> PyResult<Audience> {
        py.detach(|| Audience::new(&self.0, message, now, base, key, row, answers, samples))
    }

    fn messages(&self) -> Vec<&str> {
        self.0.messages().collect()
    }

    fn recipients(&self, message: &str) -> PyResult<Vec<String>> {
        self.0.message(message).map_err(|error| failed(&error))?;
        Ok(self.0.recipients(message).map(str::to_owned).collect())
    }

    /// Renders a message, and returns a JSON document of `meniscus render`. `values` is JSON.
    #[pyo3(signature = (message, recipient = None, values = None))]
    fn render(
        &self,
        py: Python<'_>,
        message: &str,
        recipient: Option<&str>,
        values: Option<&str>,
    ) -> PyResult<String> {
        let values = match values {
            Some(text) => serde_json::from_str::<Map<String, Value>>(text)
                .map_err(|error| refused(format!("the values can't be used: {error}"), None))?,
            None => Map::new(),
        };
        let rendered = py.detach(|| {
            let rendered = self.0.render(message, recipient, &values);
            rendered.map(|rendered| rendered.describe(|document| json(&document)))
        });
        rendered.map_err(|error| failed(&error))
    }

    /// Lints a message, or everything. Returns a JSON document of `meniscus lint`.
    #[pyo3(signature = (message = None))]
    fn lint(&self, py: Python<'_>, message: Option<&str>) -> PyResult<String> {
        let linted = py
            .detach(|| alone(|| self.0.lint(message).map(|linted| findings(&linted.diagnostics))));
        linted.map_err(|error| failed(&error))
    }

    /// Lints a text against what the workspace knows.
    #[pyo3(signature = (text, name = "template"))]
    fn lint_text(&self, py: Python<'_>, text: &str, name: &str) -> String {
        py.detach(|| findings(&self.0.lint_text(name, text).diagnostics))
    }
}

pub(crate) fn failed(error: &ProjectError) -> PyErr {
    refused(error.to_string(), error.help())
}

/// Runs something with threads of its own. Those that all share are gone in a process that was
/// forked, where nobody would ever answer.
fn alone<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().build() {
        Ok(pool) => pool.install(run),
        Err(_) => run(),
    }
}
