use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Result;
use clap::{Args, ValueEnum};
use meniscus::braze::{Preference, Pull};
use meniscus::contract::Contract;
use meniscus::diagnostic::Severity;
use meniscus::project::Workspace;
use meniscus::report::pull::{Findings, KindPulled, pull as report};

use super::Verdict;
use super::braze::{Asking, SETTINGS, Selection, linted, object_failed, write_failed};
use super::terminal::{look_of_output, note, print};

/// How Braze takes a time.
const TIME: &str = "%Y-%m-%dT%H:%M:%S";

/// How often the lock is written while objects are pulled.
const SAVED_AFTER: Duration = Duration::from_secs(2);

/// Arguments of `pull`.
#[derive(Args, Debug)]
#[command(after_help = format!("{EXAMPLES}\n{SETTINGS}\n{PERMISSIONS}"))]
pub(super) struct PullArguments {
    #[command(flatten)]
    pub selection: Selection,
    /// Pull only objects changed after this time, such as `2026-03-01T00:00:00`
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub since: Option<String>,
    /// Show what would be pulled, without writing anything
    #[arg(long)]
    pub dry_run: bool,
    /// What to do if a file has changed both here and in Braze
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = OnConflict::Stop)]
    pub on_conflict: OnConflict,
    /// Create an anonymized scenario from the profile of the customer with this external ID, and
    /// pull nothing else
    #[arg(long, value_name = "ID", requires_all = ["message", "name_as"])]
    pub user: Option<String>,
    /// With --user: message that the scenario is for
    #[arg(long, value_name = "MESSAGE", requires = "user")]
    pub message: Option<PathBuf>,
    /// With --user: name of the scenario
    #[arg(long = "as", id = "name_as", value_name = "NAME", requires = "user")]
    pub name_as: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  meniscus pull --dry-run
  meniscus pull --only content_blocks,email_templates
  meniscus pull --name 'loyalty*' --since 2026-03-01T00:00:00
  meniscus pull --user 12345 --message templates/offer_wallet --as regular";

/// What a key needs.
const PERMISSIONS: &str = "
The API key needs these permissions: content_blocks.list, content_blocks.info, templates.email.list,
templates.email.info, campaigns.list, campaigns.details, canvas.list, and canvas.details.
With --only, it needs only those of the named kinds: custom_attributes.get for
`--only custom_attributes`, catalogs.get and catalogs.get_items for `--only catalogs`, events.get for
`--only custom_events`, preference_center.list and preference_center.get for
`--only preference_centers`. With --user, it
needs users.export.ids.";

/// What happens to files that have changed here and in Braze.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum OnConflict {
    /// Change nothing, show both versions, and exit with 1
    Stop,
    /// Keep the local file
    Mine,
    /// Replace the local file with Braze's version
    Braze,
}

fn time(text: &str) -> Result<String, String> {
    let zoned = text.parse::<jiff::Timestamp>().map(|time| time.strftime(TIME).to_string());
    let is_plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ':' | 'T' | '.'))
        && text.matches('-').count() == 2;
    let plain = text.parse::<jiff::civil::DateTime>().ok().filter(|_| is_plain);
    let plain = || plain.map(|time| time.strftime(TIME).to_string());
    let wrong =
        || "write a time such as `2026-03-01T00:00:00`; without an offset, it is in UTC".to_owned();
    zoned.ok().or_else(plain).ok_or_else(wrong)
}

