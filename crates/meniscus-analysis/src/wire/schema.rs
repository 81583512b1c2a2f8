//! Generates `docs/reference/json/`, the documentation of these types for other programs.

use std::fs;
use std::path::Path;

use schemars::generate::SchemaSettings;
use serde_json::json;
use ts_rs::{Config, TS};

use super::{
    BlanksDocument, Cell, ContractDocument, DoctorDocument, EdgesDocument, LintDocument,
    RenderDocument, RenderedMessage, RulesDocument, ScenariosDocument, SuggestDocument,
    TestDocument,
};

/// Rewrites a stale file and returns an error about it.
pub(super) fn keep(name: &str, text: &str) -> Result<(), String> {
    keep_here(&format!("../../docs/reference/{name}"), text)
}

/// Keeps a generated file of this crate up to date.
pub(super) fn keep_here(name: &str, text: &str) -> Result<(), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if fs::read_to_string(&path).is_ok_and(|known| known == text) {
        return Ok(());
    }
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(&path, text).expect("a file is written");
    Err(format!("{name} was stale and has been rewritten; run the test again"))
}

fn schema() -> String {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let documents = [
        ("lint", generator.subschema_for::<LintDocument<'_>>()),
        ("contract", generator.subschema_for::<ContractDocument<'_>>()),
        ("render", generator.subschema_for::<RenderDocument<'_>>()),
        ("test", generator.subschema_for::<TestDocument<'_>>()),
        ("test_all_recordings", generator.subschema_for::<BlanksDocument<'_>>()),
        ("scenarios_list", generator.subschema_for::<ScenariosDocument<'_>>()),
        ("scenarios_edge", generator.subschema_for::<EdgesDocument<'_>>()),
        ("scenarios_suggest", generator.subschema_for::<SuggestDocument<'_>>()),
        ("rules", generator.subschema_for::<RulesDocument<'_>>()),
        ("doctor", generator.subschema_for::<DoctorDocument<'_>>()),
        ("preview", generator.subschema_for::<RenderedMessage<'_>>()),
        ("cell", generator.subschema_for::<Cell<'_>>()),
    ];
    let properties = documents.into_iter().collect::<std::collections::BTreeMap<_, _>>();
    let definitions = generator.take_definitions(true);
    let all = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What meniscus prints as JSON",
        "description": "One property for each document: what commands print with `--format \
         json`, and what the preview page requests.",
        "type": "object",
        "properties": properties,
        "$defs": definitions,
    });
    format!("{all:#}\n")
}

fn declarations() -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let config = Config::new().with_out_dir(folder.path()).with_large_int("number");
    LintDocument::<'static>::export_all(&config).expect("declarations");
    ContractDocument::<'static>::export_all(&config).expect("declarations");
    RenderDocument::<'static>::export_all(&config).expect("declarations");
    TestDocument::<'static>::export_all(&config).expect("declarations");
    BlanksDocument::<'static>::export_all(&config).expect("declarations");
    ScenariosDocument::<'static>::export_all(&config).expect("declarations");
    EdgesDocument::<'static>::export_all(&config).expect("declarations");
    SuggestDocument::<'static>::export_all(&config).expect("declarations");
    RulesDocument::<'static>::export_all(&config).expect("declarations");
    DoctorDocument::<'static>::export_all(&config).expect("declarations");
    RenderedMessage::<'static>::export_all(&config).expect("declarations");
    Cell::<'static>::export_all(&config).expect("declarations");
    let mut files = fs::read_dir(folder.path())
        .expect("declarations")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.is_file())
        .collect::<Vec<_>>();
    files.sort();
    let mut text =
        "// Written from crates/meniscus-analysis/src/wire by its test. Do not edit.\n".to_owned();
    for file in files {
        let one = fs::read_to_string(file).expect("a declaration");
        let lines = one.lines();
        let lines = lines.filter(|line| !line.starts_with("import ") && !line.starts_with("//"));
        for line in lines.skip_while(|line| line.is_empty()) {
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text.push_str("export type JsonValue = unknown;\n");
    text
}

#[test]
fn schema_and_declarations_are_in_step() {
    let stale = [
        keep("json/meniscus.schema.json", &schema()).err(),
        keep("json/meniscus.d.ts", &declarations()).err(),
    ];
    let stale = stale.into_iter().flatten().collect::<Vec<_>>();
    assert!(stale.is_empty(), "{}", stale.join("\n"));
}
