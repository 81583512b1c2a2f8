use std::sync::Arc;

use indexmap::IndexMap;

use super::cancel::Cancel;
use super::filter::Filter;
use super::limits::Limits;
use super::renderer::RenderTag;
use crate::recording::Fetch;
use crate::syntax::{FamilyId, FilterId, Grammar, HtmlComments, ParseOptions, TagId, Template};
use crate::value::{Object, Time, Value};

/// A dialect, as rendering sees it.
pub trait Dialect: Grammar {
    /// How a tag is rendered.
    fn tag_renderer(&self, id: TagId) -> RenderTag;
    /// The filter of an id that the same dialect's grammar gave.
    fn filter_definition(&self, id: FilterId) -> &'static Filter;
    /// The family's name as the scenario's table is called.
    fn family_table(&self, id: FamilyId) -> &'static str;
    /// Whether the sender fills in an attribute for each recipient, so that none has it of their
    /// own: the address of an unsubscribe page.
    fn is_filled_in(&self, family: FamilyId, name: &str) -> bool;
    /// This dialect as a grammar, for texts that are parsed while rendering (`:rerender`).
    fn grammar(&self) -> &dyn Grammar;
}

/// A content block, parsed.
#[derive(Clone, Debug)]
pub struct ContentBlock {
    /// Its tree.
    pub template: Arc<Template>,
}

/// Everything that a render may depend on.
#[derive(Clone)]
pub struct World {
    /// The dialect.
    pub dialect: &'static dyn Dialect,
    /// Variables that exist before the first tag: `[variables]` of the workspace, or the data of
    /// plain Liquid.
    pub globals: Arc<Object>,
    /// The values of each family, by [`FamilyId`].
    pub families: Vec<Value>,
    /// Tables that tags read: catalogs, promotions, translations, shopping carts, landing pages.
    pub tables: Arc<Object>,
    /// What `'now'` is.
    pub now: Time,
    /// Where chance starts from.
    pub seed: u64,
    /// The content blocks, by name.
    pub blocks: Arc<IndexMap<String, ContentBlock>>,
    /// Who answers connected content.
    pub fetch: Arc<dyn Fetch>,
    /// The folder of recordings, as people are told of it.
    pub recordings: Arc<str>,
    /// Bounds.
    pub limits: Limits,
    /// Choices that the documentation leaves open.
    pub settings: Settings,
    /// Strings that are secret by their names in the data: masked where a call is shown.
    pub secrets: Arc<[String]>,
    /// Who no longer wants the text says so here.
    pub cancel: Cancel,
}

impl Settings {
    /// Plain Liquid: comments are text, and errors are printed in place.
    #[must_use]
    pub fn plain_liquid() -> Settings {
        let parse = ParseOptions { html_comments: HtmlComments::Keep, ..ParseOptions::default() };
        Settings { on_error: OnError::Print, parse, plain: true, ..Settings::default() }
    }
}

/// Choices that Braze's documentation leaves open; the defaults are `unverified`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What an error while rendering does.
    pub on_error: OnError,
    /// Whether `${object}[0]` is the object itself.
    pub objects_as_lists: bool,
    /// How texts are read.
    pub parse: ParseOptions,
    /// Whether this is plain Liquid, without Braze's objects and blocks.
    pub plain: bool,
    /// Ports of a call besides 80 and 443; none in Braze.
    pub any_port: bool,
}

/// What an error while rendering does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnError {
    /// The message is not sent: abort type `template_parse_error`, "syntax or rendering error".
    Abort,
    /// `Liquid error: …` is printed in place: plain Liquid.
    Print,
}

impl OnError {
    /// The word for it in `meniscus.toml`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            OnError::Abort => "abort",
            OnError::Print => "print",
        }
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            on_error: OnError::Abort,
            objects_as_lists: true,
            parse: ParseOptions::default(),
            plain: false,
            any_port: false,
        }
    }
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World")
            .field("now", &self.now)
            .field("seed", &self.seed)
            .finish_non_exhaustive()
    }
}

impl World {
    /// A world with nothing in it but a dialect, a clock and someone to answer calls.
    #[must_use]
    pub fn new(dialect: &'static dyn Dialect, now: Time, fetch: Arc<dyn Fetch>) -> World {
        World {
            dialect,
            globals: Arc::default(),
            families: Vec::new(),
            tables: Arc::default(),
            now,
            seed: 0,
            blocks: Arc::default(),
            fetch,
            recordings: Arc::from("recordings"),
            limits: Limits::default(),
            settings: Settings::default(),
            secrets: Arc::default(),
            cancel: Cancel::default(),
        }
    }

    /// Gives every template a variable.
    pub fn set_variable(&mut self, name: impl Into<Arc<str>>, value: Value) {
        Arc::make_mut(&mut self.globals).insert(name, value);
    }

    /// Gives tags a table to read: catalogs, promotions, translations.
    pub fn set_table(&mut self, name: impl Into<Arc<str>>, value: Value) {
        Arc::make_mut(&mut self.tables).insert(name, value);
    }

    /// All values of a family; `nil` where the scenario has none.
    #[must_use]
    pub fn family(&self, id: FamilyId) -> &Value {
        const NIL: &Value = &Value::Nil;
        self.families.get(usize::from(id.0)).unwrap_or(NIL)
    }

    /// Gives a family its values.
    pub fn set_family(&mut self, id: FamilyId, value: Value) {
        let index = usize::from(id.0);
        if self.families.len() <= index {
            self.families.resize(index + 1, Value::Nil);
        }
        self.families[index] = value;
    }
}
