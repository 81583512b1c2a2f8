//! Keeps the house in order: which module uses which, the lists of the dialect, the generated
//! docs, the size of files. What is stale is rewritten, and the test fails once to say so.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use meniscus::dialect::families::FAMILIES;
use meniscus::dialect::filters::FILTERS;
use meniscus::dialect::tags::TAGS;
use meniscus::project::Channel;
use meniscus::render::{Parameter, Support};
use meniscus::rules::{Level, RULES, Rule, caption};

/// Where the code of each crate lies.
const CRATES: [&str; 5] = [
    "crates/meniscus-engine/src",
    "crates/meniscus-analysis/src",
    "crates/meniscus-preview/src",
    "crates/meniscus-audience/src",
    "src",
];

/// The crate that the modules of each floor are in, and the floor. Cargo sees to it that no crate uses one above it.
const FLOORS: [(&str, &[(&str, u8)]); 5] = [
    (
        "crates/meniscus-engine/src",
        &[
            ("text", 0),
            ("diagnostic", 1),
            ("value", 1),
            ("syntax", 2),
            ("http", 2),
            ("shape", 2),
            ("recording", 3),
            ("semantics", 3),
            ("render", 4),
            ("dialect", 5),
            ("facade", 6),
        ],
    ),
    (
        "crates/meniscus-analysis/src",
        &[
            ("files", 0),
            ("catalogs", 0),
            ("reason", 0),
            ("endpoint", 1),
            ("analyze", 2),
            ("project", 2),
            ("rules", 3),
            ("contract", 4),
            ("coverage", 4),
            ("session", 4),
            ("wire", 4),
            ("language", 5),
            ("facade", 6),
        ],
    ),
    (
        "crates/meniscus-preview/src",
        &[("send", 0), ("recipients", 1), ("snapshot", 1), ("page", 2)],
    ),
    (
        "crates/meniscus-audience/src",
        &[
            ("distinct", 0),
            ("error", 0),
            ("row_answers", 0),
            ("answers", 3),
            ("exports", 1),
            ("tally", 1),
            ("condition", 2),
            ("person", 2),
            ("plan", 3),
            ("measure", 4),
            ("row_line", 5),
            ("run", 6),
        ],
    ),
    (
        "src",
        &[
            ("embedded", 0),
            ("example", 0),
            ("files", 0),
            ("live", 1),
            ("braze", 2),
            ("calibrate", 2),
            ("import", 2),
            ("send", 3),
            ("snapshot", 3),
            ("report", 4),
            ("lsp", 5),
            ("mcp", 5),
            ("serve", 5),
        ],
    ),
];

/// What the engine leaves to those who embed it: files, the network, threads, the environment and the clock.
const NOT_IN_ENGINE: [&str; 8] = [
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "std::env",
    "std::io::std",
    "SystemTime",
    "Instant::now",
];

/// The most crates that the engine brings along.
const MOST_CRATES: usize = 60;

/// Names that say nothing.
const EMPTY_NAMES: [&str; 5] = ["utils", "util", "helpers", "common", "misc"];

const MOST_LINES: usize = 600;

/// The most characters in a line of the page's scripts.
const MOST_COLUMNS: usize = 100;

/// The list of a group of rules.
const RULES_START: &str = "pub(super) static RULES: &[&Rule] =";

/// Behind the documentation of a rule, in which there may be other names.
const RULE_NAME: &str = "\n    name: \"";

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

#[test]
fn modules_use_floors_below_their_own() {
    let mut wrong = Vec::new();
    let mut uses = 0;
    for (folder, floors) in FLOORS {
        let source = root().join(folder);
        let floor = |module: &str| floors.iter().find(|(name, _)| *name == module);
        for path in files(&source, "rs") {
            let inner = path.strip_prefix(&source).expect("below src");
            let module = inner.components().next().expect("a name").as_os_str().to_string_lossy();
            let module = module.trim_end_matches(".rs").to_owned();
            let Some((_, own)) = floor(&module) else {
                assert!(
                    matches!(&*module, "cli" | "main" | "lib"),
                    "`{module}` has no floor: add it to the list in tests/it/house.rs"
                );
                continue;
            };
            let text = fs::read_to_string(&path).expect("a text");
            for (at, _) in text.match_indices("crate::") {
                let rest = &text[at + "crate::".len()..];
                let used =
                    rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("");
                let Some((_, other)) = floor(used).filter(|_| used != module) else { continue };
                uses += 1;
                if other >= own {
                    let line = text[..at].lines().count();
                    wrong.push(format!("{}:{line}: `{module}` uses `{used}`", path.display()));
                }
            }
        }
    }
    assert!(uses > 50, "the test reads no paths any more");
    assert!(wrong.is_empty(), "a module uses one that is not below it:\n{}", wrong.join("\n"));
}

