//! Tasks that a person can choose in a client, each with the tools that it takes.

use meniscus_preview::page::refusal::Refusal;
use rmcp::model::{GetPromptResult, Prompt, PromptArgument, PromptMessage, Role};
use serde_json::{Map, Value as Json};

/// A task: its name, what it does, and its arguments with what they are.
struct Task {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    arguments: &'static [(&'static str, &'static str)],
    /// Arguments stand in it as `{name}`.
    text: &'static str,
}

const TASKS: [Task; 3] = [
    Task {
        name: "write_message",
        title: "Write a message for an endpoint",
        description: "Writes a message that shows an endpoint's data",
        arguments: &[
            ("endpoint", "Endpoint or recording, such as get_user_offers"),
            ("channel", "email, push, sms, …"),
        ],
        text: "Write a Braze {channel} message that shows what {endpoint} returns.\n\
            1. `shape` of {endpoint}: use only fields that it lists.\n\
            2. `scenarios` for the existing messages; follow their calls and names.\n\
            3. Write the text. Give each attribute a `default`, and guard lists and failed calls.\n\
            4. `lint` and `render` it in `files` until there are no findings and no blanks, \
            also with failing `answers` and empty lists.\n\
            5. Show me the text and the render, then write the files if I agree.",
    },
    Task {
        name: "review_message",
        title: "Review a message",
        description: "Finds what customers would see wrong",
        arguments: &[("message", "Message, or one of its files")],
        text: "Review the Braze message {message} before it is sent.\n\
            1. `lint` it, and `explain` each rule that I may not know.\n\
            2. `render` it for every recipient that `scenarios` lists; look at each blank and abort.\n\
            3. `render` it with a failed call and with empty lists through `answers`.\n\
            4. Report what a customer would see wrong, worst first, each with its place and a \
            fix that you have checked with `render`. Don't change files.",
    },
    Task {
        name: "explain_blank",
        title: "Explain a blank",
        description: "Finds out why a customer sees a blank",
        arguments: &[
            ("message", "Message, or one of its files"),
            ("recipient", "Recipient who sees the blank"),
        ],
        text: "Find out why the Braze message {message} has a blank for {recipient}.\n\
            1. `render` it for {recipient} and read `blanks`, `calls` and `problems`.\n\
            2. Compare a field with `shape` of its response, and an attribute with `contract`.\n\
            3. Say in two sentences what is missing and why, and propose the smallest change. Check \
            it with `render` in `files`. Don't change files.",
    },
];

/// Returns the tasks.
pub(super) fn all() -> Vec<Prompt> {
    let all = TASKS.iter().map(|task| {
        let arguments = task.arguments.iter().map(|(name, what)| {
            PromptArgument::new(*name).with_description(*what).with_required(true)
        });
        Prompt::new(task.name, Some(task.description), Some(arguments.collect::<Vec<_>>()))
            .with_title(task.title)
    });
    all.collect()
}

/// Returns what a task says with its arguments.
///
/// # Errors
/// If there is no such task, or an argument is missing.
pub(super) fn get(name: &str, arguments: &Map<String, Json>) -> Result<GetPromptResult, Refusal> {
    let Some(task) = TASKS.iter().find(|task| task.name == name) else {
        let names = TASKS.iter().map(|task| task.name);
        return Err(
            Refusal::missing(format!("the prompt `{name}` doesn't exist")).near(name, names)
        );
    };
    let mut text = task.text.to_owned();
    for (argument, what) in task.arguments {
        let value = arguments.get(*argument).and_then(Json::as_str).map(str::trim);
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            return Err(Refusal::wrong(format!("`{name}` needs `{argument}`"))
                .help(format!("pass it: {what}")));
        };
        text = text.replace(&format!("{{{argument}}}"), value);
    }
    let message = PromptMessage::new_text(Role::User, text);
    Ok(GetPromptResult::new(vec![message]).with_description(task.description))
}
