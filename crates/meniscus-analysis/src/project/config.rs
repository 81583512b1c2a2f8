use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use super::error::ProjectError;
use super::live::{self, LiveSettings, RedactSettings};
use super::scenario::from_toml;
use super::tags::TagSettings;
use super::trigger::{self, TriggerSettings};
use crate::diagnostic::{Diagnostic, Severity};
use crate::files::{Files, locate_toml, read_toml};
use crate::render::{Limits, OnError, Settings};
use crate::syntax::{HtmlComments, ParseOptions};
use crate::text::{Source, Span, Step};
use crate::value::Value;

/// `meniscus.toml`. Every key has a default; a key that is unknown is an error.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The file; none where the workspace has the defaults.
    #[serde(skip)]
    pub source: Option<Arc<Source>>,
    /// Where things lie.
    pub paths: Paths,
    /// Variables that every template has: placeholders such as `endpoint_connect`.
    pub variables: toml::Table,
    /// Choices that Braze's documentation leaves open.
    pub dialect: Dialect,
    /// Bounds of a render.
    pub limits: LimitSettings,
    /// Levels of rules: `off`, `info`, `warn` or `error`.
    pub rules: BTreeMap<String, String>,
    /// Levels for some files alone.
    pub overrides: Vec<Override>,
    /// Where live calls may go.
    pub live: LiveSettings,
    /// What is personal in recordings.
    pub redact: RedactSettings,
    /// Where triggered messages are sent.
    pub trigger: TriggerSettings,
    /// Where `meniscus tags` sends.
    pub tags: TagSettings,
}

/// `[[overrides]]`: levels of rules for files of some paths.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// Patterns of the files, relative to the workspace.
    pub paths: Vec<String>,
    /// Levels of rules, over those of `[rules]`.
    pub rules: BTreeMap<String, String>,
}

/// `[paths]`, relative to the workspace.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Paths {
    /// Patterns of template files.
    pub templates: Vec<String>,
    /// The folder of content blocks.
    pub content_blocks: String,
    /// The folder of scenarios.
    pub scenarios: String,
    /// The folder of recordings.
    pub recordings: String,
    /// The folder of JSON Schemas.
    pub schemas: String,
    /// The folder of snapshots.
    pub snapshots: String,
}

impl Default for Paths {
    fn default() -> Paths {
        Paths {
            templates: ["templates/**/*.liquid", "templates/**/*.html"].map(str::to_owned).into(),
            content_blocks: "content_blocks".to_owned(),
            scenarios: "scenarios".to_owned(),
            recordings: "recordings".to_owned(),
            schemas: "schemas".to_owned(),
            snapshots: "snapshots".to_owned(),
        }
    }
}

/// `[dialect]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Dialect {
    /// What happens to `<!-- … -->`: `strip`, `keep-conditional` or `keep`.
    pub html_comments: Comments,
    /// Whether `${name}` in text, outside of braces, is read as an attribute.
    pub bare_attributes: bool,
    /// Whether `${object}[0]` is the object itself.
    pub objects_as_lists: bool,
    /// What an error while rendering does: `abort` or `print`.
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

/// `html_comments`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Comments {
    /// They are removed.
    Strip,
    /// They are removed, conditional ones excepted.
    KeepConditional,
    /// They are text.
    Keep,
}

/// `on_error`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorSetting {
    /// The message is not sent.
    Abort,
    /// `Liquid error: …` is printed.
    Print,
}

/// `[limits]`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitSettings {
    /// See [`ParseOptions::nesting`].
    pub nesting: usize,
    /// See [`Limits::block_depth`].
    pub block_depth: usize,
    /// See [`Limits::iterations`].
    pub iterations: u64,
    /// See [`Limits::steps`].
    pub steps: u64,
    /// See [`Limits::calls`].
    pub calls: u64,
    /// See [`Limits::output_bytes`].
    pub output_bytes: usize,
    /// See [`Limits::list_items`].
    pub list_items: usize,
}

/// The deepest that content blocks may be set to nest: each level takes stack.
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
    /// Reads a file of that form.
    ///
    /// # Errors
    /// Where it cannot be read, is no TOML, or has an unknown key.
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
            let message = format!("found `nesting` over {}", ParseOptions::MAX_NESTING);
            let diagnostic =
                Diagnostic::new("workspace-file", Severity::Error, &source, span, message).help(
                    format!(
                        "set {} or less: Liquid itself goes no deeper",
                        ParseOptions::MAX_NESTING
                    ),
                );
            return Err(ProjectError::Content(Box::new(diagnostic)));
        }
        live::check(&config, &source)?;
        trigger::check(&config, &source)?;
        Ok(config)
    }

    /// The variables that it declares, with their values.
    pub fn variables(&self) -> impl Iterator<Item = (&String, Value)> {
        self.variables.iter().map(|(name, value)| (name, from_toml(value.clone())))
    }

    /// The bounds that it sets.
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

    /// The choices that it makes.
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
            // Where tests call other ports, what they record is replayed from there too.
            any_port: !self.live.allow_ports.is_empty(),
        }
    }
}
