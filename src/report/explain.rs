use std::borrow::Cow;

use crate::diagnostic::Label;
use crate::http::secret::{REDACTED, is_secret_field};
use crate::http::{longest_first, masked_by};
use crate::project::{Config, Scenario, Workspace, secrets};
use crate::reason::{failed_call, failure};
use crate::render::{
    Call, CallResult, Explanation, ExplanationKind, Fact, Missing, Origin, OriginSource, Outcome,
    Trace,
};
use crate::text::{DataPath, Step, line_of, locate_json, nearest};

/// Most names listed as alternatives.
const LISTED: usize = 8;

/// Appends why outputs are blank and branches weren't taken: which name, which value, and the file
/// and line it came from or should have come from.
pub fn explain(
    trace: &Trace,
    outcome: &Outcome,
    scenario: &Scenario,
    workspace: &Workspace,
    out: &mut String,
) {
    let secrets = all_secrets(outcome, scenario, &workspace.config);
    let calls = &outcome.calls;
    let places = Places { calls, scenario, workspace, secrets };
    for explanation in &trace.explanations {
        headline(explanation, out);
        for fact in &explanation.facts {
            places.fact(fact, out);
        }
        if explanation.facts.is_empty() {
            out.push_str("  nothing in it can have a value\n");
        }
    }
}

/// Returns the secrets of the data and of saved responses, in every form, the longest first.
#[must_use]
pub fn all_secrets(outcome: &Outcome, scenario: &Scenario, config: &Config) -> Vec<String> {
    let mut all = secrets(config, scenario).to_vec();
    all.extend_from_slice(outcome.saved.clone().secrets());
    longest_first(&mut all);
    all
}

fn headline(explanation: &Explanation, out: &mut String) {
    let at = &explanation.at;
    let code = lines_of(at.source.slice(at.span));
    let what = match explanation.kind {
        ExplanationKind::EmptyOutput => "renders as blank",
        ExplanationKind::BranchNotTaken => "is false",
        ExplanationKind::AbortBranch => "aborts the message",
        ExplanationKind::EmptyLoop => "has nothing to loop over",
    };
    out.push_str(&format!("why: {}: `{code}` {what}\n", place(at)));
}

/// Writes a location as `file:line:column`.
pub(super) fn place(label: &Label) -> String {
    let Label { source, span, .. } = label.in_file();
    let position = source.position(span.start as usize);
    format!("{}:{}:{}", source.name(), position.line, position.column)
}

/// Writes text on one line.
pub(super) fn lines_of(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

struct Places<'a> {
    calls: &'a [Call],
    scenario: &'a Scenario,
    workspace: &'a Workspace,
    /// Strings that are secret by their names in the data.
    secrets: Vec<String>,
}

