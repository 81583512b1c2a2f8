use std::fs;

use serde_json::{Value, json};

use super::http::Reply;
use super::shop::{Shop, part, put};

const BODY: &str = "/api/file?path=templates/welcome/body.html";

fn error(reply: &Reply) -> Value {
    serde_json::from_str::<Value>(&reply.body).unwrap()
}

#[test]
fn a_file_is_saved_in_the_place_of_what_was_opened() {
    let shop = Shop::open();
    let opened = shop.send("GET", BODY, &[], "");
    let tag = opened.header("etag").unwrap().to_owned();
    let file = error(&opened);
    assert_eq!(format!("\"{}\"", file["digest"].as_str().unwrap()), tag);
    assert_eq!(
        (&file["kind"], &file["text"]),
        (&json!("template"), &json!(shop.read("templates/welcome/body.html")))
    );
    let new = "<p>{{${first_name}}}</p>\r\n";
    let saved = shop.send("PUT", BODY, &[("If-Match", &tag)], new);
    assert_eq!(saved.status, 200, "{}", saved.body);
    assert_eq!(shop.read("templates/welcome/body.html"), new);
    let rendered = shop.render("welcome", "anna");
    assert_eq!(part(&rendered, "body")["output"], "<p>Anna</p>\r\n");
    // The old digest is no longer what stands there.
    let late = shop.send("PUT", BODY, &[("If-Match", &tag)], "lost");
    assert_eq!(late.status, 412);
    let late = error(&late);
    assert_eq!(
        (&late["text"], &late["path"]),
        (&json!(new), &json!("templates/welcome/body.html"))
    );
    assert_eq!(format!("\"{}\"", late["digest"].as_str().unwrap()), saved.header("etag").unwrap());
    assert_eq!(shop.send("PUT", BODY, &[], "lost").status, 428);
    assert_eq!(shop.send("PUT", BODY, &[("If-Match", "*")], "lost").status, 412);
    assert_eq!(shop.read("templates/welcome/body.html"), new);
    // Nothing is left beside the file.
    let names = fs::read_dir(shop.folder.path().join("templates/welcome")).unwrap();
    assert_eq!(names.count(), 3);
}

#[test]
fn a_byte_order_mark_stays() {
    let shop = Shop::open();
    put(shop.folder.path(), "content_blocks/footer.liquid", "\u{feff}old");
    let file = shop.get("/api/file?path=content_blocks/footer.liquid");
    assert_eq!((&file["text"], &file["kind"]), (&json!("old"), &json!("block")));
    let tag = format!("\"{}\"", file["digest"].as_str().unwrap());
    let target = "/api/file?path=content_blocks/footer.liquid";
    assert_eq!(shop.send("PUT", target, &[("If-Match", &tag)], "new").status, 200);
    assert_eq!(shop.read("content_blocks/footer.liquid"), "\u{feff}new");
}

#[test]
fn only_files_of_the_workspace_are_opened() {
    let shop = Shop::open();
    let outside = tempfile::TempDir::new().unwrap();
    put(outside.path(), "secret.liquid", "outside");
    #[cfg(unix)]
    {
        let link = shop.folder.path().join("content_blocks/linked.liquid");
        std::os::unix::fs::symlink(outside.path().join("secret.liquid"), link).unwrap();
        let inside = shop.folder.path().join("content_blocks/inside.liquid");
        std::os::unix::fs::symlink("footer.liquid", inside).unwrap();
    }
    put(shop.folder.path(), "templates/welcome/.hidden", "x");
    let shop = Shop::of(shop.folder);
    let absolute = outside.path().join("secret.liquid");
    let far = format!("{}/meniscus.toml", shop.folder.path().display());
    for path in [
        "meniscus.toml",
        "recordings/wallet.json",
        "templates/welcome/../../meniscus.toml",
        "templates/welcome/../welcome/body.html",
        "./templates/welcome/body.html",
        "templates/welcome",
        "templates/welcome/message.toml%20%5Bheaders%5D%20Authorization",
        "templates/welcome/.hidden",
        "templates%2f..%2fmeniscus.toml",
        "../secret",
        "/etc/passwd",
        "content_blocks/linked.liquid",
        absolute.to_str().unwrap(),
        &far,
        "",
    ] {
        let target = format!("/api/file?path={path}");
        for (method, body) in [("GET", ""), ("PUT", "overwritten")] {
            let reply = shop.send(method, &target, &[("If-Match", "\"x\"")], body);
            assert_eq!(reply.status, 403, "{method} {path}: {}", reply.body);
            assert!(!reply.body.contains("outside"), "{path}");
        }
    }
    assert_eq!(fs::read_to_string(absolute).unwrap(), "outside");
    assert_eq!(shop.get("/api/file?path=content_blocks/inside.liquid")["kind"], "block");
    assert_eq!(shop.get("/api/file?path=templates/welcome/message.toml")["kind"], "message");
    assert_eq!(shop.send("GET", "/api/file", &[], "").status, 400);
}

