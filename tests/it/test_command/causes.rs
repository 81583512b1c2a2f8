//! Why a text changed: each planted change is named.

use super::program::{put, run, stdout};
use super::{accepted, edit};

/// What is said after a change of one file.
fn said(file: &str, from: &str, to: &str) -> String {
    let folder = accepted();
    edit(folder.path(), file, from, to);
    stdout(&run(folder.path(), &["test", "--check"]))
}

fn has(text: &str, all: &[&str]) {
    for said in all {
        assert!(text.contains(said), "{said}\n{text}");
    }
    // Each reason is given once for each text that changed.
    let reasons = text.matches("  why: ").count();
    assert_eq!(reasons, text.matches("differs from its snapshot").count(), "{text}");
}

#[test]
fn a_recording_is_named_with_its_line() {
    has(
        &said("recordings/points.json", "480", "481"),
        &[
            "  - 3 │ you have [-480-] points. Bye.\n  + 3 │ you have {+481+} points. Bye.\n",
            "  why: the recording `points` (recordings/points.json) now has a different response: line 5\n       5 │     \"jsonBody\": { \"points\": 481 }\n",
            "\n2 as accepted, 2 changed\n",
        ],
    );
}

#[test]
fn a_value_of_the_scenario_is_named_with_what_it_was() {
    has(
        &said("scenarios/anna.toml", "Anna", "Anne"),
        &[
            "  - 1 │ Hi [-Anna-]␃\n  + 1 │ Hi {+Anne+}␃\n",
            "  why: the scenario's `user.first_name` changed: Anna → Anne\n",
        ],
    );
    let renamed = said("scenarios/anna.toml", "first_name", "last_name");
    for said in [
        "  why: the scenario's `user.last_name` is new: Anna\n",
        "  why: the scenario's `user.first_name` was removed: it was Anna\n",
    ] {
        assert!(renamed.contains(said), "{said}\n{renamed}");
    }
}

#[test]
fn a_line_of_the_template_is_named() {
    has(
        &said("templates/offer/body.liquid", "you have", "you own"),
        &[
            "  - 3 │ you [-have-] 480 points. Bye.\n  + 3 │ you {+own+} 480 points. Bye.\n",
            "  why: templates/offer/body.liquid changed: line 3\n       3 │ you own {{wallet.points}} points. {{content_blocks.${foot}}}\n",
        ],
    );
    has(
        &said("templates/offer/body.liquid", "Dear {{${first_name}}},\n", ""),
        &["  why: templates/offer/body.liquid changed: the old first line was removed\n"],
    );
}

#[test]
fn blocks_variables_and_settings_are_named() {
    has(
        &said("content_blocks/foot.liquid", "Bye.", "Bye!"),
        &["  why: the content block `foot` changed: line 1\n       1 │ Bye!\n"],
    );
    has(
        &said("meniscus.toml", "Larkspur", "Lark"),
        &["  why: the variable `shop` in meniscus.toml changed: Larkspur → Lark\n"],
    );
    let limited = said("meniscus.toml", "[variables]", "[limits]\noutput_bytes = 10\n[variables]");
    let setting = "  why: the setting `limits.output_bytes` in meniscus.toml is new: 10\n";
    assert!(limited.contains(setting), "{limited}");
}

#[test]
fn another_recording_that_answers_is_named() {
    let folder = accepted();
    let other = super::RECORDING
        .replace("480", "12")
        .replace("\"request\"", "\"priority\": 1, \"request\"");
    put(folder.path(), "recordings/closer.json", &other);
    has(
        &stdout(&run(folder.path(), &["test", "--check"])),
        &["  why: the recording `closer` answered instead of the recording `points`\n"],
    );
}

#[test]
fn white_space_that_changed_is_visible() {
    has(
        &said("templates/offer/subject.liquid", "Hi ", "Hi  "),
        &["  - 1 │ Hi[-·-]Anna␃\n  + 1 │ Hi{+··+}Anna␃\n"],
    );
    has(
        &said("templates/offer/subject.liquid", "}}}", "}}}\r\n"),
        &[
            "  - 1 │ Hi Anna␃\n  + 1 │ Hi Anna{+␍+}\n  + 2 │ ␃\n",
            "  why: templates/offer/subject.liquid changed: line 1\n",
        ],
    );
}

#[test]
fn a_change_without_effect_is_none_and_is_forgotten_when_accepted() {
    let folder = accepted();
    edit(folder.path(), "templates/offer/subject.liquid", "Hi", "{% comment %}x{% endcomment %}Hi");
    let output = run(folder.path(), &["test"]);
    assert!(stdout(&output).contains("\n4 as accepted\n"), "{}", stdout(&output));
    run(folder.path(), &["test", "--accept"]);
    edit(folder.path(), "scenarios/anna.toml", "Anna", "Anne");
    let text = stdout(&run(folder.path(), &["test", "--check"]));
    assert!(!text.contains("subject.liquid changed"), "{text}");
    has(&text, &["`user.first_name` changed"]);
}

#[test]
fn a_snapshot_edited_by_hand_is_said() {
    has(
        &said("snapshots/offer/subject/anna.snap", "Hi Anna", "Hi Bo"),
        &["  why: nothing it depends on changed: it was edited by hand\n"],
    );
    has(
        &said("snapshots/offer/subject/anna.snap", "Hi Anna␃\n", "Hi Bo␃\n\n\n"),
        &["edited by hand"],
    );
    let text = said("snapshots/offer/subject/anna.snap", "meniscus: ", "other: ");
    assert!(text.contains("\n4 as accepted\n"), "{text}");
}
