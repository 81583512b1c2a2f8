//! What other tools saved becomes recordings: whole, without what is secret or personal, and nothing is replaced unasked.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use meniscus::http::Request;
use meniscus::import::{Asked, Input, Kind, read, read_openapi};
use meniscus::recording::Fetch as _;
use tempfile::TempDir;

const CONFIG: &str = "[redact]\njson = [\"$..email\", \"$..first_name\"]\n";

fn data(name: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.join("tests/data/import").join(name).display().to_string()
}

/// A workspace that names personal data.
fn workspace() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("meniscus.toml"), CONFIG).unwrap();
    folder
}

fn meniscus(folder: &TempDir, arguments: &[&str], stdin: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meniscus"));
    command.current_dir(folder.path()).args(arguments).env_remove("COLUMNS").env("NO_COLOR", "1");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// What the program says, with no path of this machine.
fn said(output: &Output) -> String {
    let text = format!(
        "{}--- stderr ---\n{}--- exit code {} ---\n",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
        output.status.code().unwrap()
    );
    text.replace(&data(""), "DATA/").replace("//", "/").replace(":/", "://")
}

/// All files below a folder with their contents, in order of path.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in
        ignore::WalkBuilder::new(folder).standard_filters(false).sort_by_file_path(Ord::cmp).build()
    {
        let path = entry.unwrap().into_path();
        if path.is_file() {
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            found.push((name, fs::read_to_string(path).unwrap()));
        }
    }
    found
}

fn shown(folder: &Path) -> String {
    let files = files(folder).into_iter();
    files.map(|(name, text)| format!("=== {name}\n{}", text.replace(&data(""), "DATA/"))).collect()
}

fn no_secret(folder: &TempDir, output: &Output) {
    let mut all = said(output);
    for (name, text) in files(folder.path()) {
        all.push_str(&name);
        all.push_str(&text);
    }
    for secret in ["s3cr3t", "p4ss-0f", "k3y-0f", "YWRhOnMz", "ada.lovelace", "Ada"] {
        assert!(!all.contains(secret), "{secret} is in what was written:\n{all}");
    }
}

/// Imports a file of the test data, and shows what came of it.
fn import(arguments: &[&str]) -> (TempDir, String) {
    let folder = workspace();
    let output = meniscus(&folder, arguments, "");
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    no_secret(&folder, &output);
    let replay = meniscus::files::recordings::load(&folder.path().join("recordings")).unwrap();
    assert!(!replay.is_empty());
    // The same again changes nothing.
    let again = meniscus(&folder, arguments, "");
    assert_eq!(again.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&again.stdout).lines().all(|line| !line.starts_with("wrote")));
    let text = format!("{}{}", said(&output), shown(&folder.path().join("recordings")));
    (folder, text)
}

#[test]
fn a_har_of_a_browser() {
    let (folder, text) = import(&["import", &data("browser.har")]);
    insta::assert_snapshot!("har", text);
    let replay = meniscus::files::recordings::load(&folder.path().join("recordings")).unwrap();
    let mut asked =
        Request::new("GET", "https://other.example/priv/v1/apps/app1/users/4711042?expand=tiers");
    asked.headers.push(("User-Agent".to_owned(), "Braze".to_owned()));
    assert_eq!(replay.fetch(&asked).unwrap().response.status, 404);
}

