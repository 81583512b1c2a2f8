use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::builder::{BooleanBuilder, ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use meniscus_analysis::endpoint::Endpoint;
use meniscus_analysis::facade;
use meniscus_audience as audience;
use meniscus_audience::{AnswerSource, Measurer, Options, Plan, RowAnswers};
use pyo3::prelude::*;

use crate::arrow::Batch;
use crate::columns::{Roles, Rows};
use crate::library::failed;
use crate::refused;

/// Most bytes of strings in a batch that is returned, so that engines which copy batches keep within
/// their limits (Spark: 64 MB).
const MOST_BYTES: usize = 32 << 20;

/// A message, ready to be rendered for the rows of Arrow batches, from any thread.
#[pyclass(frozen, module = "meniscus._meniscus")]
pub(crate) struct Audience {
    plan: Plan,
    roles: Roles,
    samples: usize,
    schema: SchemaRef,
}

/// What an audience gets, in numbers.
#[pyclass(frozen, module = "meniscus._meniscus")]
pub(crate) struct Tally {
    sum: Mutex<audience::Tally>,
    samples: usize,
}

impl Audience {
    #[allow(clippy::too_many_arguments)] // The keyword arguments of one Python function.
    pub fn new(
        library: &facade::Library,
        message: &str,
        now: String,
        base: Option<String>,
        key: Option<String>,
        row: Option<String>,
        answers: BTreeMap<String, Option<String>>,
        samples: usize,
    ) -> PyResult<Audience> {
        let message = library.message(message).map_err(|error| failed(&error))?;
        let mut columns = Vec::new();
        for (column, endpoint) in answers {
            let endpoint = endpoint.map(|name| endpoint_of(library, &name)).transpose()?;
            columns.push((endpoint.is_none(), column, endpoint));
        }
        columns.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        let source = |column: &str, endpoint| Arc::new(AnswerSource::new(column, endpoint));
        let answers = columns.into_iter().map(|(_, column, endpoint)| {
            let source = source(&column, endpoint);
            (column, source)
        });
        let roles = Roles { key: key.clone(), row, answers: answers.collect() };
        let options = Options { now, base, key, samples };
        let plan =
            Plan::new(library.session(), message, options).map_err(|error| failed(&error))?;
        let schema = schema_of(&plan)?;
        Ok(Audience { plan, roles, samples, schema })
    }

    fn rows<'a>(&'a self, batch: &'a RecordBatch) -> PyResult<Rows<'a>> {
        Rows::of(batch, &self.roles).map_err(|why| refused(why, None))
    }
}

fn endpoint_of<'l>(library: &'l facade::Library, name: &str) -> PyResult<&'l Endpoint> {
    let known = library.session().known.endpoints.get(name);
    known.ok_or_else(|| {
        let message = format!("there is no endpoint `{name}`");
        refused(message, Some("list them with `meniscus shape --list`"))
    })
}

/// The columns of a rendered batch.
fn schema_of(plan: &Plan) -> PyResult<SchemaRef> {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let item = Arc::new(Field::new_list_field(DataType::Utf8, true));
    let mut fields = vec![
        text("id"),
        Field::new("sent", DataType::Boolean, true),
        text("aborted"),
        Field::new("blanks", DataType::List(item), true),
        text("error"),
    ];
    for part in plan.parts() {
        if fields.iter().any(|field| field.name() == part) {
            let message = format!("the part `{part}` has the same name as another column");
            return Err(refused(message, Some("rename the part's file")));
        }
        fields.push(text(part));
    }
    Ok(Arc::new(Schema::new(fields)))
}

#[pymethods]
impl Audience {
    /// Renders rows of a batch from `start` on. Returns the columns `id`, `sent`, `aborted`, `blanks`,
    /// `error`, and one for each part, with the row that comes next.
    #[pyo3(signature = (batch, start = 0))]
    fn render(&self, py: Python<'_>, batch: &Batch, start: usize) -> PyResult<(Batch, usize)> {
        let batch = &batch.0;
        let (rendered, next) = py.detach(|| {
            let rows = self.rows(batch)?;
            self.rendered(&rows, start, batch.num_rows())
        })?;
        Ok((Batch(rendered), next))
    }

    /// The columns that `render` returns, in a batch without rows.
    fn schema(&self) -> Batch {
        Batch(RecordBatch::new_empty(Arc::clone(&self.schema)))
    }

    /// Returns the tally of no rows.
    fn empty(&self) -> Tally {
        Tally { sum: Mutex::new(Measurer::new(&self.plan).finish()), samples: self.samples }
    }