#[test]
fn a_scenario_is_kept_beside_the_one_it_differs_from() {
    let shop = Shop::open();
    let wanted = json!({"name": "anna-in-köln", "from": "anna", "values": {"user": {"city": "Köln"}, "seed": 7}});
    let kept = shop.post("/api/scenario", &wanted);
    assert_eq!(kept["path"], "scenarios/anna-in-köln.toml");
    let text = shop.read("scenarios/anna-in-köln.toml");
    assert!(
        text.starts_with("# Copy of `anna` with other values.\nextends = \"anna\"\nnow = "),
        "{text}"
    );
    let rendered = shop.render("welcome", "anna-in-köln");
    assert_eq!(part(&rendered, "subject")["output"], "Hi Anna");
    assert!(part(&rendered, "body")["output"].as_str().unwrap().contains("Yours, Köln"));
    assert_eq!(rendered["data"]["seed"], 7);
    // What is taken away is written so that it is gone.
    let less = json!({"name": "nobody", "from": "anna", "values": {"user": {"first_name": null}}});
    assert_eq!(shop.post("/api/scenario", &less)["path"], "scenarios/nobody.toml");
    assert_eq!(part(&shop.render("welcome", "nobody"), "subject")["output"], "Hi friend");
    // None is ever replaced.
    for name in ["anna", "nobody", "anna-in-köln"] {
        let again = json!({"name": name, "from": "ben", "values": {}});
        let reply = shop.send("POST", "/api/scenario", &[], &again.to_string());
        assert_eq!(reply.status, 409, "{name}");
    }
    assert_eq!(shop.read("scenarios/anna-in-köln.toml"), text);
    for name in ["", "..", "a/b", "../../x", "a b", "a\\b", ".x", "x.toml", &"x".repeat(101)] {
        let wrong = json!({"name": name, "from": "anna", "values": {}});
        let reply = shop.send("POST", "/api/scenario", &[], &wrong.to_string());
        assert_eq!(reply.status, 400, "{name}: {}", reply.body);
    }
    let wrong = json!({"name": "x", "from": "ana", "values": {}}).to_string();
    assert_eq!(shop.send("POST", "/api/scenario", &[], &wrong).status, 404);
    let first =
        json!({"name": "first", "message": "text", "values": {"user": {"first_name": "Di"}}});
    shop.post("/api/scenario", &first);
    let listed = shop.get("/api/workspace");
    let names = listed["scenarios"].as_array().unwrap().iter().map(|one| &one["name"]);
    assert_eq!(names.collect::<Vec<_>>(), ["anna-in-köln", "anna", "ben", "first", "nobody"]);
    assert_eq!(listed["messages"][1]["scenarios"], json!([[0, 1], [3, 4]]));
}

