//! What is wrong with the parts of an endpoint, and what to write instead.

use crate::text::nearest;

pub(super) fn wrong_path(path: &str) -> Option<(String, &'static str)> {
    if !path.starts_with('/') {
        let message = format!("found `{path}`, expected a path that starts with `/`");
        return Some((message, "leave scheme and host out; `hosts` names hosts"));
    }
    let message = format!("found a query in `{path}`, expected a path alone");
    path.contains('?').then_some((message, "leave the query out: it does not tell endpoints apart"))
}

pub(super) fn wrong_method(method: &str) -> Option<(String, &'static str)> {
    let sound = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_alphabetic());
    let message = format!("found the method `{method}`, expected one such as `GET`");
    (!sound).then_some((message, "write one method"))
}

pub(super) fn wrong_family(name: &str, known: &[&str]) -> Option<(String, String)> {
    if known.contains(&name) {
        return None;
    }
    let help = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the families are {}", known.join(", ")),
    };
    Some((format!("unknown family `{name}`"), help))
}
