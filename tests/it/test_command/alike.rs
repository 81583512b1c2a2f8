//! Which changes are the same: by the words, and by the place in the template.

use std::path::Path;

use meniscus::project::Workspace;
use meniscus::render::Gather;
use meniscus::session::Session;
use meniscus::snapshot::{Plan, Selection, Status, groups, test};
use tempfile::TempDir;

use super::edit;
use super::program::{code, run, workspace};

const BODY: &str = "\
{% if ${city} == 'Leipzig' %}<p>A market in {{${city}}}!</p>
{% endif %}{% for loaf in custom_attribute.${loaves} %}<li>{{loaf}}, still warm</li>
{% endfor %}
<p>Dear {{${first_name}}}, welcome.</p>
{% if custom_attribute.${vip} %}Hello to our best{% else %}Hello to all{% endif %}
{% connected_content https://api.example/points?of={{${first_name}}} :save wallet %}
{{wallet.points}} points. {{content_blocks.${foot}}}
";

/// An accepted workspace; recipients differ in their name, in what comes before a place, and in
/// the branches that they take.
fn shop() -> TempDir {
    let scenario = |name: &str, more: &str| {
        format!("now = \"2026-03-01T09:00:00Z\"\n[user]\nfirst_name = \"{name}\"\n{more}")
    };
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("templates/offer.liquid", BODY),
        ("content_blocks/foot.liquid", "<p>Bye.</p>"),
        (
            "recordings/points.json",
            r#"{"request": {"method": "GET", "urlPath": "/points"}, "response": {"jsonBody": {"points": 480}}}"#,
        ),
        (
            "scenarios/al.toml",
            &scenario(
                "Al",
                "city = \"Leipzig\"\n[custom_attribute]\nloaves = [\"rye\", \"oat\"]\n",
            ),
        ),
        ("scenarios/ben.toml", &scenario("Benedetta", "[custom_attribute]\nvip = true\n")),
        (
            "scenarios/cy.toml",
            &scenario("Cy", "[custom_attribute]\nvip = true\nloaves = [\"bun\"]\n"),
        ),
        ("scenarios/di.toml", &scenario("Di", "city = \"Bonn\"\n")),
    ]);
    assert_eq!(code(&run(folder.path(), &["test", "--accept"])), 0);
    folder
}

/// The scenarios of each group, and the words of the first that were removed and added.
fn grouped(folder: &Path) -> Vec<String> {
    let workspace = Workspace::around(folder).expect("a workspace");
    let session = Session::read(workspace, vec![folder.to_owned()]);
    let plan = Plan::of(&session, &Selection::default()).expect("a plan");
    let results = test(&session, plan, Gather::default(), |_| {});
    let all = groups(&results.tested);
    let identities = all.iter().map(|group| &*group.change.identity).collect::<Vec<_>>();
    let again = groups(&results.tested);
    let same = again.iter().map(|group| &*group.change.identity).eq(identities);
    assert!(same, "the same texts give the same groups");
    let drawn = all.iter().map(|group| {
        let names = group.tested.iter().map(|tested| &*tested.case.scenario.scenario.name);
        let names = names.collect::<Vec<_>>().join(" ");
        let words = match &group.tested[0].status {
            Status::Changed { before, now, .. } => {
                let (before, now) = (before.contents(), now.contents());
                let words = group.change.edits.iter().map(|edit| {
                    format!(
                        "{}→{}",
                        &before.output[edit.old.clone()],
                        &now.output[edit.new.clone()]
                    )
                });
                words.collect::<Vec<_>>().join(", ")
            }
            status => status.name().to_owned(),
        };
        format!("{names}: {words}")
    });
    drawn.collect()
}

#[test]
fn the_same_words_at_the_same_place_are_the_same_whatever_comes_before() {
    let folder = shop();
    edit(folder.path(), "templates/offer.liquid", "Dear", "Good morning");
    assert_eq!(grouped(folder.path()), ["al ben cy di: Dear→Good morning"]);
    edit(folder.path(), "content_blocks/foot.liquid", "Bye", "See you");
    assert_eq!(grouped(folder.path()), ["al ben cy di: Dear→Good morning, Bye→See you"]);
}

#[test]
fn a_loop_may_repeat_them() {
    let folder = shop();
    edit(folder.path(), "templates/offer.liquid", "warm", "hot");
    assert_eq!(grouped(folder.path()), ["al cy: warm→hot, warm→hot"]);
}

#[test]
fn the_same_words_at_another_place_are_another_change() {
    let folder = shop();
    edit(folder.path(), "templates/offer.liquid", "Hello to", "Cheers to");
    assert_eq!(grouped(folder.path()), ["al di: Hello→Cheers", "ben cy: Hello→Cheers"]);
}

#[test]
fn values_are_the_same_if_both_are() {
    let folder = shop();
    edit(folder.path(), "recordings/points.json", "480", "481");
    assert_eq!(grouped(folder.path()), ["al ben cy di: 480→481"]);
    edit(folder.path(), "scenarios/di.toml", "\"Di\"", "\"Dee\"");
    assert_eq!(grouped(folder.path()), ["al ben cy: 480→481", "di: Di→Dee, 480→481"]);
}

/// The request isn't seen in the output.
#[test]
fn a_change_of_a_call_counts() {
    let folder = shop();
    edit(folder.path(), "templates/offer.liquid", "points?of=", "points?to=");
    assert_eq!(grouped(folder.path()), ["al ben cy di: "]);
}

#[test]
fn a_message_that_is_no_longer_sent_is_the_same_for_the_same_reason() {
    let folder = shop();
    let stop = "{% if custom_attribute.${vip} %}{% abort_message('no') %}{% endif %}\n";
    edit(folder.path(), "templates/offer.liquid", "{% connected", &format!("{stop}{{% connected"));
    let groups = grouped(folder.path());
    let names = groups.iter().map(|group| group.split(':').next().unwrap_or_default());
    assert_eq!(names.collect::<Vec<_>>(), ["al di", "ben cy"], "{groups:#?}");
}

#[test]
fn new_texts_are_the_same_if_they_are_equal() {
    let folder = shop();
    std::fs::write(
        folder.path().join("templates/note.liquid"),
        "Hi{% if ${city} %}, {{${city}}}{% endif %}",
    )
    .expect("written");
    assert_eq!(grouped(folder.path()), ["al: new", "ben cy: new", "di: new"]);
}

/// Where a secret is masked, the places of the text aren't known: then only equal texts are alike.
#[test]
fn a_masked_text_is_the_same_only_if_it_is_equal() {
    let folder = shop();
    std::fs::write(
        folder.path().join("meniscus.toml"),
        "[variables]\napi_key = \"s3cretkey-1234\"\n",
    )
    .expect("written");
    edit(folder.path(), "templates/offer.liquid", "{{wallet", "{{api_key}} {{wallet");
    assert_eq!(code(&run(folder.path(), &["test", "--accept"])), 0);
    edit(folder.path(), "templates/offer.liquid", "Dear", "Hey");
    let groups = grouped(folder.path());
    assert_eq!(groups.len(), 4, "{groups:#?}");
}