#[test]
fn the_examples_of_a_postman_collection() {
    let (folder, text) = import(&["import", &data("starter.postman_collection.json")]);
    insta::assert_snapshot!("postman", text);
    let replay = meniscus::files::recordings::load(&folder.path().join("recordings")).unwrap();
    // What only a variable told may be anything.
    let asked = Request::new("GET", "https://api.example/priv/v1/apps/any/users/u-9?expand=tiers");
    assert_eq!(replay.fetch(&asked).unwrap().response.status, 200);
    let mut asked = Request::new("POST", "https://x.example/offers/api/2.0/offers/get_user_offers");
    asked.headers.push(("X-Tenant".to_owned(), "eu-1".to_owned()));
    asked.body = Some(r#"{"retailer_id": "r", "user_id": "u", "take": 10}"#.to_owned());
    assert!(replay.fetch(&asked).unwrap().recording.is_some());
}

#[test]
fn mappings_of_wiremock_with_their_files() {
    let (folder, text) =
        import(&["import", &data("wiremock/mappings"), "--into", "recordings/shop"]);
    insta::assert_snapshot!("wiremock", text);
    let replay = meniscus::files::recordings::load(&folder.path().join("recordings")).unwrap();
    let mut asked = Request::new("GET", "https://x.example/users/7/offers?api_key=mine");
    asked.headers = vec![
        ("Accept".to_owned(), "application/json".to_owned()),
        ("Authorization".to_owned(), "Bearer other".to_owned()),
    ];
    let answer = replay.fetch(&asked).unwrap();
    assert!(String::from_utf8_lossy(&answer.response.body).contains("\"offers\""));
}

#[test]
fn what_curl_prints() {
    let url = "https://api.shop.example/users/4711042";
    let (_, text) = import(&["import", &data("curl.txt"), "--url", url]);
    insta::assert_snapshot!("curl", text);
    let folder = workspace();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nfirst";
    let both = format!("{head}HTTP/1.1 503 Service Unavailable\r\n\r\nsecond\n");
    let output = meniscus(&folder, &["import", "-", "--url", "http://x.example/a"], &both);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    insta::assert_snapshot!("curl_twice", said(&output));
    let bodies = files(&folder.path().join("recordings"));
    assert!(bodies[0].1.contains("\"second\"") || bodies[1].1.contains("\"second\""), "{bodies:?}");
}

#[test]
fn json_by_itself() {
    let arguments = [
        "import",
        &data("profile.json"),
        "--url",
        "https://api.shop.example/users/4711042",
        "--method",
        "post",
    ];
    let (_, text) = import(&arguments);
    insta::assert_snapshot!("json", text);
}

#[test]
fn everything_at_once_is_redacted_together() {
    let folder = workspace();
    let output = meniscus(
        &folder,
        &["import", &data("browser.har"), &data("wiremock/mappings"), "--dry-run"],
        "",
    );
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(!folder.path().join("recordings").exists(), "a dry run writes nothing");
    insta::assert_snapshot!("dry_run", said(&output));
}

#[test]
fn nothing_is_replaced_unasked() {
    let (folder, _) =
        import(&["import", &data("profile.json"), "--url", "https://api.shop.example/users/1"]);
    let (name, before) = files(&folder.path().join("recordings")).remove(0);
    let file = folder.path().join("recordings").join(name);
    fs::write(&file, before.replace("\"ok\"", "\"edited\"")).unwrap();
    let arguments = ["import", &data("profile.json"), "--url", "https://api.shop.example/users/1"];
    let output = meniscus(&folder, &arguments, "");
    insta::assert_snapshot!("replaced", said(&output));
    assert!(fs::read_to_string(&file).unwrap().contains("edited"));
    let output = meniscus(&folder, &[&arguments[..], &["--overwrite"]].concat(), "");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
}

#[test]
fn openapi_and_swagger_become_packs() {
    for (name, snapshot) in [("openapi.json", "openapi"), ("swagger.json", "swagger")] {
        let folder = workspace();
        let output = meniscus(&folder, &["import", "--openapi", &data(name)], "");
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let known = meniscus(&folder, &["shape", "--list"], "");
        let known = String::from_utf8_lossy(&known.stdout).into_owned();
        let known = known.split("\n\n").next().unwrap_or_default().to_owned();
        let text = format!("{}{}{known}\n", said(&output), shown(&folder.path().join("schemas")));
        insta::assert_snapshot!(snapshot, text);
    }
}

/// The error of reading a text.
fn error(text: &str, kind: Option<Kind>) -> String {
    let input = Input { path: Path::new("x.json"), shown: "x.json", text, asked: None };
    let error = read(&input, kind).unwrap_err();
    format!("{error}\n  help: {}\n", error.help)
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    let mut told = String::new();
    for (text, kind) in [
        ("", None),
        ("hello", None),
        ("{\"a\": 1,\n  \"b\": }", None),
        ("{\"a\": 1}", None),
        ("HTTP/1.1 200 OK\n\n{}", None),
        ("{}", Some(Kind::Curl)),
        ("{\"openapi\": \"3.0.0\"}", None),
        ("openapi: 3.0.0\n", None),
        ("{\"log\": {\n  \"entries\": {}}}", None),
        (
            "{\"log\": {\"entries\": [\n  {\"request\": {\"method\": \"GET\"}, \"response\": {}}]}}",
            None,
        ),
        ("{\"log\": {\"entries\": [\n  {\"request\": {}}]}}", None),
        ("{\"info\": {}, \"item\": 7}", None),
        ("{\"_postman_variable_scope\": \"environment\"}", None),
        ("{\"mappings\": 7}", Some(Kind::WireMock)),
    ] {
        told.push_str(&error(text, kind));
    }
    let describe = |text: &str| {
        let input = Input { path: Path::new("x.json"), shown: "x.json", text, asked: None };
        let error = read_openapi(&input).unwrap_err();
        format!("{error}\n  help: {}\n", error.help)
    };
    for text in [
        "{}",
        "{\"openapi\": \"4.0\"}",
        "{\"swagger\": \"2.0\",\n \"paths\": []}",
        "openapi: 3.1.0\npaths:\n",
        "[",
    ] {
        told.push_str(&describe(text));
    }
    insta::assert_snapshot!("errors", told);
}

#[test]
fn a_mapping_that_recordings_cannot_hold_is_passed_over() {
    let text = r#"{"mappings": [
  {"request": {}, "response": {"bodyFileName": "../x"}},
  {"request": {"urlPathh": "/a"}, "response": {}},
  {"name": "xml",
   "request": {"bodyPatterns": [{"equalToXml": "<a/>"}]}, "response": {}},
  {"request": {"urlPath": "/a"}, "response": {}}
]}"#;
    let input = Input { path: Path::new("x.json"), shown: "x.json", text, asked: None };
    let import = read(&input, None).unwrap();
    assert_eq!(import.mappings.unwrap().values.len(), 1);
    let told =
        import.skipped.iter().map(|skipped| format!("{}: {}\n", skipped.place, skipped.reason));
    insta::assert_snapshot!("passed_over", told.collect::<String>());
}

