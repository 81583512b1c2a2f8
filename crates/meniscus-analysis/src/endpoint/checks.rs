//! What is wrong with the parts of an endpoint, and what to write instead.

use crate::text::nearest;

pub(super) fn wrong_path(path: &str) -> Option<(String, &'static str)> {
    if !path.starts_with('/') {
        let message = format!("the path `{path}` must start with `/`");
        return Some((message, "remove the scheme and host; `hosts` lists the hosts"));
    }
    let message = format!("the path `{path}` can't have a query");
    path.contains('?').then_some((message, "remove the query; it doesn't distinguish endpoints"))
}

pub(super) fn wrong_method(method: &str) -> Option<(String, &'static str)> {
    let sound = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_alphabetic());
    let message = format!("`{method}` isn't a method such as `GET`");
    (!sound).then_some((message, "write a single method"))
}

pub(super) fn wrong_family(name: &str, known: &[&str]) -> Option<(String, String)> {
    if known.contains(&name) {
        return None;
    }
    let help = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("use one of {}", known.join(", ")),
    };
    Some((format!("unknown family `{name}`"), help))
}
