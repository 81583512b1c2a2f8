//! Renders a message with a content block for two customers, one after the other: `cargo run -p meniscus-engine --example embed`.

use meniscus_engine::recording::Replay;
use meniscus_engine::{Engine, Recipient};

const WALLET: &str = r#"{
    "request": {"method": "GET", "urlPathPattern": "/wallet/.*"},
    "response": {"headers": {"Content-Type": "application/json"}, "jsonBody": {"points": 1250}}
}"#;

const MESSAGE: &str = "{% connected_content https://api.example/wallet/{{${user_id}}} :save wallet %}\
{{content_blocks.${greeting}}} You have {{ wallet.points }} points, {{ wallet.tier }}.";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let engine = Engine::braze();
    let greeting = engine.compile("Hello {{${first_name} | default: 'there'}}!");
    let recordings =
        Replay::of_texts([("wallet", WALLET)]).map_err(|errors| errors[0].to_string())?;
    let environment = engine.environment().block("greeting", &greeting).recordings(recordings);

    let message = engine.compile_as("offer.liquid", MESSAGE);
    for (customer, wanted) in [
        (
            r#"{"user": {"user_id": "a1", "first_name": "Anna"}}"#,
            "Hello Anna! You have 1250 points, .",
        ),
        (r#"{"user": {"user_id": "b2"}}"#, "Hello there! You have 1250 points, ."),
    ] {
        let customer = Recipient::from_json(customer)?.at("2026-03-01T09:00:00Z")?;
        let outcome = message.explain(&environment, &customer);
        println!("{}", outcome.output);
        assert_eq!(outcome.output, wanted);

        // A blank is a hole in a sentence: the trace says why it's there.
        let trace = outcome.trace.ok_or("no trace")?;
        let blank = trace.explanations.first().ok_or("nothing is blank")?;
        println!("  blank at {:?}", engine_place(&message, blank.at.span.start as usize));
    }
    Ok(())
}

/// Line and column of a byte of a template.
fn engine_place(template: &meniscus_engine::Template, offset: usize) -> (usize, usize) {
    let place = template.tree().source.position(offset);
    (place.line, place.column)
}
