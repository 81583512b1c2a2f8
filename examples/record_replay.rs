//! Keeps the answers of a host as recordings and renders from them again, as a test would: `cargo run --example record_replay`.

use std::sync::Arc;

use meniscus::http::{Answer, Request, Response};
use meniscus::live::record::Recorder;
use meniscus::recording::{Fetch, Replay, Suggestion, Unanswered};
use meniscus::{Engine, Recipient};

/// Stands for a host; `meniscus::live::Live` calls real ones.
struct Host;

impl Fetch for Host {
    fn fetch(&self, _: &Request) -> Result<Answer, Unanswered> {
        let response = Response {
            headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
            body: br#"{"points": 1250}"#.to_vec(),
            ..Response::default()
        };
        Ok(Answer { response: Arc::new(response), recording: None, failure: None })
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let engine = Engine::braze();
    let template = engine.compile(
        "{% connected_content https://api.example/wallet :save wallet %}{{ wallet.points }} points",
    );
    let customer = Recipient::new();

    // Once, with the host there.
    let recorder = Arc::new(Recorder::new(Arc::new(Host)));
    let environment = engine.environment().answers(Arc::<Recorder>::clone(&recorder));
    let recorded = template.render(&environment, &customer);

    // From then on without it.
    let mut texts = Vec::new();
    for (number, exchange) in recorder.exchanges().iter().enumerate() {
        let Ok(answer) = &exchange.outcome else { continue };
        let mut mapping: serde_json::Value =
            serde_json::from_str(&Suggestion::for_request(&exchange.request).contents)?;
        mapping["response"]["jsonBody"] = serde_json::from_slice(&answer.response.body)?;
        texts.push((format!("wallet/{number}"), mapping.to_string()));
    }
    let texts = texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let recordings = Replay::of_texts(texts).map_err(|errors| errors[0].to_string())?;
    let replayed = template.render(&engine.environment().recordings(recordings), &customer);

    println!("{}", replayed.output);
    assert_eq!(replayed.output, "1250 points");
    assert_eq!(replayed.output, recorded.output);
    Ok(())
}