impl Places<'_> {
    fn fact(&self, fact: &Fact, out: &mut String) {
        let expression = lines_of(fact.expression.source.slice(fact.expression.span));
        match &fact.missing {
            Some(missing) => {
                out.push_str(&format!("  `{expression}`: {}", absence(missing)));
                out.push('\n');
                if let Some(origin) = &fact.origin {
                    out.push_str(&format!("    {}\n", self.wanted(origin, missing)));
                }
                if let Some(near) =
                    nearest(&missing.key, missing.available.iter().map(String::as_str))
                {
                    out.push_str(&format!("    did you mean `{near}`?\n"));
                }
            }
            None => {
                let from = fact
                    .origin
                    .as_ref()
                    .map_or(String::new(), |origin| format!(", from {}", self.found(origin)));
                out.push_str(&format!("  `{expression}` is {}{from}\n", self.shown(fact)));
            }
        }
    }

    /// Returns a value without secrets: those by their name, and those of the data.
    fn shown<'f>(&self, fact: &'f Fact) -> Cow<'f, str> {
        let last = fact.origin.as_ref().and_then(|origin| origin.path.last());
        match last {
            Some(Step::Key(name)) if is_secret_field(name) => REDACTED.into(),
            _ => masked_by(&fact.value, &self.secrets),
        }
    }

    /// Says where a value is.
    fn found(&self, origin: &Origin) -> String {
        match &origin.source {
            OriginSource::Template(label) => place(label),
            OriginSource::Globals => match self.in_scenario("variables", &origin.path) {
                Some(place) => place,
                None => "the workspace's variables or the given data".to_owned(),
            },
            OriginSource::Scenario(table) => self
                .in_scenario(table, &origin.path)
                .unwrap_or_else(|| format!("`{table}` of the scenario `{}`", self.scenario.name)),
            OriginSource::Call(call) => self.in_recording(*call, &origin.path),
        }
    }

    /// Says where a missing value should be.
    fn wanted(&self, origin: &Origin, missing: &Missing) -> String {
        match &origin.source {
            OriginSource::Template(label) => format!("the value was set at {}", place(label)),
            OriginSource::Globals => {
                let name = &missing.key;
                if let Some(failed) = self.failed_call(name) {
                    return failed;
                }
                format!(
                    "no tag sets it before this, and `[variables]` in meniscus.toml has no `{name}`"
                )
            }
            OriginSource::Scenario(table) => {
                let file =
                    self.scenario.sources.first().map_or("the scenario", |source| source.name());
                match self.in_scenario(table, &[]) {
                    Some(place) => format!("it should be under `[{table}]`, {place}"),
                    None => format!("{file} has no `[{table}]`: add it with `{}`", missing.key),
                }
            }
            OriginSource::Call(call) => {
                let known = origin
                    .path
                    .iter()
                    .take_while(|key| !is_key(key, &missing.key))
                    .cloned()
                    .collect::<Vec<_>>();
                format!("it should be in {}", self.in_recording(*call, &known))
            }
        }
    }

    /// Says why the last call that should set a variable failed.
    fn failed_call(&self, name: &str) -> Option<String> {
        let call = failed_call(self.calls, name)?;
        let file = match &call.result {
            // A live host has no file.
            CallResult::Answered { path, .. } if !path.is_empty() => format!(" ({path})"),
            _ => String::new(),
        };
        let (at, failure) = (place(&call.at), failure(call));
        Some(format!("the call at {at} would have set it, but {failure}{file}"))
    }

    fn in_scenario(&self, table: &str, path: &[Step]) -> Option<String> {
        let (source, span) = self.scenario.locate(&DataPath::of_keys(&[table]).join(path))?;
        Some(format!("{}:{}", source.name(), source.position(span.start as usize).line))
    }

    fn in_recording(&self, call: usize, path: &[Step]) -> String {
        let Some(made) = self.calls.get(call) else { return "a call".to_owned() };
        let path_of = |call: &Call| match &call.result {
            CallResult::Answered { path, .. } => Some(path.clone()).filter(|path| !path.is_empty()),
            _ => None,
        };
        let answered = match &made.result {
            CallResult::Cached { call } => self.calls.get(*call).and_then(path_of),
            _ => path_of(made),
        };
        let made_at = place(&made.at);
        let Some(file) = answered else { return format!("the response to the call at {made_at}") };
        let shown = &file;
        let text = std::fs::read_to_string(self.workspace.root.join(&file)).unwrap_or_default();
        // `size` and similar aren't stored anywhere; use the value they belong to.
        let line = (0..=path.len()).rev().find_map(|length| {
            let mut steps = vec![Step::Key("response"), Step::Key("jsonBody")];
            steps.extend(path[..length].iter().map(Step::borrowed));
            locate_json(&text, &steps).map(|range| line_of(&text, range.start))
        });
        match line {
            Some(line) => format!("{shown}:{line}, the response to the call at {made_at}"),
            None => format!("{shown}, the response to the call at {made_at}"),
        }
    }
}

fn is_key(key: &Step, missing: &str) -> bool {
    match key {
        Step::Key(name) => **name == *missing,
        Step::Index(index) => index.to_string() == missing,
    }
}

/// Says what is missing.
fn absence(missing: &Missing) -> String {
    let Missing { key, kind, available } = missing;
    if *kind == "a name" {
        return format!("`{key}` doesn't exist");
    }
    if available.is_empty() {
        return format!("`{key}` doesn't exist in {kind}");
    }
    let mut names = available
        .iter()
        .take(LISTED)
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    if available.len() > LISTED {
        names.push_str(", …");
    }
    format!("`{key}` isn't among {names}")
}
