use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use meniscus::diagnostic::Severity;
use meniscus::fetch::credential::{CredentialSource, Environment, setting_of};
use meniscus::fetch::live::HostPattern;
use meniscus::fetch::{Replay, Request};
use meniscus::project::{Message, Workspace};
use meniscus::render::{Call, CallResult};
use meniscus::rules::{Knowledge, Levels, Targets, lint};
use meniscus::send::shell_word;
use serde::Serialize;

use super::arguments::{Format, RenderArguments};
use super::render::jobs;
use super::terminal::{paths_of, print};
use super::{Verdict, reading, record_plan};

/// What `doctor` is asked for.
#[derive(Args, Clone, Debug)]
pub(super) struct DoctorArguments {
    /// How the list is printed
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// What something that is missing is needed for, in the order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Purpose {
    Render,
    Live,
    Trigger,
    Tags,
    Redact,
}

impl Purpose {
    const ALL: [Purpose; 5] =
        [Purpose::Render, Purpose::Live, Purpose::Trigger, Purpose::Tags, Purpose::Redact];

    fn heading(self) -> &'static str {
        match self {
            Purpose::Render => "To render messages",
            Purpose::Live => "To call live (`record`, `check-live`, `render --live`)",
            Purpose::Trigger => "To trigger messages (`trigger --send`)",
            Purpose::Tags => "To tag customers (`tags --live`)",
            Purpose::Redact => "To redact recordings",
        }
    }
}

/// Something that is missing, and the line that adds it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Missing {
    purpose: Purpose,
    what: String,
    /// Where the line goes: a table of meniscus.toml, the environment, or a command to run.
    place: String,
    line: String,
}

/// Lists all that is missing, each with the line to add. Nothing is called.
pub(super) fn run(arguments: &DoctorArguments) -> Result<Verdict> {
    let workspace = Workspace::around(&PathBuf::new())?;
    let known = reading::knowledge(&workspace);
    let messages = reading::messages(&workspace, &workspace.root)?;
    let mut doctor = Doctor {
        workspace: &workspace,
        environment: Environment::of_process(),
        missing: BTreeSet::new(),
        hosts: BTreeMap::new(),
    };
    doctor.variables(&known, &messages)?;
    let calls = calls(&workspace, &known.recordings, &messages)?;
    doctor.calls(&calls);
    doctor.scenarios(&known, &messages);
    doctor.trigger(&messages);
    doctor.tags();
    doctor.settings();
    doctor.allow_hosts();
    let missing = doctor.missing.into_iter().collect::<Vec<_>>();
    match arguments.format {
        Format::Json => {
            let list = serde_json::json!({"version": 1, "missing": missing});
            print(&format!("{list:#}\n"))?;
        }
        Format::Text => print(&text(&missing, messages.len(), calls.len()))?,
    }
    Ok(if missing.is_empty() { Verdict::Fine } else { Verdict::Found })
}

/// All calls that messages make for their scenarios, answered by recordings or not.
fn calls(workspace: &Workspace, known: &Replay, messages: &[Message]) -> Result<Vec<Call>> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    let arguments = RenderArguments::of_all(vec![workspace.root.clone()]);
    record_plan::calls(workspace, known, &jobs(&arguments, workspace)?).map(|(_, calls)| calls)
}

fn text(missing: &[Missing], messages: usize, calls: usize) -> String {
    let count = |count: usize, one: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {one}s"),
    };
    let mut text = String::new();
    for purpose in Purpose::ALL {
        let of_it = missing.iter().filter(|one| one.purpose == purpose).collect::<Vec<_>>();
        if of_it.is_empty() {
            continue;
        }
        text.push_str(&format!("{}\n", purpose.heading()));
        for Missing { what, place, line, .. } in of_it {
            text.push_str(&format!("  {what}\n    {place}:\n      {line}\n"));
        }
        text.push('\n');
    }
    let looked = format!("{} and {}", count(messages, "message"), count(calls, "call"));
    text.push_str(&match missing.len() {
        0 => format!("checked {looked}: nothing is missing\n"),
        many => format!("checked {looked}: {} missing\n", count(many, "thing")),
    });
    text
}

struct Doctor<'w> {
    workspace: &'w Workspace,
    environment: Environment,
    missing: BTreeSet<Missing>,
    /// Hosts that are called, with what for.
    hosts: BTreeMap<String, Purpose>,
}

