//! Comments that allow a rule's findings: `{% comment %} meniscus: allow RULE — reason {%
//! endcomment %}`, or `{% # meniscus: allow RULE — reason %}`.
//!
//! `allow` covers the comment's line and the next non-empty one, `allow-block` the rest of the
//! enclosing block, and `allow-file` the whole file.

use std::sync::Arc;

use super::remark::{Remark, remarks};
use super::rule::{Level, Rule};
use super::rule_of;
use super::{RULES, suppression_rules};
use crate::diagnostic::{Diagnostic, Fix, Safety};
use crate::syntax::Template;
use crate::text::{Source, Span, nearest};

/// A comment that allows a rule in its scope.
#[derive(Debug)]
struct Allowance {
    name: Span,
    rule: Option<&'static Rule>,
    scope: Span,
    comment: Span,
    used: bool,
}

/// The comments of a file that allow rules.
#[derive(Debug)]
pub(super) struct Allowances {
    source: Arc<Source>,
    found: Vec<Allowance>,
    /// Comments with another verb; the flag marks `uncovered` without a reason.
    unreadable: Vec<(Span, bool)>,
}

impl Allowances {
    pub fn of(template: &Template) -> Allowances {
        let mut allowances = Allowances {
            source: Arc::clone(&template.source),
            found: Vec::new(),
            unreadable: Vec::new(),
        };
        for remark in remarks(template) {
            match remark.verb {
                "allow" => allowances.allow(&remark),
                // Excluded from coverage; the reason makes it a decision.
                "uncovered" if remark.reason(&template.source).is_some() => {}
                verb => allowances.unreadable.push((remark.comment, verb == "uncovered")),
            }
        }
        allowances
    }

    fn allow(&mut self, remark: &Remark<'_>) {
        let Remark { comment, scope, rest, .. } = *remark;
        let mut any = false;
        let source = Arc::clone(&self.source);
        for (word, span) in words(source.slice(rest), rest.start as usize) {
            // The reason follows a dash.
            if word.starts_with(['—', '–']) || word.starts_with("--") || word == "-" {
                break;
            }
            any = true;
            let rule = rule_of(word);
            self.found.push(Allowance { name: span, rule, scope, comment, used: false });
            // Text that isn't similar to any rule is a reason without its dash.
            if rule.is_none() && near(word).is_none() {
                break;
            }
        }
        if !any {
            self.unreadable.push((comment, false));
        }
    }

    /// Whether a diagnostic of this file is allowed; marks the comment as used.
    pub fn allows(&mut self, diagnostic: &Diagnostic) -> bool {
        let at = diagnostic.primary.span;
        let mut allowed = false;
        for one in &mut self.found {
            let is_within = one.scope.start <= at.start && at.start < one.scope.end.max(1);
            if is_within && one.rule.is_some_and(|rule| rule.name == diagnostic.code) {
                one.used = true;
                allowed = true;
            }
        }
        allowed
    }

    /// Reports mistakes in the comments, after all other diagnostics.
    pub fn report(&self, level: impl Fn(&Rule) -> Level, out: &mut Vec<Diagnostic>) {
        let [unused, unknown] = suppression_rules();
        for (index, one) in self.found.iter().enumerate() {
            match one.rule {
                None => {
                    let Some(severity) = level(unknown).severity() else { continue };
                    let found = self.source.slice(one.name);
                    let mut diagnostic = Diagnostic::new(
                        unknown.name,
                        severity,
                        &self.source,
                        one.name,
                        format!("unknown rule `{found}`"),
                    );
                    diagnostic.help = Some(match near(found) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => {
                            "run `meniscus rules` for a list; put a reason after `—`".to_owned()
                        }
                    });
                    out.push(diagnostic);
                }
                Some(rule) if !one.used && level(rule) != Level::Off => {
                    let Some(severity) = level(unused).severity() else { continue };
                    let message = format!("`{}` is allowed here, but reports nothing", rule.name);
                    // Rules allowed by the same comment are adjacent.
                    let beside = [index.wrapping_sub(1), index + 1].map(|at| self.found.get(at));
                    let is_alone =
                        beside.iter().flatten().all(|other| other.comment != one.comment);
                    let mut diagnostic =
                        Diagnostic::new(unused.name, severity, &self.source, one.name, message)
                            .help("remove the comment, or remove the rule from it");
                    if is_alone {
                        let title = "remove the comment";
                        let text = &self.source.text()[one.comment.range()];
                        // A comment that trims blanks changes the message when it goes.
                        let trims = text.starts_with("{%-") || text.ends_with("-%}");
                        let safety = if trims { Safety::Unsafe } else { Safety::Safe };
                        diagnostic.fix = Some(Fix::replace(title, safety, one.comment, ""));
                    }
                    out.push(diagnostic);
                }
                Some(_) => {}
            }
        }
        for (span, uncovered) in &self.unreadable {
            let Some(severity) = level(unknown).severity() else { continue };
            let (message, help) = if *uncovered {
                (
                    "`meniscus: uncovered` has no effect without a reason",
                    "write `meniscus: uncovered — reason`, `uncovered-block`, or `uncovered-file`",
                )
            } else {
                (
                    "`meniscus:` doesn't say what it allows",
                    "write `meniscus: allow RULE — reason`, `allow-block`, or `allow-file`",
                )
            };
            let diagnostic =
                Diagnostic::new(unknown.name, severity, &self.source, *span, message).help(help);
            out.push(diagnostic);
        }
    }
}

/// Returns the rule with a similar name.
fn near(word: &str) -> Option<&'static str> {
    nearest(word, RULES.iter().map(|rule| rule.name))
}

/// Yields the words of a text at an offset; commas count as spaces.
fn words(text: &str, start: usize) -> impl Iterator<Item = (&str, Span)> {
    let base = text.as_ptr() as usize;
    text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()).map(
        move |word| {
            let at = start + (word.as_ptr() as usize - base);
            (word, Span::new(at, at + word.len()))
        },
    )
}
