//! `curl` commands with their responses, as people keep them in notes.

use serde_json::Value;

use super::document::ImportError;
use super::{Import, Imported, Input, Kind, Skipped, curl, curl_options, is_http};
use crate::http::request::in_url;
use crate::http::{Request, Response};

/// Whether a text is notes with a command at the start of a line.
pub(super) fn is_command(text: &str) -> bool {
    !text.trim_start().starts_with(['{', '['])
        && !curl::is_head(text)
        && text.lines().any(|line| start_of(line).is_some())
}

/// Returns a line's command without the prompt.
fn start_of(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = line.strip_prefix("$ ").or_else(|| line.strip_prefix("% ")).unwrap_or(line);
    line.trim_start().strip_prefix("curl ").map(|_| line.trim_start())
}

/// Parses the commands of a file, each with the response below it.
pub(super) fn read(input: &Input<'_>) -> Result<Import, ImportError> {
    let mut import = Import { kind: Some(Kind::Curl), ..Import::default() };
    let (mut line, mut counted) = (1, 0);
    for (index, (offset, block)) in blocks(input.text).into_iter().enumerate() {
        line += input.text[counted..offset].matches('\n').count();
        counted = offset;
        let wrong = |message: String, help: &str| ImportError {
            place: Some((line, 1)),
            ..ImportError::of_file(input.shown, message, help)
        };
        let command = start_of(block).unwrap_or(block);
        let (command, answer) = command.split_at(end_of(command));
        let read = words_of(command).and_then(|words| request(&words));
        let (request, secrets) = read.map_err(|(message, help)| wrong(message, help))?;
        import.secrets.extend(secrets);
        let place = format!("command {}", index + 1);
        let skip = |reason: &str| Skipped { place: place.clone(), reason: reason.to_owned() };
        let answer = without_notes(answer).trim();
        if answer.is_empty() {
            import.skipped.push(skip("it has no response below it"));
        } else if curl::is_head(answer) {
            for (number, (response, reason)) in curl::answers(answer).into_iter().enumerate() {
                let place = format!("{place}, response {}", number + 1);
                match reason {
                    Some(reason) => {
                        import.skipped.push(Skipped { place, reason: reason.to_owned() });
                    }
                    None => {
                        let origin = format!("curl {}, {place}", input.name());
                        import.answers.push(Imported {
                            request: request.clone(),
                            response,
                            origin,
                        });
                    }
                }
            }
        } else if let Some(answer) = json_of(answer) {
            let response = Response {
                status: 200,
                headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
                body: answer.as_bytes().to_vec(),
                ..Response::default()
            };
            let origin = format!("curl {}, {place}", input.name());
            import.answers.push(Imported { request, response, origin });
        } else {
            import.skipped.push(skip(
                "its response is neither JSON nor `curl -i` output; run curl with `-i`",
            ));
        }
    }
    Ok(import)
}

/// Returns the JSON at the start of a text; notes may follow.
fn json_of(text: &str) -> Option<&str> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    values.next()?.ok()?;
    text.get(..values.byte_offset())
}

/// Removes comments and prompts below a response.
pub(super) fn without_notes(answer: &str) -> &str {
    let mut rest = answer.trim_end();
    loop {
        let start = rest.rfind('\n').map_or(0, |at| at + 1);
        let last = rest[start..].trim();
        let is_note = last.starts_with('#') || matches!(last, "$" | "%" | "---" | "```");
        if start == 0 || !is_note {
            return rest;
        }
        rest = rest[..start].trim_end();
    }
}

/// Splits a text into parts that start with a command, with their offsets.
fn blocks(text: &str) -> Vec<(usize, &str)> {
    let mut starts = Vec::new();
    let mut offset = 0;
    while offset < text.len() {
        let rest = &text[offset..];
        let line = rest.split_inclusive('\n').next().unwrap_or(rest);
        match start_of(line) {
            // A line inside a command doesn't start another.
            Some(command) => {
                starts.push(offset);
                let lead = line.len() - command.len();
                offset += (lead + end_of(&rest[lead..])).max(line.len());
            }
            None => offset += line.len(),
        }
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).map(|(&start, end)| (start, &text[start..end])).collect()
}

