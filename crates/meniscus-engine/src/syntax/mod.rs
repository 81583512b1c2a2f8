//! From text to tree. Parsing never fails: it always returns a [`Template`] with diagnostics, and
//! every node has its span.
//!
//! A [`Grammar`] provides the names of a dialect's tags, filters, and families. Markup is parsed
//! strictly first. What that rejects is parsed again in Ruby's lax mode (`lax`), and a diagnostic
//! says so.

pub mod ast;
mod condition;
mod cursor;
mod document;
mod expression;
mod grammar;
mod lax;
mod markup;
mod meaning;
mod operator_error;
mod options;
mod parser;
mod recovery;
mod scanner;
mod stray;
mod syntax_error;
mod syntax_fixes;
mod visit;

pub use ast::Template;
pub use grammar::{
    Blank, Body, FamilyId, FilterId, Foreign, Form, Grammar, HtmlComments, ParseOptions, TagId,
    TagSyntax,
};
pub use meaning::meaning;
pub use parser::{parse, parse_after};
pub use visit::{
    Visitor, walk_condition, walk_expr, walk_markup, walk_nodes, walk_pipeline, walk_tag,
};
