use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use super::braze::BrazeSettings;
use super::error::ProjectError;
use super::live::{self, LiveSettings, RedactSettings};
use super::reading::from_toml;
use super::tags::TagSettings;
use super::trigger::{self, TriggerSettings};
use crate::catalogs::Catalogs;
use crate::diagnostic::{Diagnostic, Severity};
use crate::files::{Files, locate_toml, read_toml};
use crate::render::{Limits, OnError, Settings};
use crate::syntax::{HtmlComments, ParseOptions};
use crate::text::{Source, Span, Step};
use crate::value::Value;

#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The file; `None` for a workspace with defaults.
    #[serde(skip)]
    pub source: Option<Arc<Source>>,
    /// The catalogs beside it, by name: those that every recipient has.
    #[serde(skip)]
    pub catalogs: Catalogs,
    /// Where files are.
    pub paths: Paths,
    /// Variables of every template: placeholders such as `endpoint_connect`.
    #[cfg_attr(test, schemars(with = "serde_json::Map<String, serde_json::Value>"))]
    pub variables: toml::Table,
    pub dialect: Dialect,
    pub limits: LimitSettings,
    /// Levels for some files only.
    pub rules: BTreeMap<String, String>,
    pub overrides: Vec<Override>,
    /// Where live calls may go.
    pub live: LiveSettings,
    /// What counts as personal data in recordings.
    pub redact: RedactSettings,
    /// Where messages are pulled from.
    pub braze: BrazeSettings,
    /// Where triggered messages are sent.
    pub trigger: TriggerSettings,
    /// Where `meniscus tags` sends.
    pub tags: TagSettings,
}

/// `[[overrides]]`: levels of rules for some files.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Override {
    pub paths: Vec<String>,
    /// Levels of rules, overriding `[rules]`.
    pub rules: BTreeMap<String, String>,
}

/// `[paths]`, relative to the workspace.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Paths {
    /// Patterns of template files.
    pub templates: Vec<String>,
    /// The folder of content blocks.
    pub content_blocks: String,
    /// The folder of scenarios.
    pub scenarios: String,
    /// The folder of recorded responses.
    pub recordings: String,
    /// Catalogs that all scenarios share.
    pub catalogs: String,
    /// The folder of schemas.
    pub schemas: String,
    /// The folder of accepted snapshots.
    pub snapshots: String,
}

impl Default for Paths {
    fn default() -> Paths {
        Paths {
            templates: ["templates/**/*.liquid", "templates/**/*.html"].map(str::to_owned).into(),
            content_blocks: "content_blocks".to_owned(),
            scenarios: "scenarios".to_owned(),
            recordings: "recordings".to_owned(),
            catalogs: "catalogs".to_owned(),
            schemas: "schemas".to_owned(),
            snapshots: "snapshots".to_owned(),
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Dialect {
    /// How `<!-- … -->` is handled: `strip`, `keep-conditional`, or `keep`.
    pub html_comments: Comments,
    /// Whether `${name}` in text, outside braces, is an attribute.
    pub bare_attributes: bool,
    /// Whether `${object}[0]` is the object itself.
    pub objects_as_lists: bool,
    /// What a render error does: `abort` or `print`.
    pub on_error: ErrorSetting,
}

impl Default for Dialect {
    fn default() -> Dialect {
        Dialect {
            html_comments: Comments::Strip,
            bare_attributes: false,
            objects_as_lists: true,
            on_error: ErrorSetting::Abort,
        }
    }
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Comments {
    /// Remove comments.
    Strip,
    /// Remove comments, except conditional ones.
    KeepConditional,
    /// Keep comments as text.
    Keep,
}

/// `on_error`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ErrorSetting {
    /// Don't send the message.
    Abort,
    /// Print `Liquid error: …`.
    Print,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct LimitSettings {
    /// Nesting of tags in a template.
    pub nesting: usize,
    /// Nesting of content blocks; deeper ones are left out, as in Braze.
    pub block_depth: usize,
    /// Iterations of all loops together.
    pub iterations: u64,
    /// Steps of a render, which end any template within seconds.
    pub steps: u64,
    /// Calls of a render.
    pub calls: u64,
    /// Bytes of the output, and of any string on the way.
    pub output_bytes: usize,
    /// Items of any list.
    pub list_items: usize,
}

/// The maximum for nested content blocks: each level uses stack.
const MAX_BLOCK_DEPTH: usize = 20;

impl Default for LimitSettings {
    fn default() -> LimitSettings {
        let Limits { block_depth, iterations, steps, calls, output_bytes, list_items } =
            Limits::default();
        let nesting = ParseOptions::MAX_NESTING;
        LimitSettings { nesting, block_depth, iterations, steps, calls, output_bytes, list_items }
    }
}

impl Config {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// If it can't be read, isn't valid TOML, or has an unknown key.
    pub fn load(files: &dyn Files, path: &Path, name: &str) -> Result<Config, ProjectError> {
        let text = path.parent().map_or(Ok(()), |root| files.check_file(root, path));
        let text = text.and_then(|()| files.read_to_string(path));
        let text = text.map_err(|error| ProjectError::unreadable(Path::new(name), &error))?;
        let source = Arc::new(Source::new(name, text));
        let mut config: Config = read_toml(&source)?;
        config.source = Some(Arc::clone(&source));
        if config.limits.nesting > ParseOptions::MAX_NESTING {
            let place = locate_toml(source.text(), &[Step::Key("limits"), Step::Key("nesting")]);
            let span = place.map_or(Span::empty(0), |place| Span::new(place.start, place.end));
            let message = format!("`nesting` can be at most {}", ParseOptions::MAX_NESTING);
            let diagnostic =
                Diagnostic::new("workspace-file", Severity::Error, &source, span, message).help(
                    format!(
                        "use {} or less; Liquid itself allows no more",
                        ParseOptions::MAX_NESTING
                    ),
                );
            return Err(ProjectError::Content(Box::new(diagnostic)));
        }
        live::check(&config.live, &config.redact, &source)?;
        trigger::check(config.trigger.endpoint.as_deref(), "trigger", &source)?;
        trigger::check(config.braze.endpoint.as_deref(), "braze", &source)?;
        Ok(config)
    }

    /// Yields the declared variables with their values.
    pub fn variables(&self) -> impl Iterator<Item = (&String, Value)> {
        self.variables.iter().map(|(name, value)| (name, from_toml(value.clone())))
    }

    #[must_use]
    pub fn limits(&self) -> Limits {
        let LimitSettings {
            nesting: _,
            block_depth,
            iterations,
            steps,
            calls,
            output_bytes,
            list_items,
        } = self.limits;
        let block_depth = block_depth.min(MAX_BLOCK_DEPTH);
        Limits { block_depth, iterations, steps, calls, output_bytes, list_items }
    }

    /// Returns the settings of the dialect.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let html_comments = match self.dialect.html_comments {
            Comments::Strip => HtmlComments::Strip,
            Comments::KeepConditional => HtmlComments::KeepConditional,
            Comments::Keep => HtmlComments::Keep,
        };
        let on_error = match self.dialect.on_error {
            ErrorSetting::Abort => OnError::Abort,
            ErrorSetting::Print => OnError::Print,
        };
        Settings {
            on_error,
            objects_as_lists: self.dialect.objects_as_lists,
            parse: ParseOptions {
                nesting: self.limits.nesting,
                html_comments,
                bare_attributes: self.dialect.bare_attributes,
                ..ParseOptions::default()
            },
            plain: false,
            // If tests call other ports, their recordings are replayed from those too.
            any_port: !self.live.allow_ports.is_empty(),
        }
    }
}