impl Doctor<'_> {
    fn add(&mut self, purpose: Purpose, what: String, place: &str, line: String) {
        self.missing.insert(Missing { purpose, what, place: place.to_owned(), line });
    }

    /// A file as it is named from the folder of the run.
    fn seen(&self, name: &str) -> String {
        paths_of(self.workspace).seen(name)
    }

    /// A setting of meniscus.toml.
    fn add_setting(&mut self, purpose: Purpose, what: String, table: &str, line: String) {
        let place = format!("add to meniscus.toml under `[{table}]`");
        self.add(purpose, what, &place, line);
    }

    fn variable_of(&mut self, purpose: Purpose, name: &str, whose: &str) {
        if self.environment.secret(name).is_err() {
            let what = format!("the environment variable `{name}` is not set: {whose}");
            self.add(purpose, what, "run", format!("export {name}=…"));
        }
    }

    /// Names that templates read, and nothing sets.
    fn variables(&mut self, known: &Knowledge, messages: &[Message]) -> Result<()> {
        let levels =
            Levels::of(&self.workspace.config, &self.workspace.root.join("meniscus.toml"))?;
        let targets = Targets { messages: messages.to_vec(), ..Targets::default() };
        let mut places = BTreeMap::<String, BTreeSet<String>>::new();
        for found in lint(known, &levels, &targets).diagnostics {
            if found.severity == Severity::Error {
                let file = self.seen(found.primary.source.file_name());
                let what = format!("`meniscus lint` finds errors in {file}");
                let line = format!("meniscus lint {}", shell_word(&file));
                self.add(Purpose::Render, what, "run", line);
            }
            if found.code == "undefined-variable"
                && let Some(name) = found.message.split('`').nth(1)
            {
                let file = found.primary.source.file_name().to_owned();
                places.entry(name.to_owned()).or_default().insert(file);
            }
        }
        for (name, files) in places {
            let files = files.into_iter().collect::<Vec<_>>().join(", ");
            let what = format!("`{name}` is never set, and read in {files}");
            self.add_setting(Purpose::Render, what, "variables", format!("{name} = \"…\""));
        }
        Ok(())
    }

    fn calls(&mut self, calls: &[Call]) {
        let allow_ports = self.workspace.config.live.allow_ports.clone();
        let (mut hosts, mut ports) = (BTreeSet::new(), BTreeSet::new());
        let mut credentials = BTreeSet::new();
        let mut unanswered = BTreeSet::new();
        for call in calls {
            let request = &call.request;
            let host = request.host().to_ascii_lowercase();
            hosts.extend(Some(host).filter(|host| !host.is_empty()));
            let port = request.port().filter(|port| !matches!(port, 80 | 443));
            ports.extend(port.filter(|port| !allow_ports.contains(port)));
            credentials.extend(request.credential.as_ref().map(|one| one.name.clone()));
            if matches!(call.result, CallResult::Unanswered(_)) {
                unanswered.insert(call.at.source.file_name().to_owned());
            }
        }
        self.hosts.extend(hosts.into_iter().map(|host| (host, Purpose::Live)));
        for port in &ports {
            let all = allow_ports.iter().chain(&ports).map(u16::to_string);
            let line = format!("allow_ports = [{}]", all.collect::<Vec<_>>().join(", "));
            let what = format!("port {port} may not be called, and Braze never calls it");
            let place = in_live(!allow_ports.is_empty(), "allow_ports");
            self.add(Purpose::Live, what, &place, line);
        }
        for name in credentials {
            self.credential(Purpose::Live, &name, "templates name it");
        }
        for file in unanswered {
            let what = format!("a call in {file} has no recording");
            let file = self.seen(&file);
            let line = format!("meniscus record {} --all", shell_word(&file));
            self.add(Purpose::Render, what, "record it, or import its response", line);
        }
    }

    /// Hosts that may not be called. One line allows all of them, and those that are allowed already.
    fn allow_hosts(&mut self) {
        let allowed = self.workspace.config.live.allow_hosts.clone();
        let is_allowed = |host: &String| {
            let patterns = allowed.iter().filter_map(|host| HostPattern::parse(host).ok());
            patterns.into_iter().any(|pattern| pattern.matches(host))
        };
        let hosts = std::mem::take(&mut self.hosts).into_iter();
        let missing = hosts.filter(|(host, _)| !is_allowed(host)).collect::<Vec<_>>();
        let all = allowed.iter().chain(missing.iter().map(|(host, _)| host));
        let all = all.map(|host| format!("\"{host}\"")).collect::<Vec<_>>().join(", ");
        for (host, purpose) in &missing {
            let what = format!("`{host}` may not be called");
            let place = in_live(!allowed.is_empty(), "allow_hosts");
            self.add(*purpose, what, &place, format!("allow_hosts = [{all}]"));
        }
    }

    /// The host of an endpoint of meniscus.toml.
    fn host_of(&mut self, purpose: Purpose, endpoint: Option<&String>) {
        let host = endpoint.map(|url| Request::new("POST", url).host().to_ascii_lowercase());
        for host in host.into_iter().filter(|host| !host.is_empty()) {
            self.hosts.entry(host).or_insert(purpose);
        }
    }

    /// A credential: its entry, and the variables of its entry.
    fn credential(&mut self, purpose: Purpose, name: &str, why: &str) {
        let credentials = self.workspace.config.credentials(&self.environment);
        let whose = format!("the credential `{name}` is read from it");
        match credentials.source(name) {
            Ok(CredentialSource::Header { env, .. }) => self.variable_of(purpose, env, &whose),
            Ok(CredentialSource::Basic { user_env, password_env }) => {
                self.variable_of(purpose, user_env, &whose);
                self.variable_of(purpose, password_env, &whose);
            }
            Err(_) => {
                let line = setting_of(name);
                let what = format!("the credential `{name}` is not defined: {why}");
                self.add_setting(purpose, what, "live.credentials", line);
            }
        }
    }

    fn scenarios(&mut self, known: &Knowledge, messages: &[Message]) {
        for message in messages {
            if !known.scenarios.iter().any(|scenario| scenario.applies_to(&message.name)) {
                let path = message.parts.first().map(|part| part.source.file_name());
                let path = self.seen(path.unwrap_or(&message.name));
                let line = format!(
                    "meniscus scenarios stub {} --out {}",
                    shell_word(&path),
                    shell_word(message.name.rsplit('/').next().unwrap_or("stub"))
                );
                let what = format!("no scenario applies to `{}`", message.name);
                self.add(Purpose::Render, what, "run", line);
            }
        }
    }

    /// What triggering needs, where a message says what Braze knows it as.
    fn trigger(&mut self, messages: &[Message]) {
        let trigger = &self.workspace.config.trigger;
        let ids = messages.iter().map(|message| &message.settings.trigger);
        let (campaigns, canvases): (Vec<_>, Vec<_>) =
            ids.map(|ids| (ids.campaign_id.is_some(), ids.canvas_id.is_some())).unzip();
        let (campaigns, canvases) = (campaigns.contains(&true), canvases.contains(&true));
        if !campaigns && !canvases && trigger.endpoint.is_none() {
            return;
        }
        let name = trigger.credential.clone();
        self.host_of(Purpose::Trigger, trigger.endpoint.as_ref());
        if trigger.endpoint.is_none() {
            let line = "endpoint = \"https://rest.iad-01.braze.com\"".to_owned();
            let what = "Braze's REST endpoint is not set (yours is in the dashboard)".to_owned();
            self.add_setting(Purpose::Trigger, what, "trigger", line);
        }
        let permissions = match (campaigns, canvases) {
            (true, true) => "`campaigns.trigger.send` and `canvas.trigger.send`",
            (false, true) => "`canvas.trigger.send`",
            _ => "`campaigns.trigger.send`",
        };
        let why = format!("it is the REST key, with the permission {permissions}");
        self.credential(Purpose::Trigger, &name, &why);
    }

    /// What tags need, where any of it is set.
    fn tags(&mut self) {
        let tags = &self.workspace.config.tags;
        let (endpoint, key, credential) =
            (tags.endpoint.clone(), tags.app_key_env.clone(), tags.credential.clone());
        if endpoint.is_none() && key.is_none() && credential.is_none() {
            return;
        }
        if endpoint.is_none() {
            let line = "endpoint = \"https://api-….ent-sessionm.com\"".to_owned();
            let what = "SessionM's endpoint is not set".to_owned();
            self.add_setting(Purpose::Tags, what, "tags", line);
        }
        self.host_of(Purpose::Tags, endpoint.as_ref());
        match key {
            Some(key) => self.variable_of(Purpose::Tags, &key, "the app key is read from it"),
            None => {
                let line = "app_key_env = \"SESSIONM_APP_KEY\"".to_owned();
                let what = "the variable of the app key is not named".to_owned();
                self.add_setting(Purpose::Tags, what, "tags", line);
            }
        }
        if let Some(name) = credential {
            self.credential(Purpose::Tags, &name, "`[tags]` names it");
        }
    }

    fn settings(&mut self) {
        let config = &self.workspace.config;
        let (proxy, key) = (config.live.proxy_env.clone(), config.redact.key_env.clone());
        if let Some(proxy) = proxy {
            self.variable_of(Purpose::Live, &proxy, "`proxy_env` names it");
        }
        if let Some(key) = key {
            self.variable_of(Purpose::Redact, &key, "`[redact] key_env` names it");
        }
        let names = config.live.credentials.keys().cloned().collect::<Vec<_>>();
        for name in names {
            // Those of triggers and tags are listed with these.
            let of_trigger = name == config.trigger.credential;
            if !of_trigger && config.tags.credential.as_ref() != Some(&name) {
                self.credential(Purpose::Live, &name, "`[live.credentials]` has it");
            }
        }
    }
}

/// Where a list under `[live]` goes: a key stands there once.
fn in_live(is_there: bool, key: &str) -> String {
    match is_there {
        true => format!("replace `{key}` in meniscus.toml under `[live]`"),
        false => "add to meniscus.toml under `[live]`".to_owned(),
    }
}
