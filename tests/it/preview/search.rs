//! Search in the texts of a workspace, and for the expressions that read a field.

use serde_json::{Value, json};

use super::live::Stream;
use super::shop::{Shop, put};

/// Path, line, and what is marked of each hit.
fn hits(answer: &Value) -> Vec<(String, u64, String)> {
    let groups = answer["groups"].as_array().unwrap().iter();
    let lines = groups.flat_map(|group| group["lines"].as_array().unwrap());
    let found = lines.map(|line| {
        let text = line["text"].as_str().unwrap().encode_utf16().collect::<Vec<_>>();
        let place = |key: &str| line[key].as_u64().unwrap() as usize;
        let marked = String::from_utf16(&text[place("from")..place("to")]).unwrap();
        let path = line["path"].as_str().unwrap().to_owned();
        (path, line["span"]["start"]["line"].as_u64().unwrap(), marked)
    });
    found.collect()
}

fn hit(path: &str, line: u64, marked: &str) -> (String, u64, String) {
    (path.to_owned(), line, marked.to_owned())
}

#[test]
fn a_text_is_found_in_all_files_that_can_be_opened() {
    let shop = Shop::open();
    let found = shop.get("/api/search?text=First_Name");
    assert_eq!(
        hits(&found),
        [
            hit("templates/hook/body.liquid", 1, "first_name"),
            hit("templates/text/message.liquid", 1, "first_name"),
            hit("templates/welcome/subject.liquid", 1, "first_name"),
            hit("scenarios/anna.toml", 4, "first_name"),
        ]
    );
    assert_eq!(found["count"], 4);
    assert_eq!(found["groups"][0]["lines"][0]["message"], "hook");
    // A settings file, a content block; and places count characters, not bytes.
    assert_eq!(
        hits(&shop.get("/api/search?text=webhook")),
        [hit("templates/hook/message.toml", 1, "webhook")]
    );
    assert_eq!(
        hits(&shop.get("/api/search?text=Yours,")),
        [hit("content_blocks/footer.liquid", 1, "Yours,")]
    );
    assert_eq!(
        hits(&shop.get("/api/search?text=wallet.points%7D%7D")),
        [hit("templates/welcome/body.html", 3, "wallet.points}}")]
    );
    // What means something in a pattern is a text like others.
    assert_eq!(hits(&shop.get("/api/search?text=.*")), []);
    assert_eq!(shop.send("GET", "/api/search?text=%20", &[], "").status, 400);
    assert_eq!(shop.send("GET", "/api/search", &[], "").status, 400);
}

#[test]
fn a_long_line_is_cut_around_what_is_found_and_many_lines_are_counted() {
    let shop = Shop::open();
    let mut stream = Stream::open(&shop);
    let long = format!("{}é needle {}", "x".repeat(5_000), "y".repeat(5_000));
    put(shop.folder.path(), "templates/text/message.liquid", &long);
    put(shop.folder.path(), "content_blocks/footer.liquid", &"thread\n".repeat(1_000));
    while shop.get("/api/search?text=thread")["count"] != 1_000 {
        stream.next("changed").unwrap();
    }
    while hits(&shop.get("/api/search?text=needle")).is_empty() {
        stream.next("changed").unwrap();
    }
    let found = shop.get("/api/search?text=needle");
    assert_eq!(hits(&found), [hit("templates/text/message.liquid", 1, "needle")]);
    let text = found["groups"][0]["lines"][0]["text"].as_str().unwrap();
    assert!(text.len() < 250 && text.starts_with('…'), "{text}");
    assert_eq!(hits(&shop.get("/api/search?text=thread")).len(), 300);
}

/// Who uses a field, through whatever variable it is read.
#[test]
fn expressions_are_found_by_the_field_they_read() {
    let shop = Shop::open();
    let mut stream = Stream::open(&shop);
    put(
        shop.folder.path(),
        "templates/text/message.liquid",
        "{% connected_content {{endpoint}}/wallet :save w %}{% assign all = w %}{{all.points}}",
    );
    let found = loop {
        let found = shop.get("/api/fields?field=points");
        if found["count"] == 3 {
            break found;
        }
        stream.next("changed").unwrap();
    };
    let mut places = hits(&found);
    places.sort();
    assert_eq!(
        places,
        [
            hit("templates/text/message.liquid", 1, "all.points"),
            hit("templates/welcome/body.html", 2, "wallet.points"),
            hit("templates/welcome/body.html", 3, "wallet.points"),
        ]
    );
    let groups = found["groups"].as_array().unwrap();
    assert!(groups.iter().all(|group| group["title"] == "points"), "{found}");
    // An attribute, in a content block that one message includes.
    let found = shop.get("/api/fields?field=city");
    assert_eq!(hits(&found), [hit("content_blocks/footer.liquid", 1, "${city}")]);
    let line = &found["groups"][0]["lines"][0];
    assert_eq!((&line["message"], &line["messages"]), (&json!("welcome"), &json!(1)));
    assert_eq!(shop.get("/api/fields?field=nothing_reads_this")["count"], 0);
}
