use std::sync::Arc;

use crate::http::{Response, held_secrets, longest_first, secret_forms};
use crate::value::Value;

/// What calls saved in variables, to mask its secrets wherever they are used.
#[derive(Clone, Debug, Default)]
pub struct Saved {
    /// Responses whose values are among `values`, so that a loop adds each once.
    responses: Vec<Arc<Response>>,
    values: Vec<Value>,
    /// How many of the values have been searched.
    searched: usize,
    secrets: Vec<String>,
}

impl Saved {
    /// Adds a value that a response was saved as.
    pub fn add(&mut self, response: &Arc<Response>, value: &Value, is_rerendered: bool) {
        let is_same = |known: &Arc<Response>| Arc::ptr_eq(known, response);
        if is_rerendered {
            self.values.push(value.clone());
        } else if !self.responses.iter().any(is_same) {
            self.responses.push(Arc::clone(response));
            self.values.push(value.clone());
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Returns the strings that are secret by their names, in every form, the longest first. Searches
    /// each value once.
    pub fn secrets(&mut self) -> &[String] {
        let before = self.secrets.len();
        for value in &self.values[self.searched..] {
            held_secrets("", value, &mut |text| self.secrets.extend(secret_forms(text)));
        }
        self.searched = self.values.len();
        if self.secrets.len() > before {
            longest_first(&mut self.secrets);
        }
        &self.secrets
    }
}
