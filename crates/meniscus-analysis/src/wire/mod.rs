//! JSON output: one set of types for `--format json`, the preview, and editors.
//!
//! A test next to these types generates the JSON Schema and TypeScript declarations in
//! `docs/reference/json/`, and fails once if they were stale. Lines and columns count from 1, in characters;
//! `offset` counts bytes and `utf16` UTF-16 units, both from 0. Span ends are exclusive. Properties
//! are only ever added; removing one changes `version`.

mod blank;
mod call;
mod contract;
mod doctor;
mod finding;
mod message;
mod place;
mod render;
mod rules;
mod scenarios;
#[cfg(test)]
mod schema;
mod tested;
#[cfg(test)]
mod workspace_schemas;

pub use blank::{Blank, BlanksDocument, BlanksSummary};
pub use call::{Call, CallResult, NearRecording};
pub use call::{masked_headers, name_of_call};
pub use contract::{
    BlockContract, BodyContract, CallContract, ContractDocument, FieldContract, MemberContract,
    MessageContract, UseContract, VariableContract,
};
pub use doctor::{DoctorDocument, Missing, Purpose};
pub use finding::safety;
pub use finding::{Edit, Finding, Fix, LintDocument, LintSummary, in_files, shown_fix};
pub use message::{
    Cell, CellPart, Data, Mark, MarkKind, MarkPlace, MessagePart, Read, ReadState, RenderedMessage,
    ScenarioPlace, SharedJson, Size, Sms, SmsOdd, Texts, ValueOrigin, Variable,
};
pub use place::{Place, Places, Point, Span};
pub use render::{Abort, BlankPlace, RenderDocument, Rendered, RenderedPart, describe};
pub use rules::{ListedRule, RulesDocument};
pub use scenarios::{
    EdgeEffect, EdgePart, EdgeScenario, EdgesDocument, ListedScenario, MessageSuggestions,
    ReachedPoint, ScenariosDocument, SuggestDocument, SuggestedScenario, UnreachedPoint,
};
pub use tested::{
    Change, ChangedLines, ChangedValue, DiffedLine, OrphanedSnapshot, TestCase, TestCause,
    TestDocument, TestSummary, TestedExpectations, UnmetClaim, UnusableFile,
};
