use std::sync::Arc;

use super::{Environment, Recipient};
use crate::diagnostic::Diagnostic;
use crate::dialect::BRAZE;
use crate::render::{ContentBlock, Dialect, Gather, Outcome, render, render_gathering};
use crate::syntax::{self, ParseOptions, parse};
use crate::text::Source;

/// Compiles templates of one dialect.
#[derive(Clone, Copy)]
pub struct Engine {
    dialect: &'static dyn Dialect,
    options: ParseOptions,
}

impl Engine {
    /// Returns an engine for Braze's dialect, which removes HTML comments as Braze does.
    #[must_use]
    pub fn braze() -> Engine {
        Engine::of(&BRAZE)
    }

    /// Returns an engine for a custom dialect, which defines its own tags and filters and can use
    /// those of [`BRAZE`] for the rest.
    #[must_use]
    pub fn of(dialect: &'static dyn Dialect) -> Engine {
        Engine { dialect, options: ParseOptions::default() }
    }

    /// Returns the same engine with other parse options.
    #[must_use]
    pub fn with_options(self, options: ParseOptions) -> Engine {
        Engine { options, ..self }
    }

    /// Compiles a template. [`Template::diagnostics`] lists its problems.
    #[must_use]
    pub fn compile(&self, text: &str) -> Template {
        self.compile_as("template", text)
    }

    /// Compiles a template under the name that diagnostics show, such as a file name.
    #[must_use]
    pub fn compile_as(&self, name: &str, text: &str) -> Template {
        let source = Arc::new(Source::new(name, text));
        Template { tree: Arc::new(parse(&source, self.dialect.grammar(), self.options)) }
    }

    /// Returns an environment for this engine's templates that contains only the dialect.
    #[must_use]
    pub fn environment(&self) -> Environment {
        Environment::new(self.dialect, self.options)
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("options", &self.options).finish_non_exhaustive()
    }
}

/// A compiled template, which can be rendered many times. Clones share the tree.
#[derive(Clone, Debug)]
pub struct Template {
    tree: Arc<syntax::Template>,
}

impl Template {
    /// Returns the problems found while parsing, in source order.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.tree.diagnostics
    }

    /// Whether Braze would refuse the whole template.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.tree.refused
    }

    /// Returns the syntax tree.
    #[must_use]
    pub fn tree(&self) -> &Arc<syntax::Template> {
        &self.tree
    }

    /// Renders the template for a recipient. The same inputs give the same bytes on every machine.
    ///
    /// It never panics or fails: [`Outcome::abort`] says why a message isn't sent, and
    /// [`Outcome::diagnostics`] lists problems.
    #[must_use]
    pub fn render(&self, environment: &Environment, recipient: &Recipient) -> Outcome {
        render(&self.tree, &environment.world(recipient), false)
    }

    /// Renders as [`Template::render`] does, and records in [`Outcome::map`] where each part of the
    /// output comes from, and which outputs are blank.
    #[must_use]
    pub fn map(&self, environment: &Environment, recipient: &Recipient) -> Outcome {
        let gather = Gather { map: true, ..Gather::default() };
        render_gathering(&self.tree, &environment.world(recipient), gather)
    }

    /// Renders as [`Template::render`] does, and explains in [`Outcome::trace`] which outputs are
    /// blank, and why.
    #[must_use]
    pub fn explain(&self, environment: &Environment, recipient: &Recipient) -> Outcome {
        render(&self.tree, &environment.world(recipient), true)
    }
}

impl From<&Template> for ContentBlock {
    fn from(template: &Template) -> ContentBlock {
        ContentBlock { template: Arc::clone(&template.tree) }
    }
}
