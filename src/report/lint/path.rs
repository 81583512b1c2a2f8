use crate::http::request::in_url;

/// Converts a file name to a URI reference: relative if the name is, percent-encoded.
pub(super) fn to_uri(name: &str) -> String {
    let name = normal(name);
    // A colon is encoded too: it would turn what precedes it into a scheme.
    let encoded = name.split('/').map(in_url).collect::<Vec<_>>().join("/");
    match (is_absolute(&name), encoded.starts_with('/')) {
        (false, _) => encoded,
        (true, true) => format!("file://{encoded}"),
        (true, false) => format!("file:///{}", encoded.replacen("%3A", ":", 1)),
    }
}

/// Whether a name is absolute.
pub(super) fn is_absolute(name: &str) -> bool {
    name.starts_with('/') || drive(name)
}

/// Normalizes a file name: `/` as separator, and no leading `./`.
pub(super) fn normal(name: &str) -> String {
    let name = if cfg!(windows) { name.replace('\\', "/") } else { name.to_owned() };
    let mut rest = &*name;
    while let Some(inner) = rest.strip_prefix("./") {
        rest = inner;
    }
    rest.to_owned()
}

/// Whether a name starts with a Windows drive; elsewhere, that is an ordinary file name.
fn drive(name: &str) -> bool {
    cfg!(windows) && matches!(name.as_bytes(), [b'a'..=b'z' | b'A'..=b'Z', b':', b'/', ..])
}

#[cfg(test)]
mod tests {
    use super::to_uri;

    #[test]
    fn names_become_references() {
        assert_eq!(
            to_uri("./templates/a b/größe.liquid"),
            "templates/a%20b/gr%C3%B6%C3%9Fe.liquid"
        );
        assert_eq!(to_uri("a:b#c%.liquid"), "a%3Ab%23c%25.liquid");
        assert_eq!(to_uri("/srv/a.liquid"), "file:///srv/a.liquid");
        assert_eq!(to_uri("<stdin>"), "%3Cstdin%3E");
    }
}
