use thiserror::Error;

use crate::dialect::families::FAMILIES;
use crate::text::nearest;
use crate::value::{JsonError, Time, Value, View, parse_json};

/// A customer and what triggered the message: the values that `${…}` reads, the clock, and the
/// random seed.
#[derive(Clone, Debug, Default)]
pub struct Recipient {
    /// The values of each family, by its number.
    pub(super) families: Vec<Value>,
    /// Families whose name alone stands for the whole object.
    pub(super) bare: Vec<(&'static str, Value)>,
    pub(super) now: Time,
    pub(super) seed: u64,
}

/// Why a string can't be read as a recipient.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RecipientError {
    /// It isn't JSON.
    #[error("the recipient isn't valid JSON: {0}")]
    NoJson(#[from] JsonError),
    /// It is JSON, but not an object of tables.
    #[error(
        "the recipient must be an object of tables such as `{{\"user\": {{\"first_name\": \
         \"Anna\"}}}}`, not {0}"
    )]
    NoObject(&'static str),
    /// No family has this table.
    #[error("unknown table `{name}`{}", .nearest.map(|near| format!(", did you mean `{near}`?")).unwrap_or_default())]
    UnknownTable {
        /// The table.
        name: String,
        /// The table with the most similar name.
        nearest: Option<&'static str>,
    },
    /// The clock isn't a time.
    #[error("the clock `{0}` isn't a time such as `2026-03-01T09:00:00Z`")]
    NoTime(String),
}

impl Recipient {
    /// Returns a recipient without data, at the first second of 1970.
    #[must_use]
    pub fn new() -> Recipient {
        Recipient::default()
    }

    /// Reads the tables of a scenario from JSON:
    /// `{"user": {"first_name": "Anna"}, "custom_attribute": {"tier": "gold"}}`.
    ///
    /// # Errors
    /// See [`RecipientError`].
    pub fn from_json(text: &str) -> Result<Recipient, RecipientError> {
        let tables = parse_json(text)?;
        let View::Object(tables) = tables.view() else {
            return Err(RecipientError::NoObject(tables.view().kind()));
        };
        let mut recipient = Recipient::new();
        for (name, value) in tables.iter() {
            recipient.set(name, value.clone())?;
        }
        Ok(recipient)
    }

    /// Sets a table: `user` for the attributes of the profile itself, `custom_attribute`,
    /// `api_trigger_properties`, or another one.
    ///
    /// # Errors
    /// [`RecipientError::UnknownTable`].
    pub fn set(&mut self, table: &str, value: impl Into<Value>) -> Result<(), RecipientError> {
        let families = FAMILIES.iter().filter(|family| !family.is_blocks());
        let Some(index) =
            FAMILIES.iter().position(|family| family.table == table && !family.is_blocks())
        else {
            let nearest = nearest(table, families.map(|family| family.table));
            return Err(RecipientError::UnknownTable { name: table.to_owned(), nearest });
        };
        let value = value.into();
        if FAMILIES[index].bare {
            self.bare.retain(|(name, _)| *name != FAMILIES[index].name);
            self.bare.push((FAMILIES[index].name, value.clone()));
        }
        if self.families.len() <= index {
            self.families.resize(index + 1, Value::Nil);
        }
        self.families[index] = value;
        Ok(())
    }

    /// Sets the clock.
    ///
    /// # Errors
    /// [`RecipientError::NoTime`].
    pub fn at(mut self, now: &str) -> Result<Recipient, RecipientError> {
        let time = Time::parse(now, &Time::default()).map(|time| time.into_utc());
        self.now = time.ok_or_else(|| RecipientError::NoTime(now.to_owned()))?;
        Ok(self)
    }

    /// Sets the random seed, for `random` and promotion codes.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Recipient {
        self.seed = seed;
        self
    }
}
