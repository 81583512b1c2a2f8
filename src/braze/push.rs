//! What was changed here, on its way to Braze: first a plan, then its operations one by one.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::client::{BrazeError, Client, first_error};
use super::drift::OnlyHere;
use super::files::{EMAIL_PARTS, place_of};
use super::kinds::{Kind, Listed, text};
use super::lock::{Entry, Lock};
use super::versions::{Change, Site, VersionsError, digest_of};

/// The version of a plan's JSON.
const VERSION: u32 = 1;

/// The most bytes of a content block, and of an email's body (reference 5 and 7).
const MOST_BLOCK: usize = 50_000;
const MOST_BODY: usize = 400_000;

/// The most characters of a content block's name.
const MOST_NAME: usize = 100;

/// What a push would do, to be looked through before it is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PushPlan {
    version: u32,
    /// Where it goes.
    pub endpoint: String,
    /// When it was made, in UTC: a plan is of a moment.
    pub made: String,
    /// In the order in which they are done: a block before those that include it.
    pub operations: Vec<Operation>,
}

/// One object that is created or updated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// `content_blocks` or `email_templates`.
    kind: String,
    pub name: String,
    /// Its id in Braze; nothing if it is created.
    pub id: Option<String>,
    place: String,
    /// Digests of its files as they are here.
    files: BTreeMap<String, String>,
    /// Digests of its files as they are in Braze.
    expects: BTreeMap<String, String>,
}

/// An object that can't be pushed, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    pub what: String,
    pub why: String,
}

/// A file that is changed by an operation, for a diff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushedFile {
    pub path: String,
    pub before: String,
    pub after: String,
}

/// A plan with what it would change, and what it leaves out.
#[derive(Clone, Debug)]
pub struct Planned {
    pub plan: PushPlan,
    pub files: Vec<PushedFile>,
    pub blocked: Vec<Blocked>,
}

/// Why an operation isn't done.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    #[error(transparent)]
    Versions(#[from] VersionsError),
    #[error(transparent)]
    Braze(BrazeError),
    #[error("{0}")]
    Moved(String),
}

impl PushError {
    /// Returns what to do.
    #[must_use]
    pub fn help(&self) -> &str {
        match self {
            PushError::Versions(error) => error.help(),
            PushError::Braze(error) => &error.help,
            PushError::Moved(_) => "create a new plan with `meniscus push --plan FILE`",
        }
    }

    /// Whether Braze may have done it.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self, PushError::Braze(error) if error.is_unknown)
    }
}

impl Operation {
    fn kind(&self) -> Kind {
        let known = Kind::ALL.into_iter().find(|kind| kind.name() == self.kind);
        known.unwrap_or(Kind::ContentBlock)
    }

    /// Says what it does: `update the content block tea_footer`.
    #[must_use]
    pub fn words(&self) -> String {
        let verb = if self.id.is_some() { "update" } else { "create" };
        format!("{verb} the {} {}", self.kind().words().0, self.name)
    }

    fn listed(&self, id: &str, edited: String) -> Listed {
        let (kind, name) = (self.kind(), self.name.clone());
        Listed { kind, id: id.to_owned(), name, edited, tags: Vec::new() }
    }
}

