use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::http::secret::ANY;
use crate::live::redact::{HIDDEN_LABEL, Ready};

/// Adds hosts to recordings of the same request to different hosts. Others name no host, so that
/// they work in any environment.
///
/// `mappings` are the hosts with the mappings of their responses.
pub(crate) fn distinguish_hosts<'m>(
    ready: &Ready<'_>,
    mappings: impl IntoIterator<Item = (String, &'m mut Value)>,
) {
    let mut mappings = mappings.into_iter().collect::<Vec<_>>();
    let mut hosts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (host, mapping) in &mappings {
        hosts.entry(mapping["request"].to_string()).or_default().insert(host.clone());
    }
    for (host, mapping) in &mut mappings {
        let asked = hosts.get(&mapping["request"].to_string());
        // A host from a variable may be any.
        if asked.is_some_and(|hosts| hosts.len() > 1) && !host.contains(ANY) {
            mapping["request"]["host"] = matcher(ready, host);
        }
    }
}

/// Makes a matcher for a host; it accepts anything in place of a credential.
fn matcher(ready: &Ready<'_>, host: &str) -> Value {
    let safe = ready.host(host);
    if safe == host {
        return json!({"equalTo": host});
    }
    let parts = safe.split(HIDDEN_LABEL).map(regex::escape).collect::<Vec<_>>();
    json!({"matches": parts.join("[^.]+")})
}
