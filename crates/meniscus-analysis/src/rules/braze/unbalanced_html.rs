use crate::analyze::{Model, Site};
use crate::rules::reading::html_place::{Met, Scan};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::semantics::Effect;
use crate::syntax::ast::{BranchKind, Markup, Node, Tag};
use crate::text::{Source, Span};

rule! {
    /// HTML that leaves an element or a quote open for some customers.
    ///
    /// ## What it does
    ///
    /// Reports an element that only one branch of a condition opens or closes, and an attribute
    /// value without a closing quote. In a whole HTML document, it also reports a tag without its
    /// counterpart. An `if` that opens an element and another `if` with the same condition that
    /// closes it belong together, and are left alone.
    ///
    /// ## Why it matters
    ///
    /// An element that only one branch closes stays open for everyone else, and the rest of the
    /// message moves into it. After a missing quote, the attribute swallows the text that follows.
    ///
    /// ## Example
    ///
    /// ```html bad
    /// {% if ${city} %}<div class="local">Near you{% else %}<div>Everywhere</div>{% endif %}
    /// <p>See you soon.</p>
    /// ```
    ///
    /// ```html bad
    /// <a href="https://larkspur.example/offers>All offers</a> <a href="https://larkspur.example">Home</a>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```html good
    /// {% if ${city} %}<div class="local">Near you</div>{% else %}<div>Everywhere</div>{% endif %}
    /// <p>See you soon.</p>
    /// ```
    ///
    /// ```html good
    /// {% if ${city} %}<div class="local">{% endif %}Near you{% if ${city} %}</div>{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5 (Ruby); the HTML standard.
    name: "unbalanced-html", level: Warn, check: Check::Message(check),
}

/// Elements that need a closing tag; HTML closes others, such as `p` and `li`, itself.
const PAIRED: [&str; 27] = [
    "a", "b", "button", "center", "div", "em", "font", "form", "h1", "h2", "h3", "h4", "i",
    "label", "ol", "script", "section", "span", "strong", "style", "table", "td", "th", "tr", "u",
    "ul", "select",
];

/// Most blocks of a text that are compared with each other.
const MAX_COMPARED: usize = 200;

/// Most blocks of a text that are reported: one mistake shifts everything after it.
const MAX_REPORTED: usize = 3;

/// Elements opened or closed in a text without a match in it.
#[derive(Clone, Debug, Default)]
struct Unmatched {
    closed: Vec<(String, Span)>,
    opened: Vec<(String, Span)>,
}

impl Unmatched {
    fn open(&mut self, name: &str, span: Span) {
        self.opened.push((name.to_ascii_lowercase(), span));
    }

    fn close(&mut self, name: &str, span: Span) {
        let name = name.to_ascii_lowercase();
        match self.opened.iter().rposition(|(open, _)| *open == name) {
            Some(at) => drop(self.opened.remove(at)),
            None => self.closed.push((name, span)),
        }
    }

    fn add(&mut self, other: &Unmatched) {
        for (name, span) in &other.closed {
            self.close(name, *span);
        }
        self.opened.extend(other.opened.iter().cloned());
    }

    /// Returns what stays unmatched if what is closed is opened again: `</tr><tr>` begins a row.
    fn settled(self) -> Unmatched {
        let (closed, opened) = self.names();
        if closed == opened { Unmatched::default() } else { self }
    }

    fn names(&self) -> (Vec<&str>, Vec<&str>) {
        let mut closed = self.closed.iter().map(|(name, _)| &**name).collect::<Vec<_>>();
        let mut opened = self.opened.iter().map(|(name, _)| &**name).collect::<Vec<_>>();
        closed.sort_unstable();
        opened.sort_unstable();
        (closed, opened)
    }
}

