use serde_json::Value as Json;

use super::catalogs;
use super::client::{BrazeError, Client, taken};

/// What is pulled, in the order in which it is asked for: few calls first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    ContentBlock,
    EmailTemplate,
    Campaign,
    Canvas,
    /// All custom attributes together: they have no ids.
    CustomAttribute,
    /// A catalog with its fields and items.
    Catalog,
    /// All custom events together.
    CustomEvent,
    PreferenceCenter,
}

/// What a list says of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub kind: Kind,
    pub id: String,
    pub name: String,
    /// When it was last changed, as Braze writes it.
    pub edited: String,
    pub tags: Vec<String>,
}

/// Where the objects of a kind are: paths, permissions, members of the answers.
struct Endpoint {
    list: &'static str,
    list_permission: &'static str,
    member: &'static str,
    details: &'static str,
    details_permission: &'static str,
    id: &'static str,
    name: &'static str,
    edited: &'static str,
    /// The parameter for objects that were changed after a time.
    since: &'static str,
    /// Whether pages are numbered; else they have offsets.
    is_numbered: bool,
}

impl Kind {
    pub const ALL: [Kind; 8] = [
        Kind::ContentBlock,
        Kind::EmailTemplate,
        Kind::Campaign,
        Kind::Canvas,
        Kind::CustomAttribute,
        Kind::Catalog,
        Kind::CustomEvent,
        Kind::PreferenceCenter,
    ];

