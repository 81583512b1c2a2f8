//! The labels of the page: both languages have all of them, every script names one that exists, and no script has a
//! text of its own that people would see.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

/// Labels that are the same in both languages: names of products, and signs.
const SAME: [&str; 5] = ["braze_has_it", "sentence", "sms", "webhook", "whats_app"];

/// What looks like words and isn't read by people: names of keys and of protocols, and what is computed.
const NO_WORDS: [&str; 28] = [
    "Backspace",
    "Boolean",
    "End",
    "Enter",
    "Escape",
    "F12 Ctrl+click",
    "Files",
    "Home",
    "Tab",
    // The same in every language.
    "2026-03-01T09:00:00Z",
    "Aa",
    "Ctrl+S",
    "spring_sale",
    // What CodeMirror's own labels are known by.
    "Completions",
    "Selection deleted",
    "current match",
    "on line",
    "replaced $ matches",
    "replaced match on line $",
    // Selectors, rules of styles, and how events are named.
    "all: initial",
    "font: inherit",
    "position: absolute",
    "style, script, title",
    "style, script, title, template, noscript",
    "br, p, div, li, tr, h1, h2, h3, h4",
    "img, video, [background] { filter: invert(1) hue-rotate(180deg); }",
    "j ArrowDown",
    "k ArrowUp",
];

/// Functions that take a selector.
const SELECTING: [&str; 4] = ["querySelector", "querySelectorAll", "closest", "matches"];

/// Attributes that people see or hear.
const SEEN: [&str; 3] = ["title", "aria-label", "placeholder"];

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Sign(char),
    /// A string; of a template string, the holes are `\0`, and their tokens come after it.
    Text(String),
}

use Token::{Sign, Text, Word};

/// A script in tokens, each with its line. Comments and regular expressions are left out.
struct Lexer<'t> {
    text: &'t [char],
    at: usize,
    line: usize,
    found: Vec<(Token, usize)>,
}

fn tokens(text: &str) -> Vec<(Token, usize)> {
    let text = text.chars().collect::<Vec<_>>();
    let mut lexer = Lexer { text: &text, at: 0, line: 1, found: Vec::new() };
    lexer.run(false);
    lexer.found
}

impl Lexer<'_> {
    fn peek(&self, after: usize) -> char {
        self.text.get(self.at + after).copied().unwrap_or('\0')
    }

    fn next(&mut self) -> char {
        let found = self.peek(0);
        self.line += usize::from(found == '\n');
        self.at += 1;
        found
    }

    /// Reads to the end, or to the brace that closes a hole.
    fn run(&mut self, in_hole: bool) {
        let mut depth = 0;
        while self.at < self.text.len() {
            let line = self.line;
            match self.peek(0) {
                '/' if self.peek(1) == '/' => self.skip(|lexer| lexer.peek(0) == '\n'),
                '/' if self.peek(1) == '*' => {
                    self.at += 2;
                    self.skip(|lexer| lexer.peek(0) == '*' && lexer.peek(1) == '/');
                    self.at += 2;
                }
                '/' if self.starts_value() => self.expression(),
                '"' | '\'' => {
                    let text = self.string();
                    self.found.push((Text(text), line));
                }
                '`' => self.template(),
                '}' if in_hole && depth == 0 => return,
                sign @ ('{' | '}') => {
                    depth = if sign == '{' { depth + 1 } else { depth - 1 };
                    self.next();
                    self.found.push((Sign(sign), line));
                }
                start if start.is_alphanumeric() || "_$".contains(start) => {
                    let mut word = String::new();
                    while self.peek(0).is_alphanumeric() || "_$".contains(self.peek(0)) {
                        word.push(self.next());
                    }
                    self.found.push((Word(word), line));
                }
                space if space.is_whitespace() => drop(self.next()),
                _ => {
                    let sign = self.next();
                    self.found.push((Sign(sign), line));
                }
            }
        }
    }

    fn skip(&mut self, end: impl Fn(&Self) -> bool) {
        while self.at < self.text.len() && !end(self) {
            self.next();
        }
    }

    /// Whether a slash begins a regular expression here, and doesn't divide.
    fn starts_value(&self) -> bool {
        match self.found.last() {
            None => true,
            Some((Sign(sign), _)) => !")]".contains(*sign),
            Some((Word(word), _)) => word == "return",
            Some((Text(_), _)) => false,
        }
    }

    fn expression(&mut self) {
        let mut in_class = false;
        self.next();
        while self.at < self.text.len() && (in_class || self.peek(0) != '/') {
            match self.next() {
                '\\' => drop(self.next()),
                '[' => in_class = true,
                ']' => in_class = false,
                _ => {}
            }
        }
        self.next();
        while self.peek(0).is_alphabetic() {
            self.next();
        }
        // It is a value: a slash after it divides.
        self.found.push((Sign(')'), self.line));
    }

    fn string(&mut self) -> String {
        let quote = self.next();
        let mut text = String::new();
        while self.at < self.text.len() && self.peek(0) != quote {
            match self.next() {
                '\\' => text.push(self.next()),
                other => text.push(other),
            }
        }
        self.next();
        text
    }

    fn template(&mut self) {
        let place = self.found.len();
        self.found.push((Text(String::new()), self.line));
        self.next();
        let mut text = String::new();
        while self.at < self.text.len() && self.peek(0) != '`' {
            if self.peek(0) == '$' && self.peek(1) == '{' {
                self.at += 2;
                text.push('\0');
                self.found.push((Sign('('), self.line));
                self.run(true);
                self.found.push((Sign(')'), self.line));
                self.next();
            } else {
                let found = self.next();
                text.push(if found == '\\' { self.next() } else { found });
            }
        }
        self.next();
        self.found[place].0 = Text(text);
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/serve/preview/page")
}

