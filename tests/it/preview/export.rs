use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::program::{code, run, stderr, stdout};
use super::shop::{put, write};

/// All files below a folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                let name = entry.path().strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, fs::read(entry.path()).unwrap());
            }
        }
    }
    found
}

#[test]
fn an_export_has_all_that_the_page_asks() {
    let shop = TempDir::new().unwrap();
    write(shop.path());
    put(shop.path(), "templates/text/message.liquid", "</script><script>alert(1)</script>");
    let output = run(shop.path(), &["preview", "--export", "out"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(stdout(&output), "out/index.html\n");
    let exported = files(&shop.path().join("out"));
    let page = String::from_utf8(exported["index.html"].clone()).unwrap();
    assert!(page.contains("meniscus-mode\" content=\"export\""));
    let known =
        page.split("window.meniscusData = ").nth(1).unwrap().split(";</script>").next().unwrap();
    let known = serde_json::from_str::<Value>(known).unwrap();
    assert_eq!(known["workspace"]["messages"][2]["name"], "welcome");
    assert!(known["counts"]["messages"]["welcome"]["problems"].is_object());
    for (key, holder) in [
        ("render:welcome:anna", "message:welcome"),
        ("render:welcome:ben", "message:welcome"),
        ("grid:welcome", "message:welcome"),
        ("problems:text", "message:text"),
        ("snapshot:welcome:anna", "message:welcome"),
        ("changes:welcome", "message:welcome"),
        ("file:templates/welcome/body.html", "file:templates/welcome/body.html"),
        ("file:scenarios/anna.toml", "file:scenarios/anna.toml"),
        ("recording:wallet", "recording:wallet"),
    ] {
        let file = known["files"][holder].as_str().unwrap_or_else(|| panic!("no {key}"));
        let answer = answer(&String::from_utf8(exported[file].clone()).unwrap(), key);
        assert!(answer.get("error").is_none(), "{key}: {answer}");
        if key == "render:welcome:anna" {
            let frame = answer["parts"][1]["frame_html"].as_str().unwrap();
            assert!(frame.starts_with("<meta http-equiv=\"Content-Security-Policy\""), "{frame}");
            assert!(frame.contains("<!--m:"), "{frame}");
        }
    }
    // The page loads nothing but what lies beside it.
    assert!(
        !page.contains("\"/page/") && !page.contains("https://"),
        "a place outside of the folder"
    );
    let all = exported.values().map(|bytes| String::from_utf8_lossy(bytes)).collect::<String>();
    assert!(
        !all.contains("s3cretkey") || all.matches("s3cretkey").count() == sources(&all),
        "a secret"
    );
}

/// An answer of an export's script, with what it refers to.
fn answer(script: &str, key: &str) -> Value {
    let mut statements = BTreeMap::new();
    for line in script.lines().filter(|line| line.starts_with("s[")) {
        let (name, text) = line.split_once('=').unwrap();
        statements.insert(name, whole(&statements, text.strip_suffix(';').unwrap()));
    }
    let start = format!("meniscusData[{}]", Value::from(key));
    let line = script.lines().find_map(|line| line.strip_prefix(&start)).unwrap();
    let text = match line.strip_prefix("=[") {
        Some(packed) => packed.split_once("],v=>(").unwrap().1.strip_suffix(")];").unwrap(),
        None => line.strip_prefix(" = ").unwrap().strip_suffix(';').unwrap(),
    };
    serde_json::from_str(&whole(&statements, text)).unwrap()
}

/// An expression with the statements that it refers to in their places.
fn whole(statements: &BTreeMap<&str, String>, text: &str) -> String {
    let pattern = regex::Regex::new(r#""(?:[^"\\]|\\.)*"|s\[\d+\]"#).unwrap();
    let place = |found: &regex::Captures<'_>| {
        statements.get(&found[0]).cloned().unwrap_or_else(|| found[0].to_owned())
    };
    pattern.replace_all(text, place).into_owned()
}

/// How often the templates themselves say it, which the page shows as they are.
fn sources(all: &str) -> usize {
    let lines = all.lines().filter(|line| line.starts_with("meniscusData[\"file:"));
    lines.map(|line| line.matches("s3cretkey").count()).sum()
}

#[test]
fn an_export_is_the_same_each_time_and_replaces_nothing_unasked() {
    let shop = TempDir::new().unwrap();
    write(shop.path());
    for folder in ["one", "two"] {
        assert_eq!(
            code(&run(shop.path(), &["preview", "templates/welcome", "--export", folder])),
            0
        );
    }
    let (one, two) = (files(&shop.path().join("one")), files(&shop.path().join("two")));
    assert!(one == two, "two exports differ");
    put(shop.path(), "one/index.html", "mine");
    let refused = run(shop.path(), &["preview", "--export", "one"]);
    assert_eq!(code(&refused), 2);
    assert!(stderr(&refused).contains("help: choose another folder, or add `--overwrite`"));
    // What a killed run left goes either way.
    let left = shop.path().join("one/data/.meniscus-4294967295-abc.tmp");
    fs::write(&left, "half").expect("written");
    assert_eq!(code(&run(shop.path(), &["preview", "--export", "one"])), 2);
    assert!(!left.exists());
    assert_eq!(fs::read_to_string(shop.path().join("one/index.html")).unwrap(), "mine");
    let again =
        run(shop.path(), &["preview", "templates/welcome", "--export", "one", "--overwrite"]);
    assert_eq!(code(&again), 0, "{}", stderr(&again));
    assert!(files(&shop.path().join("one")) == two);
    let missing = run(shop.path(), &["preview", "templates/welcom"]);
    assert_eq!(code(&missing), 2);
    assert!(stderr(&missing).contains("did you mean `templates/welcome`?"), "{}", stderr(&missing));
}

/// What is wrong with one scenario is told beside that one alone.
#[test]
fn an_export_tells_problems_where_they_belong() {
    let shop = TempDir::new().unwrap();
    write(shop.path());
    put(shop.path(), "scenarios/timeless.toml", "templates = [\"text\"]\n");
    fs::write(shop.path().join("templates/broken.liquid"), b"\xff").unwrap();
    assert_eq!(code(&run(shop.path(), &["preview", "--export", "out"])), 2);
    let all = files(&shop.path().join("out"));
    let all = all.values().map(|bytes| String::from_utf8_lossy(bytes));
    let text = all.into_iter().find(|text| text.contains("meniscusData[\"snapshot:text:anna\"]"));
    let text = text.unwrap();
    let problems =
        |key: &str| answer(&text, &format!("snapshot:{key}"))["problems"].as_array().unwrap().len();
    assert_eq!((problems("text:anna"), problems("text:timeless")), (0, 1));
}

/// A response that many messages and parts have in a variable is written once.
#[test]
fn large_data_is_written_once() {
    let shop = TempDir::new().unwrap();
    write(shop.path());
    let offers = (0..200).map(|number| format!("{{\"name\": \"offer {number}\"}}"));
    let offers = offers.collect::<Vec<_>>().join(", ");
    put(
        shop.path(),
        "recordings/wallet.json",
        &format!(
            "{{\"request\": {{\"urlPath\": \"/wallet\"}}, \"response\": {{\"jsonBody\": \
             {{\"points\": 3, \"offers\": [{offers}]}}}}}}"
        ),
    );
    put(
        shop.path(),
        "templates/other.liquid",
        "{% connected_content {{endpoint}}/wallet :save wallet %}{{wallet.points}}",
    );
    let output = run(shop.path(), &["preview", "--export", "out"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let exported = files(&shop.path().join("out"));
    let holding = |text: &str| {
        let names =
            exported.iter().filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains(text));
        names.map(|(name, _)| &**name).collect::<Vec<_>>()
    };
    let values = holding("offer 199");
    let [_recording, value] = &*values else { panic!("{values:?}") };
    let name = value.strip_prefix("data/values/").unwrap().strip_suffix(".js").unwrap();
    // The messages that have it name it.
    assert_eq!(holding(&format!("[[\"{name}\"],v=>(")).len(), 2);
    // Files from an export before aren't taken for those of this one.
    fs::remove_file(shop.path().join("out/index.html")).unwrap();
    assert_eq!(code(&run(shop.path(), &["preview", "--export", "out"])), 2);
}
