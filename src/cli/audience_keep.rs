use std::ops::ControlFlow;

use anyhow::Result;
use meniscus::audience::{Answers, Options, Person, Place, Plan, RawRow, RenderedRow, Users};
use meniscus::contract::Contract;
use meniscus::http::{Fault, Response};
use meniscus::live::record::{Context, exchange, free_key, recordings, replaced};
use meniscus::project::{Message, ProjectError};
use meniscus::recipients::{Export, replaced_words};
use meniscus::session::Session;

use super::Verdict;
use super::failed;
use super::scenarios_files::{File, write};
use super::terminal::{note, print};

/// What is kept of an audience, and as what.
pub(super) struct Keep<'k> {
    /// The row, as a report names it.
    pub row: &'k str,
    /// The recipient's name.
    pub name: &'k str,
    pub message: &'k std::sync::Arc<Message>,
    pub users: &'k Users,
    pub answers: &'k Answers,
}

impl Keep<'_> {
    /// Writes a recipient with recordings from a row, without what tells who it is.
    pub fn run(&self, session: &Session, options: Options) -> Result<Verdict> {
        let (now, key) = (options.now.clone(), options.key.clone());
        let person = self.person(key.as_deref())?;
        let plan = Plan::new(session, self.message, options)?;
        let answers = || {
            let answers = self.answers.of(person.id.as_deref());
            answers.map_err(|error| {
                failed(format!("can't read the responses: {error}"), "run the command again")
            })
        };
        let unusable = |why: String| {
            failed(format!("`{}` can't be used: {why}", self.row), "choose another row")
        };
        let before = plan.render(&person, answers()?).map_err(unusable)?;
        let contract = Contract::of(&session.known, [&**self.message]);
        let export = Export::of_tables(&person.tables, &contract);
        let mut draft = export.draft(self.message, &now);
        draft.heading = vec!["Anonymous copy of a row of an audience.".to_owned()];
        // With invented values in its requests, so that the recordings answer this recipient.
        let nobody = Person { id: person.id.clone(), tables: draft.tables.clone() };
        let after = plan.render(&nobody, answers()?).map_err(unusable)?;
        let workspace = &*session.workspace;
        let mut files = Vec::new();
        let mut names = Vec::new();
        let made = self.recordings(session, &after)?;
        for (key, contents) in &made.0 {
            let key = free_key(session, &format!("{}/{key}", self.name));
            files.push(File::recording(workspace, &key, contents.clone()));
            names.push(key);
        }
        if !made.0.is_empty() {
            draft.recordings = Some(names);
        }
        if let Some(why) = draft.unwritable() {
            return Err(failed(why, "choose another row"));
        }
        files.insert(0, File::new(workspace, self.name, draft.to_toml())?);
        write(&workspace.root, &files, false)?;
        let said = format!(
            "saved as the scenario {}{}{}",
            self.name,
            replaced_words(export.replaced),
            made.1
        );
        print(&format!("{said}\n"))?;
        let seen = |row: &RenderedRow| (row.abort(), plan.blanks(row));
        match seen(&before) == seen(&after) {
            true => print(&format!("it gets the same as the row: {}\n", words(&seen(&after))))?,
            false => note(&format!(
                "note: with invented values, it gets {}, but the row gets {}; edit the scenario\n",
                words(&seen(&after)),
                words(&seen(&before))
            )),
        }
        Ok(Verdict::Fine)
    }

    /// Finds the row.
    fn person(&self, key: Option<&str>) -> Result<Person> {
        let mut found: Option<RawRow> = None;
        self.users
            .each(&mut |place, row| {
                if place.to_string() != self.row {
                    return ControlFlow::Continue(());
                }
                found = Some(row);
                ControlFlow::Break(())
            })
            .map_err(ProjectError::from)?;
        let help =
            "name a row as in the report, such as `users.ndjson:17`, with the same `--users`";
        let row =
            found.ok_or_else(|| failed(format!("the row `{}` doesn't exist", self.row), help))?;
        let person = Person::of(&row, key).map(|(person, _)| person);
        person.map_err(|why| {
            failed(format!("`{}` can't be used: {why}", self.row), "choose another row")
        })
    }

    /// Makes recordings of what answers the calls; returns also what was replaced in them.
    fn recordings(
        &self,
        session: &Session,
        row: &RenderedRow,
    ) -> Result<(Vec<(String, String)>, String)> {
        let context = Context {
            message: self.message.name.clone(),
            part: String::new(),
            scenario: self.name.to_owned(),
        };
        let mut exchanges = Vec::new();
        for (request, answer) in row.exchanges() {
            // Those of the workspace are there already.
            if answer.recording.as_ref().is_some_and(|origin| is_of(session, &origin.key)) {
                continue;
            }
            let mut response = Response::clone(&answer.response);
            if answer.failure.is_some() {
                response.fault = Some(Fault::EmptyResponse);
            }
            exchanges.push(exchange(request.clone(), response, context.clone()));
        }
        let mut made = recordings(session, &exchanges, &[], None)?;
        made.iter_mut().for_each(meniscus::live::record::NewRecording::be_last);
        let said = replaced(&made);
        Ok((made.iter().map(|one| (one.key().to_owned(), one.contents())).collect(), said))
    }
}

fn is_of(session: &Session, key: &str) -> bool {
    session.known.recordings.iter().any(|recording| recording.origin().key == key)
}

/// Says what a row gets.
fn words((abort, blanks): &(Option<Place>, Vec<Place>)) -> String {
    match (abort, blanks.first()) {
        (Some(abort), _) => format!("no message, aborted at {}", String::from(abort.clone())),
        (None, Some(blank)) => format!("a blank at {}", String::from(blank.clone())),
        (None, None) => "the whole message".to_owned(),
    }
}