fn read(name: &str) -> String {
    fs::read_to_string(folder().join(name)).unwrap()
}

/// The page's own scripts, without the labels: their names and tokens.
fn scripts() -> Vec<(String, Vec<(Token, usize)>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder()).unwrap().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_own = name.ends_with(".js") && !name.starts_with("labels");
        // A vendored script has a note of where it comes from beside it.
        if is_own && !path.with_extension("txt").exists() {
            found.push((name.clone(), tokens(&read(&name))));
        }
    }
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    assert!(found.len() > 50, "the scripts are found");
    found
}

/// The labels of a language: the forms of each.
fn labels(name: &str) -> BTreeMap<String, Vec<String>> {
    let all = tokens(&read(name));
    let mut all =
        all.into_iter().map(|(token, _)| token).skip_while(|token| *token != Sign('{')).skip(1);
    let mut found = BTreeMap::new();
    while let Some(token) = all.next() {
        let Word(key) = token else { break };
        assert_eq!(all.next(), Some(Sign(':')), "{name}: `{key}`");
        let (mut forms, mut in_list) = (vec![String::new()], false);
        for token in all.by_ref() {
            match token {
                Text(text) => forms.last_mut().unwrap().push_str(&text),
                Sign('[') => in_list = true,
                Sign(']') => in_list = false,
                Sign(',') if in_list => forms.push(String::new()),
                Sign('+') => {}
                Sign(',') => break,
                other => panic!("{name}: `{key}` has {other:?}"),
            }
        }
        // A list may end with a comma.
        forms.retain(|form| !form.is_empty());
        assert!(matches!(forms.len(), 1 | 2), "{name}: `{key}` has {} forms", forms.len());
        assert!(found.insert(key.clone(), forms).is_none(), "{name}: `{key}` is there twice");
    }
    assert!(found.len() > 500, "{name}: only {} labels", found.len());
    found
}

/// The places of a label, such as `count` of `{count} blanks`.
fn places(forms: &[String]) -> BTreeSet<&str> {
    let holes = forms.iter().flat_map(|form| form.split('{').skip(1));
    holes.filter_map(|hole| hole.split_once('}')).map(|(place, _)| place).collect()
}

