use super::fence::{Expectation, Fence, Kind, kind_of};
use super::run::{Outcome, Setup};

/// A page, as the sections that have fences to run.
pub struct Page {
    pub sections: Vec<Section>,
}

/// What a page is about: what each template of it must say unasked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// What is sent.
    Rendering,
    /// What the linter says.
    Linting,
}

/// A heading and the fences up to the next.
pub struct Section {
    pub title: String,
    groups: Vec<Group>,
}

/// A template with all that it is rendered with, and what it must come to.
struct Group {
    setup: Setup,
    template: Fence,
    expected: Vec<(Expectation, Fence)>,
    about: About,
}

impl Page {
    /// Reads a page.
    ///
    /// # Errors
    /// Where a fence is unknown or never closed, or stands where it has no meaning.
    pub fn parse(text: &str, about: About) -> Result<Page, String> {
        let mut sections = Vec::new();
        let mut builder = Builder::new("top of the page", about);
        let mut lines = text.split_inclusive('\n').enumerate();
        while let Some((number, line)) = lines.next() {
            if let Some(title) = heading(line) {
                let done = std::mem::replace(&mut builder, Builder::new(title, about));
                sections.extend(done.finish()?);
                continue;
            }
            let marks = line.len() - line.trim_start_matches('`').len();
            if marks < 3 {
                continue;
            }
            let info = line[marks..].trim();
            let marks = &line[..marks];
            let mut raw = String::new();
            let last_line = loop {
                let Some((end, inner)) = lines.next() else {
                    return Err(format!("line {}: the fence is never closed", number + 1));
                };
                if inner.trim_end() == marks {
                    break end;
                }
                raw.push_str(inner);
            };
            let kind =
                kind_of(info).map_err(|problem| format!("line {}: {problem}", number + 1))?;
            builder.add(Fence {
                kind,
                info: info.to_owned(),
                raw,
                first_line: number,
                last_line,
            })?;
        }
        sections.extend(builder.finish()?);
        Ok(Page { sections })
    }

    /// The page with what its templates come to now in the place of what it expects.
    ///
    /// # Errors
    /// Where a template cannot be rendered, because its scenario or a recording is wrong.
    pub fn rewritten(&self, text: &str) -> Result<String, String> {
        let mut lines = text.split_inclusive('\n').map(str::to_owned).collect::<Vec<_>>();
        // From the end, so that the numbers of earlier lines stay.
        for group in self.sections.iter().flat_map(|section| &section.groups).rev() {
            let outcome = group.run()?;
            let mut fresh = String::new();
            for expectation in Expectation::ALL {
                let known = group.expected.iter().find(|(kind, _)| *kind == expectation);
                let Some(found) = group.wanted(&outcome, expectation) else { continue };
                let extra = known.filter(|(_, fence)| fence.has_word("5.13")).map(|_| " 5.13");
                fresh.push('\n');
                fresh.push_str(&written(expectation, extra.unwrap_or_default(), &found));
            }
            let first = group.template.last_line + 1;
            let last = group.expected.iter().map(|(_, fence)| fence.last_line).max();
            let end = last.map_or(first, |last| last + 1);
            // What stands between the fences stays in front of them.
            let kept = (first..end)
                .filter(|line| {
                    let inside =
                        |fence: &Fence| (fence.first_line..=fence.last_line).contains(line);
                    !group.expected.iter().any(|(_, fence)| inside(fence))
                })
                .map(|line| lines[line].clone())
                .collect::<String>();
            let kept = kept.trim_end_matches('\n');
            let kept = if kept.is_empty() { String::new() } else { format!("{kept}\n") };
            lines.splice(first..end, [kept, fresh]);
        }
        Ok(lines.concat())
    }
}

/// A fence with this text.
fn written(expectation: Expectation, extra: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let marks = "`".repeat(3.max(longest + 1));
    let word = expectation.word();
    match text {
        "" => format!("{marks}{word}{extra}\n{marks}\n"),
        text if text.ends_with('\n') => format!("{marks}{word}{extra} newline\n{text}{marks}\n"),
        text => format!("{marks}{word}{extra}\n{text}\n{marks}\n"),
    }
}

impl Section {
    /// Renders every template and compares.
    ///
    /// # Errors
    /// What differs, with the line.
    pub fn check(&self) -> Result<(), String> {
        let problems =
            self.groups.iter().filter_map(|group| group.check().err()).collect::<Vec<_>>();
        if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
    }
}

impl Group {
    fn run(&self) -> Result<Outcome, String> {
        let line = self.template.first_line + 1;
        let text = self.template.text();
        let mut outcome = Outcome::default();
        let renders = Expectation::ALL.into_iter().filter(|kind| *kind != Expectation::Lint);
        let done = if self.about == About::Rendering || renders.clone().any(|kind| self.asks(kind))
        {
            self.setup.render(text).map(|rendered| outcome = rendered)
        } else {
            Ok(())
        };
        let lints = self.about == About::Linting || self.asks(Expectation::Lint);
        let done =
            done.and_then(|()| if lints { self.setup.lint(text, &mut outcome) } else { Ok(()) });
        done.map_err(|problem| format!("the template of line {line}: {problem}"))?;
        Ok(outcome)
    }

