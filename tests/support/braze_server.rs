//! Braze's REST API as its documentation describes it, on 127.0.0.1: lists with paging, details,
//! limits, faults, and a log of what was asked.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// An answer that comes instead of the right one, once.
#[derive(Clone, Debug)]
pub struct BrazeFault {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// What is in Braze.
#[derive(Debug, Default)]
pub struct InBraze {
    /// Objects by the path of their list, as `details` returns them, with `id` and `edited`.
    objects: BTreeMap<&'static str, Vec<Value>>,
    /// Answers by the start of a path, the first in line.
    faults: VecDeque<(String, BrazeFault)>,
    asked: Vec<String>,
    sent: Vec<(String, Value)>,
    keys: Vec<String>,
}

/// A running server; it ends with the test.
pub struct BrazeServer {
    pub port: u16,
    state: Arc<Mutex<InBraze>>,
    /// Connections that are open.
    open: Arc<AtomicUsize>,
}

/// Lists with their details: list, member, details, id, name, edited, whether pages are numbered.
const KINDS: [(&str, &str, &str, &str, &str, &str, bool); 4] = [
    (
        "/content_blocks/list",
        "content_blocks",
        "/content_blocks/info",
        "content_block_id",
        "name",
        "last_edited",
        false,
    ),
    (
        "/templates/email/list",
        "templates",
        "/templates/email/info",
        "email_template_id",
        "template_name",
        "updated_at",
        false,
    ),
    (
        "/campaigns/list",
        "campaigns",
        "/campaigns/details",
        "campaign_id",
        "name",
        "last_edited",
        true,
    ),
    ("/canvas/list", "canvases", "/canvas/details", "canvas_id", "name", "last_edited", true),
];

impl BrazeServer {
    pub fn start() -> BrazeServer {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(Mutex::new(InBraze::default()));
        let open = Arc::new(AtomicUsize::new(0));
        let (shared, counted) = (Arc::clone(&state), Arc::clone(&open));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (shared, counted) = (Arc::clone(&shared), Arc::clone(&counted));
                counted.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || {
                    // A client that goes away is part of the game.
                    let _gone = serve(stream, &shared);
                    counted.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        BrazeServer { port, state, open }
    }

    /// Waits until all that was sent has arrived, also what a client sent that was killed since.
    pub fn settle(&self) {
        // Connections are taken in order, so those before this one are open or done once it is answered.
        let mut own = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        own.write_all(b"GET /content_blocks/list HTTP/1.1\r\nConnection: close\r\n\r\n")
            .expect("it reads");
        let _answered = own.read(&mut [0; 1]).expect("it answers");
        drop(own);
        while self.open.load(Ordering::SeqCst) > 0 {
            thread::sleep(Duration::from_millis(1));
        }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Puts an object there, or replaces it. `list` is the path of its list.
    pub fn put(&self, list: &'static str, id: &str, name: &str, edited: &str, details: Value) {
        let mut state = self.state.lock().expect("no panic");
        let objects = state.objects.entry(list).or_default();
        objects.retain(|object| object["id"] != id);
        let mut object = details;
        object["id"] = json!(id);
        object["edited"] = json!(edited);
        object["its_name"] = json!(name);
        objects.push(object);
    }

    pub fn remove(&self, list: &'static str, id: &str) {
        let mut state = self.state.lock().expect("no panic");
        state.objects.entry(list).or_default().retain(|object| object["id"] != id);
    }

    /// Answers the next request to a path otherwise; with status 0, the connection is closed.
    pub fn fault(&self, path: &str, status: u16, headers: &[(&str, &str)], body: &str) {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let fault = BrazeFault { status, headers: headers.collect(), body: body.to_owned() };
        self.state.lock().expect("no panic").faults.push_back((path.to_owned(), fault));
    }

    /// Returns what was asked since the last time.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().expect("no panic").asked)
    }

    /// Returns what was sent since the last time.
    pub fn sent(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.state.lock().expect("no panic").sent)
    }