    /// Returns its name in arguments and in the lock: `content_blocks`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::ContentBlock => "content_blocks",
            Kind::EmailTemplate => "email_templates",
            Kind::Campaign => "campaigns",
            Kind::Canvas => "canvases",
            Kind::CustomAttribute => "custom_attributes",
            Kind::Catalog => "catalogs",
            Kind::CustomEvent => "custom_events",
            Kind::PreferenceCenter => "preference_centers",
        }
    }

    /// Returns what one and what many of it are called.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Kind::ContentBlock => ("content block", "content blocks"),
            Kind::EmailTemplate => ("email template", "email templates"),
            Kind::Campaign => ("campaign", "campaigns"),
            Kind::Canvas => ("Canvas", "Canvases"),
            Kind::CustomAttribute => ("list of custom attributes", "lists of custom attributes"),
            Kind::Catalog => ("catalog", "catalogs"),
            Kind::CustomEvent => ("list of custom events", "lists of custom events"),
            Kind::PreferenceCenter => ("preference center", "preference centers"),
        }
    }

    /// Returns the permissions that a key needs.
    #[must_use]
    pub fn permissions(self) -> [&'static str; 2] {
        let endpoint = self.endpoint();
        [endpoint.list_permission, endpoint.details_permission]
    }

    /// Whether its permissions aren't those of every key, so that it comes only when asked for.
    #[must_use]
    pub fn is_special(self) -> bool {
        matches!(
            self,
            Kind::CustomAttribute | Kind::Catalog | Kind::CustomEvent | Kind::PreferenceCenter
        )
    }

    /// Whether its objects have no ids, so that all of them are one file.
    fn is_one_list(self) -> bool {
        matches!(self, Kind::CustomAttribute | Kind::CustomEvent)
    }

    fn endpoint(self) -> Endpoint {
        match self {
            Kind::ContentBlock => Endpoint {
                list: "/content_blocks/list",
                list_permission: "content_blocks.list",
                member: "content_blocks",
                details: "/content_blocks/info",
                details_permission: "content_blocks.info",
                id: "content_block_id",
                name: "name",
                edited: "last_edited",
                since: "modified_after",
                is_numbered: false,
            },
            Kind::EmailTemplate => Endpoint {
                list: "/templates/email/list",
                list_permission: "templates.email.list",
                member: "templates",
                details: "/templates/email/info",
                details_permission: "templates.email.info",
                id: "email_template_id",
                name: "template_name",
                edited: "updated_at",
                since: "modified_after",
                is_numbered: false,
            },
            Kind::Campaign => Endpoint {
                list: "/campaigns/list",
                list_permission: "campaigns.list",
                member: "campaigns",
                details: "/campaigns/details",
                details_permission: "campaigns.details",
                id: "campaign_id",
                name: "name",
                edited: "last_edited",
                since: "last_edit.time[gt]",
                is_numbered: true,
            },
            Kind::Canvas => Endpoint {
                list: "/canvas/list",
                list_permission: "canvas.list",
                member: "canvases",
                details: "/canvas/details",
                details_permission: "canvas.details",
                id: "canvas_id",
                name: "name",
                edited: "last_edited",
                since: "last_edit.time[gt]",
                is_numbered: true,
            },
            Kind::CustomAttribute => Endpoint {
                list: "/custom_attributes",
                list_permission: "custom_attributes.get",
                member: "attributes",
                details: "/custom_attributes",
                details_permission: "custom_attributes.get",
                id: "",
                name: "name",
                edited: "",
                since: "",
                is_numbered: false,
            },
            Kind::CustomEvent => Endpoint {
                list: "/events",
                list_permission: "events.get",
                member: "events",
                details: "/events",
                details_permission: "events.get",
                id: "",
                name: "name",
                edited: "",
                since: "",
                is_numbered: false,
            },
            Kind::PreferenceCenter => Endpoint {
                list: "/preference_center/v1/list",
                list_permission: "preference_center.list",
                member: "preference_centers",
                details: "/preference_center/v1",
                details_permission: "preference_center.get",
                id: "preference_center_api_id",
                name: "name",
                edited: "updated_at",
                since: "",
                is_numbered: false,
            },
            // When a catalog was updated says nothing of its items, so it is read each time.
            Kind::Catalog => Endpoint {
                list: "/catalogs",
                list_permission: "catalogs.get",
                member: "catalogs",
                details: "/catalogs/{name}/items",
                details_permission: "catalogs.get_items",
                id: "name",
                name: "name",
                edited: "",
                since: "",
                is_numbered: false,
            },
        }
    }

    /// Lists all objects, sorted by name and id. `since` leaves out what wasn't changed after it.
    ///
    /// # Errors
    /// If Braze refuses, or an object has no id.
    pub fn list(self, client: &Client, since: Option<&str>) -> Result<Vec<Listed>, BrazeError> {
        let endpoint = self.endpoint();
        if self.is_one_list() {
            let (id, name) = ("all".to_owned(), self.name().replace('_', " "));
            let all = Listed { kind: self, id, name, edited: String::new(), tags: Vec::new() };
            return Ok(vec![all]);
        }
        let since = since.filter(|_| !endpoint.since.is_empty());
        let query = since.map(|since| (endpoint.since, since));
        let query = query.as_slice();
        let rows = match endpoint.is_numbered {
            _ if self == Kind::Catalog => catalogs::rows(client),
            // It has no pages.
            _ if self == Kind::PreferenceCenter => {
                let mut json = client.get(endpoint.list, query, endpoint.list_permission)?;
                taken(&mut json, endpoint.member, endpoint.list)
            }
            true => client.pages(endpoint.list, endpoint.member, query, endpoint.list_permission),
            false => {
                client.offsets(endpoint.list, endpoint.member, query, endpoint.list_permission)
            }
        };
        // The lists of campaigns and Canvases call it `id`.
        let id = |row: &Json| text(row, endpoint.id).or_else(|| text(row, "id"));
        let listed = rows?.into_iter().map(|row| {
            Ok(Listed {
                kind: self,
                id: id(&row).ok_or_else(|| BrazeError {
                    problem: format!("`{}` has an entry without an ID", endpoint.list),
                    help: "check that `endpoint` under `[braze]` is Braze's REST endpoint"
                        .to_owned(),
                    status: None,
                    is_unknown: false,
                })?,
                name: text(&row, endpoint.name).unwrap_or_default(),
                edited: text(&row, endpoint.edited).unwrap_or_default(),
                tags: strings(row.get("tags")),
            })
        });
        let mut listed = listed.collect::<Result<Vec<_>, BrazeError>>()?;
        listed.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        listed.dedup_by(|a, b| a.id == b.id);
        Ok(listed)
    }

    /// Reads what Braze tells of an object.
    ///
    /// # Errors
    /// If Braze refuses.
    pub fn read(self, client: &Client, id: &str) -> Result<Json, BrazeError> {
        let endpoint = self.endpoint();
        if self.is_one_list() {
            let rows = client.linked(endpoint.list, endpoint.member, endpoint.list_permission)?;
            return Ok(Json::from_iter([(endpoint.member.to_owned(), Json::Array(rows))]));
        }
        if self == Kind::Catalog {
            return catalogs::read(client, id);
        }
        if self == Kind::PreferenceCenter {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            // An id becomes a part of a path.
            let id = Some(id).filter(|id| id.chars().all(is_plain)).unwrap_or("unknown");
            let path = format!("{}/{id}", endpoint.details);
            return client.get(&path, &[], endpoint.details_permission);
        }
        client.get(endpoint.details, &[(endpoint.id, id)], endpoint.details_permission)
    }

    /// Reads the draft that an object has beside what is live; nothing if it has none.
    ///
    /// # Errors
    /// If Braze refuses.
    pub fn read_draft(
        self,
        client: &Client,
        id: &str,
        live: &Json,
    ) -> Result<Option<Json>, BrazeError> {
        if live.get("has_post_launch_draft").and_then(Json::as_bool) != Some(true) {
            return Ok(None);
        }
        let endpoint = self.endpoint();
        let query = [(endpoint.id, id), ("post_launch_draft_version", "true")];
        client.get(endpoint.details, &query, endpoint.details_permission).map(Some)
    }
}

/// Returns a member that is a string with something in it.
pub(super) fn text(json: &Json, name: &str) -> Option<String> {
    json.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Returns the strings of a list, or of a single string.
pub(super) fn strings(json: Option<&Json>) -> Vec<String> {
    match json {
        Some(Json::Array(items)) => {
            items.iter().filter_map(Json::as_str).map(str::to_owned).collect()
        }
        Some(Json::String(text)) if !text.is_empty() => vec![text.clone()],
        _ => Vec::new(),
    }
}
