//! What holds for a lint of any text, for the property tests and the fuzz target.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use meniscus::diagnostic::{Diagnostic, Fix, Safety};
use meniscus::dialect::BRAZE;
use meniscus::project::{Channel, Message};
use meniscus::render::{AbortKind, OnError, Outcome, World, render};
use meniscus::report::{Look, draw};
use meniscus::rules::fixes::{apply_fixes, apply_sound_fixes, is_allowed};
use meniscus::rules::{Targets, lint, rule_of};
use meniscus::syntax::{HtmlComments, ParseOptions, parse};
use meniscus::text::Source;

use crate::lint_workspace::{Loaded, load};
use crate::world;

/// The workspace of the corpus: scenarios, recordings and content blocks to find things in.
static KNOWN: LazyLock<Loaded> = LazyLock::new(|| {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = if here.ends_with("fuzz") { here.join("..") } else { PathBuf::from(here) };
    load(&root.join("tests/lint_corpus/cinema")).expect("the workspace")
});

/// Recipients: somebody with something of everything, the same where errors are printed, and somebody of
/// whom nothing is known.
static WORLDS: LazyLock<[World; 3]> = LazyLock::new(|| {
    let mut printing = world::world();
    printing.settings.on_error = OnError::Print;
    let mut empty = world::world();
    empty.globals = Default::default();
    empty.tables = Default::default();
    empty.blocks = Default::default();
    empty.families = Default::default();
    [world::world(), printing, empty]
});

const OPTIONS: ParseOptions = ParseOptions {
    nesting: ParseOptions::MAX_NESTING,
    html_comments: HtmlComments::Strip,
    bare_attributes: false,
    suggestions: true,
};

const CHANNELS: [Option<Channel>; 5] =
    [None, Some(Channel::Email), Some(Channel::Push), Some(Channel::Sms), Some(Channel::Webhook)];

/// Rounds of fixes after which none may be left: one may bring up another.
const MOST_ROUNDS: usize = 12;

fn found(text: &str, channel: Option<Channel>) -> (Arc<Source>, Vec<Diagnostic>) {
    let source = Arc::new(Source::new("templates/t.liquid", text));
    let mut message = Message::of_text("t", &source, OPTIONS);
    message.channel = channel;
    let targets = Targets { messages: vec![Arc::new(message)], ..Targets::default() };
    (source, lint(&KNOWN.known, &KNOWN.levels, &targets).diagnostics)
}

/// The errors of a text's syntax, and whether it is refused.
fn syntax(text: &str) -> (usize, bool) {
    let source = Arc::new(Source::new("t", text));
    let template = parse(&source, &BRAZE, OPTIONS);
    (template.diagnostics.len(), template.refused)
}

/// What each recipient is sent of a text; nothing where the message is aborted.
fn sent(text: &str) -> Vec<Option<String>> {
    let outcomes = outcomes(text).into_iter();
    outcomes.map(|outcome| outcome.abort.is_none().then_some(outcome.output)).collect()
}

fn outcomes(text: &str) -> Vec<Outcome> {
    let source = Arc::new(Source::new("t", text));
    let template = parse(&source, &BRAZE, OPTIONS);
    WORLDS.iter().map(|world| render(&template, world, false)).collect()
}

/// Whether a message is not sent for a reason that is the template's own, whatever its data.
fn is_broken(outcome: &Outcome) -> bool {
    outcome.abort.as_ref().is_some_and(|abort| {
        abort.kind == AbortKind::TemplateError
            && ["syntax", "wrong number of arguments", "Unknown operator"]
                .iter()
                .any(|reason| abort.reason.contains(reason))
    })
}