/// Makes a plan of what was changed here. `listed` is everything of the kinds that can be pushed;
/// `takes` are those to look at.
///
/// # Errors
/// If Braze refuses, or a file can't be read.
pub fn plan(
    client: &Client,
    site: Site<'_>,
    lock: &Lock,
    listed: &[Listed],
    new: &[OnlyHere],
    takes: &dyn Fn(&Listed) -> bool,
    now: jiff::Timestamp,
) -> Result<Planned, VersionsError> {
    let mut operations = Vec::new();
    let (mut files, mut blocked) = (Vec::new(), Vec::new());
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for one in listed.iter().filter(|one| takes(one)) {
        let (never, known) = (Entry { place: place_of(one), ..Entry::default() }, lock.entry(one));
        let known = known.unwrap_or(&never);
        // What was never pulled is read only where something is here that could be meant for it.
        if known.files.is_empty() && !site.has(one.kind, &known.place) {
            continue;
        }
        let versions = site.versions(client, one, known, &known.place)?;
        let changed = versions.files.iter().filter(|file| file.change() != Change::None);
        let changed = changed.filter(|file| !file.is_noise()).collect::<Vec<_>>();
        if !changed.iter().any(|file| matches!(file.change(), Change::Here | Change::Both)) {
            continue;
        }
        let what = format!("{} {}", one.kind.words().0, one.name);
        if changed.iter().any(|file| file.change() != Change::Here) {
            let why = match known.files.is_empty() {
                true => "it was never pulled and differs in Braze; pull first",
                false => "it has changed in Braze too; pull first",
            };
            let why = why.to_owned();
            blocked.push(Blocked { what, why });
            continue;
        }
        let wrong = changed
            .iter()
            .find_map(|file| wrong(one.kind, &one.name, &file.path, file.here.as_deref()));
        if let Some(why) = wrong {
            blocked.push(Blocked { what, why });
            continue;
        }
        for file in &changed {
            let (before, after) = (file.there.as_ref(), file.here.clone().unwrap_or_default());
            let before = before.map(|there| there.contents.clone()).unwrap_or_default();
            texts.insert(file.path.clone(), after.clone());
            files.push(PushedFile { path: file.path.clone(), before, after });
        }
        operations.push(Operation {
            kind: one.kind.name().to_owned(),
            name: one.name.clone(),
            id: Some(one.id.clone()),
            place: known.place.clone(),
            files: versions.digests_here(),
            expects: versions.digests_there(),
        });
    }
    for OnlyHere { kind, name, files: paths } in new {
        let mut own = BTreeMap::new();
        for path in paths.iter().chain(&required(*kind, paths)) {
            own.insert(path.clone(), site.here(path)?);
        }
        let mut own_files = own.iter();
        let why = own_files.find_map(|(path, here)| wrong(*kind, name, path, here.as_deref()));
        if let Some(why) = why {
            blocked.push(Blocked { what: format!("{} {name}", kind.words().0), why });
            continue;
        }
        let own = own.into_iter().map(|(path, here)| (path, here.unwrap_or_default()));
        let own = own.collect::<BTreeMap<_, _>>();
        operations.push(Operation {
            kind: kind.name().to_owned(),
            name: name.clone(),
            id: None,
            place: name.clone(),
            files: own.iter().map(|(path, here)| (path.clone(), digest_of(here))).collect(),
            expects: BTreeMap::new(),
        });
        for (path, here) in own {
            texts.insert(path.clone(), here.clone());
            files.push(PushedFile { path, before: String::new(), after: here });
        }
    }
    // A block that isn't pushed is missing in what includes it.
    let missing = new.iter().filter(|one| one.kind == Kind::ContentBlock).map(|one| &one.name);
    let missing = missing.filter(|name| !operations.iter().any(|one| one.name == **name));
    let missing = missing.cloned().collect::<BTreeSet<_>>();
    let (operations, without) = operations.into_iter().partition::<Vec<_>, _>(|one| {
        let texts = one.files.keys().filter_map(|path| texts.get(path));
        texts.flat_map(|text| includes(text)).all(|name| !missing.contains(&name))
    });
    blocked.extend(without.into_iter().map(|one| Blocked {
        what: one.words_of(),
        why: "it includes a content block that can't be pushed".to_owned(),
    }));
    let operations = ordered(operations, &texts, &mut blocked);
    let endpoint = client.endpoint().to_owned();
    let plan = PushPlan { version: VERSION, endpoint, made: now.to_string(), operations };
    Ok(Planned { plan, files, blocked })
}

/// Returns why a file can't be pushed.
fn wrong(kind: Kind, name: &str, path: &str, here: Option<&str>) -> Option<String> {
    let bytes = here.map_or(0, str::len);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    match kind {
        Kind::ContentBlock if bytes > MOST_BLOCK => {
            Some(format!("it has {bytes} bytes; Braze's limit is {MOST_BLOCK}"))
        }
        Kind::ContentBlock if here.is_none_or(|text| text.trim().is_empty()) => {
            Some("Braze rejects empty content blocks".to_owned())
        }
        Kind::ContentBlock if name.is_empty() || !name.chars().all(is_plain) => {
            Some("Braze allows only letters, digits, `-`, and `_` in its name".to_owned())
        }
        Kind::ContentBlock if name.len() > MOST_NAME => {
            Some(format!("its name has {} characters; Braze's limit is {MOST_NAME}", name.len()))
        }
        Kind::ContentBlock if here.is_some_and(|text| includes(text).contains(name)) => {
            Some("it includes itself".to_owned())
        }
        Kind::EmailTemplate if path.ends_with("body.html") && bytes > MOST_BODY => {
            Some(format!("its body has {bytes} bytes; Braze's limit is {MOST_BODY}"))
        }
        Kind::EmailTemplate
            if bytes == 0
                && ["subject.liquid", "body.html"].iter().any(|part| path.ends_with(part)) =>
        {
            let is = if here.is_some() { "empty" } else { "missing" };
            Some(format!("`{path}` is {is}, but Braze requires it"))
        }
        Kind::EmailTemplate if !EMAIL_PARTS.iter().any(|(part, _)| is_part(path, part)) => {
            Some(format!("Braze's API doesn't accept `{path}`"))
        }
        Kind::ContentBlock | Kind::EmailTemplate => None,
        _ => Some("Braze's API can't change it; copy the text into the composer".to_owned()),
    }
}

