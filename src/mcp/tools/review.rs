use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use meniscus_preview::page::refusal::Refusal;
use rmcp::schemars::{self, JsonSchema};
use serde::{Deserialize, Serialize};

use crate::mcp::answer::{DATA, causes, cut, page, place, unusable};
use crate::mcp::desk::{Desk, Texts, message_of};
use crate::mcp::tool::{Effect, Tool};
use crate::render::Gather;
use crate::session::Session;
use crate::snapshot::{
    Case, Group, Plan, Results, Selection, Snapshot, Status, groups, render_cases, snapshot_of,
    test,
};

pub(in crate::mcp) struct Review;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::mcp) struct Input {
    /// Message, or one of its files; all by default.
    message: Option<String>,
    /// The change: text by path. Without it, what changed since the snapshots were accepted.
    files: Option<Texts>,
    /// Change to continue from.
    from: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::mcp) struct Output {
    /// Recipients, parts, and messages whose result changes.
    differing: usize,
    same: usize,
    /// Changes; equal ones are listed once.
    changes: Vec<Change>,
    /// Where the list continues.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<usize>,
    /// What couldn't be compared, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<String>,
    note: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct Change {
    message: String,
    part: String,
    recipients: Vec<String>,
    /// changed, new, gone (no longer rendered), or refused (syntax error).
    status: &'static str,
    causes: Vec<String>,
    words: Vec<Words>,
}

/// Words that changed.
#[derive(Serialize, JsonSchema)]
struct Words {
    removed: String,
    added: String,
    /// What prints them.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
}

/// Most changed words shown of a text.
const MOST_WORDS: usize = 6;

/// Most characters shown of changed words.
const MOST_CHARS: usize = 200;

impl Tool for Review {
    const NAME: &'static str = "review";
    const TITLE: &'static str = "Review a change";
    const DESCRIPTION: &'static str = "Shows what a change alters for recipients, with causes. \
        Pass the changed text in `files`; without it, compares with the accepted snapshots.";
    const EFFECT: Effect = Effect::Reads;
    type Input = Input;
    type Output = Output;

    fn run(desk: &Desk, input: Input) -> Result<Output, Refusal> {
        let changed = input.files.filter(|files| !files.is_empty());
        let message = input.message.as_deref();
        let (session, before) = match &changed {
            None => (desk.read(None)?, None),
            Some(files) => {
                let before = Before::of(desk, message)?;
                let mut texts = before.snapshots.clone();
                texts.extend(files.clone());
                (desk.read(Some(&texts))?, Some(before))
            }
        };
        let selection = selection(desk, &session, message)?;
        let results = test(&session, Plan::of(&session, &selection)?, Gather::default(), |_| ());
        desk.require_wanted()?;
        Ok(output(desk, &session, &results, before.as_ref(), input.from.unwrap_or_default()))
    }
}

fn selection(desk: &Desk, session: &Session, message: Option<&str>) -> Result<Selection, Refusal> {
    let messages = match message {
        Some(name) => vec![message_of(session, name)?.name.clone()],
        None => Vec::new(),
    };
    Ok(Selection { messages, cancel: desk.cancel.clone(), ..Selection::default() })
}

/// What recipients get before a change.
#[derive(Default)]
struct Before {
    /// As snapshots, by path: the change is compared with these.
    snapshots: Texts,
    /// Message, part and recipient of each case, by path; those with syntax errors, too.
    cases: BTreeMap<String, [String; 3]>,
}

impl Before {
    fn of(desk: &Desk, message: Option<&str>) -> Result<Before, Refusal> {
        let session = desk.read(None)?;
        let selection = match message {
            // A message that is new has nothing to be compared with.
            Some(name) if message_of(&session, name).is_err() => return Ok(Before::default()),
            message => selection(desk, &session, message)?,
        };
        let plan = Plan::of(&session, &selection)?;
        let folder = &session.workspace.config.paths.snapshots;
        let rendered = render_cases(&plan, Gather::default(), |case, outcome| {
            let snapshot = snapshot_of(&plan, case, &outcome);
            let text = case.part.refused.is_empty().then(|| snapshot.to_file());
            (format!("{folder}/{}", case.file), case_of(case), text)
        });
        let mut before = Before::default();
        for (path, case, text) in rendered {
            before.snapshots.extend(text.map(|text| (path.clone(), text)));
            before.cases.insert(path, case);
        }
        Ok(before)
    }

    /// Whether a case had a syntax error.
    fn was_refused(&self, path: &str) -> bool {
        self.cases.contains_key(path) && !self.snapshots.contains_key(path)
    }
}

fn case_of(case: &Case) -> [String; 3] {
    let part = &case.part;
    [part.message.clone(), part.part.name.clone(), case.scenario.scenario.name.clone()]
}

fn output(
    desk: &Desk,
    session: &Session,
    results: &Results,
    before: Option<&Before>,
    from: usize,
) -> Output {
    let mut changes = Vec::<Change>::new();
    let mut differing = 0;
    let mut note = |status: &'static str, case: [String; 3], causes: Vec<String>| {
        let [message, part, recipient] = case;
        differing += 1;
        let is_same = |one: &&mut Change| {
            (one.status, &one.message, &one.part, &one.causes) == (status, &message, &part, &causes)
        };
        match changes.iter_mut().find(is_same) {
            Some(known) => known.recipients.push(recipient),
            None => changes.push(Change {
                message,
                part,
                recipients: vec![recipient],
                status,
                causes,
                words: Vec::new(),
            }),
        }
    };
    for tested in &results.tested {
        if let Status::Refused(found) = &tested.status
            && before.is_none_or(|before| !before.was_refused(&tested.shown))
        {
            let causes = found.iter().map(|found| found.message.clone()).collect();
            note("refused", case_of(&tested.case), causes);
        }
    }
    let now = results.tested.iter().map(|tested| &*tested.shown).collect::<BTreeSet<_>>();
    for (path, case) in before.iter().flat_map(|before| &before.cases) {
        if !now.contains(&**path) {
            note("gone", case.clone(), Vec::new());
        }
    }
    let groups = groups(&results.tested);
    differing += groups.iter().map(|group| group.tested.len()).sum::<usize>();
    changes.extend(groups.iter().map(|group| change(desk, results, group)));
    let (changes, next) = page(changes, from);
    Output {
        differing,
        same: results.count("same"),
        changes,
        next,
        problems: unusable(session, results),
        note: DATA,
    }
}

