//! A workspace of many messages for many recipients.

use std::fs;
use std::path::Path;

use super::copy::copy;

/// Kinds of recipients, by the scenarios of the example.
const KINDS: [&str; 8] = ["anna", "ben", "chloe", "dai", "elif", "femi", "gita", "hugo"];

/// The offer wallet of the example, many times, for many recipients.
pub fn workspace(messages: usize, scenarios: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["content_blocks", "recordings", "meniscus.toml"] {
        copy(&root.join(name), &folder.path().join(name));
    }
    for number in 0..messages {
        let to = folder.path().join(format!("templates/m{number:03}"));
        copy(&root.join("templates/offer_wallet"), &to);
    }
    for (number, kind) in KINDS.iter().cycle().take(scenarios).enumerate() {
        let name = if number < KINDS.len() { (*kind).to_owned() } else { format!("s{number:03}") };
        let text = fs::read_to_string(root.join(format!("scenarios/{kind}.toml")));
        let text = text.expect("a scenario");
        // What they expect is at the end.
        let text = text.split("[[expect]]").next().unwrap_or_default();
        let lines = text.lines().map(|line| match line.starts_with("templates") {
            true => "templates = [\"m*\"]",
            false => line,
        });
        let text = lines.collect::<Vec<_>>().join("\n");
        let path = folder.path().join(format!("scenarios/{name}.toml"));
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    folder
}