/// Returns the end of a command: the first line break that is neither quoted nor escaped.
fn end_of(command: &str) -> usize {
    let mut quote = None;
    let mut escaped = false;
    let mut before = ' ';
    for (at, c) in command.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            // In single quotes, a backslash is a literal character.
            (None | Some('"'), '\\') => escaped = true,
            // `\` before CR LF.
            (None, '\n') if command[..at].ends_with("\\\r") => {}
            (None, '\n') => return at,
            // In a comment, quotes are literal characters.
            (None, '#') if before.is_whitespace() => {
                return at + command[at..].find('\n').unwrap_or(command.len() - at);
            }
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
        before = c;
    }
    command.len()
}

/// Returns the words of a curl command without comments, pipes, and redirections.
fn words_of(command: &str) -> Result<Vec<String>, (String, &'static str)> {
    let line = command.replace("\\\r\n", " ").replace("\\\n", " ");
    let mut quote = None;
    let mut escaped = false;
    let mut before = ' ';
    let mut end = line.len();
    for (at, c) in line.char_indices() {
        let behind = &line[at + c.len_utf8()..];
        match (quote, c) {
            _ if escaped => escaped = false,
            (None | Some('"'), '\\') => escaped = true,
            (None, '$') if behind.starts_with('\'') => {
                let message = "this curl command has a `$'…'` string, which only bash understands";
                return Err((message.to_owned(), "use plain quotes: `'…'`"));
            }
            (Some('"') | None, '$')
                if behind.starts_with(|c: char| c.is_ascii_alphabetic() || "{(_".contains(c)) =>
            {
                let message = "this curl command contains shell variables";
                return Err((message.to_owned(), "replace them with their values"));
            }
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            (None, '|' | '>' | '<' | ';' | '&') if before.is_whitespace() || c != '&' => {
                let is_number = c == '>' && before.is_ascii_digit();
                end = if is_number { at - 1 } else { at };
                break;
            }
            (None, '#') if before.is_whitespace() => {
                end = at;
                break;
            }
            _ => {}
        }
        before = c;
    }
    shlex::split(line[..end].trim_end()).ok_or_else(|| {
        (
            "a quote in this curl command is never closed".to_owned(),
            "copy the whole command, including its quotes",
        )
    })
}

/// Returns a command's request, and its other credentials, which a server may repeat in its
/// response.
fn request(words: &[String]) -> Result<(Request, Vec<String>), (String, &'static str)> {
    let mut parts = Parts::default();
    let mut secrets = Vec::new();
    let words = words.iter().skip(1).flat_map(|word| apart(word)).collect::<Vec<_>>();
    let mut words = words.iter().map(String::as_str);
    while let Some(word) = words.next() {
        // `--request=POST`.
        let (option, mut joined) = match word.split_once('=') {
            Some((option, value)) if word.starts_with("--") => (option, Some(value)),
            _ => (word, None),
        };
        let mut value = || joined.take().or_else(|| words.next()).map(str::to_owned);
        match option {
            "-X" | "--request" => parts.method = value(),
            "-H" | "--header" => parts.add_header(&value().unwrap_or_default()),
            "--data-raw" => parts.data.push(value().unwrap_or_default()),
            // These read a file if the value starts with `@`.
            "-d" | "--data" | "--data-ascii" | "--data-binary" | "--json" => {
                let data = value().unwrap_or_default();
                if data.starts_with('@') {
                    return Err(of_a_file(&data));
                }
                parts.data.push(data);
                if option == "--json" {
                    parts.add_header("Content-Type: application/json");
                }
            }
            "--data-urlencode" => {
                let data = value().unwrap_or_default();
                if data.find('@').is_some_and(|at| !data[..at].contains('=')) {
                    return Err(of_a_file(&data));
                }
                parts.data.push(encoded(&data));
            }
            "-u" | "--user" => {
                let user = value().unwrap_or_default();
                use base64::Engine as _;
                let coded = base64::engine::general_purpose::STANDARD.encode(user);
                parts.add_header(&format!("Authorization: Basic {coded}"));
            }
            "-b" | "--cookie" => {
                parts.add_header(&format!("Cookie: {}", value().unwrap_or_default()));
            }
            "--oauth2-bearer" => {
                parts.add_header(&format!("Authorization: Bearer {}", value().unwrap_or_default()));
            }
            "-G" | "--get" => parts.in_query = true,
            "-I" | "--head" => parts.method = Some("HEAD".to_owned()),
            "--url" => parts.url = value(),
            "-F" | "--form" | "-T" | "--upload-file" => {
                return Err((
                    format!("this curl command uploads with `{option}`, which Braze can't do"),
                    "import a command that sends its body with `--data`",
                ));
            }
            _ if curl_options::is_valued(option) => {
                secrets.extend(curl_options::credentials(option, &value().unwrap_or_default()));
            }
            _ if curl_options::LONG_FLAGS.contains(&option) => {}
            _ if option.starts_with("--") => {
                return Err((
                    format!("this curl command has the unknown option `{option}`"),
                    "remove it if the request is the same without it",
                ));
            }
            _ if option.starts_with('-') && option.len() > 1 => {}
            _ if parts.url.is_some() => {
                return Err((
                    "this curl command has two URLs, or a value without its option".to_owned(),
                    "import one command for each URL",
                ));
            }
            url => parts.url = Some(url.to_owned()),
        }
    }
    Ok((parts.request()?, secrets))
}

