//! What is said of a request that no recording answers.

use super::*;

#[test]
fn a_missing_folder_is_empty_and_says_so() {
    let replay = meniscus::files::recordings::load(Path::new("no/such/folder")).unwrap();
    assert!(replay.is_empty());
    let unanswered = replay.fetch(&get("https://h.test/a")).unwrap_err();
    assert_eq!(
        unanswered.problem,
        "there are no recordings that could answer `GET https://h.test/a`"
    );
}

#[test]
fn the_nearest_recordings_are_ranked_and_explained() {
    let header = json!({"Accept": {"equalTo": "application/json"}, "X-A": {"equalTo": "1"}});
    let folder = Folder::new(&[
        ("far.json", &stub(json!({"method": "POST", "urlPath": "/zzz", "headers": header}), 200)),
        (
            "body.json",
            &stub(
                json!({"method": "POST", "urlPath": "/a", "bodyPatterns": [{"equalToJson": {"user_id": "y"}}]}),
                200,
            ),
        ),
        (
            "method.json",
            &stub(
                json!({"method": "GET", "urlPath": "/a", "bodyPatterns": [{"equalToJson": {"user_id": "y"}}]}),
                200,
            ),
        ),
        ("other.json", &stub(json!({"method": "DELETE", "urlPath": "/qqq"}), 200)),
    ]);
    let replay = folder.load();
    let mut request = post("{\"user_id\": \"x\"}");
    request.headers = vec![
        ("Accept".into(), "application/json".into()),
        ("X-A".into(), "1".into()),
        ("Authorization".into(), "Bearer s3cr3t".into()),
    ];
    let unanswered = replay.fetch(&request).unwrap_err();
    let names: Vec<_> =
        unanswered.nearest.iter().map(|near| (near.recording.name.as_str(), near.held)).collect();
    assert_eq!(names, [("body", 2), ("method", 1), ("far", 3)]);
    let folder_path = format!("{}/", folder.path().display());
    let path = &unanswered.suggestion.as_ref().unwrap().path;
    assert_eq!(
        unanswered.to_string().replace(&folder_path, ""),
        format!(
            "none of the 4 recordings matches `POST https://h.test/a`\n\
            \nthe request:\n  POST https://h.test/a\n  Accept: application/json\n  X-A: 1\n  Authorization: [redacted]\n\
            \n  {{\"user_id\": \"x\"}}\n\
            \nthe most similar recordings:\n  `body` in body.json meets 2 of 3 conditions\n\
            \x20   body differs at `$.user_id`: found `\"x\"`, expected `\"y\"`\n\
            \x20 `method` in method.json meets 1 of 3 conditions\n\
            \x20   method is `POST`, the recording expects `GET`\n\
            \x20   body differs at `$.user_id`: found `\"x\"`, expected `\"y\"`\n\
            \x20 `far` in far.json meets 3 of 4 conditions\n\
            \x20   url path is `/a`, the recording expects `/zzz`\n\
            \nhelp: create `{path}` in the recordings folder"
        )
    );
}

#[test]
fn a_suggestion_answers_its_own_request() {
    let mut secret = Request::new(
        "POST",
        "https://u:s3cr3t@api.h.test/users/12345/offers?api_key=s3cr3t&x=1+2&x=3",
    );
    secret.headers = vec![
        ("authorization".into(), "s3cr3t".into()),
        ("X-Tenant".into(), "t".into()),
        ("Content-Type".into(), "application/json".into()),
    ];
    secret.body =
        Some("{\"password\": \"s3cr3t\", \"n\": 1.50, \"in\": [{\"token\": \"s3cr3t\"}]}\n".into());
    secret.credential = Some(Credential { kind: CredentialKind::BasicAuth, name: "stored".into() });
    let mut form = post("grant_type=client&client_secret=s3cr3t&scope=a%20b");
    form.url = "https://h.test".into();
    let mut requests = vec![
        secret,
        form,
        get("https://h.test/a?x=1&x=2"),
        get(""),
        get("?#%"),
        get("https://h.test/é ?ü=%ff&%zz=+"),
    ];
    requests.extend(
        [
            "",
            "plain",
            "[1, {\"a\": null}]",
            "{broken \"password\": \"s3cr3t\"",
            "7",
            "[\"${json-unit.what}\"]",
            "a\u{0}\nb",
        ]
        .map(post),
    );
    for request in requests {
        let empty = Replay::default();
        let suggestion = empty.fetch(&request).unwrap_err().suggestion.unwrap();
        assert!(!suggestion.contents.contains("s3cr3t"), "{}", suggestion.contents);
        assert_eq!(suggestion.path.split('/').count(), 3, "{}", suggestion.path);
        let folder = Folder::new(&[(&suggestion.path, &suggestion.contents)]);
        let answer =
            folder.load().fetch(&request).map_err(|unanswered| unanswered.to_string()).unwrap();
        assert_eq!((answer.response.status, answer.response.body.as_slice()), (200, &b"{}"[..]));
    }
}

/// A user in a URL that is part of the path may have `&` in it; a token in the query may have `/`.
#[test]
fn a_suggestion_answers_whatever_is_in_a_secret() {
    for url in [
        "https://h.test/heess://con.s%00&entra%12@/s://con?a&m&token=s3cret",
        "https://h.test/a?token=s3cr/et-0&x=1&token=s3cr/et-1",
        "https://h.test/priv/v1/apps/k3y/users?token=a?b/c",
    ] {
        let request = get(url);
        let suggestion = meniscus::recording::Suggestion::for_request(&request);
        assert!(!suggestion.contents.contains("s3cr"), "{}", suggestion.contents);
        let folder = Folder::new(&[("a.json", &suggestion.contents)]);
        let replay = folder.load();
        assert!(replay.find(&request).is_some(), "{url}: {}", suggestion.contents);
    }
}

#[test]
fn a_suggestion_is_a_readable_mapping() {
    let mut request = post("{\"user_id\": \"x\"}");
    request.url = "https://h.test/v1/offers?limit=5".into();
    let suggestion = Replay::default().fetch(&request).unwrap_err().suggestion.unwrap();
    assert!(suggestion.path.starts_with("h.test/v1_offers/"), "{}", suggestion.path);
    assert_eq!(
        suggestion.contents,
        r#"{
  "request": {
    "method": "POST",
    "urlPath": "/v1/offers",
    "queryParameters": {
      "limit": {
        "equalTo": "5"
      }
    },
    "bodyPatterns": [
      {
        "equalToJson": {
          "user_id": "x"
        }
      }
    ]
  },
  "response": {
    "status": 200,
    "headers": {
      "Content-Type": "application/json"
    },
    "jsonBody": {}
  }
}
"#
    );
}
