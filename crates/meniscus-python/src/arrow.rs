use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::{RecordBatch, RecordBatchReader, StructArray};
use arrow_schema::Field;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};
use pyo3_arrow::ffi::{to_array_pycapsules, to_schema_pycapsule};
use pyo3_arrow::input::AnyRecordBatch;

use crate::refused;

/// A batch of rows with Arrow's C interface, which dataframe libraries take.
#[pyclass(frozen, module = "meniscus._meniscus")]
pub(crate) struct Batch(pub RecordBatch);

#[pymethods]
impl Batch {
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let rows = StructArray::from(self.0.clone());
        let field = Arc::new(Field::new_struct("", rows.fields().clone(), false));
        Ok(to_array_pycapsules(py, field, &rows, requested_schema)?)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        Ok(to_schema_pycapsule(py, self.0.schema_ref().as_ref())?)
    }

    fn __len__(&self) -> usize {
        self.0.num_rows()
    }

    fn __repr__(&self) -> String {
        format!("<Batch of {} rows>", self.0.num_rows())
    }
}

/// The batches of whatever has Arrow's C interface: a table, a stream, or a single batch.
#[pyclass(frozen, module = "meniscus._meniscus")]
pub(crate) struct Batches(Mutex<Box<dyn RecordBatchReader + Send>>);

#[pymethods]
impl Batches {
    #[new]
    fn new(data: AnyRecordBatch) -> PyResult<Batches> {
        Ok(Batches(Mutex::new(data.into_reader()?)))
    }

    fn __iter__(this: Py<Batches>) -> Py<Batches> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Batch>> {
        // The stream may be Python's own, which takes its lock to go on.
        let next = py.detach(|| self.0.lock().unwrap_or_else(PoisonError::into_inner).next());
        let next = next.transpose().map_err(|error| refused(error.to_string(), None))?;
        Ok(next.map(Batch))
    }
}
