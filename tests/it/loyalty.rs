//! Messages of other loyalty platforms' guides, rewritten with invented data: each is clean, renders
//! with an answer as the schema says it, and a wrong path is found.

use std::fs;

use serde_json::Value;

use crate::program::{code, put, run, stderr, stdout, workspace};

/// A vendor's message: pack, call, answer, what it prints, a wrong path, and the right one.
struct Guide {
    pack: &'static str,
    call: &'static str,
    answer: &'static str,
    text: &'static str,
    rendered: &'static str,
    wrong: (&'static str, &'static str),
}

const GUIDES: [Guide; 8] = [
    Guide {
        pack: "voucherify",
        call: "https://api.voucherify.io/v1/loyalties/members/{{${user_id}}} :headers {\"X-App-Id\": \"a\"}",
        answer: r#"{"code": "TEA-7", "type": "LOYALTY_CARD", "discount": null, "gift": null, "loyalty_card": {"points": 900, "balance": 480, "next_expiration_date": "2026-06-01"}, "active": true}"#,
        text: "{{r.loyalty_card.balance | default: 0}} points on {{r.code}}",
        rendered: "480 points on TEA-7",
        wrong: ("r.loyalty_card.balnce", "balance"),
    },
    Guide {
        pack: "talonone",
        call: "https://tea.europe-west1.talon.one/v1/loyalty_programs/12/profile/{{${user_id}}}/balances?includeTiers=true",
        answer: r#"{"balance": {"activePoints": 480, "currentTier": {"id": 1, "name": "Oolong"}, "pointsToNextTier": 20, "nextTierName": null}}"#,
        text: "{{r.balance.activePoints | default: 0}} points, {{r.balance.currentTier.name | default: 'no tier'}}",
        rendered: "480 points, Oolong",
        wrong: ("r.balance.activPoints", "activePoints"),
    },
    Guide {
        pack: "punchh",
        call: "https://tea.punchh.com/request_coupons/abc.json?sign=x",
        answer: r#"{"coupon": "TEA-7"}"#,
        text: "Your code: {{r.coupon | default: 'ask at the counter'}}",
        rendered: "Your code: TEA-7",
        wrong: ("r.cupon", "coupon"),
    },
    Guide {
        pack: "yotpo",
        call: "https://loyalty.yotpo.com/api/v2/customers?customer_email={{${email_address} | url_param_escape}} :headers {\"x-guid\": \"a\"}",
        answer: r#"{"points_balance": 480, "vip_tier_upgrade_requirements": {"points_needed": 20}}"#,
        text: "{{r.points_balance | default: 0}} points",
        rendered: "480 points",
        wrong: ("r.points_balnce", "points_balance"),
    },
    Guide {
        pack: "loyaltylion",
        call: "https://api.loyaltylion.com/v2/customers?email={{${email_address} | url_param_escape}}",
        answer: r#"{"customers": [{"id": 1, "points_approved": 480, "loyalty_tier_membership": null}], "cursor": {"next": null}}"#,
        text: "{{r.customers[0].points_approved | default: 0}} points",
        rendered: "480 points",
        wrong: ("r.customers[0].points_aproved", "points_approved"),
    },
    Guide {
        pack: "openloyalty",
        call: "https://loyalty.example.com/api/admin/customer/{{${user_id}}}/status",
        answer: r#"{"points": 480, "levelName": "Oolong", "level": "15.00%"}"#,
        text: "{{r.points | default: 0}} points, {{r.levelName | default: 'no level'}}",
        rendered: "480 points, Oolong",
        wrong: ("r.levlName", "levelName"),
    },
    Guide {
        pack: "zinrelo",
        call: "https://api.zinrelo.com/v1/loyalty/users/{{${email_address} | url_param_escape}}",
        answer: r#"{"success": true, "data": {"available_points": 480, "loyalty_tier_name": ""}}"#,
        text: "{{r.data.available_points | default: 0}} points",
        rendered: "480 points",
        wrong: ("r.data.available_pionts", "available_points"),
    },
    Guide {
        pack: "kangaroo",
        call: "https://api.kangaroorewards.com/customers/{{${user_id}}}?include=balance",
        answer: r#"{"data": {"id": "7", "email": "a@example.com"}, "included": {"balance": {"points": 480, "giftcard": 0}}}"#,
        text: "{{r.included.balance.points | default: 0}} points",
        rendered: "480 points",
        wrong: ("r.included.balance.pionts", "points"),
    },
];

/// Coupons are given out by a call that writes, which is said.
const EXPECTED: &str = "write-call";