/// Brings what is in Braze into the workspace.
pub(super) fn run(arguments: &PullArguments) -> Result<Verdict> {
    let asking = Asking::new(&arguments.selection)?;
    if let (Some(user), Some(message), Some(name)) =
        (&arguments.user, &arguments.message, &arguments.name_as)
    {
        let made = super::pull_user::run(&asking, user, message, name, arguments.dry_run);
        asking.bar.finish_and_clear();
        return made;
    }
    let preference = match arguments.on_conflict {
        OnConflict::Stop => Preference::Stop,
        OnConflict::Mine => Preference::Mine,
        OnConflict::Braze => Preference::Braze,
    };
    let Asking { client, workspace, lock, .. } = &asking;
    if !arguments.dry_run {
        lock.begin(&workspace.root).map_err(write_failed)?;
    }
    let mut pull = Pull::new(client, workspace, lock.clone(), preference, arguments.dry_run);
    let pulled = all(arguments, &asking, &mut pull);
    asking.bar.finish_and_clear();
    // What was written is known, whatever happened after it.
    pull.save().map_err(write_failed)?;
    let Pulled { kinds, failed } = pulled;
    let findings = match arguments.dry_run {
        true => Findings::default(),
        false => findings(workspace)?,
    };
    print(&report(&kinds, &findings, arguments.dry_run, look_of_output()))?;
    if let Some(error) = failed {
        return Err(error);
    }
    if kinds.iter().any(|kind| !kind.failed.is_empty()) {
        return Ok(Verdict::CouldNotRun);
    }
    let conflicts = kinds.iter().flat_map(|kind| &kind.done);
    let conflicts = conflicts.filter(|(_, done)| !done.conflicts.is_empty()).count();
    if conflicts > 0 {
        note(
            "help: merge the files by hand and run `meniscus pull --on-conflict mine`, or use \
             Braze's version with `--on-conflict braze`\n",
        );
        return Ok(Verdict::Found);
    }
    Ok(Verdict::Fine)
}

/// What was pulled, and why the rest wasn't.
struct Pulled {
    kinds: Vec<KindPulled>,
    failed: Option<anyhow::Error>,
}

/// Pulls all kinds that are asked for.
fn all(arguments: &PullArguments, asking: &Asking, pull: &mut Pull<'_>) -> Pulled {
    let mut kinds = Vec::new();
    for kind in asking.kinds() {
        let mut pulled = KindPulled::new(*kind);
        let done = one_kind(arguments, asking, pull, &mut pulled);
        kinds.push(pulled);
        if let Err(failed) = done {
            return Pulled { kinds, failed: Some(failed) };
        }
    }
    Pulled { kinds, failed: None }
}

/// Pulls the objects of a kind. What fails for one alone is noted, and the next one is pulled.
fn one_kind(
    arguments: &PullArguments,
    asking: &Asking,
    pull: &mut Pull<'_>,
    pulled: &mut KindPulled,
) -> Result<()> {
    let mut saved = Instant::now();
    let listed = asking.list(pulled.kind, arguments.since.as_deref())?;
    if arguments.since.is_none() && asking.is_all() {
        pulled.gone = pull.lock().gone(pulled.kind, &listed);
    }
    for one in listed.into_iter().filter(|one| asking.takes(one)) {
        asking.go_on("; everything pulled before that is kept")?;
        let done = pull.object(&one);
        asking.bar.inc(1);
        match done {
            Ok(done) => pulled.done.push((one, done)),
            Err(error) if error.is_about_one() => {
                pulled.failed.push(format!("{}: {error}; {}", one.name, error.help()));
            }
            Err(error) => return Err(object_failed(&one, &error.to_string(), error.help())),
        }
        if saved.elapsed() > SAVED_AFTER {
            pull.save().map_err(write_failed)?;
            saved = Instant::now();
        }
    }
    Ok(())
}

/// Looks through the workspace as it is now.
fn findings(workspace: &Workspace) -> Result<Findings> {
    let mut found = Findings::default();
    let (session, linted) = linted(workspace)?;
    for diagnostic in &linted.diagnostics {
        match diagnostic.severity {
            Severity::Error => found.errors += 1,
            Severity::Warning => found.warnings += 1,
            _ => {}
        }
    }
    for message in &session.messages {
        let contract = Contract::of(&session.known, [&**message]);
        for block in contract.blocks.keys() {
            *found.blocks.entry(block.clone()).or_default() += 1;
        }
        let read = contract.families.get("custom_attribute");
        for name in read.iter().flat_map(|node| node.fields.keys()) {
            *found.attributes.entry(name.to_string()).or_default() += 1;
        }
    }
    Ok(found)
}
