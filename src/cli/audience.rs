use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use meniscus::audience::{
    Answers, Audience, Condition, Options, Plan, Progress, Tally, Users, exclude, run as count,
};
use meniscus::contract::Contract;
use meniscus::files::read_file_to_string;
use meniscus::project::{Message, ProjectError, default_now};
use meniscus::report::audience::{About, LineOf, html, human};
use meniscus::report::{counted, grouped};
use meniscus::serve::Stop;
use meniscus::session::Session;
use meniscus::value::Time;

use super::Verdict;
use super::audience_keep::Keep;
use super::audience_out::Out;
use super::reading;
use super::terminal::{look_of_output, note, print, print_exact};

/// More than any machine has use for.
const MOST_THREADS: usize = 1_024;

/// The clock without `--now`: fixed, so that the same rows give the same counts.
const NOW: &str = "2026-01-01T00:00:00Z";

/// Arguments of `audience`.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct AudienceArguments {
    /// Template, or folder with message.toml
    #[arg(required_unless_present = "merge")]
    pub path: Option<PathBuf>,
    /// Recipients: files, folders, or patterns of Braze segment exports, NDJSON, JSON, or CSV
    #[arg(short, long, value_name = "FILE", num_args = 1.., required_unless_present = "merge")]
    pub users: Vec<String>,
    /// Responses, one customer per line: `{"user_id": …, "response": {…}}`; put `ENDPOINT=` before
    /// the file if they are only for that endpoint
    #[arg(short, long, value_name = "[ENDPOINT=]FILE")]
    pub answers: Vec<String>,
    /// Field with the customer's ID [default: user_id, external_id, …]
    #[arg(long, value_name = "FIELD")]
    pub key: Option<String>,
    /// Recipients to leave out, such as the control group
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub exclude: Vec<String>,
    /// Time of sending, used as 'now'
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
    /// Scenario that supplies catalogs, promotions, variables, and the campaign for all rows
    #[arg(long, value_name = "NAME")]
    pub base: Option<String>,
    /// Messages that Braze sends per second, to estimate the load on other systems
    #[arg(long, value_name = "NUMBER", value_parser = positive)]
    pub send_rate: Option<f64>,
    /// Price of one SMS segment
    #[arg(long, value_name = "NUMBER", value_parser = positive)]
    pub sms_price: Option<f64>,
    /// Report format
    #[arg(short, long, value_enum, default_value_t = Report::Terminal)]
    pub report: Report,
    /// Exit with 1 if this is true: `blanks > 0.1%`, `errors > 0`
    #[arg(long, value_name = "CONDITION", value_parser = condition)]
    pub fail_on: Vec<Condition>,
    /// List all branches with their recipients, not only branches that nobody takes
    #[arg(long)]
    pub branches: bool,
    /// Number of example rows for each finding
    #[arg(long, value_name = "NUMBER", default_value_t = 3)]
    pub samples: usize,
    /// Stop after this many rows
    #[arg(long, value_name = "NUMBER", value_parser = limit)]
    pub limit: Option<u64>,
    /// Number of threads [default: one per processor]
    #[arg(long, value_name = "NUMBER", value_parser = threads)]
    pub threads: Option<usize>,
    /// Show how the first rows are read and which fields they lack, without rendering anything
    #[arg(long)]
    pub explain_input: bool,
    /// Save this row as an anonymized scenario with recordings, and render nothing else
    #[arg(long, value_name = "ROW", requires = "name_as")]
    pub keep: Option<String>,
    /// With --keep: name of the scenario
    #[arg(long = "as", id = "name_as", value_name = "NAME", requires = "keep")]
    pub name_as: Option<String>,
    /// Also write what each row gets to this folder, one file for each input file
    #[arg(short, long, value_name = "DIR", conflicts_with_all = ["keep", "limit", "explain_input"])]
    pub out: Option<PathBuf>,
    /// With --out: continue an interrupted run; results of files that haven't changed are kept
    #[arg(long, requires = "out")]
    pub resume: bool,
    /// Compare with an earlier JSON report of the message
    #[arg(long, value_name = "FILE")]
    pub compare: Option<PathBuf>,
    /// Combine JSON reports about parts of an audience
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = [
        "path", "users", "answers", "key", "exclude", "now", "base", "limit", "threads",
        "explain_input", "out",
    ])]
    pub merge: Vec<PathBuf>,
}