fn template(guide: &Guide, text: &str) -> String {
    let stop = "{% if r == blank %}{% abort_message('no answer') %}{% endif %}";
    format!("{{% connected_content {} :save r %}}{stop}{text}", guide.call)
}

#[test]
fn messages_of_other_platforms_are_known() {
    let clean = "now = \"2026-01-01T00:00:00Z\"\n[user]\nuser_id = \"7\"\nemail_address = \"a@example.com\"\n";
    for guide in &GUIDES {
        let pack = guide.pack;
        let recording = format!(
            r#"{{"request": {{"method": "GET", "urlPattern": ".*"}}, "response": {{"status": 200, "jsonBody": {}}}}}"#,
            guide.answer
        );
        let place = workspace(&[
            ("meniscus.toml", ""),
            ("templates/hi.liquid", &template(guide, guide.text)),
            ("scenarios/anna.toml", clean),
        ]);
        let lint = |place: &std::path::Path| {
            let output = run(place, &["lint", "--format", "json"]);
            let found = serde_json::from_str::<Value>(&stdout(&output)).expect("JSON");
            let found = found["diagnostics"].as_array().cloned().unwrap_or_default();
            let of = |one: &Value| {
                (
                    one["rule"].as_str().unwrap_or_default().to_owned(),
                    one["message"].to_string(),
                    one["help"].to_string(),
                )
            };
            found.iter().map(of).collect::<Vec<_>>()
        };
        // Without any recording, the schema alone knows the fields.
        let found = lint(place.path());
        let others = found.iter().filter(|(rule, ..)| rule != EXPECTED);
        assert_eq!(others.count(), 0, "{pack}: {found:?}");
        let (wrong, right) = guide.wrong;
        put(place.path(), "templates/hi.liquid", &template(guide, &format!("{{{{{wrong}}}}}")));
        let found = lint(place.path());
        let is_named = |(_, message, help): &(String, String, String)| {
            format!("{message}{help}").contains(&format!("`{right}`"))
        };
        assert!(found.iter().any(is_named), "{pack}: {found:?}");
        put(place.path(), "templates/hi.liquid", &template(guide, guide.text));
        put(place.path(), "recordings/all.json", &recording);
        let output = run(place.path(), &["render", "templates/hi.liquid", "--scenario", "anna"]);
        assert_eq!(stdout(&output).trim_end(), guide.rendered, "{pack}: {}", stderr(&output));
    }
}

#[test]
fn a_call_that_writes_is_one_whatever_its_method() {
    for url in [
        "https://api.voucherify.io/v1/publications/create?customer=7",
        "https://integration.talon.one/customer_engagement/coupon?x=1",
        "https://tea.punchh.com/request_coupons/abc.json?sign=x",
    ] {
        let place = workspace(&[
            ("meniscus.toml", ""),
            ("templates/hi.liquid", &format!("{{% connected_content {url} :retry :save r %}}")),
        ]);
        let said = stdout(&run(place.path(), &["lint"]));
        assert!(said.contains("write-call"), "{url}: {said}");
    }
}

#[test]
fn packs_are_listed_with_their_sources() {
    let place = workspace(&[("meniscus.toml", "")]);
    let list = stdout(&run(place.path(), &["packs"]));
    for guide in &GUIDES {
        assert!(list.contains(guide.pack), "{list}");
        let details = stdout(&run(place.path(), &["packs", guide.pack]));
        assert!(details.contains("source: ") && details.contains("(confidence: "), "{details}");
    }
    put(
        place.path(),
        "schemas/tea.toml",
        "name = \"tea\"\ntitle = \"Tea\"\n[[endpoint]]\nname = \"cup\"\ntitle = \"a cup\"\nmethod = \"GET\"\npath = \"/cups/{id}\"\naccess = \"read\"\n",
    );
    assert!(stdout(&run(place.path(), &["packs"])).contains("tea"));
    let json = serde_json::from_str::<Value>(&stdout(&run(
        place.path(),
        &["packs", "tea", "--format", "json"],
    )))
    .expect("JSON");
    assert_eq!(json["packs"][0]["endpoints"][0]["path"], "/cups/{id}");
    let output = run(place.path(), &["packs", "vouchery"]);
    assert!(
        code(&output) == 2 && stderr(&output).contains("did you mean `voucherify`?"),
        "{}",
        stderr(&output)
    );
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/meniscus-analysis/packs");
    for entry in fs::read_dir(folder).expect("packs").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(list.contains(&name), "{name} isn't built in");
    }
}