/// Returns the parts that Braze requires of an email template and that aren't among its files.
fn required(kind: Kind, files: &[String]) -> Vec<String> {
    let folder = files.first().and_then(|path| path.rsplit_once('/'));
    let Some((folder, _)) = folder.filter(|_| kind == Kind::EmailTemplate) else {
        return Vec::new();
    };
    let is_missing = |part: &&str| !files.iter().any(|path| is_part(path, part));
    let missing = ["subject.liquid", "body.html"].into_iter().filter(is_missing);
    missing.map(|part| format!("{folder}/{part}")).collect()
}

fn is_part(path: &str, part: &str) -> bool {
    path.rsplit('/').next() == Some(part)
}

/// Returns the content blocks that a text includes.
fn includes(text: &str) -> BTreeSet<String> {
    static INCLUDE: std::sync::LazyLock<Option<regex::Regex>> = std::sync::LazyLock::new(|| {
        regex::Regex::new(r"content_blocks\.\$\{\s*([^{}\s]+)\s*\}").ok()
    });
    let found = INCLUDE.iter().flat_map(|include| include.captures_iter(text));
    found.filter_map(|found| Some(found.get(1)?.as_str().to_owned())).collect()
}

/// Sorts operations: a block before what includes it, emails last. Blocks in a circle are blocked.
fn ordered(
    operations: Vec<Operation>,
    texts: &BTreeMap<String, String>,
    blocked: &mut Vec<Blocked>,
) -> Vec<Operation> {
    let mut left = operations;
    let mut done: Vec<Operation> = Vec::new();
    while !left.is_empty() {
        let names = left.iter().filter(|one| one.kind() == Kind::ContentBlock);
        let names = names.map(|one| one.name.clone()).collect::<BTreeSet<_>>();
        let waits = |one: &Operation| {
            let texts = one.files.keys().filter_map(|path| texts.get(path));
            let mut included = texts.flat_map(|text| includes(text));
            included.any(|name| names.contains(&name) && name != one.name)
        };
        let (later, mut now): (Vec<_>, Vec<_>) = left.into_iter().partition(waits);
        if now.is_empty() {
            blocked.extend(later.into_iter().map(|one| Blocked {
                what: format!("{} {}", one.kind().words().0, one.name),
                why: "it includes a content block that includes it".to_owned(),
            }));
            break;
        }
        done.append(&mut now);
        left = later;
    }
    done.sort_by_key(|one| one.kind() != Kind::ContentBlock);
    done
}

impl PushPlan {
    /// Reads a plan.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Result<PushPlan, String> {
        let plan = serde_json::from_str::<PushPlan>(text).map_err(|error| error.to_string())?;
        let kinds = [Kind::ContentBlock, Kind::EmailTemplate].map(Kind::name);
        match plan.version {
            VERSION if plan.operations.iter().all(|one| kinds.contains(&&*one.kind)) => Ok(plan),
            VERSION => Err("it has an unknown operation".to_owned()),
            other => Err(format!("it has version {other}, but only {VERSION} is supported")),
        }
    }

    /// Returns how long ago it was made, in minutes; nothing if it doesn't say when.
    #[must_use]
    pub fn age(&self, now: jiff::Timestamp) -> Option<i64> {
        let made = self.made.parse::<jiff::Timestamp>().ok()?;
        Some(now.duration_since(made).as_mins())
    }

    /// Checks that everything is as it was when the plan was made. Nothing is changed.
    ///
    /// # Errors
    /// What has moved.
    pub fn check(
        &self,
        client: &Client,
        site: Site<'_>,
        listed: &[Listed],
    ) -> Result<(), PushError> {
        for one in &self.operations {
            let moved = |what: &str| PushError::Moved(format!("the {} {what}", one.words_of()));
            for (path, digest) in &one.files {
                let here = site.here(path)?;
                if here.as_deref().map(digest_of).as_ref() != Some(digest) {
                    return Err(moved(&format!("has a different `{path}` here than in the plan")));
                }
            }
            let is_it = |known: &&Listed| known.kind == one.kind() && known.name == one.name;
            let Some(id) = &one.id else {
                match listed.iter().find(is_it) {
                    None => continue,
                    Some(_) => {
                        return Err(moved("has been created in Braze since the plan was made"));
                    }
                }
            };
            if !listed.iter().any(|known| known.id == *id) {
                return Err(moved("is no longer in Braze"));
            }
            let known = one.listed(id, String::new());
            let versions = site.versions(client, &known, &Entry::default(), &one.place)?;
            if versions.digests_there() != one.expects {
                return Err(moved("has changed in Braze since the plan was made"));
            }
            if versions.digests_here() != one.files {
                return Err(moved("has different files here than in the plan"));
            }
        }
        Ok(())
    }
}

