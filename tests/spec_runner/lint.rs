use super::fence::Syntax;
use super::run::{Outcome, Setup, describe, push_line};
use crate::lint_workspace::{Files, MESSAGE};

/// What a page says where the linter has nothing to say.
const NOTHING: &str = "nothing found";

impl Setup {
    /// Lints a template as the body of a message, with the parts and blocks beside it.
    ///
    /// # Errors
    /// Where what is set up cannot be read.
    pub fn lint(&self, text: &str, outcome: &mut Outcome) -> Result<(), String> {
        let mut files = Files::default();
        if let Some(config) = &self.config {
            files.put("meniscus.toml", config);
        }
        if let Some((syntax, text)) = &self.scenario {
            let ending = if *syntax == Syntax::Json { "json" } else { "toml" };
            files.put(format!("scenarios/scenario.{ending}"), text);
        }
        for (name, text) in &self.blocks {
            files.put(format!("content_blocks/{name}.liquid"), text);
        }
        for (name, text) in &self.recordings {
            files.put(format!("recordings/{name}.json"), text);
        }
        for (path, text) in &self.files {
            files.put(path, text);
        }
        let mut parts = vec![("body.liquid".to_owned(), text)];
        parts.extend(self.parts.iter().map(|(name, text)| (format!("{name}.liquid"), &**text)));
        let message = self.message.as_deref();
        // Parts stand in a folder, which has a channel; most have none that matters.
        let message = message.or((parts.len() > 1).then_some("channel = \"email\"\n"));
        parts.extend(message.map(|text| ("message.toml".to_owned(), text)));
        let parts = parts.iter().map(|(name, text)| (&**name, *text)).collect::<Vec<_>>();
        files.put_message(&parts);
        let linted = files.lint()?;
        let mut found = String::new();
        let folder = format!("templates/{MESSAGE}");
        for diagnostic in &linted.diagnostics {
            let name = diagnostic.primary.source.name();
            let inner = name.strip_prefix(&folder).map(|inner| inner.trim_start_matches('/'));
            let shown = match inner {
                Some(".liquid" | "body.liquid") => "",
                Some(part) => part,
                None => name,
            };
            describe(shown, diagnostic, &mut found);
        }
        if found.is_empty() {
            push_line(NOTHING, &mut found);
        }
        outcome.lint = found;
        Ok(())
    }
}