/// The formats of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Report {
    /// Text for people
    Terminal,
    /// JSON for programs, `--compare`, and `--merge`
    Json,
    /// HTML page
    Html,
}

const EXAMPLES: &str = "\
Examples:
  meniscus audience templates/offer_wallet --users 'segment-export/**/*.zip' --answers wallets.ndjson
  meniscus audience templates/offer_triggered --users triggers.ndjson --fail-on 'blanks > 0.1%'
  meniscus audience templates/offer_wallet --users users.csv --report html > audience.html
  meniscus audience templates/offer_wallet --users segment-export --out results --resume
  meniscus audience templates/offer_wallet --users users.csv --keep users.csv:17 --as no_wallet";

fn condition(text: &str) -> Result<Condition, String> {
    let parsed = text.parse::<Condition>();
    parsed.map_err(|error| format!("{error}; {}", error.help))
}

fn positive(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix("/s").unwrap_or(text);
    match number.parse::<f64>() {
        Ok(number) if number > 0.0 && number <= 1e9 => Ok(number),
        _ => Err("write a number greater than 0, such as `500` or `0.05`".to_owned()),
    }
}

fn limit(text: &str) -> Result<u64, String> {
    let number = text.parse::<u64>().ok().filter(|number| *number > 0);
    number.ok_or_else(|| {
        "write a whole number greater than 0, without commas, such as `10000`".to_owned()
    })
}

fn threads(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(number @ 0..=MOST_THREADS) => Ok(number.max(1)),
        _ => Err(format!("write a number up to {MOST_THREADS}")),
    }
}

/// Counts what recipients of an audience get.
pub(super) fn run(arguments: &AudienceArguments) -> Result<Verdict> {
    if arguments.compare.is_some() && arguments.report == Report::Json {
        return Err(ProjectError::Unknown {
            message: "a JSON report can't contain a comparison".to_owned(),
            help: "use `--report terminal` or `--report html` with `--compare`".to_owned(),
        }
        .into());
    }
    let before = arguments.compare.as_deref().map(earlier).transpose()?;
    if !arguments.merge.is_empty() {
        let tally = merged(&arguments.merge, arguments.samples)?;
        return report(arguments, &tally, before.as_ref(), None);
    }
    let key = arguments.key.as_deref();
    let users = Users::find(&arguments.users, key).map_err(ProjectError::from)?;
    let path = arguments.path.as_deref().unwrap_or(Path::new(""));
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let workspace = reading::workspace(folder)?;
    let session = reading::session(workspace, &[path.to_owned()])?;
    reading::require_recordings(&session)?;
    if session.unread.iter().any(|unread| unread.kind != meniscus::session::FileKind::Scenario) {
        reading::report(&session.findings());
    }
    let message = only_message(&session, path)?;
    if arguments.explain_input {
        let contract = Contract::of(&session.known, [&**message]);
        return super::audience_input::explain(&users, &contract);
    }
    let answers = answers(arguments, &session)?;
    let excluded = match &arguments.exclude[..] {
        [] => None,
        patterns => Some(Users::find(patterns, key).map_err(ProjectError::from)?),
    };
    let now = arguments.now.clone().unwrap_or_else(|| {
        note(&format!("note: 'now' is {NOW}; set it with `--now`\n"));
        NOW.to_owned()
    });
    // The help for a scenario's clock would name its file's `now`.
    if Time::parse(&now, &default_now()).is_none() {
        return Err(ProjectError::Unknown {
            message: format!("`--now {now}` isn't a time"),
            help: format!("write `--now {NOW}`"),
        }
        .into());
    }
    let options = Options {
        now,
        base: arguments.base.clone(),
        key: arguments.key.clone(),
        samples: arguments.samples,
    };
    if let (Some(row), Some(name)) = (&arguments.keep, &arguments.name_as) {
        let keep = Keep { row, name, message, users: &users, answers: &answers };
        return keep.run(&session, options);
    }
    let mut plan = Plan::new(&session, message, options)?;
    if let Some(excluded) = &excluded {
        exclude(&mut plan, excluded)?;
    }
    let audience = Audience {
        users: &users,
        answers: &answers,
        limit: arguments.limit,
        threads: arguments.threads.unwrap_or_else(|| {
            std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
        }),
    };
    let progress = Arc::new(Progress::default());
    let shown = watched(&progress)?;
    let tally = match &arguments.out {
        None => count(&plan, &audience, &progress, None).map_err(anyhow::Error::from),
        Some(folder) => {
            let out = Out { folder, resume: arguments.resume };
            out.run(&plan, &audience, &sources(arguments, &session, excluded.as_ref()), &progress)
        }
    };
    shown.finish_and_clear();
    let tally = tally?;
    let was_stopped = progress.stop.load(Ordering::Relaxed);
    if was_stopped {
        note("stopped: the report covers the rows before that\n");
    }
    if let Some(message) = match (tally.rows, tally.errors()) {
        (0, _) if tally.excluded > 0 => Some("all recipients of the audience are excluded"),
        (0, _) => Some("the audience has no rows"),
        (rows, errors) if rows == errors => Some("none of the audience's rows can be used"),
        _ => None,
    } {
        let why = tally.row_errors.iter().next();
        let why = why.map(|(why, one)| {
            let at = one.samples.first().map(|sample| format!(" (`{}`)", sample.at));
            format!(": {why}{}", at.unwrap_or_default())
        });
        return Err(ProjectError::Unknown {
            message: format!("{message}{}", why.unwrap_or_default()),
            help: "check `--users`; run with `--explain-input` to see what is read".to_owned(),
        }
        .into());
    }
    let verdict = report(arguments, &tally, before.as_ref(), Some(&session))?;
    Ok(if was_stopped { Verdict::CouldNotRun } else { verdict })
}

