//! What commands print with `--format json` holds to the schema in `docs/reference/json`.

use std::fs;
use std::path::Path;

use crate::program::{put, run, stdout, workspace};
use serde_json::Value;

/// Runs a command, and holds what it prints to the schema of a document.
fn document(folder: &Path, name: &str, arguments: &[&str]) -> Value {
    let output = run(folder, &[arguments, &["--format", "json"]].concat());
    let json: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    let schema =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/json/meniscus.schema.json");
    let schema = fs::read_to_string(schema).expect("a schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let mut compiler = boon::Compiler::new();
    let mut schemas = boon::Schemas::new();
    compiler.add_resource("mem:///all.json", schema).expect("a resource");
    let place = format!("mem:///all.json#/properties/{name}");
    let compiled = compiler.compile(&place, &mut schemas).expect("a schema");
    schemas.validate(&json, compiled).unwrap_or_else(|error| panic!("{name}: {error:#}\n{json:#}"));
    let broken = serde_json::json!({"version": "1"});
    assert!(schemas.validate(&broken, compiled).is_err(), "{name}: anything goes");
    json
}

/// Fails unless each of these members is a list with something in it.
fn has(json: &Value, members: &[&str]) {
    for member in members {
        let list = json.pointer(member).and_then(Value::as_array);
        assert!(list.is_some_and(|list| !list.is_empty()), "{member}: {json:#}");
    }
}

const CALL: &str = "{% connected_content https://l.example/wallet?key=s3cretkey :save wallet %}\n";
const ANN: &str = "now = \"2026-03-01T09:00:00Z\"\n[user]\nfirst_name = \"Ann\"\n";

#[test]
fn what_templates_do() {
    let template = format!(
        "{CALL}{{{{ wallet.x | upcas }}}}{{% message_extras :key a :value b %}}{{{{ nothing | divided_by: 0 }}}}{{% abort_message('no') %}}"
    );
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("scenarios/ann.toml", ANN),
        ("templates/t.liquid", &template),
    ]);
    has(&document(folder.path(), "lint", &["lint"]), &["/diagnostics"]);
    let render = document(folder.path(), "render", &["render", "templates"]);
    has(&render, &["/renders", "/renders/0/calls", "/renders/0/diagnostics"]);
    has(&document(folder.path(), "contract", &["contract", "templates"]), &["/contracts"]);
    has(&document(folder.path(), "doctor", &["doctor"]), &["/missing"]);
    has(&document(folder.path(), "rules", &["rules"]), &["/rules"]);
}

#[test]
fn what_tests_find() {
    let folder = workspace(&[
        ("meniscus.toml", "[variables]\nshop = \"Larkspur\"\n"),
        ("scenarios/ann.toml", &format!("{ANN}[[expect]]\ncontains = \"Bo\"\n")),
        ("scenarios/bo.toml", "extends = \"ann\"\n[user]\nfirst_name = \"Bo\"\n"),
        ("scenarios/cy.toml", "extends = \"ann\"\n"),
        ("content_blocks/foot.liquid", "Bye."),
        (
            "recordings/a.json",
            r#"{"request": {"method": "GET", "urlPath": "/wallet"}, "response": {"jsonBody": {"x": 1}}}"#,
        ),
        (
            "recordings/b.json",
            r#"{"request": {"method": "GET", "urlPath": "/wallet"}, "response": {"jsonBody": {}}}"#,
        ),
        (
            "templates/t.liquid",
            &format!(
                "{CALL}{{{{${{first_name}}}}}} {{{{ wallet.x }}}} {{{{ shop }}}} {{{{content_blocks.${{foot}}}}}}"
            ),
        ),
    ]);
    run(folder.path(), &["test", "--accept"]);
    put(folder.path(), "meniscus.toml", "[variables]\nshop = \"Rosewood\"\n");
    for (file, from, to) in [
        ("scenarios/bo.toml", "\"Bo\"", "\"Bob\""),
        ("content_blocks/foot.liquid", "Bye.", "Bye!"),
        ("recordings/a.json", "1", "2"),
        ("templates/t.liquid", "${first_name}}}", "${first_name}}}!"),
    ] {
        let text = fs::read_to_string(folder.path().join(file)).expect("a file");
        put(folder.path(), file, &text.replace(from, to));
    }
    fs::remove_file(folder.path().join("scenarios/cy.toml")).expect("removed");
    put(folder.path(), "templates/open.liquid", "{% if x %}");
    put(folder.path(), "templates/broken/message.toml", "channel = \"fax\"\n");
    let json = document(folder.path(), "test", &["test", "--check"]);
    has(&json, &["/cases", "/expectations", "/orphans", "/problems"]);
    let kinds = |pointer: &str, member: &str| {
        let all = json["cases"].as_array().into_iter().flatten();
        let all = all.flat_map(|case| match pointer {
            "" => vec![case],
            list => case[list].as_array().into_iter().flatten().collect(),
        });
        let mut all = all.filter_map(|one| one[member].as_str()).collect::<Vec<_>>();
        all.sort_unstable();
        all.dedup();
        all
    };
    assert_eq!(kinds("", "status"), ["changed", "refused"]);
    let causes = ["content_block", "recording", "scenario", "template", "variable"];
    assert_eq!(kinds("causes", "kind"), causes);
    let again = &["test", "--all-recordings"];
    has(&document(folder.path(), "test_all_recordings", again), &["/holes", "/problems"]);
}

