//! The preview page's questions, answered in the browser.

use meniscus_preview::page::local::LocalPage;
use wasm_bindgen::prelude::*;

use crate::refused;

/// A workspace in memory that answers what the preview page asks.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Page(LocalPage);

#[wasm_bindgen]
impl Page {
    /// Reads a workspace from a JSON object of texts by their paths; `name` is what it is called.
    ///
    /// # Errors
    /// If `meniscus.toml` has a mistake.
    #[wasm_bindgen(constructor)]
    pub fn new(name: &str, texts: &str) -> Result<Page, JsError> {
        let texts = serde_json::from_str(texts)?;
        LocalPage::new(name, &texts).map(Page).map_err(|error| refused(&error))
    }

    /// Answers a question by method, address, and body: `[status, answer]`, as JSON.
    pub fn answer(&mut self, method: &str, address: &str, body: &[u8]) -> String {
        let (status, answer) = self.0.answer(method, address, body);
        format!("[{status},{answer}]")
    }
}