#[test]
fn the_engine_is_pure() {
    let mut wrong = Vec::new();
    for path in files(&root().join(CRATES[0]), "rs") {
        let text = fs::read_to_string(&path).expect("a text");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let used = NOT_IN_ENGINE.iter().filter(|name| code.contains(**name));
        wrong.extend(used.map(|name| format!("{}: {name}", path.display())));
    }
    assert!(wrong.is_empty(), "the engine reaches out:\n{}", wrong.join("\n"));
    let mut cargo = std::process::Command::new(env!("CARGO"));
    cargo.current_dir(root()).args(["tree", "--offline", "-p", "meniscus-engine"]);
    let output = cargo.args(["-e", "normal", "--prefix", "none"]).output().expect("cargo runs");
    let tree = String::from_utf8_lossy(&output.stdout);
    let crates = tree.lines().map(|line| line.trim_end_matches(" (*)"));
    let crates = crates.collect::<std::collections::BTreeSet<_>>().len();
    assert!(crates > 10, "{}", String::from_utf8_lossy(&output.stderr));
    assert!(crates <= MOST_CRATES, "the engine has {crates} crates:\n{tree}");
}

#[test]
fn files_are_of_a_size_to_read() {
    let mut wrong = Vec::new();
    for folder in ["crates", "src", "tests", "benches", "fuzz"] {
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

/// What makes elements of markup: a message could bring some.
const MARKUP: [&str; 4] = ["innerHTML", "InnerHTML", "outerHTML", "insertAdjacentHTML"];

#[test]
fn scripts_of_the_page_are_narrow_and_parse_no_markup() {
    let mut wrong = Vec::new();
    let scripts = files(&root().join("src/serve/preview/page"), "js");
    // A vendored script has a note of where it comes from beside it.
    let own = scripts.iter().filter(|path| !path.with_extension("txt").exists());
    for path in own {
        let text = fs::read_to_string(path).expect("a text");
        for (at, line) in text.lines().enumerate() {
            let columns = line.chars().count();
            if columns > MOST_COLUMNS {
                wrong.push(format!("{}:{}: {columns} columns", path.display(), at + 1));
            }
            let markup = MARKUP.iter().filter(|name| line.contains(**name));
            wrong.extend(markup.map(|name| format!("{}:{}: {name}", path.display(), at + 1)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Rewrites a file that is not as it should be, and says so.
pub fn keep(path: &Path, wanted: &str) {
    let found = fs::read_to_string(path).unwrap_or_default();
    if found != wanted {
        fs::write(path, wanted).expect("the file can be written");
        panic!(
            "{} was stale and is rewritten: look at the change, and run the test again",
            path.display()
        );
    }
}

/// `meniscus init --example` writes the whole example. A stale list is rewritten, and the test fails
/// once.
#[test]
fn the_example_is_whole() {
    let mut names = vec!["meniscus.toml".to_owned()];
    let mut folders = ["content_blocks", "recordings", "scenarios", "snapshots", "templates"]
        .map(|name| root().join(name))
        .to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            let name = path.strip_prefix(root()).expect("a file of ours").display().to_string();
            match path.is_dir() {
                true => folders.push(path),
                false if name.ends_with(".snap.new") => {}
                false => names.push(name),
            }
        }
    }
    names.sort();
    let list = names.iter().map(|name| format!("    \"{name}\",\n")).collect::<String>();
    let head = "//! Written by `cargo test --test it house`.\n\nuse super::Files;\n\n";
    let text = format!("{head}pub const WHOLE: Files = files!(\n{list});\n");
    keep(&root().join("src/example/whole.rs"), &text);
}

/// A list of the `static`s of a folder, one a file.
struct List {
    folder: &'static str,
    /// The `static` of each file.
    item: &'static str,
    /// How the list begins.
    start: &'static str,
    /// What stands in front of the item's name in its file.
    name: &'static str,
}

/// The `mod` lines and the list of a folder with one `static` a file.
fn keep_list(list: &List) {
    let crates = CRATES.iter().map(|source| root().join(source).join(list.folder));
    let folder = crates.into_iter().find(|folder| folder.is_dir()).expect("the folder of a list");
    let mut modules = Vec::new();
    let mut names = BTreeMap::new();
    for path in files(&folder, "rs") {
        let module = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if module == "mod" {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a text");
        let from = text.find(&format!("pub static {}:", list.item)).unwrap_or_default();
        let name = text[from..].split(list.name).nth(1).and_then(|rest| rest.split('"').next());
        let name = name.unwrap_or_else(|| panic!("{module} has no {}", list.item));
        names.insert(name.to_owned(), module.clone());
        modules.push(module);
    }
    let path = folder.join("mod.rs");
    let text = fs::read_to_string(&path).expect("a text");
    let head = &text[..text.find("\nmod ").expect("modules")];
    let after = text.rfind("\nmod ").expect("modules") + 1;
    let after = after + text[after..].find('\n').expect("a line") + 1;
    let list_at = text.find(list.start).expect("the list");
    let list_end = list_at + text[list_at..].find("];").expect("its end");
    let mut wanted = format!("{head}\n");
    for module in &modules {
        wanted.push_str(&format!("mod {module};\n"));
    }
    wanted.push_str(&text[after..list_at]);
    let items = names.values().map(|module| format!("&{module}::{}", list.item));
    wanted.push_str(&laid_out(list.start, &items.collect::<Vec<_>>()));
    wanted.push_str(&text[list_end..]);
    keep(&path, &wanted);
}

/// A list as `cargo fmt` lays it out, without its closing `]`.
fn laid_out(start: &str, items: &[String]) -> String {
    let line = items.join(", ");
    let (most, end) = (100, "];".len());
    if start.len() + " &[".len() + line.len() + end <= most {
        return format!("{start} &[{line}");
    }
    if "    &[".len() + line.len() + end <= most {
        return format!("{start}\n    &[{line}");
    }
    let lines = items.iter().map(|item| format!("    {item},\n"));
    format!("{start} &[\n{}", lines.collect::<String>())
}

#[test]
fn lists_are_in_step_with_the_files() {
    for (folder, item, start, name) in [
        ("dialect/tags", "TAG", "pub static TAGS: &[&Tag] =", "name: \""),
        ("dialect/filters", "FILTER", "pub static FILTERS: &[&Filter] =", "name: \""),
        ("dialect/families", "FAMILY", "pub static FAMILIES: &[&Family] =", "name: \""),
        ("rules/braze", "RULE", RULES_START, RULE_NAME),
        ("rules/calls", "RULE", RULES_START, RULE_NAME),
        ("rules/data", "RULE", RULES_START, RULE_NAME),
        ("rules/mail", "RULE", RULES_START, RULE_NAME),
        ("rules/syntax", "RULE", RULES_START, RULE_NAME),
    ] {
        keep_list(&List { folder, item, start, name });
    }
    assert!(TAGS.is_sorted_by_key(|tag| tag.syntax.name));
    assert!(FILTERS.is_sorted_by_key(|filter| filter.name));
    assert!(FAMILIES.is_sorted_by_key(|family| family.name));
}

#[test]
fn rules_are_named_as_their_files() {
    let mut wrong = Vec::new();
    for group in ["braze", "calls", "data", "mail", "syntax"] {
        for path in files(&root().join("crates/meniscus-analysis/src/rules").join(group), "rs") {
            let module = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let name = module.trim_end_matches('_').replace('_', "-");
            if module != "mod" && !RULES.iter().any(|rule| rule.name == name) {
                wrong.push(format!("rules/{group}/{module}.rs holds no rule `{name}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn docs_list_the_dialect() {
    let mut text = String::from(
        "# The dialect\n\nGenerated by `cargo test --test it house` from the lists in the code. For examples, see \
         [tests/spec](../../tests/spec/README.md).\n\n## Tags\n\n| tag | what it does |\n|---|---|\n",
    );
    for tag in TAGS {
        text.push_str(&format!("| `{}` | {} |\n", tag.syntax.name, tag.summary));
    }
    text.push_str(
        "\n## Filters\n\nParameters in brackets are optional.\n\n| filter | what it \
        returns | in Braze's list |\n|---|---|---|\n",
    );
    for filter in FILTERS {
        let parameters = filter.parameters.iter().filter_map(parameter);
        let parameters = parameters.collect::<Vec<_>>().join(", ");
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
    text.push_str(
        "\n## Families\n\n| before `${…}` | what it is | names that Braze documents \
        |\n|---|---|---|\n",
    );
    for family in FAMILIES {
        let name = if family.name.is_empty() { "nothing" } else { family.name };
        let fields = if family.fields.is_empty() {
            "any".to_owned()
        } else {
            family.fields.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(" ")
        };
        text.push_str(&format!("| `{name}` | {} | {fields} |\n", family.summary));
    }
    keep(&root().join("docs/reference/dialect.md"), &text);
}

/// The lines between which the fields of the channels stand in docs/reference/configuration.md.
const FIELDS: [&str; 2] =
    ["<!-- fields: written by `cargo test --test it house` -->\n", "<!-- end of fields -->\n"];

#[test]
fn docs_list_the_fields_of_each_channel() {
    let mut table =
        String::from("\n| channel | file | label in Braze | what it is |\n|---|---|---|---|\n");
    for channel in Channel::ALL {
        for field in channel.fields() {
            let names = field.also.iter().map(|name| format!("`{name}`"));
            let also = names.collect::<Vec<_>>().join(", ");
            let also = if also.is_empty() { also } else { format!(" Also read: {also}.") };
            table.push_str(&format!(
                "| `{}` | `{}` | {} | {}{also} |\n",
                channel.name(),
                field.name,
                field.label,
                field.about
            ));
        }
    }
    table.push('\n');
    let path = root().join("docs/reference/configuration.md");
    let text = fs::read_to_string(&path).expect("a text");
    let start = text.find(FIELDS[0]).expect("where the table begins") + FIELDS[0].len();
    let end = text.find(FIELDS[1]).expect("where the table ends");
    keep(&path, &format!("{}{table}{}", &text[..start], &text[end..]));
}

fn parameter(parameter: &Parameter) -> Option<String> {
    Some(match parameter {
        Parameter::Required(name) => (*name).to_owned(),
        Parameter::Optional(name) => format!("[{name}]"),
        Parameter::Ignored(_) => return None,
        Parameter::Rest(name) => format!("[{name}…]"),
        Parameter::Named(name) => format!("[{name}: value]"),
    })
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}

#[test]
fn docs_explain_the_rules() {
    let mut text = String::from(
        "# The rules\n\nEvery mistake that `meniscus lint` reports, each with its reason, examples, and \
         source; `meniscus explain RULE` prints the same. [Configuration](configuration.md) shows how \
         to set levels. Section numbers of the *reference* in a source are those of our notes on the \
         public pages of Braze and SessionM. This page is written by `cargo test --test it house`.\n\n\
         | rule | level | what it finds |\n|---|---|---|\n",
    );
    for rule in RULES.iter() {
        let (name, level) = (rule.name, rule.level.word());
        let summary = escaped(rule.summary());
        text.push_str(&format!("| [`{name}`](#{name}) | {level} | {summary} |\n"));
    }
    for rule in RULES.iter() {
        text.push_str(&explained(rule));
    }
    keep(&root().join("docs/reference/rules.md"), &text);
}

/// The section of a rule: the words of its fences become lines before them.
fn explained(rule: &Rule) -> String {
    let level = match rule.level {
        Level::Off => "off: `meniscus.toml` switches it on",
        level => level.word(),
    };
    let mut text = format!("\n## {}\n\nLevel: {level}\n\n", rule.name);
    let mut open = false;
    for line in rule.lines() {
        let Some(info) = line.strip_prefix("```") else {
            // A rule's section is one level below the rule.
            text.push_str(&if line.starts_with("## ") {
                format!("#{line}")
            } else {
                line.to_owned()
            });
            text.push('\n');
            continue;
        };
        if !open {
            let mut words = info.split_whitespace();
            let language = words.next().unwrap_or("text");
            let what = words.collect::<Vec<_>>().join(" ");
            let caption =
                caption(&what).unwrap_or_else(|| panic!("a fence `{info}`: see tests/rules.rs"));
            text.push_str(&format!("{caption}\n\n```{language}\n"));
        } else {
            text.push_str("```\n");
        }
        open = !open;
    }
    text
}
