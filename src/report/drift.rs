//! What differs between a workspace and Braze, for people and programs.

use serde_json::{Value as Json, json};

use super::diff::unified_diff;
use super::human::Look;
use super::{counted, for_terminal};
use crate::braze::{Change, Drift};

/// What differs, of everything that was compared.
#[derive(Debug, Default)]
pub struct DriftReport {
    /// Objects that were compared.
    pub compared: usize,
    /// Objects in which something differs.
    pub drifts: Vec<Drift>,
    /// Objects that were pulled and are no longer in Braze.
    pub gone: Vec<String>,
    /// Content blocks that Braze doesn't have.
    pub only_here: Vec<String>,
    /// Objects that couldn't be compared, and why.
    pub failed: Vec<String>,
}

impl DriftReport {
    /// Whether something that is sent differs.
    #[must_use]
    pub fn is_gating(&self) -> bool {
        self.drifts.iter().any(Drift::is_gating) || !self.only_here.is_empty()
    }

    /// Writes it for people.
    #[must_use]
    pub fn human(&self, look: Look) -> String {
        let mut out = String::new();
        for drift in &self.drifts {
            let (kind, _) = drift.listed.kind.words();
            let name = for_terminal(&drift.listed.name);
            let edited = match drift.listed.edited.as_str() {
                "" => String::new(),
                edited => format!(", changed in Braze at {}", for_terminal(edited)),
            };
            out.push_str(&format!("{kind} {name}{edited}\n"));
            for one in &drift.differences {
                out.push_str(&format!("  {}: {}\n", one.path, words(one.change, one.is_noise)));
                match (&one.here, &one.there) {
                    _ if one.is_noise => {}
                    (Some(here), Some(there)) => {
                        unified_diff(&one.path, here, there, look.color, &mut out);
                    }
                    (Some(_), None) => out.push_str("    only here\n"),
                    (None, _) => out.push_str("    only in Braze\n"),
                }
            }
            out.push('\n');
        }
        for (what, names) in [
            ("only here, not in Braze", &self.only_here),
            ("pulled before, no longer in Braze", &self.gone),
            ("not compared", &self.failed),
        ] {
            if !names.is_empty() {
                let names = names.iter().map(|name| format!("  {}\n", for_terminal(name)));
                out.push_str(&format!("{what}\n{}\n", names.collect::<String>()));
            }
        }
        let compared = counted(self.compared as u64, "object", "objects");
        let drifting = self.drifts.iter().filter(|drift| drift.is_gating()).count();
        let noted = self.drifts.len() - drifting;
        out.push_str(&match (drifting, noted) {
            (0, 0) => format!("{compared} compared: no drift\n"),
            (0, noted) => {
                format!("{compared} compared: no drift; {noted} with other settings or comments\n")
            }
            (some, _) => format!("{compared} compared: {some} drifted\n"),
        });
        out
    }

    /// Writes it for programs. Version 1; members may be added.
    #[must_use]
    pub fn json(&self) -> Json {
        let drifts = self.drifts.iter().map(|drift| {
            let differences = drift.differences.iter().map(|one| {
                json!({
                    "path": one.path,
                    "change": name(one.change),
                    "gating": !one.is_noise,
                    "here": one.here.is_some(),
                    "in_braze": one.there.is_some(),
                })
            });
            json!({
                "kind": drift.listed.kind.name(),
                "id": drift.listed.id,
                "name": drift.listed.name,
                "edited": drift.listed.edited,
                "gating": drift.is_gating(),
                "differences": differences.collect::<Vec<_>>(),
            })
        });
        json!({
            "version": 1,
            "compared": self.compared,
            "drifted": self.is_gating(),
            "objects": drifts.collect::<Vec<_>>(),
            "only_here": self.only_here,
            "gone": self.gone,
            "failed": self.failed,
        })
    }
}

fn words(change: Change, is_noise: bool) -> &'static str {
    match change {
        _ if is_noise => "only settings or comments differ",
        Change::None => "the same",
        Change::Here => "changed here",
        Change::Braze => "changed in Braze",
        Change::Both => "changed here and in Braze",
    }
}

fn name(change: Change) -> &'static str {
    match change {
        Change::None => "none",
        Change::Here => "here",
        Change::Braze => "braze",
        Change::Both => "both",
    }
}
