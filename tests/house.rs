//! Keeps the house in order: which module uses which, the lists of the dialect, the generated
//! docs, the size of files. What is stale is rewritten, and the test fails once to say so.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use meniscus::dialect::families::FAMILIES;
use meniscus::dialect::filters::FILTERS;
use meniscus::dialect::tags::TAGS;
use meniscus::render::{Parameter, Support};

/// The floor of each module.
const FLOORS: [(&str, u8); 13] = [
    ("text", 0),
    ("diagnostic", 0),
    ("value", 0),
    ("syntax", 1),
    ("fetch", 1),
    ("shape", 1),
    ("analyze", 2),
    ("render", 2),
    ("endpoint", 2),
    ("dialect", 3),
    ("project", 3),
    ("rules", 4),
    ("report", 5),
];

/// Modules that may use one beside them.
const BESIDE: [(&str, &str); 3] =
    [("diagnostic", "text"), ("analyze", "endpoint"), ("project", "dialect")];

/// Names that say nothing.
const EMPTY_NAMES: [&str; 5] = ["utils", "util", "helpers", "common", "misc"];

const MOST_LINES: usize = 600;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|known| known == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn floor(module: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == module).map(|(_, floor)| *floor)
}

#[test]
fn modules_use_floors_below_their_own() {
    let source = root().join("src");
    let mut wrong = Vec::new();
    let mut uses = 0;
    for path in files(&source, "rs") {
        let inner = path.strip_prefix(&source).expect("below src");
        let module =
            inner.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
        let Some(own) = floor(&module) else {
            assert!(
                matches!(&*module, "cli" | "main.rs" | "lib.rs"),
                "`{module}` has no floor: add it to the list in tests/house.rs"
            );
            continue;
        };
        let text = fs::read_to_string(&path).expect("a text");
        for (at, _) in text.match_indices("crate::") {
            let rest = &text[at + "crate::".len()..];
            let used =
                rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("");
            let Some(other) = floor(used).filter(|_| used != module) else { continue };
            uses += 1;
            let beside = BESIDE.contains(&(&*module, used));
            if other >= own && !beside {
                let line = text[..at].lines().count();
                wrong.push(format!("{}:{line}: `{module}` uses `{used}`", inner.display()));
            }
        }
    }
    assert!(uses > 50, "the test reads no paths any more");
    assert!(wrong.is_empty(), "a module uses one that is not below it:\n{}", wrong.join("\n"));
}

