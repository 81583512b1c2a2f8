use super::{message, orphan_message, summary, unmet_text};
use crate::project::ProjectError;
use crate::report::Paths;
use crate::report::lint::{data, property};
use crate::report::masked::visible;
use crate::snapshot::{Results, Status, Tested, Unmet};
use crate::snapshot::{changed_line, why};
use crate::text::Span;

/// Writes results as GitHub Actions workflow commands, at changed lines of the templates or their
/// first line; the summary goes to the log.
#[must_use]
pub fn github(results: &Results, is_check: bool, paths: &Paths) -> String {
    let mut out = String::new();
    let mut say = |level: &str, file: &str, line: usize, title: &str, text: &str| {
        out.push_str(&format!(
            "::{level} file={},line={line},title={}::{}\n",
            property(&paths.seen(file)),
            property(title),
            data(&visible(text))
        ));
    };
    for tested in &results.tested {
        let Some(message) = message(tested) else { continue };
        let source = tested.case.part.part.source();
        let (line, text) = match &tested.status {
            Status::Changed { causes, .. } => {
                let mut text = format!("{}: {message}", tested.case.title());
                for cause in causes {
                    text.push_str(&format!(
                        "\nwhy: {}",
                        why(&results.recordings, tested, cause).join("\n     ")
                    ));
                }
                (changed_line(causes, source), text)
            }
            Status::Refused(found) => {
                let first = found.first().map_or(1, |found| line_in(tested, found));
                (first, format!("{}: {message}", tested.case.title()))
            }
            _ => (1, format!("{}: {message}", tested.case.title())),
        };
        let (file, line) = match source.in_file(Span::new(0, 0)) {
            Some((file, span)) => (file.name(), file.position(span.start as usize).line),
            None => (source.name(), line),
        };
        say("error", file, line, &format!("snapshot {}", tested.status.name()), &text);
    }
    for expected in &results.expected {
        for Unmet { diagnostic: found, .. } in &expected.unmet {
            let line = found.primary.source.position(found.primary.span.start as usize).line;
            let mut text = format!("{} · {}", expected.message, expected.scenario);
            text.push_str(&format!(": {}", unmet_text(found)));
            say("error", found.primary.source.name(), line, "expectation", &text);
        }
    }
    for orphan in results.orphans() {
        say("error", &orphan.shown, 1, "snapshot orphaned", &orphan_message(orphan));
    }
    for problem in &results.problems {
        let (file, line) = match &problem.error {
            ProjectError::Content(found) => {
                let source = &found.primary.source;
                (source.name(), source.position(found.primary.span.start as usize).line)
            }
            _ => (&*problem.shown, 1),
        };
        let help = problem.error.help().map_or(String::new(), |help| format!(" ({help})"));
        say("error", file, line, "unusable", &format!("{}{help}", problem.error));
    }
    out.push_str(&summary(results, is_check).join("\n"));
    out.push('\n');
    out
}

/// Returns the line of a diagnostic in the template itself.
fn line_in(tested: &Tested, found: &crate::diagnostic::Diagnostic) -> usize {
    let source = tested.case.part.part.source();
    match found.primary.source.name() == source.name() {
        true => source.position(found.primary.span.start as usize).line,
        false => 1,
    }
}
