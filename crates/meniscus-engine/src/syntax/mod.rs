//! From text to tree. Reading never fails: there is always a [`Template`], with diagnostics
//! beside it, and every node knows its characters.
//!
//! What a dialect's tags, filters and families are called comes in as a [`Grammar`].
//! Every piece of markup is read strictly first; what strict reading refuses is read again as
//! Ruby's lax mode reads it (`lax`), and a diagnostic says so.

pub mod ast;
mod condition;
mod cursor;
mod document;
mod expression;
mod grammar;
mod lax;
mod markup;
mod meaning;
mod mend;
mod options;
mod parser;
mod scanner;
mod slip;
mod slip_operator;
mod stray;
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