#[test]
fn odd_files_do_not_panic() {
    let odd = [
        "{\"log\": {\"entries\": [{\"request\": {\"url\": \"https://\", \"headers\": 1}, \"response\": {\"status\": 200, \"content\": {\"text\": \"%\", \"encoding\": \"base64\"}}}]}}",
        "{\"info\": 1, \"item\": [1, {\"request\": \"{{\"}, {\"response\": [{}, {\"originalRequest\": \"{{a}}/{{b\", \"code\": 99}]}]}",
        "{\"info\": 1, \"item\": [], \"variable\": [{\"key\": \"a\", \"value\": \"{{a}}\"}]}",
        "{\"mappings\": []}",
        "\u{feff}{\"mappings\": []}",
    ];
    for text in odd {
        let input = Input {
            path: Path::new("x"),
            shown: "x",
            text,
            asked: Some(Asked { method: None, url: "https://x.example/", body: None }),
        };
        let _ = read(&input, None);
    }
    for text in [
        "HTTP/1.1 200",
        "HTTP/2 204 \r\n",
        "HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\nContent-Length: 9\n\né",
        "HTTP/1.1 200 OK\n folded\n\n",
    ] {
        let input = Input {
            path: Path::new("x"),
            shown: "x",
            text,
            asked: Some(Asked { method: None, url: "https://x.example/", body: None }),
        };
        assert!(read(&input, None).is_ok(), "{text}");
    }
}

#[test]
fn curl_commands_with_their_answers() {
    let notes = r#"# The wallet of our test member
$ curl -s https://api.shop.example/wallet \
    -H 'Authorization: Bearer s3cr3t-of-notes' -H 'X-Tier: gold' \
    --data-raw '{"user_id": "u-1"}'
{"points": 120}

curl -i https://api.shop.example/wallet --data-raw '{"user_id": "u-2"}'
HTTP/2 200
content-type: application/json

{"points": 7}
"#;
    let folder = workspace();
    let output = meniscus(&folder, &["import", "-", "--as", "curl"], notes);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let files = files(&folder.path().join("recordings"));
    assert_eq!(files.len(), 2, "{files:?}");
    // Each customer's wallet answers for that customer alone.
    for (points, user) in [("120", "u-1"), ("7", "u-2")] {
        let holds = |text: &str| text.contains(&format!("\"points\": {points}"));
        let (_, text) = files.iter().find(|(_, text)| holds(text)).expect("the recording");
        assert!(text.contains(user) && text.contains("equalToJson"), "{text}");
        assert!(!text.contains("s3cr3t-of-notes"), "{text}");
    }
}