/// All that is asked of the lint of any text.
pub fn check(text: &str) {
    let channel = CHANNELS[text.len() % CHANNELS.len()];
    let (source, diagnostics) = found(text, channel);
    for diagnostic in &diagnostics {
        sound(diagnostic);
        if let Some(fix) = &diagnostic.fix {
            alone(&source, diagnostic, fix);
        }
    }
    let mut drawn = String::new();
    for diagnostic in diagnostics.iter().take(5) {
        draw(diagnostic, Look::plain(80), &mut drawn);
    }
    let (_, again) = found(text, channel);
    assert_eq!(shown(&diagnostics), shown(&again), "two runs on {text:?} differ");
    let safe = apply_fixes(&source, &diagnostics, |fix| is_allowed(fix, false)).text;
    if safe != text {
        let message = "safe fixes change what is sent";
        assert_eq!(sent(text), sent(&safe), "{message}: {text:?} became {safe:?}");
    }
    fixed(text, channel, false);
    fixed(text, channel, true);
}

fn shown(diagnostics: &[Diagnostic]) -> Vec<String> {
    let line = |found: &Diagnostic| {
        format!("{:?} {} {} {:?}", found.primary.span, found.code, found.message, found.help)
    };
    diagnostics.iter().map(line).collect()
}

/// Whether a diagnostic speaks of characters that are there, under a name that is a rule's.
fn sound(diagnostic: &Diagnostic) {
    assert!(rule_of(diagnostic.code).is_some(), "`{}` is no rule", diagnostic.code);
    assert!(!diagnostic.message.is_empty(), "`{}` says nothing", diagnostic.code);
    for label in std::iter::once(&diagnostic.primary).chain(&diagnostic.related) {
        let text = label.source.text();
        assert!(text.get(label.span.range()).is_some(), "{diagnostic:?} is outside of {text:?}");
    }
}

/// Whether a fix by itself is of this text, changes it, and, where it is made unasked, breaks nothing.
fn alone(source: &Arc<Source>, diagnostic: &Diagnostic, fix: &Fix) {
    if diagnostic.primary.source.name() != source.name() {
        return;
    }
    let text = source.text();
    let applied = apply_fixes(source, std::slice::from_ref(diagnostic), |_| true);
    let code = diagnostic.code;
    assert_eq!(applied.fixed.len(), 1, "a fix of `{code}` is none: {fix:?} in {text:?}");
    if fix.safety == Safety::Unsafe {
        for (before, after) in outcomes(text).iter().zip(outcomes(&applied.text)) {
            assert!(
                before.abort.is_some() || !is_broken(&after),
                "after the fix of `{code}` nothing is sent: {text:?} became {:?}",
                applied.text
            );
        }
    }
    // In what is broken already, what a fix mends may bring up what stood behind it.
    if fix.safety == Safety::Safe && syntax(text).0 == 0 {
        let broken = syntax(&applied.text);
        assert!(
            broken == (0, false),
            "the fix of `{code}` breaks the syntax: {text:?} became {:?}",
            applied.text
        );
    }
}

/// The text once all fixes are made, round by round: that must come to an end.
fn fixed(text: &str, channel: Option<Channel>, also_unsafe: bool) -> String {
    let mut current = text.to_owned();
    for _ in 0..MOST_ROUNDS {
        let (source, diagnostics) = found(&current, channel);
        let allowed = |fix: &Fix| is_allowed(fix, also_unsafe);
        let applied = apply_sound_fixes(&source, &diagnostics, OPTIONS, allowed);
        if applied.fixed.is_empty() {
            return current;
        }
        current = applied.text;
    }
    // A long run of faults may need more rounds, as long as the text still changes for the better.
    let (_, diagnostics) = found(&current, channel);
    let left = diagnostics
        .iter()
        .filter(|found| found.fix.as_ref().is_some_and(|fix| is_allowed(fix, also_unsafe)));
    let (_, first) = found(text, channel);
    let before = first.iter().filter(|found| found.fix.is_some()).count();
    let left = left.count();
    assert!(left < before.max(1), "fixes go round in circles: {text:?} became {current:?}");
    current
}