#[test]
fn both_languages_have_the_same_labels() {
    let (english, japanese) = (labels("labels_en.js"), labels("labels_ja.js"));
    let mut wrong = Vec::new();
    for key in english.keys().chain(japanese.keys()).collect::<BTreeSet<_>>() {
        let (Some(en), Some(ja)) = (english.get(key), japanese.get(key)) else {
            wrong.push(format!("`{key}` is in one language only"));
            continue;
        };
        if places(en) != places(ja) {
            wrong.push(format!("`{key}` has the places {:?} and {:?}", places(en), places(ja)));
        }
        if (en == ja) != SAME.contains(&&**key) {
            wrong.push(format!("`{key}` is {ja:?} in Japanese, {en:?} in English"));
        }
        for forms in [en, ja] {
            if forms.len() == 2 && !places(forms).contains("count") {
                wrong.push(format!("`{key}` has two forms, and no count to choose by"));
            }
            if forms.iter().any(|form| form.matches('`').count() % 2 > 0) {
                wrong.push(format!("`{key}`: a backtick is missing"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A use of labels: `t("key", { … })`.
struct Use {
    keys: Vec<String>,
    /// What fills the places; nothing where the script gives something else than an object of names.
    given: Option<BTreeSet<String>>,
}

/// What the parentheses at `start` contain, by arguments: each token with its depth.
fn arguments(tokens: &[(Token, usize)], start: usize) -> Vec<Vec<(usize, &Token)>> {
    let (mut depth, mut found) = (0, vec![Vec::new()]);
    for (token, _) in &tokens[start + 1..] {
        match token {
            Sign(')' | ']' | '}') if depth == 0 => break,
            Sign(',') if depth == 0 => found.push(Vec::new()),
            Sign('(' | '[' | '{') => {
                found.last_mut().unwrap().push((depth, token));
                depth += 1;
                continue;
            }
            Sign(')' | ']' | '}') => depth -= 1,
            _ => {}
        }
        if !(matches!(token, Sign(',')) && depth == 0) {
            found.last_mut().unwrap().push((depth, token));
        }
    }
    found
}

fn use_at(tokens: &[(Token, usize)], at: usize) -> Option<Use> {
    let is_named = matches!(&tokens[at].0, Word(name) if name == "t" || name == "filled");
    let is_own = at == 0 || tokens[at - 1].0 != Sign('.');
    if !is_named || !is_own || tokens.get(at + 1)?.0 != Sign('(') {
        return None;
    }
    let arguments = arguments(tokens, at + 1);
    // Of `t(is ? "one" : "other")` both are keys; texts before the question mark are not.
    let first = &arguments[0];
    let from = first.iter().position(|(depth, token)| *depth == 0 && **token == Sign('?'));
    let keys = first[from.unwrap_or_default()..].iter().filter_map(|(depth, token)| match token {
        Text(key) if *depth == 0 => Some(key.clone()),
        _ => None,
    });
    let given = match arguments.get(1).map(Vec::as_slice) {
        None | Some([]) => Some(BTreeSet::new()),
        Some(object @ [(_, Sign('{')), second, ..]) if *second.1 != Sign('.') => {
            let names = object.windows(2).filter_map(|pair| match pair {
                [(_, Sign('{')), (1, Word(name))] | [(1, Sign(',')), (1, Word(name))] => Some(name),
                _ => None,
            });
            Some(names.cloned().collect())
        }
        Some(_) => None,
    };
    Some(Use { keys: keys.collect(), given })
}

#[test]
fn every_label_is_used_and_every_use_has_one() {
    let english = labels("labels_en.js");
    let mut used = BTreeSet::new();
    let mut wrong = Vec::new();
    let scripts =
        scripts().into_iter().chain([("labels.js".to_owned(), tokens(&read("labels.js")))]);
    for (name, tokens) in scripts {
        for at in 0..tokens.len() {
            let Some(found) = use_at(&tokens, at) else { continue };
            let place = format!("{name}:{}", tokens[at].1);
            let is_definition = name == "labels.js" && found.keys.is_empty();
            if found.keys.is_empty() && !is_definition {
                wrong.push(format!("{place}: the key isn't written there"));
            }
            for key in found.keys {
                let Some(forms) = english.get(&key) else {
                    wrong.push(format!("{place}: there is no label `{key}`"));
                    continue;
                };
                let wanted = places(forms);
                if let Some(given) = &found.given
                    && !wanted.iter().all(|one| given.contains(*one))
                {
                    wrong.push(format!(
                        "{place}: `{key}` has the places {wanted:?}, and gets {given:?}"
                    ));
                }
                used.insert(key);
            }
        }
    }
    wrong.extend(
        english
            .keys()
            .filter(|key| !used.contains(*key))
            .map(|key| format!("nothing uses `{key}`")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The page's style sheets.
fn sheets() -> [String; 5] {
    ["style.css", "panels.css", "channels.css", "changes.css", "start.css"].map(read)
}

#[test]
fn no_style_depends_on_a_label() {
    let sheets = sheets();
    let lines = sheets.iter().flat_map(|sheet| sheet.lines());
    let wrong = lines.filter(|line| SEEN.iter().any(|name| line.contains(&format!("[{name}"))));
    let wrong = wrong.collect::<Vec<_>>();
    assert!(wrong.is_empty(), "a label is another in another language:\n{}", wrong.join("\n"));
}

/// The classes of the page's style sheets.
fn classes() -> BTreeSet<String> {
    let sheets = sheets();
    let is_in_name = |c: char| c.is_alphanumeric() || "-_".contains(c);
    let names = sheets.iter().flat_map(|sheet| sheet.split('.').skip(1));
    names.map(|rest| rest.chars().take_while(|c| is_in_name(*c)).collect()).collect()
}

/// Whether a text is words: two in a row, or one that begins a label.
fn is_words(text: &str) -> bool {
    let is_word = |word: &str| {
        let word = word.trim_end_matches(['.', ',', ':', ';', '?', '!', '…']);
        word.len() > 1 && word.chars().all(|c| c.is_ascii_alphabetic() || "'’-".contains(c))
    };
    let words = text.split_whitespace().collect::<Vec<_>>();
    let has_two = words.windows(2).any(|pair| pair.iter().all(|word| is_word(word)));
    let mut first = text.chars();
    let is_label = words.len() == 1
        && is_word(text)
        && first.next().is_some_and(|c| c.is_ascii_uppercase())
        && first.next().is_some_and(|c| c.is_ascii_lowercase())
        && !text.contains('-')
        && !text.starts_with("Arrow");
    has_two || is_label
}

/// Where scripts have texts that people would see.
fn texts_in(name: &str, tokens: &[(Token, usize)], classes: &BTreeSet<String>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (at, (token, line)) in tokens.iter().enumerate() {
        let Text(text) = token else { continue };
        let before = |by: usize| at.checked_sub(by).map(|place| &tokens[place].0);
        let is_selector = before(1) == Some(&Sign('('))
            && matches!(before(2), Some(Word(name)) if SELECTING.contains(&&**name));
        let is_seen = before(1) == Some(&Sign(':'))
            && matches!(before(2), Some(Word(name) | Text(name)) if SEEN.contains(&&**name))
            && text.chars().any(|c| c.is_alphabetic());
        let is_look = match (before(2), before(1)) {
            (Some(Word(name)), Some(Sign('('))) => ["div", "p", "span"].contains(&&**name),
            (Some(Word(name)), Some(Sign(':'))) => name == "class",
            _ => false,
        };
        let mut words = text.split_whitespace();
        let is_classes = is_look || words.all(|word| classes.contains(word.trim_matches('\0')));
        // The script of the worker is code.
        let is_code = text.contains("wasm_bindgen");
        let is_named = NO_WORDS.contains(&&**text);
        let is_allowed = is_selector || is_classes || is_code || is_named;
        if (is_seen && !is_named) || (is_words(text) && !is_allowed) {
            wrong.push(format!("{name}:{line}: {text:?} belongs into the labels"));
        }
    }
    wrong
}

#[test]
fn no_script_has_texts_of_its_own() {
    let classes = classes();
    let wrong = scripts()
        .iter()
        .flat_map(|(name, tokens)| texts_in(name, tokens, &classes))
        .collect::<Vec<_>>();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The check itself: what it has to find, and what it has to leave.
    for bad in [
        r#"p("quiet", "No calls here.")"#,
        r#"h("h2", {}, "Messages")"#,
        r#"small(null, act, `Accept for ${many}`)"#,
        r#"h("button", { title: "x" })"#,
        r#"h("button", { "aria-label": "close" })"#,
        r#"say(`${path} is saved`)"#,
    ] {
        assert_eq!(texts_in("a.js", &tokens(bad), &classes).len(), 1, "{bad}");
    }
    for good in [
        r#"p("quiet none", t("no_calls")) // No calls here."#,
        r#"h("div", { title: t("close") })"#,
        r#"document.querySelector("dialog button")"#,
        r#"/No calls here/.test(text) / 2"#,
    ] {
        assert!(texts_in("a.js", &tokens(good), &classes).is_empty(), "{good}");
    }
}
