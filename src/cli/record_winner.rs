use meniscus::live::record::{Entry, Exchange};
use meniscus::live::redact::{Ready, Redacted};
use meniscus::project::{Workspace, chosen_recordings};
use meniscus::recording::Replay;

use super::jobs::Job;
use super::terminal::note;

/// Reports new recordings that can't answer: another answers first, or the scenario names others.
pub(super) fn report(
    workspace: &Workspace,
    now: &Replay,
    (jobs, exchanges): (&[Job], &[Exchange]),
    entries: &[Entry],
    ready: &Ready<'_>,
) {
    for entry in entries {
        let Some(exchange) = exchanges.get(entry.exchange) else { continue };
        let context = &exchange.context;
        let Some(job) = jobs.iter().find(|job| job.scenario.name == context.scenario) else {
            continue;
        };
        let Ok(chosen) = chosen_recordings(&workspace.config, &job.scenario, now) else { continue };
        let shown = workspace.shown(&entry.file);
        let safe = ready.request(&exchange.request, &mut Redacted::default());
        if !chosen.iter().any(|recording| recording.origin().file == entry.file) {
            note(&format!(
                "note: the scenario `{}` lists its recordings without {shown}; add `{}` to its \
                 `recordings`\n",
                context.scenario, entry.key
            ));
        } else if let Some(other) = chosen.find(&safe)
            && other.origin().file != entry.file
        {
            note(&format!(
                "note: {} matches this request before {shown}; remove it, or give {shown} \
                 `\"priority\": 1`\n",
                workspace.shown(&other.origin().file)
            ));
        }
    }
}
