use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value as Json;

/// What `meniscus contract --format json` prints.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct ContractDocument<'a> {
    /// The version of this format.
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
    /// The files that can't be fully analyzed; they may read more.
    pub broken: &'a [String],
    /// The fields read in each family of attributes; `profile` is the recipient's profile.
    pub families: IndexMap<&'a str, Vec<FieldContract<'a>>>,
    /// The calls, without repeats.
    pub calls: Vec<CallContract<'a>>,
    /// The content blocks that are included.
    pub content_blocks: Vec<BlockContract<'a>>,
    /// The variables that no template sets.
    pub variables: Vec<VariableContract<'a>>,
}

/// A field, and how templates use it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct FieldContract<'a> {
    /// Its name; `[]` for the items of a list, `*` for any field.
    pub name: &'a str,
    /// The types, by their names in JSON Schema; empty if any type is allowed.
    pub types: Vec<&'static str>,
    /// `required`, `sometimes`, `optional`, `tested`, or `read`.
    pub need: &'static str,
    /// Known values; empty for a secret.
    pub examples: Vec<Json>,
    /// Where it is read.
    pub read_at: Vec<UseContract<'a>>,
    /// Whether the message isn't sent without it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub stops_without: bool,
    /// Values that conditions compare it with; empty for a secret.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<Json>>"))]
    pub compared_with: Vec<Json>,
    /// Its fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<FieldContract<'a>>>"))]
    pub fields: Vec<FieldContract<'a>>,
    /// Its items.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub items: Option<Box<FieldContract<'a>>>,
    /// Fields whose name is computed.
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
    /// `printed`, `tested`, `looped`, `assigned`, `argument`, `indexed`, or `interpolated`.
    pub usage: &'static str,
    /// Whether a condition or a default guards it.
    pub guarded: bool,
}

/// A call.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct CallContract<'a> {
    /// The method; absent if it is computed.
    pub method: Option<&'a str>,
    /// The URL, with `{{…}}` for inserted values.
    pub url: &'a str,
    /// The endpoint, if known.
    pub endpoint: Option<&'a str>,
    /// `read` or `write`, if known.
    pub access: Option<&'static str>,
    /// The names of the call's other options.
    pub options: Vec<&'a str>,
    /// The body that it sends.
    pub body: Option<BodyContract<'a>>,
    /// The variables that the response is saved to.
    pub saved_as: Vec<&'a str>,
    /// Where it is made.
    pub called_at: Vec<UseContract<'a>>,
    /// The fields read in the response.
    pub reads: Vec<FieldContract<'a>>,
}

/// The body of a call.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "form", rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub enum BodyContract<'a> {
    /// JSON.
    Json {
        /// The properties; nested ones have a dotted path.
        members: Vec<MemberContract<'a>>,
    },
    /// A form.
    Form {
        /// The fields.
        members: Vec<MemberContract<'a>>,
    },
    /// Something else.
    Text {
        /// The string, with `{{…}}` for inserted values.
        text: &'a str,
    },
}

/// A property of a body.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct MemberContract<'a> {
    /// Its path: `user.id`, `tags[]`.
    pub name: &'a str,
    /// Its value, with `{{…}}` for inserted values; absent if it isn't shown.
    pub value: Option<&'a str>,
}

/// A content block.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct BlockContract<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its file; absent if the block doesn't exist.
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
    /// Its value, if declared and not a secret.
    pub value: Option<Json>,
    /// Where it is read.
    pub read_at: Vec<UseContract<'a>>,
}
