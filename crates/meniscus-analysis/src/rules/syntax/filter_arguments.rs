use crate::analyze::{FilterUse, Model};
use crate::diagnostic::{Fix, Safety, Severity};
use crate::dialect::filters::FILTERS;
use crate::render::{Filter, Parameter};
use crate::rules::reading::templates::is_garbled;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::Argument;
use crate::text::{Span, nearest};

rule! {
    /// A filter with too few, too many, or unknown arguments.
    ///
    /// ## What it does
    ///
    /// Reports a filter with fewer or more arguments than it takes, or with a named argument that
    /// it doesn't have. A `replace` without a replacement and a `default` without a value are
    /// reported, too.
    ///
    /// ## Why it matters
    ///
    /// The filter fails, and Liquid gives an error instead of the value. A `replace` without its
    /// second string doesn't fail, but removes what it should replace.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {{ 'summer' | upcase: 1 }}
    /// ```
    ///
    /// ```liquid bad
    /// {{ 'two words' | replace: ' ' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {{ 'summer' | upcase }}
    /// ```
    ///
    /// ```liquid good
    /// {{ 'two words' | replace: ' ', '-' }} {{ 'two words' | remove: ' ' }}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it removes the arguments of a filter that takes none, which changes what
    /// is sent.
    ///
    /// ## Source
    ///
    /// Shopify Liquid's filters. Braze: filters (reference, section 3).
    name: "filter-arguments", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for one in &model.filters {
            let filter = one.filter.and_then(|id| FILTERS.get(usize::from(id.0)));
            let Some(filter) = filter else { continue };
            let look = Look { model, one, filter };
            if look.is_fine() || is_garbled(subject, model, one.at) {
                continue;
            }
            look.report(findings);
        }
    }
}

struct Look<'l, 'a> {
    model: &'l Model<'a>,
    one: &'l FilterUse<'a>,
    filter: &'static Filter,
}

impl Look<'_, '_> {
    fn parameters(&self, fits: fn(&Parameter) -> bool) -> usize {
        self.filter.parameters.iter().filter(|parameter| fits(parameter)).count()
    }

    fn least(&self) -> usize {
        self.parameters(|parameter| matches!(parameter, Parameter::Required(_)))
    }

    fn most(&self) -> usize {
        if self.parameters(|parameter| matches!(parameter, Parameter::Rest(_))) > 0 {
            return usize::MAX;
        }
        self.parameters(|parameter| !matches!(parameter, Parameter::Named(_)))
    }

    fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.filter.parameters.iter().filter_map(|parameter| match parameter {
            Parameter::Named(name) => Some(*name),
            _ => None,
        })
    }

    fn unknown_name(&self) -> Option<Span> {
        let text = |span: Span| self.one.at.at(span).text();
        let mut named = self.one.call.arguments.iter().filter_map(|argument| argument.name);
        named.find(|name| !self.names().any(|known| known == text(*name)))
    }

    fn positional(&self) -> impl Iterator<Item = &Argument> {
        self.one.call.arguments.iter().filter(|argument| argument.name.is_none())
    }

    /// Arguments without which a filter does something other than its name suggests.
    fn usual(&self) -> usize {
        match self.filter.name {
            "replace" | "replace_first" => 2,
            "default" => 1,
            _ => self.least(),
        }
    }

    fn is_fine(&self) -> bool {
        let given = self.positional().count();
        given >= self.usual() && given <= self.most() && self.unknown_name().is_none()
    }

    fn report(&self, findings: &mut Findings<'_>) {
        let (name, at) = (self.filter.name, self.one.at);
        let given = self.positional().count();
        if given > self.most() {
            let extra = self.positional().nth(self.most());
            let span = extra.map_or(at.span, |extra| Span { end: at.span.end, ..extra.span });
            let at_most = if self.most() == 0 { "" } else { "at most " };
            let expected = counted(self.most());
            let message = format!("`{name}` takes {at_most}{expected}, found {given}");
            let report = findings.report(self.model, at.at(span), message);
            if self.most() == 0 {
                let rest = Span { start: self.one.call.name.end, end: at.span.end };
                report.help("remove the arguments").fix(Fix::replace(
                    "remove the arguments",
                    Safety::Unsafe,
                    rest,
                    "",
                ));
            } else {
                report.help(format!("write `{}`", self.form()));
            }
            return;
        }
        if let Some(span) = self.unknown_name().filter(|_| given >= self.least()) {
            let word = at.at(span).text();
            let report = findings.report(
                self.model,
                at.at(span),
                format!("`{name}` has no argument named `{word}`"),
            );
            match nearest(word, self.names()) {
                Some(near) => report.did_you_mean(Some(near)),
                None => report.help(format!("write `{}`", self.form())),
            };
            return;
        }
        let call = at.at(self.one.call.name.to(at.span));
        let found = if given == 0 { "none".to_owned() } else { given.to_string() };
        let message = format!("`{name}` needs {}, found {found}", counted(self.usual()));
        let report = findings.report(self.model, call, message);
        if given >= self.least() {
            // It runs, but probably not as intended.
            let report = report.at_most(Severity::Warning);
            if given == 1 {
                let other = if name == "replace" { "remove" } else { "remove_first" };
                report
                    .label("removes what it finds")
                    .help(format!("add a replacement, or use `{other}`"));
            } else {
                report.help(format!("write `{}`", self.form()));
            }
        } else {
            report.help(format!("write `{}`", self.form()));
        }
    }

    /// Returns how the filter is written: `slice: offset, length`.
    fn form(&self) -> String {
        let words = self.filter.parameters.iter().filter_map(|parameter| match parameter {
            Parameter::Required(word) | Parameter::Optional(word) => Some(*word),
            Parameter::Ignored(_) | Parameter::Rest(_) | Parameter::Named(_) => None,
        });
        let words = words.collect::<Vec<_>>().join(", ");
        let colon = if words.is_empty() { "" } else { ": " };
        format!("{}{colon}{words}", self.filter.name)
    }
}

fn counted(arguments: usize) -> String {
    match arguments {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        more => format!("{more} arguments"),
    }
}
