use std::sync::Arc;

use crate::http::{Response, held_secrets, longest_first, secret_forms};
use crate::value::Value;

/// What calls saved in variables, to mask its secrets wherever they are used.
#[derive(Clone, Debug, Default)]
pub struct Saved {
    /// The responses, each once.
    responses: Vec<Arc<Response>>,
    /// How many of them have given their secrets.
    asked: usize,
    /// Values of rerendered responses that have not been searched.
    rerendered: Vec<Value>,
    secrets: Vec<String>,
}

impl Saved {
    /// Adds a response that was saved as it came.
    pub fn add(&mut self, response: &Arc<Response>) {
        if !self.responses.iter().any(|known| Arc::ptr_eq(known, response)) {
            self.responses.push(Arc::clone(response));
        }
    }

    /// Adds what a response was rerendered to.
    pub fn add_rerendered(&mut self, value: Value) {
        self.rerendered.push(value);
    }

    /// Returns the strings that are secret by their names, in every form, the longest first.
    pub fn secrets(&mut self) -> &[String] {
        let before = self.secrets.len();
        for response in &self.responses[self.asked..] {
            self.secrets.extend_from_slice(response.secrets());
        }
        self.asked = self.responses.len();
        for value in self.rerendered.drain(..) {
            held_secrets("", &value, &mut |text| self.secrets.extend(secret_forms(text)));
        }
        if self.secrets.len() > before {
            longest_first(&mut self.secrets);
        }
        &self.secrets
    }
}