/// Returns the files, beside the rows and the templates, that results depend on.
fn sources(
    arguments: &AudienceArguments,
    session: &Session,
    excluded: Option<&Users>,
) -> Vec<PathBuf> {
    let answers = arguments.answers.iter().map(|one| PathBuf::from(answers_file(one).1));
    let excluded = excluded.into_iter().flat_map(Users::files).cloned();
    let workspace = &session.workspace;
    let recordings = workspace.root.join(&workspace.config.paths.recordings);
    answers.chain(excluded).chain(recordings.is_dir().then_some(recordings)).collect()
}

fn only_message<'s>(session: &'s Session, path: &Path) -> Result<&'s Arc<Message>> {
    match &session.messages[..] {
        [message] => Ok(message),
        [] => {
            if let Some(error) = &session.absent {
                return Err(error.clone().into());
            }
            let unread = session.unread.first().map(|unread| unread.unusable.error.clone());
            Err(unread.map_or_else(
                || anyhow::anyhow!("`{}` contains no message", path.display()),
                anyhow::Error::from,
            ))
        }
        many => Err(ProjectError::Unknown {
            message: format!(
                "`{}` contains {} messages, but `audience` takes one",
                path.display(),
                many.len()
            ),
            help: "name the folder of one message".to_owned(),
        }
        .into()),
    }
}

/// Splits `ENDPOINT=FILE`; a file's name may have a `=` of its own.
fn answers_file(one: &str) -> (Option<&str>, &str) {
    match one.split_once('=') {
        Some((endpoint, file)) if !Path::new(one).exists() => (Some(endpoint), file),
        _ => (None, one),
    }
}

fn answers(arguments: &AudienceArguments, session: &Session) -> Result<Answers> {
    let mut answers = Answers::default();
    for one in &arguments.answers {
        let (name, file) = answers_file(one);
        let endpoint = name.map(|name| {
            session.known.endpoints.get(name).ok_or_else(|| ProjectError::Unknown {
                message: format!("unknown endpoint `{name}`"),
                help: "run `meniscus shape --list` to see all endpoints".to_owned(),
            })
        });
        let endpoint = endpoint.transpose()?;
        let rows = answers.add(Path::new(file), endpoint).map_err(ProjectError::from)?;
        note(&format!("{} in {file}\n", counted(rows, "response", "responses")));
    }
    Ok(answers)
}