#[test]
fn a_body_makes_the_recording_answer_one_customer() {
    let folder = workspace();
    let arguments = ["import", "-", "--url", "https://api.shop.example/wallet"];
    let with = |body: &str| [&arguments[..], &["--body", body]].concat().join("\n");
    for (user, points) in [("u-1", 120), ("u-2", 7)] {
        let body = with(&format!("{{\"user_id\": \"{user}\"}}"));
        let body = body.split('\n').collect::<Vec<_>>();
        let output = meniscus(&folder, &body, &format!("{{\"points\": {points}}}"));
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    }
    let files = files(&folder.path().join("recordings"));
    assert_eq!(files.len(), 2, "{files:?}");
    assert!(files.iter().all(|(_, text)| text.contains("\"method\": \"POST\"")), "{files:?}");
}

#[test]
fn a_recording_that_an_older_one_hides_is_told() {
    let folder = workspace();
    let older =
        r#"{"priority": 1, "request": {"urlPathPattern": "/wal.*"}, "response": {"status": 404}}"#;
    fs::create_dir_all(folder.path().join("recordings")).expect("a folder");
    fs::write(folder.path().join("recordings/all.json"), older).expect("written");
    let arguments = ["import", "-", "--url", "https://api.shop.example/wallet"];
    let output = meniscus(&folder, &arguments, "{\"points\": 1}");
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let told = said(&output);
    assert!(told.contains("note: recordings/all.json matches this request before"), "{told}");
}

/// Addresses and numbers go wherever they stand: in a sentence, in a link, in a body that is text.
#[test]
fn personal_data_inside_of_texts_is_replaced() {
    let folder = workspace();
    let notes = "curl -i https://api.shop.example/u\nHTTP/1.1 200 OK\nContent-Type: application/json\n\n{\"to\": \"Otto <otto@post.shop>\", \"url\": \"https://x.example/?email=otto7%40post.shop\", \"msg\": \"Call +49 151 98765432\"}\n\n# the page\ncurl -i https://api.shop.example/page\nHTTP/1.1 200 OK\nContent-Type: text/plain\n\nWrite to erika@post.shop\n";
    let output = meniscus(&folder, &["import", "-"], notes);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let files = files(&folder.path().join("recordings"));
    assert_eq!(files.len(), 2, "{files:?}");
    for (_, text) in &files {
        for gone in ["otto@post", "otto7", "98765432", "erika@post"] {
            assert!(!text.contains(gone), "{gone}: {text}");
        }
    }
    assert!(files.iter().any(|(_, text)| text.contains("\"jsonBody\"")), "{files:?}");
    assert!(said(&output).contains("isn't JSON; check it"), "{}", said(&output));
}

/// A credential that is a part of an address tears nothing apart, one person has one address in any case, and what is
/// invented has the form of what was there.
#[test]
fn what_is_invented_is_whole_and_of_its_form() {
    let folder = workspace();
    let notes = r#"curl -i -u 'quentin:hunter2pass' 'https://api.shop.example/u?mail=wilma.frost%40exmail.com'
HTTP/1.1 200 OK
Content-Type: application/json

{"email": "quentin.ashgrove@brindlemail.com", "other": {"email": "WILMA.FROST@exmail.com"}, "said": "by wilma.frost@exmail.com",
 "phone": "+49 151 23456789", "text": "Call +1 (212) 555-0177", "ip_address": "203.0.113.77", "Quentin": 1}
"#;
    let output = meniscus(&folder, &["import", "-"], notes);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let files = files(&folder.path().join("recordings"));
    let [(_, text)] = &files[..] else { panic!("{files:?}") };
    for gone in ["ashgrove", "brindlemail", "frost", "FROST", "23456789", "555-0177", "203.0.113"] {
        assert!(!text.contains(gone), "{gone}: {text}");
    }
    let body =
        &serde_json::from_str::<serde_json::Value>(text).expect("JSON")["response"]["jsonBody"];
    assert!(body["phone"].as_str().is_some_and(|phone| phone.starts_with('+')), "{body}");
    assert!(body["text"].as_str().is_some_and(|text| text.starts_with("Call +")), "{body}");
    let ip = body["ip_address"].as_str().expect("a text");
    assert!(ip.parse::<std::net::Ipv4Addr>().is_ok(), "{ip}");
    let said = body["said"].as_str().expect("a text");
    let same = body["other"]["email"].as_str().expect("a text");
    assert_eq!(said.to_lowercase(), format!("by {}", same.to_lowercase()));
}

