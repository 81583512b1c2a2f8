//! Where the variables of a text are set and read, with the scope that each name means.

use crate::syntax::ast::{
    Branch, BranchKind, Expr, ExprKind, InterpolatedPart, Loop, Markup, Offset, Root, Tag,
};
use crate::syntax::{Template, Visitor, walk_expr, walk_markup, walk_nodes};
use crate::text::Span;

/// The option of a call that names its variable.
const SAVE: &str = "save";

/// A variable's name in a text.
#[derive(Clone, Debug)]
pub(super) struct Occurrence<'t> {
    pub name: &'t str,
    pub at: Span,
    /// The variable of the innermost loop with that name around it; `None` for a variable of the
    /// whole part.
    pub scope: Option<Span>,
    pub is_set: bool,
    /// The branches around it, outermost first.
    branches: Vec<Span>,
}

impl Occurrence<'_> {
    /// Whether both mean the same variable.
    pub fn is_same(&self, other: &Occurrence<'_>) -> bool {
        self.name == other.name && self.scope == other.scope
    }

    /// Whether every way to `other` goes past this.
    fn is_before(&self, other: &Occurrence<'_>) -> bool {
        self.at.start < other.at.start && other.branches.starts_with(&self.branches)
    }
}

/// Every name of a variable in a text, in order.
#[derive(Debug)]
pub(super) struct Occurrences<'t> {
    pub all: Vec<Occurrence<'t>>,
    /// Whether a name is computed, so that any variable may be meant.
    pub computed: bool,
    /// Loops that go on where another one of the same name ended.
    pub continued: Vec<&'t str>,
}

impl<'t> Occurrences<'t> {
    pub fn of(template: &'t Template) -> Occurrences<'t> {
        let text = template.source.text();
        let found = Occurrences { all: Vec::new(), computed: false, continued: Vec::new() };
        let mut finder = Finder { text, loops: Vec::new(), branches: Vec::new(), found };
        walk_nodes(&mut finder, &template.nodes);
        finder.found.all.sort_by_key(|one| one.at);
        finder.found
    }

    /// Returns the name around an offset.
    pub fn around(&self, offset: usize) -> Option<&Occurrence<'t>> {
        self.all.iter().find(|one| (one.at.start as usize..=one.at.end as usize).contains(&offset))
    }

    /// Yields every place of the same variable.
    pub fn same<'o>(
        &'o self,
        wanted: &'o Occurrence<'t>,
    ) -> impl Iterator<Item = &'o Occurrence<'t>> {
        self.all.iter().filter(|one| one.is_same(wanted))
    }

    /// Returns where a variable is set that is read here: the last place that is always passed, and
    /// those after it that may be.
    pub fn sets(&self, read: &Occurrence<'t>) -> Vec<Span> {
        if let Some(scope) = read.scope {
            return vec![scope];
        }
        if read.is_set {
            return vec![read.at];
        }
        let mut found = Vec::new();
        let sets = self.same(read).filter(|one| one.is_set).collect::<Vec<_>>();
        for set in sets.iter().rev().filter(|one| one.at.start < read.at.start) {
            found.push(set.at);
            if set.is_before(read) {
                return found;
            }
        }
        // A loop may set it behind the place where the next iteration reads it.
        if found.is_empty() {
            found.extend(sets.iter().map(|one| one.at));
        }
        found
    }
}

fn trimmed(text: &str, span: Span) -> Span {
    let word = &text[span.range()];
    let start = span.start as usize + word.len() - word.trim_start().len();
    Span::new(start, start + word.trim().len())
}

struct Finder<'t> {
    text: &'t str,
    /// The variables of the loops around, innermost last.
    loops: Vec<Span>,
    branches: Vec<Span>,
    found: Occurrences<'t>,
}

impl<'t> Finder<'t> {
    fn add(&mut self, at: Span, scope: Option<Span>, is_set: bool) {
        let name = &self.text[at.range()];
        if name.is_empty() {
            return;
        }
        let branches = self.branches.clone();
        self.found.all.push(Occurrence { name, at, scope, is_set, branches });
    }

    fn read(&mut self, at: Span) {
        let name = &self.text[at.range()];
        let scope = self.loops.iter().rev().find(|span| &self.text[span.range()] == name);
        self.add(at, scope.copied(), false);
    }

    fn sets(&mut self, markup: &Markup) {
        let text = self.text;
        match markup {
            Markup::Assign { target, .. } | Markup::Target(target) => self.add(*target, None, true),
            Markup::Options(options) => {
                let saves = options.options.iter().filter(|one| &text[one.name.range()] == SAVE);
                for value in saves.filter_map(|option| option.value.as_ref()) {
                    if let [InterpolatedPart::Text(name)] = value.parts[..] {
                        self.add(trimmed(text, name), None, true);
                    }
                }
            }
            _ => {}
        }
    }

    fn looped(&mut self, tag: &Tag, markup: &Loop) {
        walk_markup(self, &tag.markup);
        let variable = markup.variable;
        self.add(variable, Some(variable), true);
        if matches!(markup.offset, Some(Offset::Continue)) {
            self.found.continued.push(&self.text[variable.range()]);
        }
        for branch in &tag.branches {
            let is_body = branch.kind == BranchKind::Main;
            if is_body {
                self.loops.push(variable);
            }
            self.branch(branch, true);
            if is_body {
                self.loops.pop();
            }
        }
    }

