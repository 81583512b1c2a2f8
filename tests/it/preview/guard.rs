use serde_json::Value;

use super::http::{parse, raw, send};
use super::shop::Shop;

/// All routes, with a method that each takes.
const ROUTES: [(&str, &str); 29] = [
    ("GET", "/api/workspace"),
    ("GET", "/api/counts"),
    ("GET", "/api/search?text=points"),
    ("GET", "/api/fields?field=points"),
    ("POST", "/api/render"),
    ("POST", "/api/problems"),
    ("POST", "/api/grid"),
    ("GET", "/api/recording?name=wallet"),
    ("GET", "/api/file?path=scenarios/anna.toml"),
    ("PUT", "/api/file?path=scenarios/anna.toml"),
    ("POST", "/api/scenario"),
    ("POST", "/api/pasted"),
    ("POST", "/api/message?name=x&channel=sms"),
    ("POST", "/api/recipient"),
    ("POST", "/api/example"),
    ("POST", "/api/item/rename"),
    ("POST", "/api/item/duplicate"),
    ("POST", "/api/item/delete"),
    ("POST", "/api/undo"),
    ("GET", "/api/snapshot?message=welcome&scenario=anna"),
    ("GET", "/api/changes?message=welcome"),
    ("POST", "/api/accept"),
    ("POST", "/api/complete"),
    ("POST", "/api/hover"),
    ("POST", "/api/definition"),
    ("POST", "/api/uses"),
    ("POST", "/api/rename"),
    ("GET", "/api/events"),
    ("GET", "/api/nothing"),
];

#[test]
fn nobody_asks_without_the_token() {
    let shop = Shop::open();
    let near = format!("{}0", &shop.token[..31]);
    for (method, route) in ROUTES {
        for token in ["", "x", &near, &shop.token.to_uppercase()] {
            if token == shop.token {
                continue;
            }
            let headers = [("X-Meniscus-Token", token), ("If-Match", "\"x\"")];
            let reply = send(shop.server.address(), method, route, &headers, "{}");
            assert_eq!(reply.status, 401, "{method} {route} with `{token}`");
            assert!(!reply.body.contains("Anna") && !reply.body.contains(&shop.token));
        }
        // In the address, the token counts for the stream alone.
        if !route.starts_with("/api/events") {
            let mark = if route.contains('?') { '&' } else { '?' };
            let target = format!("{route}{mark}token={}", shop.token);
            assert_eq!(send(shop.server.address(), method, &target, &[], "{}").status, 401);
        }
    }
    assert_eq!(shop.read("scenarios/anna.toml").lines().count(), 6);
}