#[test]
fn a_snapshot_is_accepted_part_by_part() {
    let shop = Shop::open();
    let target = "/api/snapshot?message=welcome&scenario=anna";
    let fresh = shop.get(target);
    let states = |compared: &Value| {
        let parts = compared["parts"].as_array().unwrap().iter();
        parts.map(|part| part["state"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(states(&fresh), ["new", "new"]);
    let one = shop
        .post("/api/accept", &json!({"message": "welcome", "scenario": "anna", "part": "subject"}));
    assert_eq!(states(&one), ["same", "new"]);
    let all = shop.post("/api/accept", &json!({"message": "welcome", "scenario": "anna"}));
    assert_eq!(states(&all), ["same", "same"]);
    let file = all["parts"][0]["file"].as_str().unwrap();
    assert!(shop.read(file).contains("Hi Anna"), "{file}");
    // `meniscus test` takes it for its own.
    let listed = super::program::run(
        shop.folder.path(),
        &["test", "templates/welcome", "--scenario", "anna", "--check"],
    );
    assert_eq!(super::program::code(&listed), 0, "{}", super::program::stdout(&listed));
    let subject = "/api/file?path=templates/welcome/subject.liquid";
    let tag = shop.send("GET", subject, &[], "").header("etag").unwrap().to_owned();
    let text = "Hello {{${first_name} | default: 'friend'}}";
    assert_eq!(shop.send("PUT", subject, &[("If-Match", &tag)], text).status, 200);
    let changed = shop.get(target);
    assert_eq!(states(&changed), ["changed", "same"]);
    let diff = changed["parts"][0]["diff"].as_array().unwrap();
    let side = |other: &str| {
        let kept = diff.iter().filter(|piece| piece["op"] != other);
        kept.map(|piece| piece["text"].as_str().unwrap()).collect::<String>()
    };
    assert_eq!(
        (side("insert"), side("delete")),
        (text_of(&changed, "accepted"), text_of(&changed, "now"))
    );
    assert!(side("delete").starts_with("Hello Anna"));
    assert!(
        changed["parts"][0]["why"]
            .as_array()
            .unwrap()
            .iter()
            .any(|why| why.as_str().unwrap().contains("template"))
    );
    let words = &changed["parts"][0]["changes"][0];
    assert_eq!((&words["removed"], &words["added"]), (&json!("Hi"), &json!("Hello")));
    assert_eq!(words["at"]["path"], "templates/welcome/subject.liquid");
    let wrong = json!({"message": "welcome", "scenario": "anna", "part": "other"}).to_string();
    assert_eq!(shop.send("POST", "/api/accept", &[], &wrong).status, 404);
}

/// Both texts are in frames of their own, in which only the changed words are marked.
#[test]
fn both_sides_of_a_change_are_marked() {
    let shop = Shop::open();
    shop.post("/api/accept", &json!({"message": "welcome", "scenario": "anna"}));
    let accepted = shop.read("snapshots/welcome/body/anna.snap");
    change(&shop, "templates/welcome/body.html", "<p>Zoë has", "<script>no()</script><p>Zoe owns");
    let compared = shop.get("/api/snapshot?message=welcome&scenario=anna");
    let (subject, body) = (&compared["parts"][0], &compared["parts"][1]);
    assert_eq!((&subject["state"], &body["state"]), (&json!("same"), &json!("changed")));
    // What is the same is there once, for both sides.
    assert_eq!(
        (&subject["now"]["output"], &subject["accepted"]),
        (&json!("Hi Anna"), &Value::Null)
    );
    let frame = |side: &str| {
        let target = body[side]["frame"].as_str().expect("a frame");
        shop.send("GET", target, &[], "").body
    };
    let (before, now) = (frame("accepted"), frame("now"));
    assert!(before.contains("<!--m:0-->") && before.contains(">Zoë has<"), "{before}");
    assert!(now.contains("Zoe owns") && !now.contains("no()"), "{now}");
    assert!(!now.contains("<!--m:0-->12"), "{now}");
    let marks = |side: &str| body[side]["marks"].as_array().expect("marks").len();
    assert_eq!((marks("accepted"), now.matches("<!--m:").count()), (2, marks("now")));
    assert_eq!(shop.read("snapshots/welcome/body/anna.snap"), accepted, "looking changes nothing");
}

fn change(shop: &Shop, file: &str, from: &str, to: &str) {
    let target = format!("/api/file?path={file}");
    let tag = shop.send("GET", &target, &[], "").header("etag").unwrap().to_owned();
    let text = shop.read(file);
    assert!(text.contains(from), "{text}");
    let reply = shop.send("PUT", &target, &[("If-Match", &tag)], &text.replace(from, to));
    assert_eq!(reply.status, 200, "{}", reply.body);
}

#[test]
fn an_equal_change_is_accepted_for_many() {
    let shop = Shop::open();
    for name in ["carla", "dora", "emil"] {
        let scenario =
            json!({"name": name, "from": "anna", "values": {"user": {"first_name": name}}});
        shop.post("/api/scenario", &scenario);
    }
    let names = ["anna", "ben", "carla", "dora", "emil"];
    for name in names {
        shop.post("/api/accept", &json!({"message": "welcome", "scenario": name}));
    }
    change(&shop, "templates/welcome/subject.liquid", "Hi", "Hello");
    change(&shop, "templates/welcome/body.html", " points", " loaves");
    let target = "/api/changes?message=welcome";
    let groups = shop.get(target)["groups"].clone();
    assert_eq!(groups.as_array().unwrap().len(), 2, "{groups}");
    assert_eq!(groups[0]["part"], "subject");
    assert_eq!(groups[0]["words"][0]["removed"], "Hi");
    assert_eq!((&groups[0]["scenarios"], &groups[1]["scenarios"]), (&json!(names), &json!(names)));
    let of_anna = shop.get("/api/snapshot?message=welcome&scenario=anna");
    assert_eq!(of_anna["parts"][0]["group"], groups[0]["group"]);
    let accept = json!({
        "message": "welcome",
        "scenarios": ["anna", "ben", "dora"],
        "groups": {"subject": groups[0]["group"], "body": groups[1]["group"]},
    });
    assert_eq!(shop.post("/api/accept", &accept), json!({"accepted": 6}));
    assert_eq!(shop.get(target)["groups"][0]["scenarios"], json!(["carla", "emil"]));
    // A group that was looked at before another change isn't accepted.
    let late = json!({
        "message": "welcome",
        "scenarios": ["carla", "emil"],
        "groups": {"subject": groups[0]["group"]},
    });
    change(&shop, "templates/welcome/subject.liquid", "Hello", "Hey");
    let reply = shop.send("POST", "/api/accept", &[], &late.to_string());
    assert_eq!(reply.status, 409, "{}", reply.body);
    assert!(shop.read("snapshots/welcome/subject/carla.snap").contains("Hi carla"));
}

/// What is shown of a broken file is what it said before; nothing of that is accepted.
#[test]
fn nothing_is_accepted_of_a_file_that_is_broken_now() {
    let accept = json!({"message": "welcome", "scenario": "anna"}).to_string();
    for (file, text) in [
        ("scenarios/anna.toml", &b"now = [broken"[..]),
        ("templates/welcome/subject.liquid", &b"Hi \xff"[..]),
    ] {
        let shop = Shop::open();
        let path = shop.folder.path().join(file);
        let before = fs::read(&path).unwrap();
        fs::write(&path, text).unwrap();
        // The watcher tells the server in its own time.
        let is_told = || !shop.get("/api/workspace")["errors"].as_array().unwrap().is_empty();
        let start = std::time::Instant::now();
        while !is_told() && start.elapsed().as_secs() < 20 {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        assert!(is_told(), "{file} is not told");
        let reply = shop.send("POST", "/api/accept", &[], &accept);
        assert_ne!(reply.status, 200, "{file}: {}", reply.body);
        assert!(!shop.folder.path().join("snapshots").exists(), "{file}");
        // Other messages and scenarios are not concerned.
        let other = shop.get("/api/snapshot?message=text&scenario=ben");
        assert_eq!(other["problems"], json!([]), "{file}");
        fs::write(&path, before).unwrap();
    }
}

fn text_of(compared: &Value, key: &str) -> String {
    compared["parts"][0][key]["output"].as_str().unwrap().to_owned()
}
