use crate::analyze::{Model, TagUse};
use crate::diagnostic::{Fix, Safety};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Interpolated, Markup};

rule! {
    /// A catalog item ID given as an expression without double braces.
    ///
    /// ## What it does
    ///
    /// Reports an ID in `catalog_items` that is a path, such as `wishes[0]`, or the name of a
    /// variable. A plain variable name is a warning, because an item may have that ID.
    ///
    /// ## Why it matters
    ///
    /// `catalog_items` takes the ID literally. It looks for an item with the ID `wishes[0]`, finds
    /// none, and `items` is empty. IDs contain only letters, digits, `-`, and `_`.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% assign wishes = custom_attribute.${wishlist} %}
    /// {% if wishes == blank %}{% abort_message('no wish') %}{% endif %}
    /// {% catalog_items films wishes[0] %}
    /// {% if items.size > 0 %}{{ items[0].title }}{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% assign wishes = custom_attribute.${wishlist} %}
    /// {% if wishes == blank %}{% abort_message('no wish') %}{% endif %}
    /// {% catalog_items films {{ wishes[0] }} %}
    /// {% if items.size > 0 %}{{ items[0].title }}{% endif %}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it changes which item Braze looks up, and with it what is sent.
    ///
    /// ## Source
    ///
    /// Braze: Catalogs (reference, section 2.4).
    name: "catalog-id-braces", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for tag in model.tags.iter().filter(|tag| tag.name == "catalog_items") {
            let Markup::Options(options) = &tag.tag.markup else { continue };
            for word in options.words.iter().skip(1) {
                id(model, tag, word, findings);
            }
        }
    }
}

fn id(model: &Model<'_>, tag: &TagUse<'_>, word: &Interpolated, findings: &mut Findings<'_>) {
    let at = tag.at.at(word.span);
    let text = at.text();
    if text.contains("{{") {
        return;
    }
    let root = text.split(['.', '[']).next().unwrap_or(text);
    let is_variable = model.definitions_of(root).next().is_some();
    let is_path = text.contains(['[', '$']) || (text.contains('.') && is_variable);
    if !is_path && !is_variable {
        return;
    }
    let certain = is_path && (is_variable || text.contains('$'));
    let message = format!("`{text}` is taken literally, as the id of a catalog item");
    let fixed = format!("{{{{ {text} }}}}");
    let safety = if certain { Safety::Safe } else { Safety::Unsafe };
    let title = format!("use `{fixed}`");
    let report = findings.report(model, at, message).help(title.as_str()).fix(Fix::replace(
        title.as_str(),
        safety,
        word.span,
        fixed,
    ));
    if !is_path {
        // It may be the id of an item that shares the variable's name.
        report.at_most(crate::diagnostic::Severity::Warning);
    }
}
