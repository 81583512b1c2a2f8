use std::sync::Arc;

use super::{Recipient, Template};
use crate::recording::{Fetch, Replay};
use crate::render::{Dialect, Limits, OnError, Settings, World};
use crate::syntax::ParseOptions;
use crate::value::{Object, Time, Value};

/// What all recipients share: content blocks, responses to calls, variables, and limits.
///
/// Create it once. Rendering only reads it, so threads can share one.
#[derive(Clone, Debug)]
pub struct Environment {
    /// A world without a recipient.
    world: World,
}

impl Environment {
    pub(super) fn new(dialect: &'static dyn Dialect, options: ParseOptions) -> Environment {
        let mut world = World::new(dialect, Time::default(), Arc::new(Replay::default()));
        world.settings.parse = options;
        Environment { world }
    }

    /// Adds a content block: `{{content_blocks.${NAME}}}`.
    #[must_use]
    pub fn block(mut self, name: &str, template: &Template) -> Environment {
        Arc::make_mut(&mut self.world.blocks).insert(name.to_owned(), template.into());
        self
    }

    /// Answers calls from recordings.
    #[must_use]
    pub fn recordings(self, recordings: Replay) -> Environment {
        self.answers(Arc::new(recordings))
    }

    /// Answers calls from a custom source.
    #[must_use]
    pub fn answers(mut self, source: Arc<dyn Fetch>) -> Environment {
        self.world.fetch = source;
        self
    }

    /// Sets a variable in every template.
    #[must_use]
    pub fn variable(mut self, name: &str, value: impl Into<Value>) -> Environment {
        self.world.set_variable(name, value.into());
        self
    }

    /// Sets a table that tags read, such as `catalogs`, `promotions`, or `translations` in a
    /// scenario.
    #[must_use]
    pub fn table(mut self, name: &str, value: impl Into<Value>) -> Environment {
        self.world.set_table(name, value.into());
        self
    }

    /// Sets the limits of a render; [`Limits::default`] ends any template within seconds.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Environment {
        self.world.limits = limits;
        self
    }

    /// Sets the fields of an object as variables in every template, like the data of plain Liquid.
    ///
    /// A template's own changes to them don't last.
    #[must_use]
    pub fn globals(mut self, globals: Object) -> Environment {
        self.world.globals = Arc::new(globals);
        self
    }

    /// Sets everything that Braze's documentation leaves open, such as [`Settings::plain_liquid`].
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Environment {
        self.world.settings = settings;
        self
    }

    /// Sets what happens on a rendering error.
    #[must_use]
    pub fn on_error(mut self, on_error: OnError) -> Environment {
        self.world.settings.on_error = on_error;
        self
    }

    /// Returns a recipient's world, which shares this environment's data.
    pub(super) fn world(&self, recipient: &Recipient) -> World {
        let mut world = self.world.clone();
        world.families.clone_from(&recipient.families);
        for (name, value) in &recipient.bare {
            world.set_variable(*name, value.clone());
        }
        world.now = recipient.now.clone();
        world.seed = recipient.seed;
        world
    }
}