/// Splits `-sXPOST` into `-s -X POST`: flags, then an option with its value.
fn apart(word: &str) -> Vec<String> {
    let Some(letters) = word.strip_prefix('-').filter(|rest| !rest.starts_with('-')) else {
        return vec![word.to_owned()];
    };
    let mut apart = Vec::new();
    for (at, letter) in letters.char_indices() {
        apart.push(format!("-{letter}"));
        let rest = &letters[at + letter.len_utf8()..];
        if curl_options::SHORT_WITH_VALUE.contains(letter) {
            if !rest.is_empty() {
                apart.push(rest.to_owned());
            }
            break;
        }
    }
    if apart.is_empty() { vec![word.to_owned()] } else { apart }
}

fn of_a_file(data: &str) -> (String, &'static str) {
    (
        format!("this curl command sends the file `{data}`, which doesn't exist here"),
        "put the file's contents into the command: `--data '…'`",
    )
}

#[derive(Default)]
struct Parts {
    method: Option<String>,
    url: Option<String>,
    headers: Vec<(String, String)>,
    data: Vec<String>,
    in_query: bool,
}

impl Parts {
    fn add_header(&mut self, header: &str) {
        if let Some((name, value)) = header.split_once(':') {
            self.headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }

    fn request(self) -> Result<Request, (String, &'static str)> {
        let Some(mut url) = self.url else {
            return Err((
                "this curl command has no URL".to_owned(),
                "copy the whole command: `curl https://HOST/PATH …`",
            ));
        };
        // curl defaults to http without a scheme.
        if !url.contains("://") {
            url = format!("http://{url}");
        }
        let data = (!self.data.is_empty()).then(|| self.data.join("&"));
        let (body, query) = if self.in_query { (None, data) } else { (data, None) };
        if let Some(query) = query {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&query);
        }
        let method =
            self.method.unwrap_or_else(|| if body.is_some() { "POST" } else { "GET" }.into());
        let mut request = Request::new(&method.to_ascii_uppercase(), &url);
        if request.host().is_empty() || !is_http(&request.url) {
            let shown = crate::http::secret::mask_url(&request.url);
            return Err((
                format!("this curl command calls `{shown}`, which isn't a complete URL"),
                "replace its variables with their values: `https://HOST/PATH`",
            ));
        }
        request.headers = self.headers;
        request.body = body;
        Ok(request)
    }
}