    fn asks(&self, expectation: Expectation) -> bool {
        self.expected.iter().any(|(known, _)| *known == expectation)
    }

    /// What must be written down of an outcome: what the page is about, and every diagnostic of a
    /// render; the rest where the page asks for it.
    fn wanted(&self, outcome: &Outcome, expectation: Expectation) -> Option<String> {
        let found = outcome.text(expectation);
        let asked = self.asks(expectation);
        let must = match expectation {
            Expectation::Output => self.about == About::Rendering && outcome.error.is_none(),
            Expectation::Error | Expectation::Diagnostics => {
                return (!found.is_empty()).then_some(found);
            }
            Expectation::Lint => self.about == About::Linting,
            _ => false,
        };
        (asked || must).then_some(found)
    }

    fn check(&self) -> Result<(), String> {
        let line = self.template.first_line + 1;
        if self.expected.is_empty() {
            return Err(format!("the template of line {line} has no expectation behind it"));
        }
        let outcome = self.run()?;
        let mut problems = String::new();
        for expectation in Expectation::ALL {
            let known = self.expected.iter().find(|(kind, _)| *kind == expectation);
            let found = self.wanted(&outcome, expectation);
            // An `output` fence that is absent differs from one that is empty: the message is sent.
            let absent = known.is_none() && found.is_some();
            let found = found.unwrap_or_default();
            let expected = known.map_or("", |(_, fence)| fence.text());
            if found != expected || absent {
                let word = expectation.word();
                problems.push_str(&format!(
                    "the template of line {line}: {word} differs\nexpected: {expected:?}\nfound:    {found:?}\n"
                ));
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}

/// A section in the making.
struct Builder {
    title: String,
    about: About,
    setup: Setup,
    groups: Vec<Group>,
    /// Whether the last fence was a template or an expectation of one.
    open: bool,
}

impl Builder {
    fn new(title: &str, about: About) -> Builder {
        Builder {
            title: title.to_owned(),
            about,
            setup: Setup::default(),
            groups: Vec::new(),
            open: false,
        }
    }

    fn add(&mut self, fence: Fence) -> Result<(), String> {
        let line = fence.first_line + 1;
        match &fence.kind {
            Kind::Prose => return Ok(()),
            Kind::Template => {
                let setup = self.setup.clone();
                let (expected, about) = (Vec::new(), self.about);
                self.groups.push(Group { setup, template: fence, expected, about });
                self.open = true;
                return Ok(());
            }
            Kind::Expected(expectation) => {
                let expectation = *expectation;
                let group = self.groups.last_mut().filter(|_| self.open);
                let Some(group) = group else {
                    return Err(format!(
                        "line {line}: found no template in front of `{}`",
                        fence.info
                    ));
                };
                if group.expected.iter().any(|(known, _)| *known == expectation) {
                    return Err(format!("line {line}: found a second `{}`", fence.info));
                }
                group.expected.push((expectation, fence));
                return Ok(());
            }
            Kind::Block(name) => {
                self.setup.blocks.insert(name.clone(), fence.text().to_owned());
            }
            Kind::Scenario(syntax) => self.setup.scenario = Some((*syntax, fence.raw.clone())),
            Kind::File(path) => {
                self.setup.files.insert(path.clone(), fence.raw.clone());
            }
            Kind::Message => self.setup.message = Some(fence.raw.clone()),
            Kind::Part(name) => {
                self.setup.parts.insert(name.clone(), fence.text().to_owned());
            }
            Kind::Config => self.setup.config = Some(fence.raw.clone()),
            Kind::Data => self.setup.data = Some(fence.raw.clone()),
            Kind::Recording(name) => {
                let count = self.setup.recordings.len() + 1;
                let name = name.clone().unwrap_or_else(|| format!("recording-{count}"));
                self.setup.recordings.insert(name, fence.raw.clone());
            }
        }
        self.open = false;
        Ok(())
    }

    fn finish(self) -> Result<Option<Section>, String> {
        if self.groups.is_empty() {
            let unused = !self.setup.is_empty();
            let problem =
                format!("the section `{}` sets something up but has no template", self.title);
            return if unused { Err(problem) } else { Ok(None) };
        }
        Ok(Some(Section { title: self.title, groups: self.groups }))
    }
}

fn heading(line: &str) -> Option<&str> {
    let level = line.len() - line.trim_start_matches('#').len();
    let title = line[level..].strip_prefix(' ')?;
    (1..=3).contains(&level).then(|| title.trim())
}
