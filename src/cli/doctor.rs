use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use meniscus::diagnostic::{Diagnostic, Severity};
use meniscus::http::Request;
use meniscus::live::LiveConfig;
use meniscus::live::credential::{
    CredentialError, CredentialSource, Environment, setting_of, variable_of,
};
use meniscus::live::{HostPattern, closed, parse_network};
use meniscus::project::{Message, Workspace};
use meniscus::render::{Call, CallResult};
use meniscus::rules::{Knowledge, Targets, lint};
use meniscus::send::shell_word;
use meniscus::session::Session;
use meniscus::wire::{DoctorDocument, Missing, Purpose};
use serde_json::json;

use super::formats::Format;
use super::jobs::Wanted;
use super::jobs::jobs;
use super::terminal::{paths_of, print, print_exact};
use super::{Verdict, reading, record_plan};

/// Arguments of `doctor`.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct DoctorArguments {
    /// Output format
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

const EXAMPLES: &str = "\
Examples:
  meniscus doctor
  meniscus doctor --format json";

/// Every purpose, in output order.
const PURPOSES: [Purpose; 5] =
    [Purpose::Render, Purpose::Live, Purpose::Trigger, Purpose::Tags, Purpose::Redact];

fn heading(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Render => "To render messages",
        Purpose::Live => "To call live (`record`, `check-live`, `render --live`)",
        Purpose::Trigger => "To trigger messages (`trigger --send`)",
        Purpose::Tags => "To tag customers (`tags --live`)",
        Purpose::Redact => "To redact recordings",
    }
}

/// Lists everything missing, with the lines to add. Makes no calls.
pub(super) fn run(arguments: &DoctorArguments) -> Result<Verdict> {
    let workspace = reading::workspace(&PathBuf::new())?;
    let (known, unread) = Session::knowledge(&workspace);
    let messages = reading::messages(&workspace, &workspace.root)?;
    let mut doctor = Doctor {
        workspace: &workspace,
        environment: Environment::of_process(),
        missing: BTreeSet::new(),
        hosts: BTreeMap::new(),
    };
    doctor.unread(&unread);
    doctor.variables(&known, &messages)?;
    let calls = calls(&workspace, &known, &messages)?;
    doctor.calls(&calls);
    doctor.scenarios(&known, &messages);
    doctor.trigger(&messages);
    doctor.tags();
    doctor.settings();
    doctor.allow_hosts();
    let missing = doctor.missing.into_iter().collect::<Vec<_>>();
    match arguments.format {
        Format::Json => {
            let document = json!(DoctorDocument { version: 1, missing: &missing });
            print_exact(&format!("{document:#}\n"))?;
        }
        Format::Text => print(&text(&missing, messages.len(), calls.len()))?,
    }
    Ok(match (unread.is_empty(), missing.is_empty()) {
        (false, _) => Verdict::CouldNotRun,
        (true, false) => Verdict::Found,
        (true, true) => Verdict::Fine,
    })
}

struct Planned {
    call: Call,
    file: String,
    /// Whether a scenario applies to the message. Without one, what the call sends is unknown.
    has_scenario: bool,
}

/// Returns all calls that messages make for their scenarios, recorded or not.
fn calls(workspace: &Workspace, known: &Knowledge, messages: &[Message]) -> Result<Vec<Planned>> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = Wanted { paths: vec![workspace.root.clone()], all: true, ..Wanted::default() };
    let mut calls = Vec::new();
    let jobs = jobs(&wanted, workspace)?;
    record_plan::each_job(workspace, &known.recordings, &jobs, |job, _, made| {
        let has_scenario = known.scenarios.iter().any(|one| one.applies_to(&job.message));
        let file = job.part.source().file_name().to_owned();
        calls.extend(made.into_iter().map(|call| Planned {
            call,
            file: file.clone(),
            has_scenario,
        }));
    })?;
    Ok(calls)
}

