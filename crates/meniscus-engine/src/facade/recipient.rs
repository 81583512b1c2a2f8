use thiserror::Error;

use crate::dialect::families::FAMILIES;
use crate::text::nearest;
use crate::value::{JsonError, Time, Value, View, parse_json};

/// One customer, with what triggered the message: what `${…}` reads, the clock and the seed of chance.
#[derive(Clone, Debug, Default)]
pub struct Recipient {
    /// The values of each family, by its number.
    pub(super) families: Vec<Value>,
    /// Families of which the word alone is the whole object.
    pub(super) bare: Vec<(&'static str, Value)>,
    pub(super) now: Time,
    pub(super) seed: u64,
}

/// Why a text says nothing of a recipient.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RecipientError {
    /// It is no JSON.
    #[error("the recipient is no JSON: {0}")]
    NoJson(#[from] JsonError),
    /// It is JSON, and no object of tables.
    #[error(
        "found {0}, expected an object of tables such as `{{\"user\": {{\"first_name\": \"Anna\"}}}}`"
    )]
    NoObject(&'static str),
    /// No family has such a table.
    #[error("unknown table `{name}`{}", .nearest.map(|near| format!(", did you mean `{near}`?")).unwrap_or_default())]
    UnknownTable {
        /// The table.
        name: String,
        /// The table that comes nearest.
        nearest: Option<&'static str>,
    },
    /// The clock is no time.
    #[error("found the clock `{0}`, expected a time such as `2026-03-01T09:00:00Z`")]
    NoTime(String),
}

impl Recipient {
    /// Somebody of whom nothing is known, at the first second of 1970.
    #[must_use]
    pub fn new() -> Recipient {
        Recipient::default()
    }

    /// Reads the tables of a scenario from JSON: `{"user": {"first_name": "Anna"}, "custom_attribute": {"tier": "gold"}}`.
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

    /// Sets a table: `user` for the profile's own attributes, `custom_attribute`, `api_trigger_properties` and the others.
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

    /// Sets what `'now'` is.
    ///
    /// # Errors
    /// [`RecipientError::NoTime`].
    pub fn at(mut self, now: &str) -> Result<Recipient, RecipientError> {
        let time = Time::parse(now, &Time::default()).map(|time| time.into_utc());
        self.now = time.ok_or_else(|| RecipientError::NoTime(now.to_owned()))?;
        Ok(self)
    }

    /// Sets where chance starts from: `random` and promotion codes.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Recipient {
        self.seed = seed;
        self
    }
}