#[test]
fn other_hosts_and_origins_are_refused_even_with_the_token() {
    let shop = Shop::open();
    let port = shop.server.address().port();
    let own = format!("127.0.0.1:{port}");
    let hosts = [
        "evil.example".to_owned(),
        format!("evil.example:{port}"),
        "127.0.0.1".to_owned(),
        format!("127.0.0.1:{}", port.wrapping_add(1)),
        format!("127.0.0.1.evil.example:{port}"),
        format!("0.0.0.0:{port}"),
        format!("localhost.evil.example:{port}"),
    ];
    for host in &hosts {
        for route in ["/", "/page/app.js", "/api/workspace", "/frame/x"] {
            let reply = shop.send("GET", route, &[("Host", host)], "");
            assert_eq!(reply.status, 403, "{host} {route}");
            assert!(!reply.body.contains(&shop.token), "{host} {route}");
        }
    }
    let origins = [
        "http://evil.example".to_owned(),
        "null".to_owned(),
        format!("https://127.0.0.1:{port}"),
        format!("http://127.0.0.1:{port}.evil.example"),
        format!("http://127.0.0.1:{}", port.wrapping_add(1)),
    ];
    for origin in &origins {
        let reply = shop.send("POST", "/api/render", &[("Origin", origin)], "{}");
        assert_eq!(reply.status, 403, "{origin}");
        assert_eq!(shop.send("GET", "/", &[("Origin", origin)], "").status, 403, "{origin}");
    }
    for host in [own.clone(), format!("localhost:{port}")] {
        let origin = format!("http://{host}");
        let headers = [("Host", host.as_str()), ("Origin", origin.as_str())];
        assert_eq!(shop.send("GET", "/api/workspace", &headers, "").status, 200, "{host}");
    }
    // Two hosts, or none, are no host.
    let twice =
        format!("GET / HTTP/1.1\r\nHost: {own}\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    let none = "GET / HTTP/1.0\r\nConnection: close\r\n\r\n";
    for request in [twice.as_str(), none] {
        let (came, _) = raw(shop.server.address(), request.as_bytes());
        let status = parse(&came).map_or(400, |reply| reply.status);
        assert!(status == 403 || status == 400, "{request}: {status}");
    }
}

#[test]
fn the_page_may_run_its_own_scripts_and_nothing_else() {
    let shop = Shop::open();
    let page = shop.send("GET", "/", &[], "");
    let policy = page.header("content-security-policy").unwrap();
    for rule in
        ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"]
    {
        assert!(policy.contains(rule), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
    assert!(page.body.contains(&format!("nonce=\"{nonce}\"")));
    let again = shop.send("GET", "/", &[], "");
    assert!(!again.body.contains(&nonce), "a number is used twice");
    assert_eq!(page.header("x-frame-options"), Some("DENY"));
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(page.header("access-control-allow-origin"), None);
    for left in ["@TOKEN@", "@NONCE@", "@MODE@", "@IMPORTMAP@", "@DATA@", "@ASSET"] {
        assert!(!page.body.contains(left), "{left}");
    }
    // What the page names is there, whole and compressed.
    let map = page.body.split("<script type=\"importmap\"").nth(1).unwrap();
    let map = map.split_once('>').unwrap().1.split("</script>").next().unwrap();
    let map = serde_json::from_str::<Value>(map).unwrap();
    let modules = map["imports"].as_object().unwrap().values();
    let linked = page.body.split("href=\"/page/").skip(1);
    let linked = linked.map(|rest| format!("/page/{}", rest.split('"').next().unwrap()));
    let all = modules.map(|place| place.as_str().unwrap().to_owned()).chain(linked);
    for asset in all.collect::<Vec<_>>() {
        let plain = send(shop.server.address(), "GET", &asset, &[], "");
        assert_eq!(plain.status, 200, "{asset}");
        let packed =
            send(shop.server.address(), "GET", &asset, &[("Accept-Encoding", "br, gzip")], "");
        assert_eq!(packed.header("content-encoding"), Some("gzip"), "{asset}");
        let mut text = Vec::new();
        let mut reader = flate2::read::GzDecoder::new(&packed.bytes[..]);
        std::io::Read::read_to_end(&mut reader, &mut text).unwrap();
        assert_eq!(text, plain.bytes, "{asset}");
    }
}

#[test]
fn nothing_else_is_given_out() {
    let shop = Shop::open();
    for path in [
        "/page/",
        "/page/index.html",
        "/page/..%2f..%2fmod.rs",
        "/page/../mod.rs",
        "/templates/welcome/body.html",
        "/meniscus.toml",
        "/frame/",
        "/frame/0123456789abcdef0123456789abcdef",
        "/nothing",
    ] {
        let reply = shop.send("GET", path, &[], "");
        assert_eq!(reply.status, 404, "{path}: {}", reply.body);
    }
    assert_eq!(shop.send("DELETE", "/api/workspace", &[], "").status, 405);
    let large = "x".repeat((4 << 20) + 1);
    assert_eq!(shop.send("POST", "/api/render", &[], &large).status, 413);
    for body in ["", "[]", "{", "{\"message\": 1}", "{\"message\": \"welcome\", \"other\": 1}"] {
        let reply = shop.send("POST", "/api/render", &[], body);
        assert_eq!(reply.status, 400, "{body}");
        assert!(reply.body.contains("\"error\""), "{}", reply.body);
    }
}

#[test]
fn a_second_preview_is_told_that_the_port_is_taken() {
    let shop = Shop::open();
    let port = shop.server.address().port().to_string();
    let output = super::program::run(shop.folder.path(), &["preview", "--port", &port]);
    assert_eq!(super::program::code(&output), 2);
    let said = super::program::stderr(&output);
    assert!(said.contains(&format!("error: port {port} on 127.0.0.1 is in use")), "{said}");
    assert!(said.contains("help: choose another port with `--port`"), "{said}");
}
