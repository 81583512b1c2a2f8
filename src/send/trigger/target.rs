use crate::contract::Contract;
use crate::project::{Message, ProjectError, Scenario};
use crate::value::View;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An API-triggered campaign.
    Campaign,
    /// An API-triggered Canvas.
    Canvas,
}

/// A campaign or Canvas, by its Braze id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub kind: Kind,
    pub id: String,
}

/// Explicitly requested ids.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    pub campaign: Option<&'a str>,
    pub canvas: Option<&'a str>,
}

impl Kind {
    /// Both, in order of preference.
    pub const ALL: [Kind; 2] = [Kind::Campaign, Kind::Canvas];

    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::Campaign => "campaign",
            Kind::Canvas => "Canvas",
        }
    }

    /// Returns the path of the endpoint.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Kind::Campaign => "/campaigns/trigger/send",
            Kind::Canvas => "/canvas/trigger/send",
        }
    }

    /// Returns the endpoint's name in the built-in pack.
    #[must_use]
    pub fn endpoint(self) -> &'static str {
        match self {
            Kind::Campaign => "braze.campaigns_trigger_send",
            Kind::Canvas => "braze.canvas_trigger_send",
        }
    }

    /// Returns the permission that a key needs.
    #[must_use]
    pub fn permission(self) -> &'static str {
        match self {
            Kind::Campaign => "campaigns.trigger.send",
            Kind::Canvas => "canvas.trigger.send",
        }
    }

    /// Returns the body's member for the id.
    #[must_use]
    pub fn id_member(self) -> &'static str {
        match self {
            Kind::Campaign => "campaign_id",
            Kind::Canvas => "canvas_id",
        }
    }

    /// Returns the member for the id in SessionM's advanced settings.
    #[must_use]
    pub fn settings_member(self) -> &'static str {
        match self {
            Kind::Campaign => "braze_campaign_id",
            Kind::Canvas => "braze_canvas_id",
        }
    }

    /// Returns the families that it fills, highest precedence first.
    #[must_use]
    pub fn families(self) -> &'static [&'static str] {
        match self {
            Kind::Campaign => &["api_trigger_properties"],
            Kind::Canvas => &["context", "canvas_entry_properties"],
        }
    }

    /// Returns the scenario table that may have the id as `api_id`.
    fn table(self) -> &'static str {
        match self {
            Kind::Campaign => "campaign",
            Kind::Canvas => "canvas",
        }
    }

    fn option(self) -> &'static str {
        match self {
            Kind::Campaign => "--campaign",
            Kind::Canvas => "--canvas",
        }
    }

    /// Whether messages read what it fills.
    pub(super) fn is_read(self, contract: &Contract) -> bool {
        self.families().iter().any(|family| contract.family(family).is_some())
    }
}

/// Returns a message's campaign or Canvas: the requested one, otherwise that in `[trigger]` in its
/// message.toml, otherwise `api_id` in the scenario's tables; of two, the one that fills what it
/// reads.
///
/// # Errors
/// If there is none, the choice is ambiguous, or an id is invalid.
pub fn choose(
    wanted: Wanted<'_>,
    message: &Message,
    scenarios: &[Scenario],
    contract: &Contract,
) -> Result<Target, ProjectError> {
    let written = &message.settings.trigger;
    let in_tables = |kind| scenarios.iter().find_map(|scenario| table_id(scenario, kind));
    let sources = [
        ("the command line", [wanted.campaign, wanted.canvas].map(|id| id.map(str::to_owned))),
        ("message.toml", [written.campaign_id.clone(), written.canvas_id.clone()]),
        ("the scenario", Kind::ALL.map(in_tables)),
    ];
    for (place, ids) in sources {
        let found = Kind::ALL.into_iter().zip(ids);
        let found = found.filter_map(|(kind, id)| Some(Target { kind, id: id? }));
        let mut found = found.collect::<Vec<_>>();
        if found.len() > 1 {
            let read = Kind::ALL.into_iter().filter(|kind| kind.is_read(contract));
            let [kind] = read.collect::<Vec<_>>()[..] else {
                let message = format!(
                    "{place} has the IDs of a campaign and a Canvas, but `{}` reads what {}",
                    message.name,
                    if Kind::Campaign.is_read(contract) { "both fill" } else { "neither fills" },
                );
                let help = "choose one with `--campaign ID` or `--canvas ID`".to_owned();
                return Err(ProjectError::Unknown { message, help });
            };
            found.retain(|target| target.kind == kind);
        }
        if let Some(target) = found.pop() {
            return match placeholder(&target.id) {
                Some(why) => Err(ProjectError::Unknown {
                    message: format!("the ID of the {} in {place} is {why}", target.kind.word()),
                    help: COPY_THE_ID.to_owned(),
                }),
                None => Ok(target),
            };
        }
    }
    let kind = Kind::ALL.into_iter().find(|kind| kind.is_read(contract));
    let what = kind.map_or("campaign or Canvas", Kind::word);
    let option = kind.map_or("--campaign ID` or `--canvas", Kind::option);
    let member = kind.map_or("campaign_id", Kind::id_member);
    Err(ProjectError::Unknown {
        message: format!("the ID of the {what} that sends `{}` isn't set", message.name),
        help: format!(
            "pass `{option} ID`, or add `{member} = \"…\"` under `[trigger]` in its message.toml"
        ),
    })
}

/// Where to find ids in Braze.
pub(super) const COPY_THE_ID: &str = "copy the ID from the Schedule Delivery step in Braze";

fn table_id(scenario: &Scenario, kind: Kind) -> Option<String> {
    let View::Object(table) = scenario.tables.get(kind.table())?.view() else { return None };
    match table.get("api_id")?.view() {
        View::Str(id) => Some(id.to_owned()),
        _ => None,
    }
}

/// Describes a string that can't be an id.
pub(super) fn placeholder(id: &str) -> Option<String> {
    if id.trim().is_empty() {
        return Some("an empty string".to_owned());
    }
    let open = id.contains(['{', '}', '<', '>', '[', ']', '$', '/', '"', '…'])
        || id.contains(char::is_whitespace)
        || id.to_ascii_uppercase().starts_with("YOUR");
    open.then(|| format!("`{}`", id.escape_debug()))
}

#[cfg(test)]
mod tests {
    use super::placeholder;

    #[test]
    fn what_was_not_filled_in_is_no_id() {
        for id in ["", " ", "{{CAMPAIGN ID}}", "<id>", "YOUR-ID", "$ID", "a b"] {
            assert!(placeholder(id).is_some(), "{id}");
        }
        for id in ["9b1f0c6e-3a52-4d87-b0e4-5f7c2a6d8e13", "spring_2026"] {
            assert_eq!(placeholder(id), None, "{id}");
        }
    }
}
