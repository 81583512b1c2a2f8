use super::explain::{lines_of, place};
use crate::render::{Call, CallResult, Outcome};

/// Appends the calls of a render, a paragraph each: the request, what answered, and the result.
/// Secrets in requests are masked.
pub fn list_calls(calls: &[Call], out: &mut String) {
    for (index, call) in calls.iter().enumerate() {
        let times = match call.times {
            1 => String::new(),
            times => format!(", {times} times"),
        };
        out.push_str(&format!("call {}: {}{times}\n", index + 1, place(&call.at)));
        for line in call.request.to_http().lines() {
            out.push_str(&format!("  > {line}\n"));
        }
        let result = match &call.result {
            CallResult::Answered { recording, path, status, note } => {
                let note = note.as_ref().map_or(String::new(), |note| format!(": {note}"));
                if recording.is_empty() {
                    format!("response from the host, status {status}{note}")
                } else {
                    format!(
                        "response from the recording `{recording}` ({path}), status {status}{note}"
                    )
                }
            }
            CallResult::Cached { call } => {
                format!("response from the cache, as in call {}", call + 1)
            }
            CallResult::Unanswered(unanswered) => unanswered.problem.clone(),
            CallResult::Refused(reason) => format!("not made: {reason}"),
        };
        out.push_str(&format!("  < {result}\n"));
        let fate = match (&call.saved_as, call.printed_bytes) {
            (Some(name), _) => format!("saved as `{name}`"),
            (None, 0) => "not saved, not printed".to_owned(),
            (None, bytes) => format!("printed in place, {bytes} bytes"),
        };
        out.push_str(&format!("  = {fate}\n"));
    }
}

/// Appends what the message adds to its send event, line by line.
pub fn list_extras(outcome: &Outcome, out: &mut String) {
    for (key, value) in &outcome.extras {
        out.push_str(&format!("message extra: {key} = {value}\n"));
    }
}

/// Appends each missing name once, with the place that read it.
pub fn list_missing(outcome: &Outcome, out: &mut String) {
    let Some(trace) = &outcome.trace else { return };
    let mut said = Vec::new();
    for fact in trace.explanations.iter().flat_map(|explanation| &explanation.facts) {
        let Some(missing) = &fact.missing else { continue };
        let expression = fact.expression.source.slice(fact.expression.span);
        let line = format!(
            "missing: `{}` in `{}`, {}\n",
            missing.key,
            lines_of(expression),
            place(&fact.expression)
        );
        if !said.contains(&line) {
            out.push_str(&line);
            said.push(line);
        }
    }
}