/// An `if` whose branches leave different elements open.
struct Uneven<'a> {
    tag: &'a Tag,
    /// The first unmatched element in one of the branches.
    at: Span,
    name: String,
    opens: bool,
    in_loop: bool,
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for part in &subject.parts {
        let source = &*part.template.source;
        if !source.text().contains("</") || part.part.name == "plain_text" {
            continue;
        }
        let site = |span| Site { source: &part.template.source, span, via: None };
        let mut quotes = Vec::new();
        Scan::new(source).nodes(&part.template.nodes, &mut |met| {
            if let Met::OpenQuote(span) = met {
                quotes.push(span);
            }
        });
        if let Some(span) = quotes.first() {
            let at = site(Span::new(span.start as usize, span.start as usize + 1));
            findings
                .report(&part.model, at, "this attribute value has no closing quote")
                .label("opened here")
                .help("add the quote where the value ends");
            continue;
        }
        let mut walk =
            Walk { subject, source, scan: Scan::new(source), uneven: Vec::new(), loops: 0 };
        let whole = walk.nodes(&part.template.nodes);
        let uneven = walk.uneven;
        // Comparing all pairs would take quadratic time.
        let few = &uneven[..uneven.len().min(MAX_COMPARED)];
        for one in few.iter().filter(|one| !has_counterpart(source, one, few)).take(MAX_REPORTED) {
            report(&part.model, site(one.at), one, findings);
        }
        if uneven.is_empty() && is_document(source, &part.model) {
            unclosed(&part.model, &whole, site, findings);
        }
    }
}

/// Whether a text is a whole page without inclusions.
fn is_document(source: &Source, model: &Model<'_>) -> bool {
    let text = source.text().to_ascii_lowercase();
    text.contains("<body") && text.contains("</body") && model.inclusions.is_empty()
}

fn unclosed<'a>(
    model: &Model<'a>,
    whole: &Unmatched,
    site: impl Fn(Span) -> Site<'a>,
    findings: &mut Findings<'_>,
) {
    if let Some((name, span)) = whole.opened.first() {
        findings
            .report(model, site(*span), format!("`<{name}>` is never closed"))
            .label("opened here")
            .help(format!("add `</{name}>` where the element ends"));
    } else if let Some((name, span)) = whole.closed.first() {
        findings
            .report(model, site(*span), format!("`</{name}>` has no opening tag"))
            .help(format!("remove it, or add `<{name}>` where the element starts"));
    }
}

fn report(model: &Model<'_>, at: Site<'_>, one: &Uneven<'_>, findings: &mut Findings<'_>) {
    let Uneven { name, opens, .. } = one;
    let (message, help) = if *opens {
        (
            format!("`<{name}>` is opened in this branch, but not in every case"),
            format!("close `<{name}>` in this branch, or open it in every branch"),
        )
    } else {
        (
            format!("`<{name}>` is closed in this branch, but not in every case"),
            format!("move `</{name}>` after the block, or add it to every branch"),
        )
    };
    findings.report(model, at, message).label("only in this branch").help(help);
}

/// Whether another block with the same condition or the same kind of loop does the opposite.
fn has_counterpart(source: &Source, one: &Uneven<'_>, all: &[Uneven<'_>]) -> bool {
    let key = |tag: &Tag| source.slice(tag.open).split_whitespace().collect::<String>();
    let bare = |tag: &Tag| {
        let bare = key(tag).replace("{%-", "{%").replace("-%}", "%}");
        // `unless x == blank` is `if x != blank`.
        match bare.strip_prefix("{%unless") {
            Some(rest) if rest.contains("!=") => format!("{{%if{}", rest.replace("!=", "==")),
            Some(rest) if rest.contains("==") => format!("{{%if{}", rest.replace("==", "!=")),
            _ => bare,
        }
    };
    all.iter().any(|other| {
        let is_same_condition = bare(other.tag) == bare(one.tag);
        let in_loops = other.in_loop && one.in_loop && other.name == one.name;
        other.opens != one.opens
            && (is_same_condition || in_loops)
            && !std::ptr::eq(other.tag, one.tag)
    })
}