fn text(missing: &[Missing], messages: usize, calls: usize) -> String {
    let count = |count: usize, one: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {one}s"),
    };
    let mut text = String::new();
    for purpose in PURPOSES {
        let of_it = missing.iter().filter(|one| one.purpose == purpose).collect::<Vec<_>>();
        if of_it.is_empty() {
            continue;
        }
        text.push_str(&format!("{}\n", heading(purpose)));
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

/// The environment variable in examples of trigger settings.
const REST_KEY: &str = "BRAZE_REST_KEY";
const REST_HOST: &str = "rest.iad-01.braze.com";

struct Doctor<'w> {
    workspace: &'w Workspace,
    environment: Environment,
    missing: BTreeSet<Missing>,
    /// Hosts that are called, with their purpose.
    hosts: BTreeMap<String, Purpose>,
}

impl Doctor<'_> {
    fn add(&mut self, purpose: Purpose, what: String, place: &str, line: String) {
        self.missing.insert(Missing { purpose, what, place: place.to_owned(), line });
    }

    /// Returns a file's name relative to the working directory.
    fn seen(&self, name: &str) -> String {
        paths_of(self.workspace).seen(name)
    }

    /// Adds a setting in meniscus.toml.
    fn add_setting(&mut self, purpose: Purpose, what: String, table: &str, line: String) {
        let place = format!("add to meniscus.toml under `[{table}]`");
        self.add(purpose, what, &place, line);
    }

    fn variable_of(&mut self, purpose: Purpose, name: &str, whose: &str) {
        let what = match self.environment.secret(name) {
            Err(CredentialError::NotSet { .. }) => {
                format!("the environment variable `{name}` isn't set: {whose}")
            }
            Err(error) => error.to_string(),
            Ok(_) => return,
        };
        self.add(purpose, what, "run", format!("export {name}=…"));
    }

    /// Adds names that templates read but that are never set.
    fn variables(&mut self, known: &Knowledge, messages: &[Message]) -> Result<()> {
        let levels = reading::levels(self.workspace)?;
        let targets = Targets {
            messages: messages.iter().cloned().map(std::sync::Arc::new).collect(),
            ..Targets::default()
        };
        let mut places = BTreeMap::<String, BTreeSet<String>>::new();
        for found in lint(known, &levels, &targets).diagnostics {
            if found.severity == Severity::Error {
                let file = self.seen(found.primary.source.file_name());
                let what = format!("`meniscus lint` reports errors in {file}");
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
            let what = format!("`{name}` is read in {files} but never set");
            self.add_setting(Purpose::Render, what, "variables", format!("{name} = \"…\""));
        }
        Ok(())
    }

    fn unread(&mut self, unread: &[Diagnostic]) {
        for found in unread {
            let place = found.primary.source.position(found.primary.span.start as usize);
            let file = self.seen(found.primary.source.file_name());
            let what = format!("{file}:{}: {}", place.line, found.message);
            let help = found.help.clone().unwrap_or_default();
            self.add(Purpose::Render, what, "fix it", help);
        }
    }

    fn calls(&mut self, calls: &[Planned]) {
        let allow_ports = self.workspace.config.live.allow_ports.clone();
        let (mut hosts, mut ports) = (BTreeSet::new(), BTreeSet::new());
        let mut credentials = BTreeSet::new();
        let mut unanswered = BTreeSet::new();
        for Planned { call, file, has_scenario } in calls {
            let request = &call.request;
            let host = request.host().to_ascii_lowercase();
            if let Some(credential) = &request.credential {
                self.credential_host(&credential.name, &host);
            }
            hosts.extend(Some(host).filter(|host| !host.is_empty()));
            let port = request.port().filter(|port| !matches!(port, 80 | 443));
            ports.extend(port.filter(|port| !allow_ports.contains(port)));
            credentials.extend(request.credential.as_ref().map(|one| one.name.clone()));
            if *has_scenario && matches!(call.result, CallResult::Unanswered(_)) {
                unanswered.insert((call.at.source.file_name().to_owned(), file.clone()));
            }
        }
        self.hosts.extend(hosts.into_iter().map(|host| (host, Purpose::Live)));
        for port in &ports {
            let all = allow_ports.iter().chain(&ports).map(u16::to_string);
            let line = format!("allow_ports = [{}]", all.collect::<Vec<_>>().join(", "));
            let what = format!("port {port} isn't allowed here, and Braze never calls it");
            let place = in_live(!allow_ports.is_empty(), "allow_ports");
            self.add(Purpose::Live, what, &place, line);
        }
        for name in credentials {
            self.credential(Purpose::Live, &name, "the templates name it");
        }
        for (place, file) in unanswered {
            let file = self.seen(&file);
            let place = self.seen(&place);
            let by = if place == file { String::new() } else { format!(", made for {file},") };
            let what = format!("a call in {place}{by} has no recording");
            let line = format!("meniscus record {} --all", shell_word(&file));
            self.add(Purpose::Render, what, "record it, or import a response", line);
        }
    }

    /// Adds hosts that may not be called. A single line allows all of them and those already
    /// allowed.
    fn allow_hosts(&mut self) {
        let allowed = self.workspace.config.live.allow_hosts.clone();
        let hosts = std::mem::take(&mut self.hosts);
        self.allow_addresses(hosts.keys().map(String::as_str));
        let missing = hosts.into_iter().filter(|(host, _)| !any_matches(&allowed, host));
        let missing = missing.collect::<Vec<_>>();
        let Some(purpose) = missing.iter().map(|(_, purpose)| *purpose).min() else { return };
        let names = missing.iter().map(|(host, _)| format!("`{host}`")).collect::<Vec<_>>();
        let verb = if names.len() == 1 { "isn't" } else { "aren't" };
        let what = format!("{} {verb} allowed", names.join(" and "));
        let place = in_live(!allowed.is_empty(), "allow_hosts");
        let all = allowed.iter().chain(missing.iter().map(|(host, _)| host));
        self.add(purpose, what, &place, list("allow_hosts", all));
    }

    /// Adds addresses in private networks, which are allowed one by one.
    fn allow_addresses<'h>(&mut self, hosts: impl Iterator<Item = &'h str>) {
        let allowed = self.workspace.config.live.allow_addresses.clone();
        let missing = hosts.filter_map(|host| {
            let address = host.trim_matches(['[', ']']).parse::<IpAddr>().ok()?;
            let is_allowed = allowed.iter().filter_map(|network| parse_network(network).ok());
            (closed(address).is_some() && !is_allowed.into_iter().any(|one| one.contains(&address)))
                .then(|| host.to_owned())
        });
        let missing = missing.collect::<Vec<_>>();
        if missing.is_empty() {
            return;
        }
        let line = list("allow_addresses", allowed.iter().chain(&missing));
        let what = format!("{} isn't on the public internet", missing.join(", "));
        let place = in_live(!allowed.is_empty(), "allow_addresses");
        self.add(Purpose::Live, what, &place, line);
    }

    /// Adds a host that the credential's own `hosts` excludes.
    fn credential_host(&mut self, name: &str, host: &str) {
        let Some(settings) = self.workspace.config.live.credentials.get(name) else { return };
        if host.is_empty() || settings.hosts.is_empty() || any_matches(&settings.hosts, host) {
            return;
        }
        let line = list("hosts", settings.hosts.iter().map(String::as_str).chain([host]));
        let what = format!("the credential `{name}` isn't allowed for `{host}`");
        let place =
            format!("replace `hosts` of `{name}` in meniscus.toml under `[live.credentials]`");
        self.add(Purpose::Live, what, &place, line);
    }

    fn host_of(&mut self, purpose: Purpose, endpoint: Option<&String>) {
        let host = endpoint.map(|url| Request::new("POST", url).host().to_ascii_lowercase());
        for host in host.into_iter().filter(|host| !host.is_empty()) {
            self.hosts.entry(host).or_insert(purpose);
        }
    }

    /// Adds a credential: its entry, and the entry's environment variables.
    fn credential(&mut self, purpose: Purpose, name: &str, why: &str) {
        let credentials = self.workspace.config.credentials(&self.environment);
        let whose = format!("the credential `{name}` uses it");
        match credentials.source(name) {
            Ok(CredentialSource::Header { env, .. }) => self.variable_of(purpose, env, &whose),
            Ok(CredentialSource::Basic { user_env, password_env }) => {
                if self.environment.value(user_env).is_err() {
                    self.variable_of(purpose, user_env, &whose);
                }
                self.variable_of(purpose, password_env, &whose);
            }
            Err(_) => {
                // For Braze, the value is only the key.
                let is_key = purpose == Purpose::Trigger;
                let (line, variable) = match is_key {
                    true => (format!("{name} = {{ env = \"{REST_KEY}\" }}"), REST_KEY.to_owned()),
                    false => (setting_of(name), variable_of(name)),
                };
                let what = format!("the credential `{name}` isn't defined: {why}");
                self.add_setting(purpose, what, "live.credentials", line);
                self.variable_of(purpose, &variable, &whose);
            }
        }
    }

    fn scenarios(&mut self, known: &Knowledge, messages: &[Message]) {
        for message in messages {
            if !known.scenarios.iter().any(|scenario| scenario.applies_to(&message.name)) {
                let path = message.parts.first().map(|part| part.source().file_name());
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

    /// Adds what triggering requires, if a message has Braze identifiers.
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
            let line = format!("endpoint = \"https://{REST_HOST}\"");
            self.hosts.entry(REST_HOST.to_owned()).or_insert(Purpose::Trigger);
            let what =
                "Braze's REST endpoint isn't set (find yours in the Braze dashboard)".to_owned();
            self.add_setting(Purpose::Trigger, what, "trigger", line);
        }
        let permissions = match (campaigns, canvases) {
            (true, true) => "`campaigns.trigger.send` and `canvas.trigger.send`",
            (false, true) => "`canvas.trigger.send`",
            _ => "`campaigns.trigger.send`",
        };
        let why = format!("use a REST API key with the permission {permissions}");
        self.credential(Purpose::Trigger, &name, &why);
    }

    /// Adds what tags require, if any tag setting is present.
    fn tags(&mut self) {
        let tags = &self.workspace.config.tags;
        let (endpoint, key, credential) =
            (tags.endpoint.clone(), tags.app_key_env.clone(), tags.credential.clone());
        if endpoint.is_none() && key.is_none() && credential.is_none() {
            return;
        }
        if endpoint.is_none() {
            let line = "endpoint = \"https://api-….ent-sessionm.com\"".to_owned();
            let what = "SessionM's endpoint isn't set".to_owned();
            self.add_setting(Purpose::Tags, what, "tags", line);
        }
        self.host_of(Purpose::Tags, endpoint.as_ref());
        match key {
            Some(key) => self.variable_of(Purpose::Tags, &key, "the app key comes from it"),
            None => {
                let line = "app_key_env = \"SESSIONM_APP_KEY\"".to_owned();
                let what = "the environment variable of the app key isn't set".to_owned();
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
            // Credentials for triggers and tags are listed with those.
            let of_trigger = name == config.trigger.credential;
            if !of_trigger && config.tags.credential.as_ref() != Some(&name) {
                self.credential(Purpose::Live, &name, "`[live.credentials]` has it");
            }
        }
    }
}

/// Whether a host matches one of these patterns, which were validated when meniscus.toml was read.
fn any_matches(patterns: &[String], host: &str) -> bool {
    let patterns = patterns.iter().filter_map(|one| HostPattern::parse(one).ok());
    patterns.into_iter().any(|one| one.matches(host))
}

/// Returns a line of meniscus.toml that sets a list of strings.
fn list(key: &str, items: impl Iterator<Item = impl std::fmt::Display>) -> String {
    let items = items.map(|item| format!("\"{item}\"")).collect::<Vec<_>>();
    format!("{key} = [{}]", items.join(", "))
}

/// Returns where a list under `[live]` belongs: a key may only occur once.
fn in_live(is_there: bool, key: &str) -> String {
    match is_there {
        true => format!("replace `{key}` in meniscus.toml under `[live]`"),
        false => "add to meniscus.toml under `[live]`".to_owned(),
    }
}