impl Operation {
    fn words_of(&self) -> String {
        format!("{} {}", self.kind().words().0, self.name)
    }

    /// Says in the lock what is about to be sent, so that it is known again after a run that was
    /// killed.
    pub fn announce(&self, lock: &mut Lock) {
        let Some(id) = &self.id else { return };
        let listed = self.listed(id, String::new());
        if let Some(mut known) = lock.entry(&listed).cloned() {
            // What Braze has may be what an earlier run was sending when it was killed.
            known.files.extend(self.expects.clone());
            lock.put(&listed, Entry { sending: self.files.clone(), ..known });
        }
    }

    /// Does it, and says so in the lock. Returns what Braze doesn't like of it, if anything.
    ///
    /// # Errors
    /// If a file can't be read, or Braze refuses.
    pub fn apply(
        &self,
        client: &Client,
        site: Site<'_>,
        lock: &mut Lock,
    ) -> Result<Option<String>, PushError> {
        let mut body = Map::new();
        let read = |path: &str| site.here(path).map(Option::unwrap_or_default);
        if self.kind() == Kind::ContentBlock {
            let path = self.files.keys().next().cloned().unwrap_or_default();
            body.insert("content".to_owned(), json!(read(&path)?));
        } else {
            let all = self.files.keys().chain(self.expects.keys()).collect::<BTreeSet<_>>();
            for path in all {
                let part = EMAIL_PARTS.iter().find(|(part, _)| is_part(path, part));
                let is_changed = self.files.get(path) != self.expects.get(path);
                if let Some((_, member)) = part.filter(|_| is_changed) {
                    body.insert((*member).to_owned(), json!(read(path)?));
                }
            }
        }
        let (id, said) = match (self.kind(), &self.id) {
            (Kind::ContentBlock, Some(id)) => {
                body.insert("content_block_id".to_owned(), json!(id));
                (id.clone(), self.update_block(client, body)?)
            }
            (Kind::ContentBlock, None) => {
                body.insert("name".to_owned(), json!(self.name));
                let body = Json::Object(body);
                let created = client.post("/content_blocks/create", &body, "content_blocks.create");
                let created = created.map_err(PushError::Braze)?;
                (text(&created, "content_block_id").unwrap_or_default(), created)
            }
            (_, None) => {
                body.insert("template_name".to_owned(), json!(self.name));
                body.retain(|_, text| *text != json!(""));
                let body = Json::Object(body);
                let created =
                    client.post("/templates/email/create", &body, "templates.email.create");
                let created = created.map_err(PushError::Braze)?;
                (text(&created, "email_template_id").unwrap_or_default(), created)
            }
            (_, Some(id)) => {
                let id = id.clone();
                body.insert("email_template_id".to_owned(), json!(id));
                let body = Json::Object(body);
                let sent = client.post("/templates/email/update", &body, "templates.email.update");
                (id, sent.map_err(PushError::Braze)?)
            }
        };
        let disliked = first_error(&said);
        // Without an id, the next pull finds it by its name.
        if id.is_empty() {
            return Ok(disliked);
        }
        // When Braze changed it isn't known: the next pull reads it once.
        let entry = Entry {
            name: self.name.clone(),
            edited: String::new(),
            place: self.place.clone(),
            files: self.files.clone(),
            ..Entry::default()
        };
        lock.put(&self.listed(&id, String::new()), entry);
        Ok(disliked)
    }

    /// Updates a block in the state that it has, which Braze doesn't return. Braze refuses to make a
    /// draft of what is active, and an update without a state would publish a draft.
    fn update_block(
        &self,
        client: &Client,
        mut body: Map<String, Json>,
    ) -> Result<Json, PushError> {
        let send = |body: &Map<String, Json>| {
            let body = Json::Object(body.clone());
            client.post("/content_blocks/update", &body, "content_blocks.update")
        };
        body.insert("state".to_owned(), json!("draft"));
        // Other refusals would be the same for an active block, or publish a draft.
        let is_active = |error: &BrazeError| {
            let said = error.problem.to_lowercase();
            error.status == Some(400) && (said.contains("draft") || said.contains("active"))
        };
        match send(&body) {
            Ok(said) => Ok(said),
            Err(error) if is_active(&error) => {
                body.insert("state".to_owned(), json!("active"));
                send(&body).map_err(PushError::Braze)
            }
            Err(error) => Err(PushError::Braze(error)),
        }
    }
}
