//! `audience --out`: a line for each row, and a run that goes on after it was killed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::{NOW, Shop};

/// Rows in `files` files, some without a tier, a name, or sense.
fn users(shop: &Shop, files: usize, rows: usize) {
    for file in 0..files {
        let rows = (0..rows).map(|row| match row % 10 {
            3 => format!("{{\"external_id\": \"c-{file}-{row}\", \"first_name\": \"Ann\"}}\n"),
            4 => "{\"external_id\": \n".to_owned(),
            5 => format!(
                "{{\"external_id\": \"c-{file}-{row}\", \"custom_attributes\": {{\"tier\": \"gold\"}}}}\n"
            ),
            _ => format!(
                "{{\"external_id\": \"c-{file}-{row}\", \"first_name\": \"N{row}\", \
                 \"custom_attributes\": {{\"tier\": \"gold\"}}}}\n"
            ),
        });
        shop.put(&format!("users/{file:03}.ndjson"), rows.collect::<String>().as_bytes());
    }
}

/// The files of a folder with their texts.
fn texts(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let texts = entries.map(|entry| {
        (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap())
    });
    texts.collect()
}

const RUN: [&str; 7] = ["templates/hello", "--now", NOW, "--users", "users", "--report", "json"];

#[test]
fn each_row_has_a_line_in_order_whatever_the_threads() {
    let shop = Shop::new();
    users(&shop, 2, 700);
    let plain = shop.text(&RUN);
    let one = shop.text(&[&RUN[..], &["--out", "one", "--threads", "1"]].concat());
    let four = shop.text(&[&RUN[..], &["--out", "four", "--threads", "4"]].concat());
    assert_eq!(one, plain);
    assert_eq!(four, plain);
    let written = texts(&shop.0.path().join("one"));
    assert_eq!(written, texts(&shop.0.path().join("four")));
    assert_eq!(written.len(), 4, "{:?}", written.keys());
    let rows = written.iter().find(|(name, _)| name.starts_with("000") && name.contains(".rows."));
    let rows: Vec<Value> =
        rows.unwrap().1.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 700);
    assert_eq!(rows[699]["row"], "users/000.ndjson:700");
    assert_eq!(rows[0]["id"], "c-0-0");
    assert_eq!(rows[0]["result"], "sent");
    assert_eq!(rows[0]["parts"]["subject"], "Hi N0");
    assert_eq!(rows[0].get("blanks"), None);
    assert_eq!(rows[3]["result"], "not_sent");
    assert!(rows[3]["reason"].as_str().unwrap().contains("no tier"), "{}", rows[3]);
    assert_eq!(rows[3].get("parts"), None);
    assert_eq!(rows[4]["result"], "error");
    let blanks = rows[5]["blanks"][0].as_str().unwrap();
    assert!(blanks.starts_with("templates/hello/subject.liquid:1:4 {{${first_name}}}"), "{blanks}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let name = shop.0.path().join("one").join(written.keys().next().unwrap());
        assert_eq!(fs::metadata(name).unwrap().permissions().mode() & 0o077, 0);
    }
}

#[test]
fn folders_in_use_and_wrong_combinations_are_refused() {
    let shop = Shop::new();
    users(&shop, 1, 20);
    let run = |more: &[&'static str]| [&RUN[..], more].concat();
    shop.text(&run(&["--out", "rows"]));
    let again = shop.refused(&run(&["--out", "rows"]));
    assert!(again.contains("already contains") && again.contains("--resume"), "{again}");
    shop.put("own/notes.txt", b"mine");
    let own = shop.refused(&run(&["--out", "own", "--resume"]));
    assert!(own.contains("`own` already contains `notes.txt`"), "{own}");
    assert!(shop.refused(&run(&["--resume"])).contains("--out"));
    assert!(shop.refused(&run(&["--out", "x", "--limit", "5"])).contains("--limit"));
}

#[test]
fn what_has_changed_is_rendered_again_and_the_rest_is_not() {
    let shop = Shop::new();
    users(&shop, 3, 40);
    let run = [&RUN[..], &["--out", "rows", "--resume"]].concat();
    let first = shop.text(&run);
    let said = |output: std::process::Output| String::from_utf8(output.stderr).unwrap();
    assert!(said(shop.run(&run)).contains("took the results of 3 of 3 files"));
    assert_eq!(shop.text(&run), first);
    // Rows of one file.
    users(&shop, 1, 41);
    assert!(said(shop.run(&run)).contains("took the results of 2 of 3 files"));
    // A file with rows that somebody cut off.
    let cut = fs::read_dir(shop.0.path().join("rows")).unwrap().map(|entry| entry.unwrap().path());
    let cut = cut.filter(|path| path.to_string_lossy().ends_with(".rows.ndjson")).min().unwrap();
    fs::write(&cut, "").unwrap();
    assert!(said(shop.run(&run)).contains("took the results of 2 of 3 files"));
    assert!(!fs::read_to_string(&cut).unwrap().is_empty());
    // The template, the recording, and the clock matter to all.
    shop.put("templates/hello/subject.liquid", b"Hello {{${first_name}}}");
    assert!(!said(shop.run(&run)).contains("took"));
    shop.put(
        "recordings/wallet.json",
        br#"{"request": {"urlPath": "/wallet"}, "response": {"jsonBody": {"points": 2, "link": "https://a.example"}}}"#,
    );
    assert!(!said(shop.run(&run)).contains("took"));
    let later = [&run[..], &["--now", "2027-01-01T00:00:00Z"]].concat();
    let later: Vec<&str> = later.iter().copied().filter(|one| *one != NOW).collect();
    let at = later.iter().position(|one| *one == "--now").unwrap();
    let later = [&later[..at], &later[at + 1..]].concat();
    assert!(!said(shop.run(&later)).contains("took"));
}

/// Fifty runs are killed at other moments; the one that ends has the rows and counts of a run that
/// nobody disturbed.
#[test]
fn a_killed_run_loses_and_doubles_nothing() {
    let shop = Shop::new();
    users(&shop, 24, 120);
    let whole = shop.text(&[&RUN[..], &["--out", "whole"]].concat());
    let run = [&RUN[..], &["--out", "killed", "--resume", "--threads", "2"]].concat();
    for kill in 0..50_u64 {
        let mut child = Command::new(env!("CARGO_BIN_EXE_meniscus"))
            .arg("audience")
            .args(&run)
            .current_dir(shop.0.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(5 + kill * 37 % 90));
        let _ = child.kill();
        child.wait().unwrap();
    }
    assert_eq!(shop.text(&run), whole);
    let (whole, killed) =
        (texts(&shop.0.path().join("whole")), texts(&shop.0.path().join("killed")));
    let visible = |texts: BTreeMap<String, String>| -> BTreeMap<String, String> {
        texts.into_iter().filter(|(name, _)| !name.starts_with('.')).collect()
    };
    assert_eq!(visible(killed), visible(whole));
}