/// Credentials in lists, in pairs of name and value, in JSON inside of a text, in XML and in cookies.
#[test]
fn credentials_are_found_beside_and_below_their_names() {
    let folder = workspace();
    let notes = r#"curl -i https://api.shop.example/u -b 'sid=cook-222333; lang=en'
HTTP/1.1 200 OK
Content-Type: application/json

{"api_keys": ["k3y-of-list-1"], "password": {"new": "Opensesame"}, "tokens": {"a": "t0ken-of-map-2", "label": "Gold tokens"},
 "headers": [{"name": "X-Api-Key", "value": "k3y-of-pair-3"}, {"name": "Accept", "value": "text-plain-1"}],
 "inner": "{\"first_name\": \"Wendeline\", \"client_secret\": \"s3cret-inside-4\"}", "greeting": "Hello Wendeline",
 "xml": "<a><password>xml-pass-5</password></a>", "sid": "cook-222333", "csrf_token": "zz-999", "SecretAccessKey": "aws-like-6",
 "pem": "-----BEGIN RSA PRIVATE KEY-----MIIabc7-----END RSA PRIVATE KEY-----", "echo": "k3y-of-list-1"}
"#;
    let output = meniscus(&folder, &["import", "-"], notes);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let files = files(&folder.path().join("recordings"));
    let [(_, text)] = &files[..] else { panic!("{files:?}") };
    for gone in [
        "k3y-of",
        "Opensesame",
        "t0ken-of",
        "s3cret-inside",
        "Wendeline",
        "xml-pass",
        "cook-222333",
        "zz-999",
        "aws-like",
        "MIIabc7",
    ] {
        assert!(!text.contains(gone), "{gone}: {text}");
    }
    for kept in ["Gold tokens", "text-plain-1", "Hello "] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
}

/// Escapes within escapes, and personal data in XML and in running text.
#[test]
fn what_is_escaped_again_is_found_too() {
    let folder = workspace();
    let notes = r#"curl -i 'https://api.shop.example/u?code=q1w2e3r4t5y6u7i8&next=https%3A%2F%2Fx.example%2F%3Faccess_token%3Dnext-tok-1'
HTTP/1.1 200 OK
Content-Type: application/json
X-Session: sess-head-2

{"twice": "\"{\\\"password\\\": \\\"twice-pass-3\\\"}\"", "html": "{&quot;api_key&quot;: &quot;html-key-4&quot;}", "url": "?r=x%26access_token%3Durl-tok-5",
 "said": "your api key = prose-key-6", "xml": "<c:customer><c:firstName>Wendeline</c:firstName><c:city>Leeds</c:city></c:customer>",
 "page": "<div><address>4 Mill Race</address></div>", "pay": "to DE89 3704 0044 0532 0130 00 please", "cardholder": "Ottilie Quill", "ipv6": "2001:4860:4860::8888",
 "echo": "q1w2e3r4t5y6u7i8 Ottilie Quill", "offer": {"code": "SUMMER2026FREECOFFEE"}}
"#;
    let output = meniscus(&folder, &["import", "-"], notes);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let written = files(&folder.path().join("recordings"));
    let all = written.iter().map(|(name, text)| format!("{name}\n{text}")).collect::<String>();
    for gone in [
        "q1w2e3",
        "next-tok",
        "sess-head",
        "twice-pass",
        "html-key",
        "url-tok",
        "prose-key",
        "Wendeline",
        "DE89",
        "Ottilie",
        "2001:4860",
    ] {
        assert!(!all.contains(gone), "{gone} is in {all}");
    }
    for kept in ["SUMMER2026FREECOFFEE", "4 Mill Race", "Leeds"] {
        assert!(all.contains(kept), "{kept} is not in {all}");
    }
}

