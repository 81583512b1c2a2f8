//! Fixes are made as they are meant, whatever there is of them; and what a baseline knows is hidden.

use std::collections::BTreeSet;
use std::sync::Arc;

use meniscus::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use meniscus::project::ProjectError;
use meniscus::rules::baseline::Baseline;
use meniscus::rules::fixes::{apply_fixes, fix_all, is_allowed};
use meniscus::text::{Source, Span};
use proptest::prelude::*;

fn source(text: &str) -> Arc<Source> {
    Arc::new(Source::new("t.liquid", text))
}

fn found(source: &Arc<Source>, edits: &[(usize, usize, &str)]) -> Diagnostic {
    let edits = edits
        .iter()
        .map(|(start, end, text)| Edit { span: Span::new(*start, *end), text: (*text).to_owned() });
    let edits = edits.collect::<Vec<_>>();
    let span = edits.first().map_or(Span::default(), |edit| edit.span);
    let fix = Fix { title: "mend it".to_owned(), safety: Safety::Safe, edits };
    Diagnostic::new("rule", Severity::Warning, source, span, "found it").fix(fix)
}

/// The text with all fixes that go together, and which were made.
fn fixed(text: &str, fixes: &[&[(usize, usize, &str)]]) -> (String, Vec<usize>) {
    let source = source(text);
    let diagnostics = fixes.iter().map(|edits| found(&source, edits)).collect::<Vec<_>>();
    let applied = apply_fixes(&source, &diagnostics, |_| true);
    (applied.text, applied.fixed)
}

#[test]
fn the_first_by_place_wins_and_what_meets_it_waits() {
    let two = fixed("abcdef", &[&[(2, 4, "X")], &[(0, 3, "Y")], &[(4, 6, "Z")]]);
    assert_eq!(two, ("YdZ".to_owned(), vec![1, 2]));
    // An insertion where another fix ends has no order that could be told.
    let insertion = fixed("abc", &[&[(0, 2, "X")], &[(2, 2, "!")], &[(3, 3, "?")]]);
    assert_eq!(insertion, ("Xc?".to_owned(), vec![0, 2]));
    let all_or_none = fixed("abcdef", &[&[(1, 2, "X")], &[(1, 3, "Y"), (5, 6, "Y")]]);
    assert_eq!(all_or_none, ("aXcdef".to_owned(), vec![0]));
    let between = fixed("abcdef", &[&[(0, 1, "X"), (5, 6, "X")], &[(2, 3, "Y")]]);
    assert_eq!(between, ("XbYdeX".to_owned(), vec![0, 1]));
}

#[test]
fn the_same_edit_is_made_once() {
    let edit: &[(usize, usize, &str)] = &[(3, 3, "!")];
    assert_eq!(fixed("abc", &[edit, edit]), ("abc!".to_owned(), vec![0, 1]));
    let shared = fixed("abc", &[&[(0, 1, "X")], &[(0, 1, "X"), (2, 3, "Y")]]);
    assert_eq!(shared, ("XbY".to_owned(), vec![0, 1]));
}

#[test]
fn what_is_no_fix_of_this_text_is_passed_over() {
    let wrong: [&[(usize, usize, &str)]; 5] = [
        &[(1, 2, "X")],
        &[(0, 99, "X")],
        &[(2, 3, "X"), (0, 1, "X")],
        &[(0, 0, "X"), (0, 0, "Y")],
        &[(2, 3, "b")],
    ];
    for edits in wrong {
        assert_eq!(fixed("éb", &[edits]), ("éb".to_owned(), vec![]), "{edits:?}");
    }
    let (one, other) = (source("abc"), Arc::new(Source::new("other", "abc")));
    let applied = apply_fixes(&one, &[found(&other, &[(0, 1, "X")])], |_| true);
    assert_eq!(applied.fixed, Vec::<usize>::new());
    let mut unsafe_one = found(&one, &[(0, 1, "X")]);
    unsafe_one.fix.as_mut().expect("a fix").safety = Safety::Unsafe;
    let safe = apply_fixes(&one, &[unsafe_one.clone()], |fix| is_allowed(fix, false));
    assert_eq!(safe.text, "abc");
    let all = apply_fixes(&one, &[unsafe_one], |fix| is_allowed(fix, true));
    assert_eq!(all.text, "Xbc");
}

