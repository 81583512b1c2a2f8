use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::shop::{self, Shop, part, put};

/// The mark that printed a text.
fn mark<'v>(part: &'v Value, text: &str) -> &'v Value {
    let output = part["output"].as_str().unwrap();
    let units = output.encode_utf16().collect::<Vec<_>>();
    let marks = part["marks"].as_array().unwrap();
    let place = |mark: &&Value| {
        let at = |key: &str| usize::try_from(mark[key].as_u64().unwrap()).unwrap();
        let printed = String::from_utf16(&units[at("start16")..at("end16")]).unwrap();
        assert_eq!(printed, output[at("start")..at("end")]);
        printed == text
    };
    marks.iter().find(place).unwrap_or_else(|| panic!("`{text}` in {marks:?}"))
}

#[test]
fn a_workspace_lists_what_it_has() {
    let shop = Shop::open();
    let listed = shop.get("/api/workspace");
    let names = |key: &str| {
        let all = listed[key].as_array().unwrap().iter();
        all.map(|one| one["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("messages"), ["hook", "text", "welcome"]);
    assert_eq!(names("scenarios"), ["anna", "ben"]);
    assert_eq!(names("blocks"), ["footer"]);
    assert_eq!(names("recordings"), ["wallet"]);
    assert_eq!(listed["scenarios"][0]["title"], "Anna, who has points.");
    let welcome = &listed["messages"][2];
    assert_eq!(welcome["channel"], "email");
    // First and last place in the list of all scenarios.
    assert_eq!(welcome["scenarios"], json!([[0, 1]]));
    assert_eq!(listed["messages"][1]["scenarios"], json!([[0, 0]]));
    let header = &listed["messages"][0]["parts"];
    let header = header
        .as_array()
        .unwrap()
        .iter()
        .find(|part| part["name"] != "url" && part["name"] != "body");
    assert_eq!(header.unwrap()["editable"], false);
    assert_eq!(header.unwrap()["file"], "templates/hook/message.toml");
    assert!(!listed.to_string().contains("s3cretkey"));
}

#[test]
fn a_render_tells_where_each_value_comes_from() {
    let shop = Shop::open();
    let rendered = shop.render("welcome", "anna");
    assert_eq!(rendered["sent"], true);
    assert_eq!(rendered["refused"], false);
    let subject = part(&rendered, "subject");
    assert_eq!(subject["output"], "Hi Anna");
    assert_eq!(subject["frame"], Value::Null);
    let anna = mark(subject, "Anna");
    assert_eq!(anna["expression"], "${first_name} | default: 'friend'");
    assert_eq!(anna["at"]["path"], "templates/welcome/subject.liquid");
    assert_eq!(anna["at"]["span"]["start"]["column"], 4);
    let origin = &anna["origins"][0];
    assert_eq!((&origin["kind"], &origin["path"]), (&json!("scenario"), &json!("user.first_name")));
    assert_eq!(origin["at"]["path"], "scenarios/anna.toml");
    assert_eq!(origin["at"]["span"]["start"]["line"], 4);
    let body = part(&rendered, "body");
    let points = &mark(body, "12")["origins"][0];
    assert_eq!(
        points,
        &json!({"kind": "call", "call": 0, "recording": "wallet", "keys": ["points"], "path": "points"})
    );
    // A variable that a filter made is followed to the answer.
    let rye = mark(body, "RYE");
    assert_eq!(rye["where"], "text");
    assert_eq!(rye["origins"][0]["kind"], "template");
    assert_eq!(rye["origins"][1]["path"], "offers[0].name");
    let link = mark(body, "https://shop.example/rye");
    assert_eq!(link["where"], "attribute");
    // A content block is a place with places in it.
    let block = mark(body, "<p>Yours, the shop</p>");
    assert_eq!(block["kind"], "block");
    let city = mark(body, "the shop");
    assert_eq!(city["at"]["path"], "content_blocks/footer.liquid");
    assert!(block["start"].as_u64() < city["start"].as_u64());
}

#[test]
fn calls_and_data_are_shown_without_secrets() {
    let shop = Shop::open();
    let rendered = shop.render("welcome", "anna");
    let call = &rendered["calls"][0];
    assert_eq!(call["result"]["kind"], "answered");
    assert_eq!(call["result"]["recording"], "wallet");
    assert_eq!(call["saved_as"], "wallet");
    assert_eq!(call["part"], "body");
    assert!(call["url"].as_str().unwrap().starts_with("https://shop.example/wallet?api_key="));
    assert!(!call.to_string().contains("s3cretkey"), "{call}");
    let recording = shop.get("/api/recording?name=wallet");
    assert_eq!(recording["json"]["points"], 12);
    assert!(!recording.to_string().contains("s3cretkey"), "{recording}");
    let data = &rendered["data"];
    assert_eq!(data["recipient"]["user"]["first_name"], "Anna");
    let reads = data["reads"].as_array().unwrap();
    let read = |path: &str| reads.iter().find(|read| read["path"] == path).unwrap();
    assert_eq!(read("user.first_name")["state"], "read");
    assert_eq!(read("user.city")["state"], "defaulted");
    assert_eq!(read("wallet.points")["origin"]["recording"], "wallet");
    let best = data["variables"].as_array().unwrap();
    let best = best.iter().find(|variable| variable["name"] == "best").unwrap();
    assert_eq!((&best["value"], &best["kind"]), (&json!("RYE"), &json!("a string")));
    assert!(!data["variables"].to_string().contains("s3cretkey"), "{}", data["variables"]);
    assert_eq!(shop.send("GET", "/api/recording?name=none", &[], "").status, 404);
}

#[test]
fn a_frame_shows_the_message_and_can_do_nothing() {
    let shop = Shop::open();
    let hostile = "<!doctype html><meta http-equiv=refresh content='0;url=//evil.example'><base href=//evil.example>\
        <link rel=preconnect href=//evil.example><script>top.location='//evil.example'</script>\
        <iframe src=//evil.example></iframe><p onclick=alert(1)>{{${first_name}}}</p>";
    let rendered = shop.post(
        "/api/render",
        &json!({"message": "welcome", "scenario": "anna",
                "texts": {"templates/welcome/body.html": hostile}}),
    );
    let body = part(&rendered, "body");
    assert!(body["output"].as_str().unwrap().contains("<script>"));
    let path = body["frame"].as_str().unwrap();
    // A frame has no token: its key is one.
    let frame = super::http::send(shop.server.address(), "GET", path, &[], "");
    let anna = "<!doctype html><p onclick=alert(1)><!--t:240--><!--m:0-->Anna<!--/m:0--></p>";
    assert_eq!(frame.body, anna);
    let policy = frame.header("content-security-policy").unwrap();
    assert!(policy.starts_with("sandbox allow-same-origin; default-src 'none';"), "{policy}");
    assert!(
        policy.contains("frame-ancestors 'self'") && policy.contains("img-src data:;"),
        "{policy}"
    );
    assert!(!policy.contains("https:") && !policy.contains("script"), "{policy}");
    let images = shop.send("GET", &format!("{path}?images=1"), &[], "");
    let policy = images.header("content-security-policy").unwrap();
    assert!(policy.contains("img-src https: data:;") && policy.contains("sandbox"), "{policy}");
}

#[test]
fn changes_for_the_moment_touch_no_file() {
    let shop = Shop::open();
    let rendered = shop.post(
        "/api/render",
        &json!({"message": "welcome", "scenario": "anna",
                "texts": {"content_blocks/footer.liquid": "<i>{{${city}}}</i>",
                          "templates/welcome/subject.liquid": "{{custom_attribute.${zip code}}} {{'now' | date: '%Y'}}"},
                "values": {"user": {"city": "Köln"}, "custom_attribute": {"zip code": null}, "now": "2031-01-01T00:00:00Z"},
                "answers": {"wallet": {"json": {"points": 3, "offers": []}}}}),
    );
    assert_eq!(part(&rendered, "subject")["output"], " 2031");
    let body = part(&rendered, "body")["output"].as_str().unwrap();
    assert!(body.contains("has 3 points") && body.contains("<i>Köln</i>"), "{body}");
    assert_eq!(rendered["calls"][0]["edited"], true);
    let failing = shop.post(
        "/api/render",
        &json!({"message": "welcome", "scenario": "anna", "answers": {"wallet": {"fault": "timeout"}}}),
    );
    assert_eq!(failing["sent"], false);
    let aborted = &part(&failing, "body")["aborted"];
    assert_eq!(
        (&aborted["type"], &aborted["reason"]),
        (&json!("liquid_abort_message"), &json!("no wallet"))
    );
    assert_eq!(aborted["at"]["span"]["start"]["line"], 2);
    let plain = shop.render("welcome", "anna");
    assert_eq!(part(&plain, "subject")["output"], "Hi Anna");
    let typing = json!({"message": "welcome", "scenario": "anna", "texts": {"scenarios/anna.toml": "[usr]\n"}});
    let reply = shop.send("POST", "/api/render", &[], &typing.to_string());
    let told = serde_json::from_str::<Value>(&reply.body).unwrap();
    assert_eq!((reply.status, &told["problem"]["path"]), (422, &json!("scenarios/anna.toml")));
    assert_eq!(told["error"]["help"], "did you mean `user`?");
    for (body, help) in [
        (json!({"message": "welcom", "scenario": "anna"}), "did you mean `welcome`?"),
        (json!({"message": "welcome", "scenario": "ana"}), "did you mean `anna`?"),
        (
            json!({"message": "welcome", "scenario": "anna", "values": {"usr": {}}}),
            "did you mean `user`?",
        ),
        (
            json!({"message": "welcome", "scenario": "anna", "answers": {"walet": {}}}),
            "did you mean `wallet`?",
        ),
    ] {
        let reply = shop.send("POST", "/api/render", &[], &body.to_string());
        assert!((400..500).contains(&reply.status), "{body}");
        let error = serde_json::from_str::<Value>(&reply.body).unwrap();
        assert_eq!(error["error"]["help"], help, "{body}");
    }
}

#[test]
fn a_call_that_nothing_was_recorded_of_gets_an_answer_for_the_moment() {
    let shop = Shop::open();
    let body = "{% connected_content https://api.shop.example/stock?api_key=s3cretkey :save stock %}{{stock.loaves}} left";
    let texts = json!({"templates/welcome/body.html": body});
    let unanswered = shop
        .post("/api/render", &json!({"message": "welcome", "scenario": "anna", "texts": texts}));
    let result = &unanswered["calls"][0]["result"];
    assert_eq!(result["kind"], "unanswered");
    let name = result["name"].as_str().unwrap();
    assert!(name.starts_with("GET https://api.shop.example/stock?"), "{name}");
    assert!(!unanswered.to_string().replace(body, "").contains("s3cretkey"), "{unanswered}");
    let answered = shop.post(
        "/api/render",
        &json!({"message": "welcome", "scenario": "anna", "texts": texts,
                "answers": {name: {"status": 200, "json": {"loaves": 7}}}}),
    );
    assert_eq!(part(&answered, "body")["output"], "7 left");
    let call = &answered["calls"][0];
    assert_eq!((&call["result"]["recording"], &call["edited"]), (&json!(name), &json!(true)));
    assert_eq!(mark(part(&answered, "body"), "7")["origins"][0]["path"], "loaves");
}

#[test]
fn a_message_file_counts_as_it_is_typed() {
    let shop = Shop::open();
    let path = "templates/hook/message.toml";
    let render = |text: &str| {
        let ask = json!({"message": "hook", "scenario": "anna", "texts": {path: text}});
        let reply = shop.send("POST", "/api/render", &[], &ask.to_string());
        (reply.status, serde_json::from_str::<Value>(&reply.body).unwrap())
    };
    let (status, typed) = render(
        "channel = \"webhook\"\nmethod = \"PUT\"\n[headers]\nX-Name = \"{{${first_name}}}\"\n",
    );
    assert_eq!((status, &typed["request"]["method"]), (200, &json!("PUT")));
    assert_eq!(part(&typed, "header.X-Name")["output"], "Anna");
    let (status, typed) = render("channel = \"pigeon\"\n");
    assert_eq!((status, &typed["problem"]["path"]), (422, &json!(path)));
    assert_eq!(shop.render("hook", "anna")["request"]["method"], "POST");
}

#[test]
fn parts_name_their_field_whatever_their_file_is_called() {
    let folder = tempfile::TempDir::new().unwrap();
    shop::write(folder.path());
    let settings = "channel = \"in_app\"\ntype = \"slide_up\"\n[[buttons]]\ntext = \"Show\"\nurl = \"app://a\"\n";
    for (name, text) in
        [("message.toml", settings), ("header.liquid", "Hello"), ("notes.liquid", "<b>for us</b>")]
    {
        put(folder.path(), &format!("templates/app/{name}"), text);
    }
    put(folder.path(), "templates/text/message.liquid", &format!("\n {}", "ł".repeat(80)));
    let shop = Shop::of(folder);
    let rendered = shop.render("app", "anna");
    assert_eq!(rendered["layout"], "slide_up");
    let place = |name: &str| {
        let part = part(&rendered, name);
        [part["field"].clone(), part["place"].clone(), part["html"].clone()]
    };
    assert_eq!(place("header"), [json!("title"), json!("everywhere"), json!(false)]);
    assert_eq!(place("button1"), [json!("button1"), json!("everywhere"), json!(false)]);
    assert_eq!(place("button1_url"), [json!("button1_url"), json!("below"), json!(false)]);
    assert_eq!(place("notes"), [Value::Null, json!("below"), json!(true)]);
    let hook = shop.render("hook", "anna");
    assert_eq!(part(&hook, "header.Authorization")["place"], "frame");
    // Where the second segment starts counts the space before the text.
    let text = shop.render("text", "anna");
    assert_eq!((&text["layout"], &text["sms"]["starts"]), (&Value::Null, &json!([69])));
}

#[test]
fn a_picture_is_a_frame_that_fetches_it_only_when_that_is_asked_for() {
    let folder = tempfile::TempDir::new().unwrap();
    shop::write(folder.path());
    for (name, text) in [
        ("message.toml", "channel = \"content_card\"\n"),
        ("title.liquid", "Rye"),
        ("image_url.liquid", "https://img.shop.example/{{${first_name}}}.png?a=1&b=\"><script>\n"),
    ] {
        put(folder.path(), &format!("templates/card/{name}"), text);
    }
    let shop = Shop::of(folder);
    let card = shop.render("card", "anna");
    assert_eq!(part(&card, "title")["picture"], Value::Null);
    let frame = part(&card, "image_url")["picture"].as_str().unwrap();
    let quiet = super::http::send(shop.server.address(), "GET", frame, &[], "");
    let policy = quiet.header("content-security-policy").unwrap();
    assert!(policy.contains("img-src data:;") && policy.contains("sandbox"), "{policy}");
    let address = "src=\"https://img.shop.example/Anna.png?a=1&amp;b=&quot;><script>\" alt";
    assert!(quiet.body.contains(address), "{}", quiet.body);
    let asked = shop.send("GET", &format!("{frame}?images=1"), &[], "");
    let policy = asked.header("content-security-policy").unwrap();
    assert!(policy.contains("img-src https: data:;"), "{policy}");
}

#[test]
fn a_syntax_error_keeps_the_last_good_render() {
    let shop = Shop::open();
    let broken = json!({"message": "welcome", "scenario": "anna",
                        "texts": {"templates/welcome/body.html": "{% if %}<p>"}});
    let first = shop.post("/api/render", &broken);
    assert_eq!((&first["refused"], &first["last_good"]), (&json!(true), &Value::Null));
    assert_eq!(part(&first, "body")["aborted"]["type"], "template_parse_error");
    assert!(first["problems"].as_array().unwrap().iter().any(|found| found["level"] == "error"));
    shop.render("welcome", "anna");
    let second = shop.post("/api/render", &broken);
    let good = part(&second["last_good"], "body");
    assert!(good["output"].as_str().unwrap().contains("12 points"));
    let frame =
        super::http::send(shop.server.address(), "GET", good["frame"].as_str().unwrap(), &[], "");
    assert_eq!(frame.status, 200);
    let block = json!({"message": "welcome", "scenario": "anna",
                       "texts": {"content_blocks/footer.liquid": "{% if %}"}});
    assert_eq!(shop.post("/api/render", &block)["refused"], true);
}

#[test]
fn channels_tell_what_they_make_of_a_text() {
    let shop = Shop::open();
    let text = shop.render("text", "anna");
    let sms = &text["sms"];
    assert_eq!(
        (&sms["encoding"], &sms["segments"], &sms["units"]),
        (&json!("UCS-2"), &json!(1), &json!(10))
    );
    assert_eq!(
        sms["forced_by"][0],
        json!({"character": "ł", "code": "U+0142", "utf16": 1, "count": 1})
    );
    assert_eq!(sms["forced_by"][1]["code"], "U+1F950");
    let hook = shop.render("hook", "anna");
    let request = &hook["request"];
    assert_eq!(
        (&request["method"], &request["url"]),
        (&json!("POST"), &json!("https://shop.example/tags"))
    );
    assert_eq!(request["json"]["tags"][0], "Anna");
    assert!(request["http"].as_str().unwrap().starts_with("POST /tags HTTP/1.1\r\n"));
    assert!(request["curl"].as_str().unwrap().starts_with("curl"));
    assert!(!request.to_string().contains("s3cretkey"), "{request}");
    let email = shop.render("welcome", "anna");
    assert_eq!(email["sizes"][0]["over"], false);
    assert_eq!((&email["sms"], &email["request"]), (&Value::Null, &Value::Null));
}

#[test]
fn a_grid_has_a_cell_for_each_scenario() {
    let shop = Shop::open();
    put(shop.folder.path(), "scenarios/carl.toml", "now = \"never\"\n");
    let shop = Shop::of(shop.folder);
    let grid = shop.post("/api/grid", &json!({"message": "welcome"}));
    let cells = grid["cells"].as_array().unwrap();
    let names = cells.iter().map(|cell| cell["scenario"].as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(names, ["anna", "ben", "carl"]);
    assert_eq!(part(&cells[1], "subject")["output"], "Hi friend");
    assert!(cells[2]["error"]["message"].as_str().unwrap().contains("never"), "{}", cells[2]);
    let problems = shop.post(
        "/api/problems",
        &json!({"message": "welcome", "texts": {"templates/welcome/subject.liquid": "{{wallt.points}}"}}),
    );
    let found = problems["problems"].as_array().unwrap();
    let unknown =
        found.iter().find(|found| found["path"] == "templates/welcome/subject.liquid").unwrap();
    assert_eq!(
        (&unknown["part"], &unknown["span"]["start"]["column"]),
        (&json!("subject"), &json!(3))
    );
    assert!(unknown["explain"].is_string(), "{unknown}");
}

/// What never ends is given up, with the reason, and so is what nobody waits for any more.
#[test]
fn a_render_that_lasts_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    shop::write(folder.path());
    let limits = "[variables]\nendpoint = \"https://shop.example\"\n[limits]\nsteps = 1_000_000_000_000\niterations = 1_000_000_000_000\n";
    put(folder.path(), "meniscus.toml", limits);
    let endless = "{% for i in (1..99999999999) %}{% assign x = i %}{% endfor %}";
    put(folder.path(), "templates/endless.liquid", endless);
    let shop = Shop::with(folder, Duration::from_millis(300));
    let ask = json!({"message": "endless"});
    let rendered = shop.post("/api/render", &ask);
    let aborted = &part(&rendered, "body")["aborted"];
    assert_eq!(aborted["reason"], "rendering was stopped: it took too long", "{aborted}");
    // As many as there are threads for this work leave before they have an answer.
    let address = shop.server.address();
    for _ in 0..600 {
        let mut stream = TcpStream::connect(address).unwrap();
        let body = ask.to_string();
        let head = format!(
            "POST /api/render HTTP/1.1\r\nHost: {address}\r\nX-Meniscus-Token: {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            shop.token,
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
    }
    let begun = Instant::now();
    assert!(shop.render("welcome", "anna")["sent"].as_bool().unwrap());
    assert!(begun.elapsed() < Duration::from_secs(20), "it took {:?}", begun.elapsed());
}

#[test]
fn a_blank_says_why_it_is_blank() {
    let shop = Shop::open();
    let body = "A{{${first_nam}}}B{{wallet.points}}{% for x in ${none} %}{{x}}{% endfor %}\
        {% connected_content https://nobody.example/x :save wallet %}{{wallet.points}}\
        {% if ${vip} %}VIP{% endif %}{{${city} | default: ''}}{{'' | upcase}}\
        {% capture c %}<i>{{${last_name}}}</i>{% endcapture %}{{c}}\
        {% if ${vip} %}{% assign tier = 'gold' %}{% endif %}{{tier}}\
        <a href=\"{{${link}}}\">é</a>{{'Anna' | remove: ${first_name}}}";
    put(shop.folder.path(), "templates/welcome/body.html", body);
    let texts = json!({ "templates/welcome/body.html": body });
    let ask = json!({ "message": "welcome", "scenario": "anna", "texts": texts });
    let rendered = shop.post("/api/render", &ask);
    let body = part(&rendered, "body");
    let marks = body["marks"].as_array().unwrap();
    let nothing = marks.iter().filter(|mark| mark["reason"] != Value::Null).map(|mark| {
        assert_eq!(mark["start"], mark["end"]);
        let reason = &mark["reason"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (
            text(&mark["kind"]),
            text(&reason["cause"]),
            text(&reason["message"]),
            text(&reason["nearest"]),
        )
    });
    let nothing = nothing.collect::<Vec<_>>();
    let of = |kind: &str, cause: &str, message: &str, nearest: &str| {
        (kind.to_owned(), cause.to_owned(), message.to_owned(), nearest.to_owned())
    };
    let unanswered = "the call that saves `wallet` failed: ";
    assert_eq!(nothing.len(), 9, "{nothing:#?}");
    let profile = |name: &str, nearest: &str| {
        of(
            "blank",
            "not_in_recipient",
            &format!("the recipient's profile has no `{name}`"),
            nearest,
        )
    };
    assert_eq!(nothing[0], profile("first_nam", "first_name"));
    assert_eq!(nothing[1].1, "call_failed", "the newest call to save it is what is said");
    let none = "no items: the recipient's profile has no `none`";
    assert_eq!(nothing[2], of("blank", "not_in_recipient", none, ""));
    assert!(nothing[3].2.starts_with(unanswered), "{nothing:?}");
    assert_eq!(nothing[4].0, "left_out");
    assert_eq!(nothing[5], profile("last_name", "first_name"));
    let tier = "`tier` isn't set: the tag that sets it wasn't reached";
    assert_eq!(nothing[6], of("blank", "never_set", tier, ""));
    assert_eq!(nothing[7].2, "the recipient's profile has no `link`");
    assert_eq!(
        nothing[8],
        of(
            "blank",
            "filtered",
            "the filters return an empty string; `${first_name}` is \"Anna\"",
            ""
        )
    );
    // Text of the template leads to its place, by units of UTF-16.
    let text =
        body["texts"]["places"].as_array().unwrap().iter().find(|text| text[0] == 0).unwrap();
    assert_eq!((&text[1], &text[3]), (&json!(1), &json!(0)));
    assert_eq!(body["texts"]["paths"], json!(["templates/welcome/body.html"]));
    // The last good render isn't changed by that.
    assert_eq!(rendered["sent"], true);
}

#[test]
fn reasons_are_true_of_what_is_no_list_and_of_later_tags() {
    let shop = Shop::open();
    put(shop.folder.path(), "templates/welcome/body.html", "");
    let reasons = |body: &str, values: Value| {
        let texts = json!({ "templates/welcome/body.html": body });
        let ask = json!({
            "message": "welcome", "scenario": "anna", "texts": texts, "values": values,
        });
        let rendered = shop.post("/api/render", &ask);
        let marks = part(&rendered, "body")["marks"].as_array().unwrap().clone();
        let said = marks.iter().filter_map(|mark| mark["reason"]["message"].as_str());
        said.map(str::to_owned).collect::<Vec<_>>()
    };
    let values = json!({ "custom_attribute": { "none": [], "one": {}, "zip code": "1" } });
    for (body, said) in [
        ("{{ x }}{% assign x = 1 %}", "`x` is set only later"),
        (
            "{% for i in (1..custom_attribute.${none}.size) %}a{% endfor %}",
            "no items: the range is empty; `custom_attribute.${none}.size` is 0",
        ),
        (
            "{% for i in custom_attribute.${one} %}a{% endfor %}",
            "no items: `custom_attribute.${one}` is an empty object",
        ),
        ("{{ custom_attribute.${none}.first }}", "`custom_attribute.${none}` is an empty list"),
        ("{{content_blocks.${nope}}}", "there is no content block `nope`"),
    ] {
        assert_eq!(reasons(body, values.clone()), [said], "{body}");
    }
}

#[test]
fn a_secret_is_masked_in_a_reason() {
    let shop = Shop::open();
    let body = "{% connected_content {{endpoint}}/wallet :save w %}{% if w.api_key == 'x' %}a{% endif %}\
        {% assign t = w.api_key | append: 'x' %}{% if t == 'x' %}a{% endif %}";
    let texts = json!({ "templates/welcome/body.html": body });
    let ask = json!({ "message": "welcome", "scenario": "anna", "texts": texts });
    let rendered = shop.post("/api/render", &ask);
    let marks = part(&rendered, "body")["marks"].to_string();
    assert!(marks.contains("left out") && !marks.contains("s3cretkey"), "{marks}");
}

#[test]
fn unmet_expectations_are_problems() {
    let shop = Shop::open();
    let expect = "templates = [\"text\"]\n[user]\nfirst_name = \"Ida\"\n\n[[expect]]\npart = \"message\"\ncontains = \"Anna\"\n";
    let texts = json!({ "scenarios/ben.toml": expect });
    let ask = json!({ "message": "text", "scenario": "ben", "texts": texts });
    let rendered = shop.post("/api/render", &ask);
    let problems = rendered["problems"].as_array().unwrap();
    let unmet = problems.iter().find(|one| one["path"] == "scenarios/ben.toml");
    assert_eq!(unmet.unwrap()["level"], "error", "{problems:?}");
}