/// Where secrets and personal data stand that no field names, and what a recording keeps of them: nothing.
#[test]
fn secrets_in_odd_places_are_taken_out() {
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.abcDEF123456";
    let notes = format!(
        r#"curl -i 'https://api.shop.example/users/otto%40post.shop/card?key=ab12ab12ab12ab12&page=2'
HTTP/1.1 302 Found
Content-Type: application/json
Location: https://login.shop.example/cb?token=loc-t0ken-77&mail=lena%40post.shop
Set-Cookie: sid=c00kie-value-1; Path=/

{{"session": "a1b2c3d4e5f6a7b8c9", "set_cookie": "x=1y2z3w", "pw": "hunter-22", "card": "4111 1111 1111 1111",
 "note": "sent with Bearer tok-0123456789", "link": "https://x.example/?access_token=l1nk-t0ken", "jwt_in": "id {token}",
 "by": {{"uwe@post.shop": 1}}, "vorname": "Waltraud", "mail": "mailto:ida@post.shop", "echo": "c00kie-value-1"}}

# a form
curl -i https://api.shop.example/login -d 'user=u7&password=form-pass-1&lang=de'
HTTP/1.1 200 OK
Content-Type: text/plain

password=body-pass-2 Authorization: Bearer txt-0123456789
token {token}

# the app key
curl -i https://api-shop.sessionm.example/priv/v1/apps/k3yk3yk3yk3yk3yk/users/7
HTTP/1.1 200 OK
Content-Type: application/json

{{"status": "ok", "echo": "K3YK3YK3YK3YK3YK and azNrM3lrM3lrM3lrM3lr"}}
"#
    );
    let folder = workspace();
    let output = meniscus(&folder, &["import", "-"], &notes);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let written = files(&folder.path().join("recordings"));
    let all = written.iter().map(|(name, text)| format!("{name}\n{text}")).collect::<String>();
    let all = format!("{all}{}", said(&output));
    for gone in [
        "otto",
        "lena",
        "uwe",
        "Waltraud",
        "ida@",
        "loc-t0ken",
        "c00kie",
        "a1b2c3d4",
        "1y2z3w",
        "hunter-22",
        "4111 1111",
        "tok-0123",
        "l1nk",
        "eyJhbG",
        "form-pass",
        "body-pass",
        "txt-0123",
        "ab12ab12",
        "k3yk3y",
    ] {
        assert!(!all.to_lowercase().contains(&gone.to_lowercase()), "{gone} is in {all}");
    }
    assert!(all.contains("it now matches only the invented values"), "{all}");
    // What is redacted in a request matches whatever stands there.
    let replay = meniscus::files::recordings::load(&folder.path().join("recordings")).unwrap();
    let mut form = Request::new("POST", "https://api.shop.example/login");
    form.body = Some("user=u7&password=another&lang=de".to_owned());
    assert_eq!(replay.fetch(&form).unwrap().response.status, 200);
    let keyed = "https://api-shop.sessionm.example/priv/v1/apps/other-key/users/7";
    assert_eq!(replay.fetch(&Request::new("GET", keyed)).unwrap().response.status, 200);
}

/// JSON within Base64, passwords of curl's options, and a credential that is also a part of the host's name.
#[test]
fn secrets_of_another_layer_are_taken_out() {
    use base64::Engine as _;
    let folder = workspace();
    let packed = base64::engine::general_purpose::STANDARD
        .encode(r#"{"access_token": "tok3n-packed-1", "email": "otto@post.shop", "tier": "gold"}"#);
    let notes = format!(
        "curl -i -x http://bo:pr0xy-pass-2@proxy.example:8080 --proxy-user 'bo:pr0xy-pass-3' \\
  -E keys.pem:c3rt-pass-4 -u 'tenant77:hunter2pass5' https://tenant77.api.example/u
HTTP/1.1 200 OK
Content-Type: application/json

{{\"data\": \"{packed}\", \"note\": \"see {packed}\",
 \"echo\": \"tok3n-packed-1 pr0xy-pass-2 pr0xy-pass-3 c3rt-pass-4 hunter2pass5\"}}
"
    );
    let output = meniscus(&folder, &["import", "-"], &notes);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let files = files(&folder.path().join("recordings"));
    let [(name, text)] = &files[..] else { panic!("{files:?}") };
    let all = format!("{name}\n{text}\n{}", said(&output));
    for gone in ["tok3n-packed", "pr0xy-pass", "c3rt-pass", "hunter2", "tenant77", &packed] {
        assert!(!all.contains(gone), "{gone}: {all}");
    }
    let json = serde_json::from_str::<serde_json::Value>(text).expect("JSON");
    let data = json["response"]["jsonBody"]["data"].as_str().expect("a string");
    let data = base64::engine::general_purpose::STANDARD.decode(data).expect("Base64");
    let data = serde_json::from_slice::<serde_json::Value>(&data).expect("JSON");
    assert_eq!((&data["access_token"], &data["tier"]), (&"[redacted]".into(), &"gold".into()));
    assert!(!data["email"].to_string().contains("otto"), "{data}");
    assert!(name.starts_with("redacted.api.example/"), "{name}");
}
