use std::sync::LazyLock;

use meniscus_engine::{Engine, Recipient};

use super::probes::Probe;
use crate::recording::Replay;
use crate::render::Settings;
use crate::syntax::HtmlComments;
use crate::value::{Object, Value};

/// A setting of `[dialect]` with the values that it may have; ours comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    pub name: &'static str,
    pub values: &'static [&'static str],
    /// The probes that tell its values apart.
    pub probes: &'static [u16],
}

/// The settings that probes settle.
pub const SETTINGS: [Setting; 2] = [
    Setting {
        name: "html_comments",
        values: &["\"strip\"", "\"keep-conditional\"", "\"keep\""],
        probes: &[1, 2],
    },
    Setting { name: "bare_attributes", values: &["false", "true"], probes: &[3] },
];

/// The language that the recipient is taken to have, which only a bare attribute prints.
pub(super) const LANGUAGE: &str = "en";

/// Returns the engine's settings with one of them changed.
fn settings(changed: Option<(&str, &str)>) -> Settings {
    let mut settings = Settings::default();
    match changed {
        Some(("html_comments", "\"keep-conditional\"")) => {
            settings.parse.html_comments = HtmlComments::KeepConditional;
        }
        Some(("html_comments", "\"keep\"")) => settings.parse.html_comments = HtmlComments::Keep,
        Some(("bare_attributes", "true")) => settings.parse.bare_attributes = true,
        _ => {}
    }
    settings
}

/// The responses to the calls of probes, as a file of recordings for `meniscus mock`.
pub const ECHO: &str = include_str!("echo.json");

static ECHO_REPLAY: LazyLock<Replay> =
    LazyLock::new(|| Replay::of_texts([("echo", ECHO)]).unwrap_or_default());

/// Renders a text as our engine does, with one setting changed.
pub(super) fn rendered(text: &str, changed: Option<(&str, &str)>) -> String {
    let settings = settings(changed);
    let engine = Engine::braze().with_options(settings.parse);
    let environment = engine.environment().settings(settings).recordings(ECHO_REPLAY.clone());
    let mut profile = Object::new();
    profile.insert("language", Value::from(LANGUAGE));
    let mut recipient = Recipient::new();
    // The table of the profile is one that every recipient may have.
    let _known = recipient.set("user", Value::from(profile));
    engine.compile(text).render(&environment, &recipient).output
}

impl Probe {
    /// Returns what our engine prints.
    #[must_use]
    pub fn expected(&self) -> String {
        rendered(self.text, None)
    }

    /// Returns what each value of a setting prints.
    pub(super) fn under(&self, setting: &Setting) -> Vec<(&'static str, String)> {
        let values = setting.values.iter();
        values.map(|value| (*value, rendered(self.text, Some((setting.name, value))))).collect()
    }
}