    /// Returns the headers `Authorization` so far.
    pub fn keys(&self) -> Vec<String> {
        self.state.lock().expect("no panic").keys.clone()
    }
}

fn serve(mut stream: TcpStream, state: &Mutex<InBraze>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        let mut head = String::new();
        loop {
            let read = reader.read_line(&mut head)?;
            if read == 0 {
                return Ok(());
            }
            if read <= 2 {
                break;
            }
        }
        let header = |wanted: &str| {
            let mut lines = head.lines().filter_map(|line| line.split_once(':'));
            let found = lines.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
            found.map(|(_, value)| value.trim().to_owned())
        };
        let length = header("content-length").and_then(|length| length.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut body)?;
        let path = head.split_whitespace().nth(1).unwrap_or_default().to_owned();
        let is_post = head.starts_with("POST");
        let fault = {
            let mut state = state.lock().expect("no panic");
            state.asked.push(path.clone());
            if is_post {
                state.sent.push((path.clone(), serde_json::from_slice(&body).unwrap_or_default()));
            }
            state.keys.extend(header("authorization"));
            let place = state.faults.iter().position(|(start, _)| path.starts_with(start));
            place.and_then(|place| state.faults.remove(place))
        };
        let (status, headers, body) = match fault {
            Some((_, fault)) if fault.status == 0 => return Ok(()),
            Some((_, fault)) => (fault.status, fault.headers, fault.body),
            None if is_post => {
                let said = serde_json::from_slice(&body).unwrap_or_default();
                let (status, body) = posted(&path, &said, &mut state.lock().expect("no panic"));
                (status, Vec::new(), body.to_string())
            }
            None => {
                let (status, body) = answer(&path, &state.lock().expect("no panic"));
                let link = body["next_for_the_header"].as_u64().map(|next| {
                    let list = path.split('?').next().unwrap_or(&path);
                    ("Link".to_owned(), format!("<{list}?cursor={next}>; rel=\"next\""))
                });
                (status, link.into_iter().collect(), body.to_string())
            }
        };
        let headers = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
        let headers = headers.collect::<String>();
        let all = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            body.len()
        );
        // In one piece: a second one would wait for an acknowledgement of the first.
        stream.write_all(all.as_bytes())?;
    }
}

fn answer(path: &str, state: &InBraze) -> (u16, Value) {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let get = |wanted: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let found = pairs.find(|(name, _)| name.replace("%5B", "[").replace("%5D", "]") == wanted);
        found.map(|(_, value)| value.replace("%3A", ":"))
    };
    let number = |name: &str| get(name).and_then(|text| text.parse::<usize>().ok());
    let none = Vec::new();
    let linked = match path {
        "/custom_attributes" => Some("attributes"),
        "/events" => Some("events"),
        _ => None,
    };
    if let Some(member) = linked {
        let all = state.objects.get(path).unwrap_or(&none);
        let from = number("cursor").unwrap_or(0);
        let rows = all.iter().skip(from).take(50).map(|row| {
            let mut row = row.clone();
            row["name"] = row["its_name"].clone();
            row
        });
        let next = (from + 50 < all.len()).then(|| from + 50);
        let rows = rows.collect::<Vec<_>>();
        return (200, json!({"message": "success", member: rows, "next_for_the_header": next}));
    }
    if let Some(id) = path.strip_prefix("/preference_center/v1/") {
        let all = state.objects.get("/preference_center/v1/list").unwrap_or(&none);
        let row = |one: &Value| {
            json!({
                "name": one["its_name"], "preference_center_api_id": one["id"],
                "created_at": "2026-01-01T00:00:00Z", "updated_at": one["edited"],
            })
        };
        if id == "list" {
            let rows = all.iter().map(row).collect::<Vec<_>>();
            return (200, json!({"message": "success", "preference_centers": rows}));
        }
        let Some(found) = all.iter().find(|one| one["id"] == *id) else {
            return (404, json!({"message": "not found"}));
        };
        // Its page documents no `message`.
        let mut details = row(found);
        for (name, value) in found.as_object().into_iter().flatten() {
            if !["id", "edited", "its_name"].contains(&&**name) {
                details[name] = value.clone();
            }
        }
        return (200, details);
    }
    if path == "/catalogs" {
        let all = state.objects.get(path).unwrap_or(&none).iter();
        let rows = all.map(|catalog| {
            json!({
                "name": catalog["its_name"], "description": catalog["description"],
                "num_items": catalog["items"].as_array().map_or(0, Vec::len),
                "updated_at": "2026-02-01T09:00:00.000+00:00", "fields": catalog["fields"],
            })
        });
        return (200, json!({"message": "success", "catalogs": rows.collect::<Vec<_>>()}));
    }
    if let Some(name) = path.strip_prefix("/catalogs/").and_then(|rest| rest.strip_suffix("/items"))
    {
        let mut all = state.objects.get("/catalogs").unwrap_or(&none).iter();
        let Some(catalog) = all.find(|catalog| catalog["its_name"] == name) else {
            return (
                404,
                json!({"message": "Invalid Request", "errors": [{"id": "catalog-not-found"}]}),
            );
        };
        let items = catalog["items"].as_array().unwrap_or(&none);
        let from = number("cursor").unwrap_or(0);
        let rows = items.iter().skip(from).take(50).cloned().collect::<Vec<_>>();
        let next = (from + 50 < items.len()).then(|| from + 50);
        return (200, json!({"message": "success", "items": rows, "next_for_the_header": next}));
    }
    for (list, member, details, id, name, edited, is_numbered) in KINDS {
        let objects = state.objects.get(list).unwrap_or(&none);
        if path == list {
            if number("offset") == Some(0) {
                return (400, json!({"message": "Offset must be greater than 0."}));
            }
            let since = get("modified_after").or_else(|| get("last_edit.time[gt]"));
            let objects = objects.iter().filter(|object| {
                since.as_deref().is_none_or(|since| object["edited"].as_str() > Some(since))
            });
            let (skip, take) = match is_numbered {
                true => (number("page").unwrap_or(0) * 100, 100),
                false => (number("offset").unwrap_or(0), number("limit").unwrap_or(100)),
            };
            let rows = objects.skip(skip).take(take).map(|object| {
                let mut row =
                    json!({"tags": object.get("tags").cloned().unwrap_or_else(|| json!([]))});
                row[if is_numbered { "id" } else { id }] = object["id"].clone();
                row[name] = object["its_name"].clone();
                row[edited] = object["edited"].clone();
                row
            });
            let rows = rows.collect::<Vec<_>>();
            return (200, json!({"message": "success", "count": rows.len(), member: rows}));
        }
        if path == details {
            let wanted = get(id).unwrap_or_default();
            let found = objects.iter().find(|object| object["id"] == *wanted);
            let Some(found) = found else {
                return (200, json!({"message": "Invalid id for this workspace"}));
            };
            let mut found = found.clone();
            if get("post_launch_draft_version").is_some() {
                found = found["draft_version"].take();
            }
            if let Some(members) = found.as_object_mut() {
                members.remove("draft_version");
                for own in ["id", "edited", "its_name"] {
                    members.remove(own);
                }
                // The email page documents no `message`.
                if list != "/templates/email/list" {
                    members.insert("message".to_owned(), json!("success"));
                }
            }
            return (200, found);
        }
    }
    (404, json!({"message": "not found"}))
}

