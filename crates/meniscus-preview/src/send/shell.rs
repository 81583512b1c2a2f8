use super::hidden::ShownPiece;

/// Longer bodies are piped: Linux limits an argument to 128 KiB, but not the shell's builtin
/// `printf`.
const MAX_ARGUMENT: usize = 100_000;

/// A `curl` command for a POSIX shell, safe for any text.
#[derive(Debug)]
pub struct CurlCommand {
    pub method: String,
    pub url: String,
    /// The headers as `Name: value`, quoted for the shell.
    pub headers: Vec<String>,
    /// The body, quoted for the shell, with its length in bytes.
    pub body: Option<(String, usize)>,
}

impl CurlCommand {
    /// Returns the command with a final line break.
    #[must_use]
    pub fn text(&self) -> String {
        let mut options = vec![format!("curl --request {}", self.method)];
        if self.url.contains(['[', ']', '{', '}']) {
            // Otherwise, brackets would stand for several URLs.
            options.push("--globoff".to_owned());
        }
        options.extend(self.headers.iter().map(|header| format!("--header {header}")));
        let mut front = String::new();
        match &self.body {
            Some((body, bytes)) if *bytes > MAX_ARGUMENT => {
                front = format!("printf %s {body} |\n");
                options.push("--data-binary @-".to_owned());
            }
            // `--data` would read a file if the body starts with `@`.
            Some((body, _)) => options.push(format!("--data-raw {body}")),
            None => {}
        }
        options.push(self.url.clone());
        format!("{front}{}\n", options.join(" \\\n  "))
    }
}

/// Quotes pieces as one shell word: text in single quotes, where nothing is special.
#[must_use]
pub fn quoted(pieces: &[ShownPiece]) -> String {
    if pieces.is_empty() {
        return "''".to_owned();
    }
    let words = pieces.iter().map(|piece| match piece {
        ShownPiece::Text(text) => format!("'{}'", text.replace('\'', r"'\''")),
        ShownPiece::Variable(name) => format!("\"${name}\""),
    });
    words.collect()
}

/// Quotes a text as one shell word, only if necessary.
#[must_use]
pub fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:@%+=,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        quoted(&[ShownPiece::Text(text.to_owned())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_has_a_meaning_to_the_shell() {
        let text = ShownPiece::Text("it's $HOME `x` \\ \"y\"\n@z".to_owned());
        let variable = ShownPiece::Variable("KEY".to_owned());
        assert_eq!(quoted(&[text, variable]), "'it'\\''s $HOME `x` \\ \"y\"\n@z'\"$KEY\"");
        assert_eq!(quoted(&[]), "''");
    }

    #[test]
    fn a_long_body_is_piped() {
        let command = |bytes| CurlCommand {
            method: "POST".to_owned(),
            url: "'https://a.example/x'".to_owned(),
            headers: vec!["'A: b'".to_owned()],
            body: Some(("'{}'".to_owned(), bytes)),
        };
        assert_eq!(
            command(2).text(),
            "curl --request POST \\\n  --header 'A: b' \\\n  --data-raw '{}' \\\n  'https://a.example/x'\n"
        );
        assert_eq!(
            command(200_000).text(),
            "printf %s '{}' |\ncurl --request POST \\\n  --header 'A: b' \\\n  --data-binary @- \\\n  'https://a.example/x'\n"
        );
    }
}