/// Shows progress on a terminal, and ends the run at Ctrl-C.
fn watched(progress: &Arc<Progress>) -> Result<ProgressBar> {
    let stop = Stop::listen(false).context("can't listen for Ctrl-C")?;
    let of_stop = Arc::clone(progress);
    std::thread::spawn(move || {
        stop.wait();
        of_stop.stop.store(true, Ordering::Relaxed);
    });
    // Hidden where standard error isn't a terminal.
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{pos} rows, {per_sec}") {
        bar.set_style(style);
    }
    let (of_bar, shown) = (Arc::clone(progress), bar.clone());
    std::thread::spawn(move || {
        while !shown.is_finished() {
            std::thread::sleep(Duration::from_millis(200));
            shown.set_position(of_bar.rows.load(Ordering::Relaxed));
        }
    });
    Ok(bar)
}

/// Reads the report that another is compared with.
fn earlier(path: &Path) -> Result<Tally> {
    let text = read_file_to_string(path).map_err(|error| ProjectError::unreadable(path, &error))?;
    Tally::read(&text).map_err(|why| {
        let error = ProjectError::Unknown {
            message: format!("`{}` isn't a report: {why}", path.display()),
            help: "pass a file that `--report json` wrote".to_owned(),
        };
        error.into()
    })
}

fn merged(files: &[PathBuf], samples: usize) -> Result<Tally> {
    let mut sum: Option<Tally> = None;
    let mut known = BTreeSet::new();
    for path in files {
        let text = read_file_to_string(path).map_err(|e| ProjectError::unreadable(path, &e))?;
        let wrong = |why: String| ProjectError::Unknown {
            message: format!("`{}` can't be added: {why}", path.display()),
            help: "pass reports from `--report json` about the same message and the same `--now`"
                .to_owned(),
        };
        if !known.insert(path.canonicalize().unwrap_or_else(|_| path.clone())) {
            return Err(wrong("it is named twice".to_owned()).into());
        }
        let tally = Tally::read(&text).map_err(wrong)?;
        match &mut sum {
            None => sum = Some(tally),
            Some(sum) => sum.merge(tally, samples).map_err(wrong)?,
        }
    }
    sum.context("no report to merge")
}

/// Lines of the templates of a session.
#[derive(Debug)]
struct Lines<'s>(&'s Session);

impl LineOf for Lines<'_> {
    fn line(&self, file: &str, line: usize) -> Option<String> {
        let source = self.0.known.file(Path::new(file)).or_else(|| {
            let parts = self.0.messages.iter().flat_map(|message| &message.parts);
            let mut parts = parts.map(|part| part.source());
            parts.find(|source| source.name() == file).cloned()
        })?;
        source.text().lines().nth(line.checked_sub(1)?).map(str::to_owned)
    }
}

fn report(
    arguments: &AudienceArguments,
    tally: &Tally,
    before: Option<&Tally>,
    session: Option<&Session>,
) -> Result<Verdict> {
    if let Some(before) = before.filter(|before| before.message != tally.message) {
        return Err(ProjectError::Unknown {
            message: format!("the earlier report is about `{}`", before.message),
            help: format!("pass a report about `{}` to `--compare`", tally.message),
        }
        .into());
    }
    let lines = session.map(Lines);
    let about = About {
        send_rate: arguments.send_rate,
        sms_price: arguments.sms_price,
        all_branches: arguments.branches,
        line: lines.as_ref().map(|lines| lines as &dyn LineOf),
        since: before,
    };
    match arguments.report {
        Report::Terminal => print(&human(tally, &about, look_of_output()))?,
        Report::Json => print_exact(&format!("{}\n", serde_json::to_string_pretty(tally)?))?,
        Report::Html => print_exact(&html(tally, &about))?,
    }
    let mut verdict = Verdict::Fine;
    // Rows that nobody could read may be those that would fail.
    let is_gate = !arguments.fail_on.is_empty();
    if is_gate && tally.errors() > 0 && !arguments.fail_on.iter().any(Condition::is_of_errors) {
        let errors = counted(tally.errors(), "row", "rows");
        note(&format!(
            "failed: {errors} can't be used; allow some with `--fail-on 'errors > …'`\n"
        ));
        verdict = Verdict::Found;
    }
    for condition in &arguments.fail_on {
        if condition.holds(tally) {
            note(&format!(
                "failed: {condition} ({} of {})\n",
                grouped(condition.count(tally)),
                grouped(condition.of(tally))
            ));
            verdict = Verdict::Found;
        }
    }
    Ok(verdict)
}