struct Walk<'w, 'a> {
    subject: &'w Subject<'a>,
    source: &'a Source,
    scan: Scan<'a>,
    uneven: Vec<Uneven<'a>>,
    loops: usize,
}

impl<'a> Walk<'_, 'a> {
    fn nodes(&mut self, nodes: &'a [Node]) -> Unmatched {
        let mut all = Unmatched::default();
        for node in nodes {
            match node {
                Node::Text(text) => self.text(text.span, &mut all),
                Node::Output(output) => self.scan.output(output, &mut |_| ()),
                Node::Tag(tag) => {
                    let inner = self.tag(tag);
                    all.add(&inner);
                }
                Node::HtmlComment(_) | Node::Error(_) => {}
            }
        }
        all
    }

    fn text(&mut self, span: Span, all: &mut Unmatched) {
        let is_paired = |name: &str| PAIRED.iter().any(|known| name.eq_ignore_ascii_case(known));
        let mut last = None;
        self.scan.text(span, &mut |met| match met {
            Met::Open(name, span) if is_paired(name) => {
                all.open(name, span);
                last = Some(all.opened.len());
            }
            Met::Open(..) => last = None,
            Met::Close(name, span) if is_paired(name) => all.close(name, span),
            Met::SelfClosed if last.take() == Some(all.opened.len()) => {
                all.opened.pop();
            }
            _ => {}
        });
    }

    fn tag(&mut self, tag: &'a Tag) -> Unmatched {
        let name = self.source.slice(tag.name);
        if matches!(name, "comment" | "doc" | "capture") {
            return Unmatched::default();
        }
        let is_loop = matches!(tag.markup, Markup::Loop(_));
        let is_choice = matches!(tag.markup, Markup::Condition(_) | Markup::Subject(_));
        self.loops += usize::from(is_loop);
        let start = self.scan.clone();
        let mut per_branch = Vec::new();
        for (index, branch) in tag.branches.iter().enumerate() {
            if index > 0 {
                self.scan = start.clone();
            }
            // Nothing before the first `when` is printed.
            let is_idle =
                matches!(tag.markup, Markup::Subject(_)) && branch.kind == BranchKind::Main;
            let unmatched = self.nodes(&branch.body);
            if !is_idle && !self.stops(&branch.body) {
                per_branch.push(if is_choice { unmatched.settled() } else { unmatched });
            }
        }
        self.loops -= usize::from(is_loop);
        let has_else = tag.branches.iter().any(|branch| branch.kind == BranchKind::Else);
        if is_choice && !has_else && !tag.branches.is_empty() {
            per_branch.push(Unmatched::default());
        }
        let Some(first) = per_branch.first().cloned() else { return Unmatched::default() };
        if is_choice && per_branch.iter().any(|unmatched| unmatched.names() != first.names()) {
            self.note(tag, &per_branch);
            // Continue from the branch that leaves the fewest elements open.
            return per_branch
                .into_iter()
                .min_by_key(|unmatched| unmatched.opened.len() + unmatched.closed.len())
                .unwrap_or_default();
        }
        first
    }

    fn note(&mut self, tag: &'a Tag, per_branch: &[Unmatched]) {
        let opened =
            per_branch.iter().find_map(|unmatched| Some((true, unmatched.opened.first()?)));
        let closed =
            per_branch.iter().find_map(|unmatched| Some((false, unmatched.closed.first()?)));
        let Some((opens, found)) = opened.or(closed) else { return };
        let in_loop = self.loops > 0;
        self.uneven.push(Uneven { tag, at: found.1, name: found.0.clone(), opens, in_loop });
    }

    /// Whether a branch aborts the message.
    fn stops(&self, nodes: &[Node]) -> bool {
        let semantics = self.subject.known.semantics();
        nodes.iter().any(|node| match node {
            Node::Tag(tag) => semantics.effect(tag.id) == Effect::Stops,
            _ => false,
        })
    }
}
