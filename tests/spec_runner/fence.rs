/// What a fence is for, from the words behind its backticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A template to render.
    Template,
    /// A content block of a name.
    Block(String),
    /// A scenario.
    Scenario(Syntax),
    /// `meniscus.toml`.
    Config,
    /// The variables of plain Liquid, as a JSON object.
    Data,
    /// A recording, with its name where it has one.
    Recording(Option<String>),
    /// Another file of the workspace that is linted, by its path.
    File(String),
    /// `message.toml`.
    Message,
    /// Another part of the message, by its name.
    Part(String),
    /// What a render must come to.
    Expected(Expectation),
    /// For readers alone.
    Prose,
}

/// How a scenario is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    Toml,
    Json,
}

/// What of a render is compared, in the order in which it is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expectation {
    /// The text.
    Output,
    /// Why the message is not sent.
    Error,
    /// What is said of the template.
    Diagnostics,
    /// The calls, a line each.
    Calls,
    /// The calls' requests in full.
    Requests,
    /// What `message_extras` adds.
    Extras,
    /// What the linter says.
    Lint,
}

impl Expectation {
    /// All of them, in order.
    pub const ALL: [Expectation; 7] = [
        Expectation::Output,
        Expectation::Error,
        Expectation::Diagnostics,
        Expectation::Calls,
        Expectation::Requests,
        Expectation::Extras,
        Expectation::Lint,
    ];

    /// The word behind the backticks.
    pub fn word(self) -> &'static str {
        match self {
            Expectation::Output => "output",
            Expectation::Error => "error",
            Expectation::Diagnostics => "diagnostics",
            Expectation::Calls => "calls",
            Expectation::Requests => "requests",
            Expectation::Extras => "extras",
            Expectation::Lint => "lint",
        }
    }
}

/// Text between two lines of backticks.
#[derive(Clone, Debug)]
pub struct Fence {
    /// What it is for.
    pub kind: Kind,
    /// The words behind the backticks.
    pub info: String,
    /// The lines between, each with its end.
    pub raw: String,
    /// The line of the opening backticks, from 0.
    pub first_line: usize,
    /// The line of the closing backticks, from 0.
    pub last_line: usize,
}

impl Fence {
    /// The text that the fence means: its last line's end belongs to it only where the info says
    /// `newline`.
    pub fn text(&self) -> &str {
        if self.has_word("newline") {
            return &self.raw;
        }
        self.raw.strip_suffix('\n').unwrap_or(&self.raw)
    }

    /// Whether the info has a word.
    pub fn has_word(&self, word: &str) -> bool {
        self.info.split_whitespace().any(|given| given == word)
    }
}

/// What a fence with this info is for.
///
/// # Errors
/// Where nobody knows.
pub fn kind_of(info: &str) -> Result<Kind, String> {
    let words =
        info.split_whitespace().filter(|word| !matches!(*word, "newline")).collect::<Vec<_>>();
    let kind = match words[..] {
        ["liquid"] => Kind::Template,
        ["liquid", "block", name] => Kind::Block(name.to_owned()),
        ["toml"] => Kind::Scenario(Syntax::Toml),
        ["json"] => Kind::Scenario(Syntax::Json),
        ["toml", "meniscus.toml"] => Kind::Config,
        ["toml", "message.toml"] => Kind::Message,
        ["liquid", "part", name] => Kind::Part(name.to_owned()),
        ["toml" | "json", "scenario", name] => Kind::File(format!("scenarios/{name}.{}", words[0])),
        ["toml" | "json", "schema", name] => Kind::File(format!("schemas/{name}.{}", words[0])),
        ["data"] => Kind::Data,
        ["json", "recording"] => Kind::Recording(None),
        ["json", "recording", name] => Kind::Recording(Some(name.to_owned())),
        ["text" | "sh" | "markdown", ..] => Kind::Prose,
        // `output 5.13`: what that version of Ruby's Liquid prints, which older ones do not.
        [word] | [word, "5.13"] => {
            let known = Expectation::ALL.into_iter().find(|known| known.word() == word);
            Kind::Expected(known.ok_or_else(|| unknown(info))?)
        }
        _ => return Err(unknown(info)),
    };
    Ok(kind)
}

fn unknown(info: &str) -> String {
    format!("found a fence `{info}`, expected one that tests/spec/README.md lists")
}