/// Encodes `name=value` like `--data-urlencode`: only the value is escaped.
fn encoded(data: &str) -> String {
    let (name, value) = data.split_once('=').map_or(("", data), |(name, value)| (name, value));
    let value = in_url(value);
    if name.is_empty() { value } else { format!("{name}={value}") }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{is_command, read};
    use crate::import::Input;

    /// Summarizes what is parsed: `METHOD URL [body] → status bytes`, or what is skipped.
    fn seen(text: &str) -> String {
        let input = Input { path: Path::new("notes.txt"), shown: "notes.txt", text, asked: None };
        match read(&input) {
            Err(error) => format!("{error} ({})", error.help),
            Ok(import) => {
                let answers = import.answers.iter().map(|one| {
                    let body = one.request.body.as_deref().unwrap_or("-");
                    let status = one.response.status;
                    format!("{} {} [{body}] → {status}", one.request.method, one.request.url)
                });
                let skipped = import.skipped.iter().map(|one| one.reason.clone());
                answers.chain(skipped).collect::<Vec<_>>().join("\n")
            }
        }
    }

    #[test]
    fn commands_are_read_with_their_answers() {
        for (text, wanted) in [
            (
                "curl https://a.example/v1?x=1\n{\"ok\": true}\n",
                "GET https://a.example/v1?x=1 [-] → 200",
            ),
            (
                "$ curl -sSi -X PUT 'https://a.example/v1' \\\n  -H 'X-Tier: gold' \\\n  --data-raw '{\"id\":\n\"1\"}'\nHTTP/1.1 201 Created\n\n{}\n",
                "PUT https://a.example/v1 [{\"id\":\n\"1\"}] → 201",
            ),
            (
                "curl -d a=1 -d b=2 --url=https://a.example/ --compressed -m 5\n[]",
                "POST https://a.example/ [a=1&b=2] → 200",
            ),
            (
                "curl -G https://a.example/s --data-urlencode 'q=a b&c'\r\n[1]\r\n",
                "GET https://a.example/s?q=a%20b%26c [-] → 200",
            ),
            (
                "curl https://a.example/1\n{}\n\ncurl https://a.example/2\n\n{}\n",
                "GET https://a.example/1 [-] → 200\nGET https://a.example/2 [-] → 200",
            ),
            ("curl -sXPUT https://a.example/1 | jq .\n{}", "PUT https://a.example/1 [-] → 200"),
            (
                "curl -sd 'a=1' https://a.example/1 2>/dev/null\n{}",
                "POST https://a.example/1 [a=1] → 200",
            ),
            ("curl https://a.example/1?a=1&b=2\n{}", "GET https://a.example/1?a=1&b=2 [-] → 200"),
            ("curl https://a.example/1 # Bo's\n{}", "GET https://a.example/1 [-] → 200"),
            (
                "curl https://a.example/1 --data-raw '@bo'\n{}",
                "POST https://a.example/1 [@bo] → 200",
            ),
            (
                "curl https://a.example/1\n{}\n# the next\ncurl -i https://a.example/2\nHTTP/1.1 200 OK\n\n{}\n\n# done\n$ ",
                "GET https://a.example/1 [-] → 200\nGET https://a.example/2 [-] → 200",
            ),
            (
                "The wallet, as of May:\n\n```\ncurl https://a.example/1\n{}\n```\nAsk about the limit.\n",
                "GET https://a.example/1 [-] → 200",
            ),
            ("curl https://a.example/1\n", "it has no response below it"),
            (
                "curl https://a.example/1\n<html>",
                "its response is neither JSON nor `curl -i` output; run curl with `-i`",
            ),
        ] {
            assert!(is_command(text), "{text}");
            assert_eq!(seen(text), wanted, "{text}");
        }
    }

    #[test]
    fn commands_that_cannot_be_read_say_why() {
        for (text, said) in [
            ("curl 'https://a.example", "a quote in this curl command is never closed"),
            ("curl -s\n{}", "has no URL"),
            ("curl -d @body.json https://a.example\n{}", "sends the file `@body.json`"),
            ("curl -F a=@b https://a.example\n{}", "uploads with `-F`"),
            ("curl ftp://a.example\n{}", "isn't a complete URL"),
            ("curl https://a.example --anyauth-of-tomorrow\n{}", "option `--anyauth-of-tomorrow`"),
            ("curl https://a.example https://b.example\n{}", "two URLs"),
            ("curl \"https://$HOST/x\"\n{}", "shell variables"),
            ("curl https://a.example --data-raw $'{}'\n{}", "only bash understands"),
            ("curl -G https://a.example --data-urlencode q@f.txt\n{}", "sends the file"),
        ] {
            let found = seen(text);
            assert!(found.contains(said), "{text}: {found}");
        }
        assert!(!is_command("curly\n") && !is_command("HTTP/1.1 200 OK") && !is_command(""));
    }
}
