use std::sync::Arc;

use super::{Environment, Recipient};
use crate::diagnostic::Diagnostic;
use crate::dialect::BRAZE;
use crate::render::{ContentBlock, Dialect, Gather, Outcome, render, render_gathering};
use crate::syntax::{self, ParseOptions, parse};
use crate::text::Source;

/// Compiles texts of one dialect.
#[derive(Clone, Copy)]
pub struct Engine {
    dialect: &'static dyn Dialect,
    options: ParseOptions,
}

impl Engine {
    /// Braze's dialect, with comments in HTML removed as Braze does.
    #[must_use]
    pub fn braze() -> Engine {
        Engine::of(&BRAZE)
    }

    /// A dialect of your own: one that answers for tags and filters of its own and asks [`BRAZE`] for the others.
    #[must_use]
    pub fn of(dialect: &'static dyn Dialect) -> Engine {
        Engine { dialect, options: ParseOptions::default() }
    }

    /// The same engine with other choices for how texts are read.
    #[must_use]
    pub fn with_options(self, options: ParseOptions) -> Engine {
        Engine { options, ..self }
    }

    /// Compiles a text. Whatever is wrong with it is among [`Template::diagnostics`].
    #[must_use]
    pub fn compile(&self, text: &str) -> Template {
        self.compile_as("template", text)
    }

    /// Compiles a text that diagnostics tell of by this name, such as a file's.
    #[must_use]
    pub fn compile_as(&self, name: &str, text: &str) -> Template {
        let source = Arc::new(Source::new(name, text));
        Template { tree: Arc::new(parse(&source, self.dialect.grammar(), self.options)) }
    }

    /// An environment in which templates of this engine render: nothing in it but the dialect.
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

/// A compiled text, to be rendered for many. A clone shares it.
#[derive(Clone, Debug)]
pub struct Template {
    tree: Arc<syntax::Template>,
}

impl Template {
    /// What parsing has to say of the text, in order of place.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.tree.diagnostics
    }

    /// Whether Braze would refuse to send the text at all.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.tree.refused
    }

    /// The tree, for those who look into it.
    #[must_use]
    pub fn tree(&self) -> &Arc<syntax::Template> {
        &self.tree
    }

    /// Renders the text for a recipient. The same inputs give the same bytes on every machine.
    ///
    /// Nothing panics and nothing is an `Err`: why a message is not sent is [`Outcome::abort`], what was noticed
    /// [`Outcome::diagnostics`].
    #[must_use]
    pub fn render(&self, environment: &Environment, recipient: &Recipient) -> Outcome {
        render(&self.tree, &environment.world(recipient), false)
    }

    /// Renders as [`Template::render`] does, and records where each place of the output comes from in
    /// [`Outcome::map`], with what printed nothing.
    #[must_use]
    pub fn map(&self, environment: &Environment, recipient: &Recipient) -> Outcome {
        let gather = Gather { map: true, ..Gather::default() };
        render_gathering(&self.tree, &environment.world(recipient), gather)
    }

    /// Renders as [`Template::render`] does, and explains in [`Outcome::trace`] what printed nothing, and why.
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
