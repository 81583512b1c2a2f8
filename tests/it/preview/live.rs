use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use super::shop::{Shop, part, put};

/// The stream of what happens.
pub struct Stream(BufReader<TcpStream>);

impl Stream {
    pub fn open(shop: &Shop) -> Stream {
        let address = shop.server.address();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let target = format!("/api/events?token={}", shop.token);
        write!(stream, "GET {target} HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
        let mut stream = Stream(BufReader::new(stream));
        assert_eq!(stream.next("hello").unwrap()["generation"].as_u64().unwrap(), 1);
        stream
    }

    /// What the next event of a name says; none where the stream ends before one comes.
    pub fn next(&mut self, name: &str) -> Option<Value> {
        let mut line = String::new();
        let mut event = String::new();
        loop {
            line.clear();
            if self.0.read_line(&mut line).expect("an event in time") == 0 {
                return None;
            }
            if let Some(found) = line.trim_end().strip_prefix("event: ") {
                event = found.to_owned();
            }
            if let Some(data) = line.trim_end().strip_prefix("data: ")
                && event == name
            {
                return Some(serde_json::from_str(data).unwrap());
            }
        }
    }

    /// The next change of a kind.
    pub fn change(&mut self, kind: &str) -> Value {
        loop {
            let change = self.next("changed").expect("a change");
            if change["kinds"].as_array().unwrap().contains(&json!(kind)) {
                return change;
            }
        }
    }
}

#[test]
fn every_save_is_told_when_it_is_read() {
    let shop = Shop::open();
    let mut stream = Stream::open(&shop);
    let folder = shop.folder.path();
    put(folder, "templates/welcome/subject.liquid", "Ciao {{${first_name}}}");
    let change = stream.change("template");
    assert_eq!(change["paths"], json!(["templates/welcome/subject.liquid"]));
    let rendered = shop.render("welcome", "anna");
    assert_eq!(part(&rendered, "subject")["output"], "Ciao Anna");
    assert!(rendered["generation"].as_u64() >= change["generation"].as_u64());
    put(
        folder,
        "scenarios/anna.toml",
        "now = \"2026-03-01T09:00:00Z\"\n[user]\nfirst_name = \"Ada\"\n",
    );
    stream.change("scenario");
    assert_eq!(part(&shop.render("welcome", "anna"), "subject")["output"], "Ciao Ada");
    put(folder, "content_blocks/footer.liquid", "<hr>");
    stream.change("block");
    assert!(
        part(&shop.render("welcome", "anna"), "body")["output"].as_str().unwrap().contains("<hr>")
    );
    let recording = shop.read("recordings/wallet.json").replace("12", "99");
    put(folder, "recordings/wallet.json", &recording);
    stream.change("recording");
    assert!(
        part(&shop.render("welcome", "anna"), "body")["output"].as_str().unwrap().contains("99")
    );
    // Editors write beside a file and rename.
    put(folder, "templates/welcome/.subject.tmp", "Moin {{${first_name}}}");
    let there = folder.join("templates/welcome/subject.liquid");
    std::fs::rename(folder.join("templates/welcome/.subject.tmp"), there).unwrap();
    while part(&shop.render("welcome", "anna"), "subject")["output"] != "Moin Ada" {
        stream.change("template");
    }
    put(folder, "meniscus.toml", "[variables]\nendpoint = \"https://other.example\"\n");
    stream.change("config");
    let call = shop.render("welcome", "anna")["calls"][0]["url"].clone();
    assert!(call.as_str().unwrap().starts_with("https://other.example/"), "{call}");
}

#[test]
fn a_file_that_is_wrong_for_a_moment_hides_nothing() {
    let shop = Shop::open();
    let mut stream = Stream::open(&shop);
    let folder = shop.folder.path();
    let good = shop.read("scenarios/anna.toml");
    put(folder, "scenarios/anna.toml", "[user\n");
    stream.change("scenario");
    let listed = shop.get("/api/workspace");
    let error = &listed["errors"][0];
    assert_eq!(
        (&error["kind"], &error["path"]),
        (&json!("scenario"), &json!("scenarios/anna.toml"))
    );
    assert_eq!(error["span"]["start"]["line"], 1);
    assert_eq!(part(&shop.render("welcome", "anna"), "subject")["output"], "Hi Anna");
    // It can still be opened and mended.
    assert_eq!(shop.get("/api/file?path=scenarios/anna.toml")["text"], "[user\n");
    put(folder, "recordings/wallet.json", "{");
    stream.change("recording");
    assert_eq!(shop.get("/api/workspace")["errors"].as_array().unwrap().len(), 2);
    assert_eq!(shop.render("welcome", "anna")["sent"], true);
    put(folder, "scenarios/anna.toml", &good);
    stream.change("scenario");
    let left = shop.get("/api/workspace")["errors"].clone();
    assert_eq!(left.as_array().unwrap().len(), 1, "{left}");
    put(folder, "meniscus.toml", "[variabels]\n");
    stream.change("config");
    let errors = shop.get("/api/workspace")["errors"].to_string();
    assert!(errors.contains("did you mean `variables`?"), "{errors}");
    assert_eq!(shop.render("welcome", "anna")["sent"], true);
}

#[test]
fn folders_that_come_later_are_watched_too() {
    let shop = Shop::open();
    let mut stream = Stream::open(&shop);
    let folder = shop.folder.path();
    std::fs::remove_dir_all(folder.join("content_blocks")).unwrap();
    stream.change("block");
    put(folder, "content_blocks/footer.liquid", "<hr>");
    while !part(&shop.render("welcome", "anna"), "body")["output"].to_string().contains("<hr>") {
        stream.change("block");
    }
    put(folder, "content_blocks/footer.liquid", "<br>");
    while !part(&shop.render("welcome", "anna"), "body")["output"].to_string().contains("<br>") {
        stream.change("block");
    }
    put(folder, "templates/new/message.toml", "channel = \"push\"\n");
    put(folder, "templates/new/message.liquid", "{{${first_name}}}");
    loop {
        let listed = shop.get("/api/workspace");
        if listed["messages"].as_array().unwrap().iter().any(|message| message["name"] == "new") {
            break;
        }
        stream.change("template");
    }
    assert_eq!(part(&shop.render("new", "anna"), "message")["output"], "Anna");
}

#[test]
fn problems_and_snapshots_are_counted_beside() {
    let shop = Shop::open();
    let mut stream = Stream::open(&shop);
    put(shop.folder.path(), "templates/text/message.liquid", "{{wallt.points}}");
    stream.change("template");
    loop {
        let counts = shop.get("/api/counts");
        let (welcome, text) = (&counts["messages"]["welcome"], &counts["messages"]["text"]);
        // What was counted before the change is shown until it is counted anew.
        let found = ["error", "warn"].iter().filter_map(|level| text["problems"][level].as_u64());
        if found.sum::<u64>() > 0 && counts["whole"] == true {
            let expected = json!({
                "same": 0, "changed": 0, "new": 2, "changed_for": [], "blanks": 0,
            });
            assert_eq!(welcome["snapshots"], expected);
            // Both have a wallet, so nobody gets past `if wallet.points == nil`.
            let coverage = &welcome["coverage"];
            assert!(coverage["reached"].as_u64() < coverage["points"].as_u64(), "{coverage}");
            assert_eq!(coverage["missed"]["path"], "templates/welcome/body.html");
            break;
        }
        stream.next("counted").unwrap();
    }
}

#[test]
fn the_page_hears_of_its_own_saves_once_and_of_the_end() {
    let shop = Shop::open();
    let mut stream = Stream::open(&shop);
    let target = "/api/file?path=templates/welcome/subject.liquid";
    let tag = shop.send("GET", target, &[], "").header("etag").unwrap().to_owned();
    assert_eq!(shop.send("PUT", target, &[("If-Match", &tag)], "Own").status, 200);
    let own = stream.change("template");
    put(shop.folder.path(), "content_blocks/footer.liquid", "<hr>");
    let next = stream.next("changed").unwrap();
    assert_eq!(next["kinds"], json!(["block"]), "the page's own save is told twice");
    assert_eq!(next["generation"].as_u64(), own["generation"].as_u64().map(|number| number + 1));
    let Shop { server, folder, .. } = shop;
    server.stop();
    assert_eq!(stream.next("never"), None);
    drop(folder);
}

#[test]
fn parts_that_come_go_or_are_renamed_are_seen() {
    let shop = Shop::open();
    let mut stream = Stream::open(&shop);
    let folder = shop.folder.path().join("templates/welcome");
    let mut names = |expected: &[&str]| {
        loop {
            let rendered = shop.render("welcome", "anna");
            let parts = rendered["parts"].as_array().unwrap();
            let names = parts.iter().map(|part| part["name"].as_str().unwrap());
            if names.collect::<Vec<_>>() == expected {
                break;
            }
            stream.change("template");
        }
    };
    put(&folder, "plain_text.liquid", "Hi");
    names(&["subject", "body", "plain_text"]);
    std::fs::rename(folder.join("plain_text.liquid"), folder.join("preheader.liquid")).unwrap();
    names(&["subject", "preheader", "body"]);
    std::fs::remove_file(folder.join("preheader.liquid")).unwrap();
    names(&["subject", "body"]);
    // Of a workspace with other messages, one alone is read again.
    put(&folder, "subject.liquid", "Ciao");
    // A change before it may be told late.
    while part(&shop.render("welcome", "anna"), "subject")["output"] != "Ciao" {
        stream.change("template");
    }
    assert_eq!(part(&shop.render("text", "anna"), "message")["output"], "Zł Anna 🥐");
    assert_eq!(shop.get("/api/workspace")["messages"].as_array().unwrap().len(), 3);
}

#[test]
fn messages_that_are_moved_are_seen() {
    let shop = Shop::open();
    let mut stream = Stream::open(&shop);
    let (folder, elsewhere) = (shop.folder.path(), tempfile::tempdir().unwrap());
    let mut names = |expected: &[&str]| {
        loop {
            let listed = shop.get("/api/workspace");
            let messages = listed["messages"].as_array().unwrap().iter();
            let names = messages.map(|message| message["name"].as_str().unwrap().to_owned());
            if names.collect::<Vec<_>>() == expected {
                break;
            }
            stream.change("template");
        }
    };
    names(&["hook", "text", "welcome"]);
    let away = elsewhere.path().join("text");
    std::fs::rename(folder.join("templates/text"), &away).unwrap();
    names(&["hook", "welcome"]);
    std::fs::rename(&away, folder.join("templates/texts")).unwrap();
    names(&["hook", "texts", "welcome"]);
    std::fs::rename(folder.join("templates/texts"), folder.join("templates/a_text")).unwrap();
    names(&["a_text", "hook", "welcome"]);
    std::fs::rename(folder.join("templates"), folder.join("away")).unwrap();
    names(&["away/a_text", "away/hook", "away/welcome"]);
    std::fs::rename(folder.join("away"), folder.join("templates")).unwrap();
    names(&["a_text", "hook", "welcome"]);
}