#[test]
fn scenarios_of_templates() {
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("scenarios/ann.toml", &format!("templates = [\"t\"]\n{ANN}")),
        (
            "templates/t.liquid",
            "{% assign a = 1 | plus: 1 %}{% if a == 5 %}x{% endif %}{% if custom_attribute.${tier} == 'gold' %}Gold{% endif %} {{${first_name}}}",
        ),
        ("templates/alone.liquid", "Hello"),
    ]);
    let list = document(folder.path(), "scenarios_list", &["scenarios", "list"]);
    has(&list, &["/scenarios", "/scenarios/0/messages", "/messages_without_scenario"]);
    let edges = ["scenarios", "edge", "templates/t.liquid"];
    let edges = document(folder.path(), "scenarios_edge", &edges);
    has(&edges, &["/edges", "/edges/0/parts"]);
    let suggest = ["scenarios", "suggest", "templates/t.liquid"];
    let suggest = document(folder.path(), "scenarios_suggest", &suggest);
    has(&suggest, &["/messages", "/messages/0/suggestions", "/messages/0/unreached"]);
}

/// The schemas in `docs/reference/schemas` take every file of the example and of the lint corpora, and no
/// mistake that the program refuses.
#[test]
fn schemas_take_what_the_program_takes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut compiler, mut schemas) = (boon::Compiler::new(), boon::Schemas::new());
    let mut compiled = |name: &str| {
        let path = root.join(format!("docs/reference/schemas/{name}.schema.json"));
        let schema = serde_json::from_str::<Value>(&fs::read_to_string(path).expect("a schema"));
        let place = format!("mem:///{name}.json");
        compiler.add_resource(&place, schema.expect("JSON")).expect("a resource");
        compiler.compile(&place, &mut schemas).expect("a schema")
    };
    let of_kind = [compiled("meniscus"), compiled("message"), compiled("scenario")];
    let mut checked = [0; 3];
    let corpora = ["templates", "scenarios", "tests/lint_corpus", "meniscus.toml"];
    for entry in corpora.iter().flat_map(|name| ignore::Walk::new(root.join(name)).flatten()) {
        let path = entry.path();
        let is_scenario = path.parent().is_some_and(|folder| folder.ends_with("scenarios"));
        let kind = match path.file_name().and_then(|name| name.to_str()).unwrap_or_default() {
            "meniscus.toml" => 0,
            "message.toml" => 1,
            name if is_scenario && name.ends_with(".toml") => 2,
            _ => continue,
        };
        let table = fs::read_to_string(path).expect("a text").parse::<toml::Table>();
        // Some are broken on purpose.
        let Ok(table) = table else { continue };
        checked[kind] += 1;
        let json = serde_json::to_value(table).expect("JSON");
        schemas.validate(&json, of_kind[kind]).unwrap_or_else(|error| {
            panic!("{}: {error:#}", path.display());
        });
    }
    assert!(checked.iter().all(|count| *count > 2), "{checked:?}");
    for (kind, wrong) in [
        (0, serde_json::json!({ "rules": { "unknown-feild": "off" } })),
        (0, serde_json::json!({ "paths": { "templats": [] } })),
        (1, serde_json::json!({ "channel": "letter" })),
        (2, serde_json::json!({ "usr": {} })),
        (2, serde_json::json!({ "now": 1 })),
    ] {
        assert!(schemas.validate(&wrong, of_kind[kind]).is_err(), "{wrong}");
    }
}