    /// Counts what the rows of a batch get. `name` and `first` say where they are.
    fn tally(&self, py: Python<'_>, batch: &Batch, name: &str, first: u64) -> PyResult<Tally> {
        let batch = &batch.0;
        let sum = py.detach(|| {
            let rows = self.rows(batch)?;
            let mut measurer = Measurer::new(&self.plan);
            for row in 0..batch.num_rows() {
                let at = format!("{name}:{}", first + row as u64);
                let answers = rows.answers(row);
                let person = rows.person(row);
                let (person, mut answers) = match answers {
                    Ok(answers) => (person, Some(answers)),
                    Err(why) => (person.and(Err(why)), None),
                };
                let mut take = |_: Option<&str>| Ok(answers.take().unwrap_or_default());
                let added = measurer.add(at, person, &mut take);
                added.map_err(|error| refused(error.to_string(), None))?;
            }
            Ok::<_, PyErr>(measurer.finish())
        })?;
        Ok(Tally { sum: Mutex::new(sum), samples: self.samples })
    }
}

impl Audience {
    fn rendered(
        &self,
        rows: &Rows<'_>,
        start: usize,
        end: usize,
    ) -> PyResult<(RecordBatch, usize)> {
        let parts = self.plan.parts().count();
        let (mut ids, mut sent) = (StringBuilder::new(), BooleanBuilder::new());
        let (mut aborted, mut errors) = (StringBuilder::new(), StringBuilder::new());
        let mut blanks = ListBuilder::new(StringBuilder::new());
        let mut texts = (0..parts).map(|_| StringBuilder::new()).collect::<Vec<_>>();
        let (mut bytes, mut row) = (0, start);
        while row < end && (bytes < MOST_BYTES || row == start) {
            let person = rows.person(row);
            let id = person.as_ref().ok().and_then(|person| person.id.as_ref());
            bytes += id.map_or(0, String::len);
            ids.append_option(id);
            let rendered = person.and_then(|person| {
                let answers: RowAnswers = rows.answers(row)?;
                self.plan.render(&person, answers)
            });
            let abort = rendered.as_ref().ok().and_then(audience::RenderedRow::abort);
            let is_sent = rendered.is_ok() && abort.is_none();
            sent.append_value(is_sent);
            let abort = abort.map(String::from);
            let error = rendered.as_ref().err();
            bytes += abort.as_ref().map_or(0, String::len) + error.map_or(0, String::len);
            aborted.append_option(abort);
            errors.append_option(error);
            for (place, text) in texts.iter_mut().enumerate() {
                let outcome = rendered.as_ref().ok().filter(|_| is_sent);
                let output = outcome.map(|row| &*row.outcomes[place].output);
                bytes += output.map_or(0, str::len);
                text.append_option(output);
            }
            if let Some(rendered) = rendered.as_ref().ok().filter(|_| is_sent) {
                for place in self.plan.blanks(rendered) {
                    let place = String::from(place);
                    bytes += place.len();
                    blanks.values().append_value(place);
                }
            }
            blanks.append(true);
            row += 1;
        }
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(ids.finish()),
            Arc::new(sent.finish()),
            Arc::new(aborted.finish()),
            Arc::new(blanks.finish()),
            Arc::new(errors.finish()),
        ];
        columns.extend(texts.iter_mut().map(|text| Arc::new(text.finish()) as ArrayRef));
        let rows = RecordBatchOptions::new().with_row_count(Some(row - start));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &rows);
        let batch = batch.map_err(|error| refused(error.to_string(), None))?;
        Ok((batch, row))
    }
}

#[pymethods]
impl Tally {
    /// Reads what `meniscus audience --report json` wrote.
    #[staticmethod]
    #[pyo3(signature = (text, samples = 3))]
    fn read(py: Python<'_>, text: &str, samples: usize) -> PyResult<Tally> {
        let sum = py.detach(|| audience::Tally::read(text));
        let sum = sum.map_err(|why| refused(format!("it isn't a tally: {why}"), None))?;
        Ok(Tally { sum: Mutex::new(sum), samples })
    }

    /// Adds the tally of another part of the audience.
    fn merge(&self, py: Python<'_>, other: &Tally) -> PyResult<()> {
        let merged = py.detach(|| {
            let other = other.sum.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let mut sum = self.sum.lock().unwrap_or_else(PoisonError::into_inner);
            sum.merge(other, self.samples)
        });
        merged.map_err(|why| refused(format!("the tallies can't be added: {why}"), None))
    }

    /// The most rows that are kept as examples of each kind.
    #[getter]
    fn samples(&self) -> usize {
        self.samples
    }

    /// Returns the JSON that `meniscus audience --merge` reads.
    fn json(&self, py: Python<'_>) -> PyResult<String> {
        let json = py.detach(|| {
            let sum = self.sum.lock().unwrap_or_else(PoisonError::into_inner);
            serde_json::to_string(&*sum)
        });
        json.map_err(|error| refused(error.to_string(), None))
    }
}
