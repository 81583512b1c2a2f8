//! Ways through a workspace for editors: where a name comes from, its uses, a new name.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use meniscus::files::Memory;
use meniscus::language::{
    Place, Received, Recipient, Writing, complete, definition, hover, rename, uses,
};
use meniscus::project::Workspace;
use meniscus::session::Session;
use meniscus::text::Source;

const BODY: &str = "templates/welcome/body.liquid";

const FILES: &[(&str, &str)] = &[
    ("meniscus.toml", "[variables]\nendpoint = \"https://shop.example\"\n"),
    ("templates/welcome/message.toml", "channel = \"email\"\n"),
    (BODY, "{% connected_content {{endpoint}}/wallet :save wallet %}{{ wallet.points }}"),
    (
        "templates/later.liquid",
        "{% connected_content {{endpoint}}/wallet :save w %}\n\
         {% for offer in w.offers %}{{ offer.name }}{% endfor %}{{ w.points }}{{${first_name}}}\n\
         {% assign tone = 'warm' %}{{content_blocks.${footer}}}",
    ),
    ("content_blocks/footer.liquid", "Yours, {{${city}}} {{ tone }}{{${first_name}}}"),
    (
        "scenarios/anna.toml",
        "now = \"2026-03-01T09:00:00Z\"\n[user]\nfirst_name = \"Anna\"\n[custom_attribute]\nzip = \"04109\"\n",
    ),
    ("scenarios/ben.toml", "now = \"2026-03-01T09:00:00Z\"\n[user]\nfirst_name = \"Ben\"\n"),
    (
        "recordings/wallet.json",
        "{\"request\": {\"method\": \"GET\", \"urlPath\": \"/wallet\"},\n \"response\": {\"status\": 200, \"jsonBody\": {\n  \
         \"points\": 12,\n  \"offers\": [{\"name\": \"rye\"}]}}}",
    ),
];

const CALL: &str = "{% connected_content {{endpoint}}/wallet :save wallet %}";

fn session() -> Session {
    let files = Memory::default();
    for (name, text) in FILES {
        files.put(Path::new("/shop").join(name), text.as_bytes());
    }
    let workspace = Workspace::of(Arc::new(files), Path::new("/shop")).expect("a workspace");
    Session::read(workspace, vec![PathBuf::from("/shop")])
}

