use serde_json::{Value, json};

use super::*;
use crate::program::{code, put, stdout, workspace};

#[test]
fn drift_is_what_is_sent_and_differs() {
    let braze = tea_club();
    let place = workspace(&[("meniscus.toml", "")]);
    // Nothing is here yet.
    let output = drift(place.path(), &braze, &[]);
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).ends_with("4 objects compared: 4 drifted\n"), "{}", stdout(&output));
    assert_eq!(code(&pull(place.path(), &braze, &[])), 0);
    let output = drift(place.path(), &braze, &[]);
    assert_eq!((code(&output), &*stdout(&output)), (0, "4 objects compared: no drift\n"));
    // Comments and texts that Braze doesn't return never fail.
    put(
        place.path(),
        "templates/email_templates/Welcome/message.toml",
        "# Ours.\nchannel = \"email\"\n",
    );
    put(place.path(), "templates/campaigns/tea-club-points-lapse/D/message.liquid", "Copied");
    let output = drift(place.path(), &braze, &[]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert!(
        stdout(&output).ends_with("no drift; 2 with other settings or comments\n"),
        "{}",
        stdout(&output)
    );
    // Changed here, changed in Braze, only here, and no longer in Braze.
    put(place.path(), "content_blocks/tea_footer.liquid", "mine\n");
    put(place.path(), "content_blocks/ours.liquid", "ours\n");
    braze.put(EMAILS, "e-1", "Welcome", "2026-05-01T00:00:00Z", json!({
        "subject": "Hello {{${first_name}}}", "body": "<p>{{content_blocks.${tea_footer}}}</p>", "plaintext_body": "Hello",
    }));
    braze.remove(CANVASES, "v-1");
    let output = drift(place.path(), &braze, &[]);
    let said = stdout(&output);
    assert_eq!(code(&output), 1);
    for part in [
        "content_blocks/tea_footer.liquid: changed here\n",
        "-mine\n+<p>Tea Club, {{${city}}}</p>\n",
        "email template Welcome, changed in Braze at 2026-05-01T00:00:00Z\n",
        "only here, not in Braze\n  ours\n",
        "pulled before, no longer in Braze\n  Welcome journey\n",
        "3 objects compared: 2 drifted\n",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let json =
        serde_json::from_str::<Value>(&stdout(&drift(place.path(), &braze, &["--format", "json"])))
            .unwrap();
    assert_eq!(
        (&json["version"], &json["compared"], &json["drifted"]),
        (&json!(1), &json!(3), &json!(true))
    );
    let changes = json["objects"].as_array().unwrap().iter().map(|object| {
        let first = &object["differences"][0];
        (
            object["name"].as_str().unwrap(),
            first["change"].as_str().unwrap(),
            first["gating"].as_bool().unwrap(),
        )
    });
    assert!(changes.clone().any(|one| one == ("tea_footer", "here", true)));
    assert!(changes.clone().any(|one| one == ("tea club: points/lapse", "here", false)));
    assert_eq!(json["only_here"], json!(["ours"]));
    // What couldn't be compared is no pass.
    braze.fault("/content_blocks/info", 400, &[], "{}");
    assert_eq!(code(&drift(place.path(), &braze, &["--only", "content_blocks"])), 2);
}