/// Creates or updates an object as the pages say. Blocks are active, unless `is_draft` is set.
fn posted(path: &str, said: &Value, state: &mut InBraze) -> (u16, Value) {
    let get = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
    let (list, id) = match path {
        "/content_blocks/create" => {
            let blocks = state.objects.entry("/content_blocks/list").or_default();
            if blocks.iter().any(|block| block["its_name"] == said["name"]) {
                return (400, json!({"message": "Content Block name already exists."}));
            }
            let id = format!("new-{}", blocks.len());
            blocks.push(json!({
                "id": id, "its_name": said["name"], "edited": "2026-07-01T00:00:00Z", "content": said["content"],
            }));
            return (201, json!({"content_block_id": id, "message": "success"}));
        }
        "/templates/email/create" => {
            let all = state.objects.entry("/templates/email/list").or_default();
            for needed in ["template_name", "subject", "body"] {
                if said[needed].as_str().is_none_or(str::is_empty) {
                    return (400, json!({"message": format!("{needed} is required")}));
                }
            }
            let id = format!("new-{}", all.len());
            let mut made = said.clone();
            made["id"] = json!(id);
            made["its_name"] = said["template_name"].clone();
            made["edited"] = json!("2026-07-01T00:00:00Z");
            all.push(made);
            return (201, json!({"email_template_id": id, "message": "success"}));
        }
        "/content_blocks/update" => ("/content_blocks/list", get("content_block_id")),
        "/users/export/ids" => {
            let wanted = said["external_ids"][0].as_str().unwrap_or_default();
            let users = state.objects.get("/users").into_iter().flatten();
            let users = users.filter(|user| user["id"] == *wanted);
            let users = users.map(|user| {
                let fields = said["fields_to_export"].as_array().cloned().unwrap_or_default();
                let fields = fields.iter().filter_map(Value::as_str);
                let fields = fields.filter(|field| user.get(*field).is_some());
                fields.map(|field| (field.to_owned(), user[field].clone())).collect::<Value>()
            });
            return (201, json!({"message": "success", "users": users.collect::<Vec<_>>()}));
        }
        "/templates/email/update" => ("/templates/email/list", get("email_template_id")),
        _ => return (404, json!({"message": "not found"})),
    };
    let objects = state.objects.entry(list).or_default();
    let Some(object) = objects.iter_mut().find(|object| object["id"] == *id) else {
        return (400, json!({"message": "Invalid id"}));
    };
    if said["state"] == "draft" && object["is_draft"] != true {
        return (400, json!({"message": "Active Content Blocks can not be made drafts."}));
    }
    for (name, value) in said.as_object().into_iter().flatten() {
        if !name.ends_with("_id") && name != "state" {
            object[name] = value.clone();
        }
    }
    object["edited"] = json!("2026-08-01T00:00:00Z");
    (201, json!({"message": "success"}))
}