#[test]
fn rounds_go_on_until_nothing_is_left() {
    // Each `aa` becomes `a`: of those that overlap, one a round.
    let pairs = |source: &Arc<Source>| {
        let starts = 0..source.text().len().saturating_sub(1);
        let starts = starts.filter(|&at| &source.text()[at..at + 2] == "aa");
        starts.map(|at| found(source, &[(at, at + 2, "a")])).collect::<Vec<_>>()
    };
    let (text, made) = fix_all(&source("aaaaaaa b aa"), |_| true, pairs);
    assert_eq!((text.text(), made), ("a b a", 7));
    // Rules that undo each other end.
    let flip = |source: &Arc<Source>| {
        let other = if source.text() == "a" { "b" } else { "a" };
        vec![found(source, &[(0, 1, other)])]
    };
    assert_eq!(fix_all(&source("a"), |_| true, flip).0.text(), "a");
}

fn cases(cases: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(cases),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Pieces of a text, each with what a fix puts in its place, where one does.
fn pieces() -> impl Strategy<Value = Vec<(String, Option<String>)>> {
    let piece = ("[a-eäöü€\n]{1,4}", proptest::option::of("[x-zß]{0,3}"));
    proptest::collection::vec(piece, 0..12)
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn fixes_that_lie_apart_are_all_made(pieces in pieces(), reversed: bool) {
        let text = pieces.iter().map(|(piece, _)| piece.as_str()).collect::<String>();
        let source = source(&text);
        let mut at = 0;
        let mut wanted = String::new();
        let mut diagnostics = Vec::new();
        for (piece, replacement) in &pieces {
            let replacement = replacement.as_ref();
            if let Some(replacement) = replacement {
                diagnostics.push(found(&source, &[(at, at + piece.len(), replacement)]));
            }
            wanted.push_str(replacement.unwrap_or(piece));
            at += piece.len();
        }
        if reversed {
            diagnostics.reverse();
        }
        let applied = apply_fixes(&source, &diagnostics, |_| true);
        prop_assert_eq!(applied.text, wanted);
        prop_assert_eq!(applied.fixed, (0..diagnostics.len()).collect::<Vec<_>>());
    }

    #[test]
    fn any_fixes_leave_the_rest_as_it_was(
        text in "[a-eäöü\n]{0,12}",
        fixes in proptest::collection::vec(
            proptest::collection::vec((0usize..14, 0usize..4, "[X-Z]{0,2}"), 0..3),
            0..6,
        ),
    ) {
        let source = source(&text);
        let diagnostics = fixes.iter().map(|edits| {
            let edits = edits.iter().map(|(start, length, text)| {
                (*start, start + length, text.as_str())
            });
            found(&source, &edits.collect::<Vec<_>>())
        });
        let diagnostics = diagnostics.collect::<Vec<_>>();
        let applied = apply_fixes(&source, &diagnostics, |_| true);
        prop_assert_eq!(&applied, &apply_fixes(&source, &diagnostics, |_| true));
        // What was made is these edits and no others, from the back to the front.
        let made = applied.fixed.iter().flat_map(|index| {
            diagnostics[*index].fix.iter().flat_map(|fix| &fix.edits)
        });
        let made = made.map(|edit| (edit.span, &edit.text)).collect::<BTreeSet<_>>();
        let mut wanted = text.clone();
        for (span, replacement) in made.iter().rev() {
            wanted.replace_range(span.range(), replacement);
        }
        prop_assert_eq!(applied.text, wanted);
        // The first sound fix by place is never left.
        if let Some(first) = diagnostics.iter().enumerate().filter(|(_, one)| {
            !apply_fixes(&source, &[(*one).clone()], |_| true).fixed.is_empty()
        }).min_by_key(|(index, one)| (one.primary.span, *index)) {
            prop_assert!(applied.fixed.contains(&first.0));
        }
    }
}

fn known(path: &str, message: &str) -> Diagnostic {
    let source = Arc::new(Source::new(path, "text"));
    Diagnostic::new("rule", Severity::Error, &source, Span::new(0, 4), message)
}

#[test]
fn a_baseline_hides_what_it_knows_and_tells_what_is_stale() {
    let all = [known("b", "one"), known("a", "one"), known("a", "one"), known("a", "gone")];
    let baseline = Baseline::of(&all);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("baseline.json");
    std::fs::write(&path, baseline.to_text()).expect("written");
    insta::assert_snapshot!(std::fs::read_to_string(&path).expect("read"), @r#"
    {
      "version": 1,
      "diagnostics": [
        {
          "path": "a",
          "rule": "rule",
          "message": "gone",
          "count": 1
        },
        {
          "path": "a",
          "rule": "rule",
          "message": "one",
          "count": 2
        },
        {
          "path": "b",
          "rule": "rule",
          "message": "one",
          "count": 1
        }
      ]
    }
    "#);
    assert_eq!(Baseline::read(&path).expect("a baseline"), baseline);

    let mut now = vec![known("a", "one"), known("a", "one"), known("a", "one"), known("a", "new")];
    let hidden = baseline.hide(&mut now, |path| path == "a");
    assert_eq!(hidden.count, 2);
    let left = now.iter().map(|one| one.message.as_str()).collect::<Vec<_>>();
    assert_eq!(left, ["one", "new"]);
    let stale = hidden.stale.iter().map(|one| (&*one.path, &*one.message, one.count));
    assert_eq!(stale.collect::<Vec<_>>(), [("a", "gone", 1)]);
    let all = baseline.hide(&mut Vec::new(), |_| true);
    assert_eq!((all.stale.len(), all.gone()), (3, 4));
}

#[test]
fn a_file_that_is_no_baseline_is_told_at_its_characters() {
    let mut said = String::new();
    for text in [
        "",
        "{\"version\": 2, \"entries\": {}}",
        "{\"version\": 1,\n \"diagnostics\": [{\"path\": \"ä\", \"rule\": 1}]}",
        "{\"version\": 1, \"diagnostic\": []}",
        "{\"version\": 1, \"diagnostics\": [{\"path\": \"a\"}]}",
        "[1, []]",
        "[1, 2",
    ] {
        let source = Arc::new(Source::new("baseline.json", text));
        let Err(ProjectError::Content(diagnostic)) = Baseline::parse(&source) else {
            panic!("{text} is read");
        };
        let position = source.position(diagnostic.primary.span.start as usize);
        let place = format!("{}:{}", position.line, position.column);
        said.push_str(&format!("{place}: {}\n", diagnostic.message));
    }
    insta::assert_snapshot!(said, @"
    1:1: this isn't valid JSON: EOF while parsing a value
    1:13: version 2 isn't supported, only version 1
    2:40: found integer `1`, expected a string
    1:27: unknown key `diagnostic`, expected `version` or `diagnostics`
    1:44: this object has no key `rule`
    1:1: a baseline must be an object with the keys `version` and `diagnostics`
    1:5: this isn't valid JSON: EOF while parsing a list
    ");
    let missing = Baseline::read(std::path::Path::new("no/such/baseline.json"));
    assert!(missing.is_err_and(|error| error.to_string().contains("no such file")));
}

#[test]
fn braces_that_stand_apart_are_joined_and_none_are_added() {
    use meniscus::dialect::BRAZE;
    use meniscus::syntax::{ParseOptions, parse};
    for (written, wanted) in [
        ("a {{ b } }}.", "a {{ b }}."),
        ("a {{ b } }.", "a {{ b }}."),
        ("a {{ b }.", "a {{ b }}."),
        ("a {{ b }\n}}.", "a {{ b }}\n}}."),
    ] {
        let source = source(written);
        let template = parse(&source, &BRAZE, ParseOptions::default());
        let applied = apply_fixes(&source, &template.diagnostics, |_| true);
        assert_eq!(applied.text, wanted);
    }
}
