//! The Python module `meniscus._meniscus`: the engine and the workspaces of meniscus for Python.
//!
//! The package around it, in `python/meniscus`, gives its JSON documents a shape. Nothing here holds
//! Python's lock while it parses, renders, or lints.

mod arrow;
mod audience;
mod columns;
mod engine;
mod library;
mod value;

use pyo3::prelude::*;

pyo3::create_exception!(
    meniscus._meniscus,
    MeniscusError,
    pyo3::exceptions::PyException,
    "An error, with a message and what to do about it."
);

#[pymodule]
mod _meniscus {
    #[pymodule_export]
    use super::MeniscusError;
    #[pymodule_export]
    use super::arrow::{Batch, Batches};
    #[pymodule_export]
    use super::audience::{Audience, Tally};
    #[pymodule_export]
    use super::engine::{Engine, Template};
    #[pymodule_export]
    use super::library::Library;

    /// The version of the program.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}

/// Makes the exception for a failure: `args` are the message and the help.
fn refused(message: impl Into<String>, help: Option<&str>) -> PyErr {
    MeniscusError::new_err((message.into(), help.map(str::to_owned)))
}