fn change(desk: &Desk, results: &Results, group: &Group<'_>) -> Change {
    let first = group.tested[0];
    let recipients = group.tested.iter().map(|tested| tested.case.scenario.scenario.name.clone());
    let words = match &first.status {
        Status::Changed { before, now, .. } => words(desk, group, before, now),
        status => {
            let added = status
                .pending()
                .map(|now| cut(&desk.hide(&now.text), MOST_CHARS))
                .unwrap_or_default();
            vec![Words { removed: String::new(), added, at: None }]
        }
    };
    let status = match &first.status {
        Status::Changed { .. } => "changed",
        _ => "new",
    };
    Change {
        message: first.case.part.message.clone(),
        part: first.case.part.part.name.clone(),
        recipients: recipients.collect(),
        status,
        causes: causes(results, first),
        words,
    }
}

fn words(desk: &Desk, group: &Group<'_>, before: &Snapshot, now: &Snapshot) -> Vec<Words> {
    let (old, new) = (before.contents(), now.contents());
    // A change may be inside a secret. Masked texts are as long as they were.
    let [old_output, new_output] = [&*old.output, &*new.output].map(|text| desk.hide(text));
    let [old_rest, new_rest] = [old.rest, new.rest].map(|text| desk.hide(text));
    let piece = |text: &str, range: &Range<usize>| {
        cut(text.get(range.clone()).unwrap_or("***"), MOST_CHARS)
    };
    let change = &group.change;
    let edits = change.edits.iter().zip(&change.places).map(|(edit, label)| Words {
        removed: piece(&old_output, &edit.old),
        added: piece(&new_output, &edit.new),
        at: label.as_ref().map(place),
    });
    let rest = change.rest.iter().map(|edit| Words {
        removed: piece(&old_rest, &edit.old),
        added: piece(&new_rest, &edit.new),
        at: None,
    });
    edits.chain(rest).take(MOST_WORDS).collect()
}