    fn branch(&mut self, branch: &Branch, is_conditional: bool) {
        walk_markup(self, &branch.markup);
        if is_conditional {
            self.branches.push(branch.open);
        }
        walk_nodes(self, &branch.body);
        if is_conditional {
            self.branches.pop();
        }
    }
}

impl Visitor for Finder<'_> {
    fn tag(&mut self, tag: &Tag) {
        if let Markup::Loop(markup) = &tag.markup {
            return self.looped(tag, markup);
        }
        walk_markup(self, &tag.markup);
        self.sets(&tag.markup);
        let is_conditional = matches!(tag.markup, Markup::Condition(_) | Markup::Subject(_));
        for branch in &tag.branches {
            self.branch(branch, is_conditional);
        }
    }

    fn expr(&mut self, expr: &Expr) {
        if let ExprKind::Path(path) = &expr.kind {
            match &path.root {
                Root::Name(name) => self.read(*name),
                Root::Index(_) => self.found.computed = true,
                Root::Attribute(_) => {}
            }
        }
        walk_expr(self, expr);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Occurrences;
    use crate::dialect::BRAZE;
    use crate::syntax::{ParseOptions, parse};
    use crate::text::Source;

    /// Returns the places of the variable at `¦`, as the text with each in brackets.
    fn same(text: &str) -> String {
        let offset = text.find('¦').expect("a place");
        let text = text.replace('¦', "");
        let source = Arc::new(Source::new("text", &*text));
        let template = parse(&source, &BRAZE, ParseOptions::default());
        let found = Occurrences::of(&template);
        let wanted = found.around(offset).expect("a variable");
        let mut shown = text.clone();
        for one in found.same(wanted).collect::<Vec<_>>().into_iter().rev() {
            shown.insert(one.at.end as usize, ']');
            shown.insert(one.at.start as usize, '[');
        }
        shown
    }

    #[test]
    fn a_variable_is_one_through_all_that_sets_it() {
        assert_eq!(
            same("{% assign a¦ = 1 %}{% if b %}{% assign a = a %}{% endif %}{{ a.a | plus: a }}"),
            "{% assign [a] = 1 %}{% if b %}{% assign [a] = [a] %}{% endif %}{{ [a].a | plus: [a] }}"
        );
        assert_eq!(
            same("{% connected_content https://x.example/{{w}} :save w %}{{ w¦.x }}{{ 'w' }}"),
            "{% connected_content https://x.example/{{[w]}} :save [w] %}{{ [w].x }}{{ 'w' }}"
        );
        assert_eq!(
            same("{% capture c %}{{ d }}{% endcapture %}{% case c¦ %}{% when c %}{% endcase %}"),
            "{% capture [c] %}{{ d }}{% endcapture %}{% case [c] %}{% when [c] %}{% endcase %}"
        );
    }

    #[test]
    fn the_variable_of_a_loop_is_another() {
        let text = "{% assign x = 1 %}{% for x in x %}{{ x }}{% assign x = x %}{% else %}{{ x }}\
                    {% endfor %}{{ x }}";
        assert_eq!(
            same(&text.replace("for x", "for x¦")),
            "{% assign x = 1 %}{% for [x] in x %}{{ [x] }}{% assign x = [x] %}{% else %}{{ x }}\
             {% endfor %}{{ x }}"
        );
        assert_eq!(
            same(&text.replace("assign x = 1", "assign x¦ = 1")),
            "{% assign [x] = 1 %}{% for x in [x] %}{{ x }}{% assign [x] = x %}{% else %}{{ [x] }}\
             {% endfor %}{{ [x] }}"
        );
    }

    #[test]
    fn a_read_sees_what_may_have_set_it() {
        let sets = |text: &str| {
            let offset = text.find('¦').expect("a place");
            let text = text.replace('¦', "");
            let source = Arc::new(Source::new("text", &*text));
            let template = parse(&source, &BRAZE, ParseOptions::default());
            let found = Occurrences::of(&template);
            let read = found.around(offset).expect("a variable");
            let sets = found.sets(read);
            sets.iter().map(|span| span.start as usize).collect::<Vec<_>>()
        };
        assert_eq!(sets("{% assign a = 1 %}{% assign a = 2 %}{{ ¦a }}"), [28]);
        assert_eq!(
            sets("{% assign a = 1 %}{% if b %}{% assign a = 2 %}{% endif %}{{ ¦a }}"),
            [38, 10]
        );
        assert_eq!(
            sets("{% if b %}{% assign a = 2 %}{{ ¦a }}{% else %}{% assign a = 3 %}{% endif %}"),
            [20]
        );
        assert_eq!(sets("{% for i in l %}{{ ¦i }}{% endfor %}"), [7]);
        assert_eq!(sets("{% for i in l %}{{ ¦a }}{% assign a = i %}{% endfor %}"), [33]);
    }
}
