use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::exports::RowPlace;
use crate::measure::RowResult;
use crate::plan::Plan;

/// What a row gets, as a line of JSON. Members are only ever added.
#[derive(Debug, Serialize)]
struct Line<'l> {
    /// The row: `users.ndjson:17`.
    row: String,
    /// The customer's id, if the row has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'l str>,
    /// `sent`, `not_sent`, `excluded`, or `error`.
    result: &'static str,
    /// Why it isn't sent, or can't be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Expressions that render as blank: `FILE:LINE:COLUMN EXPRESSION: CAUSE`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    blanks: Vec<String>,
    /// The texts, by the name of the part.
    #[serde(skip_serializing_if = "Map::is_empty")]
    parts: Map<String, Json>,
}

/// Returns what a row gets, as a line of JSON.
pub(super) fn row_line(
    plan: &Plan,
    place: &RowPlace,
    id: Option<&str>,
    result: &RowResult,
) -> String {
    let mut line = Line {
        row: place.to_string(),
        id,
        result: "excluded",
        reason: None,
        blanks: Vec::new(),
        parts: Map::new(),
    };
    match result {
        RowResult::Excluded => {}
        RowResult::Unusable(why) => {
            line.result = "error";
            line.reason = Some(why.clone());
        }
        RowResult::NotSent(place) => {
            line.result = "not_sent";
            line.reason = Some(String::from(place.clone()));
        }
        RowResult::Sent(row, blanks) => {
            line.result = "sent";
            line.blanks = blanks.iter().map(|place| String::from(place.clone())).collect();
            let texts = row.outcomes.iter().map(|outcome| Json::from(outcome.output.clone()));
            line.parts = plan.parts().map(str::to_owned).zip(texts).collect();
        }
    }
    // Strings and lists always have JSON.
    let mut text = serde_json::to_string(&line).unwrap_or_default();
    text.push('\n');
    text
}
