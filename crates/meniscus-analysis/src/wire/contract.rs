use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value as Json;

/// What `contract --format json` prints.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct ContractDocument<'a> {
    /// The version of this form.
    pub version: u32,
    /// What each message reads.
    pub contracts: Vec<MessageContract<'a>>,
}

/// What messages read.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct MessageContract<'a> {
    /// The names of the messages.
    pub messages: &'a [String],
    /// The files that can't be read as they are written: more may be read there.
    pub broken: &'a [String],
    /// What is read of each family of attributes; `profile` is the recipient's own.
    pub families: IndexMap<&'a str, Vec<FieldContract<'a>>>,
    /// The calls, each once.
    pub calls: Vec<CallContract<'a>>,
    /// The content blocks that are included.
    pub content_blocks: Vec<BlockContract<'a>>,
    /// The variables that nothing in the templates sets.
    pub variables: Vec<VariableContract<'a>>,
}

/// A field, and what the templates do with it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct FieldContract<'a> {
    /// Its name; `[]` for the items of a list, `*` for any field.
    pub name: &'a str,
    /// The names of the types in JSON Schema; none where anything may stand.
    pub types: Vec<&'static str>,
    /// `required`, `sometimes`, `optional`, `tested` or `read`.
    pub need: &'static str,
    /// Values that were seen; none of a secret.
    pub examples: Vec<Json>,
    /// Where it is read.
    pub read_at: Vec<UseContract<'a>>,
    /// Whether the message isn't sent without it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub stops_without: bool,
    /// Values that conditions compare it with; none of a secret.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<Json>>"))]
    pub compared_with: Vec<Json>,
    /// The fields in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<FieldContract<'a>>>"))]
    pub fields: Vec<FieldContract<'a>>,
    /// The items in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub items: Option<Box<FieldContract<'a>>>,
    /// What is read of a field whose name is computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub any_field: Option<Box<FieldContract<'a>>>,
}

/// Where something is read.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct UseContract<'a> {
    /// The file, relative to the workspace.
    pub path: &'a str,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// `printed`, `tested`, `looped`, `assigned`, `argument`, `indexed` or `interpolated`.
    pub usage: &'static str,
    /// Whether a condition or a default is about it.
    pub guarded: bool,
}

/// A call.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct CallContract<'a> {
    /// The method; none where it is computed.
    pub method: Option<&'a str>,
    /// The URL, `{{…}}` where a value comes in.
    pub url: &'a str,
    /// The endpoint, where one is known.
    pub endpoint: Option<&'a str>,
    /// `read` or `write`, where that is known.
    pub access: Option<&'static str>,
    /// The names of its other options.
    pub options: Vec<&'a str>,
    /// What it sends.
    pub body: Option<BodyContract<'a>>,
    /// The variables that the response is saved to.
    pub saved_as: Vec<&'a str>,
    /// Where it is made.
    pub called_at: Vec<UseContract<'a>>,
    /// What is read of the response.
    pub reads: Vec<FieldContract<'a>>,
}

/// The body of a call.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "form", rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub enum BodyContract<'a> {
    /// JSON.
    Json {
        /// The members, those of objects inside after a dot.
        members: Vec<MemberContract<'a>>,
    },
    /// A form.
    Form {
        /// The fields.
        members: Vec<MemberContract<'a>>,
    },
    /// Something else.
    Text {
        /// The string, `{{…}}` where a value comes in.
        text: &'a str,
    },
}

/// A member of a body.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct MemberContract<'a> {
    /// Its path: `user.id`, `tags[]`.
    pub name: &'a str,
    /// Its value, `{{…}}` where something comes in; none where it isn't shown.
    pub value: Option<&'a str>,
}

/// A content block.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct BlockContract<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its file; none where there is no such block.
    pub path: Option<&'a str>,
    /// Where it is included.
    pub included_at: Vec<UseContract<'a>>,
}

/// A variable.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct VariableContract<'a> {
    /// Its name.
    pub name: &'a str,
    /// Whether the workspace declares it.
    pub known: bool,
    /// Its value, where that is declared and is no secret.
    pub value: Option<Json>,
    /// Where it is read.
    pub read_at: Vec<UseContract<'a>>,
}