#[test]
fn files_are_of_a_size_to_read() {
    let mut wrong = Vec::new();
    for folder in ["src", "tests", "benches", "fuzz"] {
        let folder = root().join(folder);
        if !folder.is_dir() {
            continue;
        }
        for path in files(&folder, "rs") {
            if path.components().any(|part| part.as_os_str() == "target") {
                continue;
            }
            let text = fs::read_to_string(&path).expect("a text");
            let lines = text.lines().count();
            if lines > MOST_LINES {
                wrong.push(format!("{}: {lines} lines", path.display()));
            }
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            if EMPTY_NAMES.contains(&&*name) {
                wrong.push(format!("{}: the name says nothing", path.display()));
            }
            let unfinished = ["TO", "DO"].concat();
            if text.contains(&format!("{unfinished}:")) || text.contains(&format!("{unfinished} "))
            {
                wrong.push(format!("{}: something is left to do", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Rewrites a file that is not as it should be, and says so.
fn keep(path: &Path, wanted: &str) {
    let found = fs::read_to_string(path).unwrap_or_default();
    if found != wanted {
        fs::write(path, wanted).expect("the file can be written");
        panic!(
            "{} was stale and is rewritten: look at the change, and run the test again",
            path.display()
        );
    }
}

/// The `mod` lines and the list of a folder with one `static` a file.
fn keep_list(folder: &str, item: &str, list: &str, kind: &str) {
    let folder = root().join("src/dialect").join(folder);
    let mut modules = Vec::new();
    let mut names = BTreeMap::new();
    for path in files(&folder, "rs") {
        let module = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if module == "mod" {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a text");
        let from = text
            .find(&format!("pub static {item}:"))
            .unwrap_or_else(|| panic!("{module} has no {item}"));
        let name = text[from..].split("name: \"").nth(1).and_then(|rest| rest.split('"').next());
        names.insert(name.expect("a name").to_owned(), module.clone());
        modules.push(module);
    }
    let path = folder.join("mod.rs");
    let text = fs::read_to_string(&path).expect("a text");
    let head = &text[..text.find("\nmod ").expect("modules")];
    let after = text.rfind("\nmod ").expect("modules") + 1;
    let after = after + text[after..].find('\n').expect("a line") + 1;
    let start = format!("pub static {list}: &[&{kind}] = &[");
    let list_at = text.find(&start).expect("the list");
    let list_end = list_at + text[list_at..].find("];").expect("its end");
    let mut wanted = format!("{head}\n");
    for module in &modules {
        wanted.push_str(&format!("mod {module};\n"));
    }
    wanted.push_str(&text[after..list_at]);
    wanted.push_str(&start);
    wanted.push('\n');
    for module in names.values() {
        wanted.push_str(&format!("    &{module}::{item},\n"));
    }
    wanted.push_str(&text[list_end..]);
    keep(&path, &wanted);
}

#[test]
fn lists_are_in_step_with_the_files() {
    keep_list("tags", "TAG", "TAGS", "Tag");
    keep_list("filters", "FILTER", "FILTERS", "Filter");
    keep_list("families", "FAMILY", "FAMILIES", "Family");
    assert!(TAGS.is_sorted_by_key(|tag| tag.syntax.name));
    assert!(FILTERS.is_sorted_by_key(|filter| filter.name));
    assert!(FAMILIES.is_sorted_by_key(|family| family.name));
}

#[test]
fn docs_list_the_dialect() {
    let mut text = String::from(
        "# The dialect\n\nWritten by `cargo test --test house` from the program's own lists; \
         [tests/spec](../tests/spec/README.md) shows each with examples.\n\n## Tags\n\n| tag | what it does |\n|---|---|\n",
    );
    for tag in TAGS {
        text.push_str(&format!("| `{}` | {} |\n", tag.syntax.name, tag.summary));
    }
    text.push_str("\n## Filters\n\nParameters in brackets may be left out.\n\n| filter | what it returns | in Braze's list |\n|---|---|---|\n");
    for filter in FILTERS {
        let parameters = filter.parameters.iter().map(parameter).collect::<Vec<_>>().join(", ");
        let colon = if parameters.is_empty() { "" } else { ": " };
        let support = match filter.support {
            Support::Documented => "yes".to_owned(),
            Support::Unlisted => "not listed".to_owned(),
            Support::Unsupported(why) => why.to_owned(),
        };
        text.push_str(&format!(
            "| `{}{colon}{parameters}` | {} | {support} |\n",
            filter.name,
            escaped(filter.summary)
        ));
    }
    text.push_str("\n## Families\n\n| in front of `${…}` | what it is | names that Braze documents |\n|---|---|---|\n");
    for family in FAMILIES {
        let name = if family.name.is_empty() { "nothing" } else { family.name };
        let fields = if family.fields.is_empty() {
            "any".to_owned()
        } else {
            family.fields.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(" ")
        };
        text.push_str(&format!("| `{name}` | {} | {fields} |\n", family.summary));
    }
    keep(&root().join("docs/dialect.md"), &text);
}

fn parameter(parameter: &Parameter) -> String {
    match parameter {
        Parameter::Required(name) => (*name).to_owned(),
        Parameter::Optional(name) => format!("[{name}]"),
        Parameter::Rest(name) => format!("[{name}…]"),
        Parameter::Named(name) => format!("[{name}: value]"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}