/// Calls `ask` with a text in place of a file, and the offset of `¦` in it.
fn at<T>(path: &str, text: &str, ask: impl FnOnce(&Writing<'_>, usize) -> T) -> T {
    let session = session();
    assert!(session.unread.is_empty(), "{:?}", session.unread);
    let offset = text.find('¦').expect("a place");
    let text = text.replace('¦', "");
    let writing = Writing {
        known: &session.known,
        message: "welcome",
        text: &text,
        path,
        is_block: path.starts_with("content_blocks/"),
        messages: &session.messages,
        recipient: None,
    };
    ask(&writing, offset)
}

/// A place as `file:line: characters`.
fn shown(place: &Place) -> String {
    let Place { source, span, .. } = place;
    let line = source.position(span.start as usize).line;
    format!("{}:{line}: {}", Source::name(source), source.slice(*span))
}

fn goes(text: &str) -> Vec<String> {
    let found = at(BODY, text, definition);
    found.iter().flat_map(|found| &found.places).map(shown).collect()
}

fn used(path: &str, text: &str) -> Vec<String> {
    let found = at(path, text, uses);
    found.iter().flat_map(|found| &found.places).map(shown).collect()
}

#[test]
fn a_name_leads_to_where_it_comes_from() {
    let own = |line: usize, name: &str| vec![format!("{BODY}:{line}: {name}")];
    assert_eq!(goes("{% assign a = 1 %}\n{{ ¦a }}"), own(1, "a"));
    assert_eq!(goes("{% capture a %}x{% endcapture %}\n{{ a¦ }}"), own(1, "a"));
    assert_eq!(goes("{% for a in l %}\n{{ a¦.b }}{% endfor %}"), own(1, "a"));
    assert_eq!(goes(&format!("{CALL}\n{{{{ wal¦let.points }}}}")), own(1, "wallet"));
    assert_eq!(
        goes("{% if x %}{% assign a = 1 %}\n{% else %}{% assign a = 2 %}{% endif %}\n{{ ¦a }}")
            .len(),
        2
    );
    assert_eq!(goes("{{content_blocks.${foo¦ter}}}"), ["content_blocks/footer.liquid:1: "]);
    assert_eq!(
        goes("{{${first¦_name}}}"),
        ["scenarios/anna.toml:3: \"Anna\"", "scenarios/ben.toml:3: \"Ben\""]
    );
    assert_eq!(goes("{{custom_attribute.${zi¦p}}}"), ["scenarios/anna.toml:5: \"04109\""]);
    assert_eq!(goes(&format!("{CALL}{{{{ wallet.poi¦nts }}}}")), ["recordings/wallet.json:3: 12"]);
    assert_eq!(
        goes(&format!("{CALL}{{% for o in wallet.offers %}}{{{{ o.na¦me }}}}{{% endfor %}}")),
        ["recordings/wallet.json:4: \"rye\""]
    );
    // While it is being written, and through a variable.
    assert_eq!(
        goes(&format!("{CALL}{{% assign o = wallet.offers[0] %}}{{{{ o.na¦me\n<p>")),
        ["recordings/wallet.json:4: \"rye\""]
    );
    for nothing in ["te¦xt", "{{ 'a¦' }}", "{{ x.y¦ }}", "{{ 1 | plu¦s: 2 }}", "{% raw %}{{ a¦ }}"]
    {
        assert!(goes(nothing).is_empty(), "{nothing}");
    }
}

#[test]
fn a_variable_set_by_a_content_block_leads_there() {
    let text = "{% assign tone = 'x' %}{{ to¦ne }}";
    assert_eq!(goes(text), [format!("{BODY}:1: tone")]);
    let block = at("content_blocks/footer.liquid", "{{ to¦ne }}{% assign tone = 1 %}", definition);
    let places = block.expect("a place").places;
    assert_eq!(
        places.iter().map(shown).collect::<Vec<_>>(),
        ["content_blocks/footer.liquid:1: tone"]
    );
}

#[test]
fn uses_are_found_in_all_messages() {
    assert_eq!(
        used(BODY, &format!("{CALL}{{{{ wallet.poi¦nts }}}}")),
        [format!("{BODY}:1: wallet.points"), "templates/later.liquid:2: w.points".to_owned()]
    );
    assert_eq!(
        used(BODY, &format!("{CALL}{{{{ wallet.off¦ers[0].name }}}}")),
        [
            format!("{BODY}:1: wallet.offers[0].name"),
            "templates/later.liquid:2: w.offers".to_owned(),
            "templates/later.liquid:2: offer.name".to_owned(),
        ]
    );
    assert_eq!(
        used(BODY, "{{${first_na¦me}}}"),
        [
            format!("{BODY}:1: ${{first_name}}"),
            "content_blocks/footer.liquid:1: ${first_name}".to_owned(),
            "templates/later.liquid:2: ${first_name}".to_owned(),
        ]
    );
    assert_eq!(
        used(BODY, "{{content_blocks.${foo¦ter}}}").len(),
        2,
        "the text being written, and the other message"
    );
    assert_eq!(
        used(BODY, "{% assign a = 1 %}{% for a in a %}{{ a }}{% endfor %}{{ a¦ }}").len(),
        3
    );
    // The block reads what the message sets.
    assert_eq!(
        used("content_blocks/footer.liquid", "{{ to¦ne }}"),
        ["content_blocks/footer.liquid:1: tone", "templates/later.liquid:3: tone"]
    );
}

/// The text with the variable at `¦` called `to`, or why not.
fn renamed(path: &str, text: &str, to: &str) -> Result<String, String> {
    let found = at(path, text, |writing, offset| rename(writing, offset, to));
    let found = found.map_err(|error| error.to_string())?;
    let mut text = text.replace('¦', "");
    for range in found.places.into_iter().rev() {
        text.replace_range(range, to);
    }
    Ok(text)
}

#[test]
fn a_variable_gets_another_name() {
    assert_eq!(
        renamed(BODY, "{% assign a¦ = 1 %}{% for b in a %}{{ b.a | plus: a }}{% endfor %}", "c"),
        Ok("{% assign c = 1 %}{% for b in c %}{{ b.a | plus: c }}{% endfor %}".to_owned())
    );
    assert_eq!(
        renamed(BODY, "{% for a in l %}{{ a¦ }}{% endfor %}{% assign a = 2 %}{{ a }}", "c"),
        Ok("{% for c in l %}{{ c }}{% endfor %}{% assign a = 2 %}{{ a }}".to_owned())
    );
    assert_eq!(
        renamed(BODY, &format!("{CALL}{{{{ wal¦let.points }}}}"), "w"),
        Ok("{% connected_content {{endpoint}}/wallet :save w %}{{ w.points }}".to_owned())
    );
}

#[test]
fn a_name_that_would_mean_something_else_is_refused() {
    let why = |text: &str, to: &str| renamed(BODY, text, to).expect_err(text);
    for (text, to, words) in [
        ("{% assign a¦ = 1 %}{{ b }}", "b", "already used"),
        ("{% assign a¦ = 1 %}", "endpoint", "already used"),
        ("{% assign a¦ = 1 %}", "1a", "can't be the name"),
        ("{% assign a¦ = 1 %}", "blank", "can't be the name"),
        ("{% assign a¦ = 1 %}", "a b", "can't be the name"),
        ("{{ a¦ }}", "b", "isn't set"),
        ("{{ end¦point }}", "b", "isn't set"),
        ("{% assign to¦ne = 1 %}{{content_blocks.${footer}}}", "b", "also used in"),
        ("{% assign a = 1 %}{{content_blocks.${footer}}}{{ a¦ }}", "tone", "already used"),
        ("{% assign a¦ = 1 %}{{ [b] }}", "c", "brackets"),
        ("{% assign a¦ = 1 %}{{ a.\n{{ a }}", "c", "syntax error"),
        ("{{ x.y¦ }}", "b", "only variables"),
        ("{% connected_content https://x.example %}{{ connected¦ }}", "b", "isn't set"),
    ] {
        let found = why(text, to);
        assert!(found.contains(words), "{text} to {to}: {found}");
    }
}

#[test]
fn the_values_of_the_chosen_recipient_come_first() {
    let session = session();
    let scenario = session.scenario("ben").expect("a scenario");
    let text = format!("{CALL}{{{{ wallet. }}}}{{{{${{}}}}}}{{{{ wallet.pionts }}}}");
    let body = serde_json::json!({"offers": [], "points": 77});
    let end = u32::try_from(CALL.len()).expect("small");
    let received = [Received {
        block: None,
        at: meniscus::text::Span { start: 0, end },
        recording: "wallet".to_owned(),
        body,
    }];
    let recipient = Recipient { scenario, responses: &received };
    let writing = Writing {
        known: &session.known,
        message: "welcome",
        text: &text,
        path: BODY,
        is_block: false,
        messages: &session.messages,
        recipient: Some(&recipient),
    };
    let fields = complete(&writing, CALL.len() + "{{ wallet.".len()).expect("fields").items;
    let points = fields.iter().find(|item| item.label == "points").expect("points");
    assert_eq!((points.own, points.sample.as_deref()), (true, Some("77")));
    let attributes =
        complete(&writing, text.find("${").expect("braces") + 2).expect("attributes").items;
    assert_eq!(attributes[0].label, "first_name");
    assert_eq!(attributes[0].sample.as_deref(), Some("\"Ben\""));
    assert!(attributes.iter().skip(1).all(|item| !item.own));
    let unknown = hover(&writing, text.find("pionts").expect("a place") + 2).expect("a tip");
    let words = unknown.lines.join("; ");
    assert!(words.contains("`pionts` is in 0 of 1 recording"), "{words}");
    assert!(words.contains("did you mean `points`?") && words.contains("`offers`"), "{words}");
    assert!(!words.contains("anything"), "{words}");
}
