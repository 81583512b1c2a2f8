//! The values of the recipient that the author looks at.

use serde_json::Value as Json;

use super::definition::steps;
use crate::analyze::{Model, OriginRoot, OriginStep, Read};
use crate::dialect::families::FAMILIES;
use crate::project::Scenario;
use crate::syntax::FamilyId;
use crate::text::{DataPath, Span};
use crate::value::to_json;

/// A recipient that the author looks at.
#[derive(Debug)]
pub struct Recipient<'a> {
    pub scenario: &'a Scenario,
    pub responses: &'a [Received],
}

/// What a call of the text got for a recipient.
#[derive(Debug)]
pub struct Received {
    /// The file of the content block with the tag; `None` for the text itself.
    pub block: Option<String>,
    /// The tag.
    pub at: Span,
    /// The recording's name.
    pub recording: String,
    pub body: Json,
}

/// Where a value in the data of a recipient is.
#[derive(Clone, Debug)]
pub(super) struct ValueOrigin {
    root: DataRoot,
    steps: Vec<OriginStep>,
}

/// A field of a recording.
pub(super) struct Recorded<'r> {
    pub recording: &'r str,
    pub path: DataPath,
}

#[derive(Clone, Debug)]
enum DataRoot {
    Family(FamilyId),
    /// The response to the call of the tag at this place, perhaps in a content block.
    Call(Option<String>, Span),
}

impl ValueOrigin {
    /// Returns where the value of a read is; `None` if it isn't data.
    pub fn of(model: &Model<'_>, read: &Read<'_>) -> Option<ValueOrigin> {
        let origin = read.origin.as_ref().filter(|origin| !origin.derived)?;
        let root = match &origin.root {
            OriginRoot::Family(family) => DataRoot::Family(*family),
            OriginRoot::Call(call) => {
                let at = model.calls.get(*call)?.at;
                let is_own = std::ptr::eq(at.source, &model.template.source);
                DataRoot::Call((!is_own).then(|| at.source.name().to_owned()), at.span)
            }
            OriginRoot::Variable(_) => return None,
        };
        Some(ValueOrigin { root, steps: origin.steps.clone() })
    }

    /// Returns the path in the data; `None` if a name in it is computed.
    fn path(&self) -> Option<DataPath> {
        let path = DataPath::from(steps(&self.steps));
        (path.len() == self.steps.len()).then_some(path)
    }
}

impl Recipient<'_> {
    /// Returns the recipient's value; of a list, that of its first item.
    pub(super) fn value(&self, origin: &ValueOrigin) -> Option<Json> {
        let path = origin.path()?;
        match &origin.root {
            DataRoot::Family(family) => path.of(&self.family(*family)?).cloned(),
            DataRoot::Call(block, at) => path.of(&self.received(block, *at)?.body).cloned(),
        }
    }

    /// Returns the field that the recipient's value comes from.
    pub(super) fn recorded(&self, origin: &ValueOrigin) -> Option<Recorded<'_>> {
        let DataRoot::Call(block, at) = &origin.root else { return None };
        let Received { recording, body, .. } = self.received(block, *at)?;
        let path = origin.path()?;
        path.of(body)?;
        Some(Recorded { recording, path })
    }

    fn received(&self, block: &Option<String>, at: Span) -> Option<&Received> {
        self.responses.iter().find(|received| received.at == at && received.block == *block)
    }

    /// Returns the attributes of a family that the recipient has.
    pub(super) fn family(&self, family: FamilyId) -> Option<Json> {
        let family = FAMILIES.get(usize::from(family.0))?;
        let table = self.scenario.tables.get(family.table)?;
        serde_json::from_str(&to_json(table.view()).to_string()).ok()
    }
}
