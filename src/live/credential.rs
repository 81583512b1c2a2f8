//! Credentials by name: where their secrets are found, and a type that shows none.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

pub use crate::project::CredentialSource;
use crate::text::nearest;

/// A text that nobody is shown: `Debug` prints nothing of it, and it has no `Display`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Keeps a text secret.
    #[must_use]
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// Returns the text, to be sent or compared and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// The shortest secret that is looked for in texts, in bytes: a shorter one would be found where it is none.
pub(crate) const SHORTEST_SECRET: usize = 6;

/// What returns the value of a variable.
type Lookup = dyn Fn(&str) -> Option<String> + Send + Sync;

/// Where the variables of the environment are read: the process's own, or a table in tests.
#[derive(Clone)]
pub struct Environment(Arc<Lookup>);

impl Environment {
    /// The environment of this process.
    #[must_use]
    pub fn of_process() -> Self {
        Self(Arc::new(|name| std::env::var(name).ok()))
    }

    /// An environment of these variables alone.
    #[must_use]
    pub fn of(variables: BTreeMap<String, String>) -> Self {
        Self(Arc::new(move |name| variables.get(name).cloned()))
    }

    /// Returns the value of a variable.
    ///
    /// # Errors
    ///
    /// [`CredentialError::NotSet`] where it is not set, is empty, or is no UTF-8; [`CredentialError::TooShort`] where it
    /// is so short that it could not be told from other text, and masked.
    pub fn secret(&self, name: &str) -> Result<Secret, CredentialError> {
        let secret = self.value(name)?;
        // Of `Bearer abc` the part behind the scheme is the secret.
        let shortest = secret.expose().rsplit(' ').next().map_or(0, str::len);
        match shortest < SHORTEST_SECRET {
            true => Err(CredentialError::TooShort { variable: name.to_owned() }),
            false => Ok(secret),
        }
    }

    /// Returns the value of a variable, however short: of the user of a credential, for one.
    ///
    /// # Errors
    ///
    /// [`CredentialError::NotSet`] where it is not set, is empty, or is no UTF-8.
    pub fn value(&self, name: &str) -> Result<Secret, CredentialError> {
        let value = (self.0)(name).filter(|value| !value.trim().is_empty());
        // A line break at the end comes of `$(cat FILE)` written into a file of variables, and no header may hold it.
        let value = value.map(|value| value.trim().to_owned());
        value.map(Secret::new).ok_or_else(|| CredentialError::NotSet { variable: name.to_owned() })
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Environment")
    }
}

/// The credentials that calls may name.
#[derive(Clone, Debug)]
pub struct Credentials {
    sources: BTreeMap<String, CredentialSource>,
    environment: Environment,
}

/// A header that carries a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialHeader {
    /// The header's name.
    pub name: String,
    /// Its value.
    pub value: Secret,
    /// All that is secret about it: the value, the parts it is made of, and what stands behind `Bearer`.
    pub secrets: Vec<Secret>,
}

/// Why there is no credential of a name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CredentialError {
    /// No credential has the name.
    #[error("found no credential `{name}` under `[live.credentials]`")]
    Unknown {
        /// The name as the call writes it.
        name: String,
        /// The nearest name that there is.
        nearest: Option<String>,
    },
    /// A variable of the environment is missing.
    #[error("the variable `{variable}` is not set")]
    NotSet {
        /// The variable.
        variable: String,
    },
    /// A variable of the environment holds too little to be a secret.
    #[error("the variable `{variable}` holds fewer than {SHORTEST_SECRET} bytes")]
    TooShort {
        /// The variable.
        variable: String,
    },
}

impl CredentialError {
    /// Returns what to do about it.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Unknown { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::Unknown { name, nearest: None } => {
                format!("add to meniscus.toml, under `[live.credentials]`: {}", setting_of(name))
            }
            Self::TooShort { variable } => {
                format!(
                    "set `{variable}` to the whole credential: one so short can't be masked in output"
                )
            }
            Self::NotSet { variable } => {
                format!("set `{variable}` in the environment, such as `export {variable}=…`")
            }
        }
    }
}

/// The line of `[live.credentials]` that a credential of this name needs.
#[must_use]
pub fn setting_of(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let key = if name.chars().all(is_bare) { name.to_owned() } else { format!("{name:?}") };
    format!("{key} = {{ header = \"Authorization\", env = \"{}\" }}", variable_of(name))
}

/// The variable that [`setting_of`] names.
#[must_use]
pub fn variable_of(name: &str) -> String {
    let variable = name.to_uppercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    format!("{variable}_AUTHORIZATION")
}

impl Default for Credentials {
    fn default() -> Self {
        Self::new(BTreeMap::new(), Environment::of_process())
    }
}

impl Credentials {
    /// Returns credentials whose secrets are read when they are asked for.
    #[must_use]
    pub fn new(sources: BTreeMap<String, CredentialSource>, environment: Environment) -> Self {
        Self { sources, environment }
    }

    /// Returns the header that carries the credential of this name.
    ///
    /// # Errors
    ///
    /// Where no credential has the name, or a variable of it is not set.
    pub fn header(&self, name: &str) -> Result<CredentialHeader, CredentialError> {
        match self.source(name)? {
            CredentialSource::Header { header, env } => {
                let value = self.environment.secret(env)?;
                let mut secrets = vec![value.clone()];
                // `Bearer abc`: what follows the scheme is the secret of it.
                if let Some((_, rest)) = value.expose().split_once(' ') {
                    secrets.push(Secret::new(rest.trim()));
                    secrets.extend(decoded_basic(value.expose()).into_iter().map(Secret::new));
                }
                Ok(CredentialHeader { name: header.clone(), value, secrets })
            }
            CredentialSource::Basic { user_env, password_env } => {
                let user = self.environment.value(user_env)?;
                let password = self.environment.secret(password_env)?;
                let pair = format!("{}:{}", user.expose(), password.expose());
                let encoded = STANDARD.encode(&pair);
                let value = Secret::new(format!("Basic {encoded}"));
                let pair = Secret::new(pair);
                let secrets = vec![value.clone(), Secret::new(encoded), pair, user, password];
                Ok(CredentialHeader { name: "Authorization".to_owned(), value, secrets })
            }
        }
    }

    /// Returns where the credential of this name is found.
    ///
    /// # Errors
    ///
    /// Where no credential has the name.
    pub fn source(&self, name: &str) -> Result<&CredentialSource, CredentialError> {
        self.sources.get(name).ok_or_else(|| CredentialError::Unknown {
            name: name.to_owned(),
            nearest: nearest(name, self.sources.keys().map(String::as_str)).map(str::to_owned),
        })
    }
}

/// User and password of `Basic …`, each by itself.
pub(crate) fn decoded_basic(header: &str) -> Vec<String> {
    let Some((scheme, encoded)) = header.split_once(' ') else { return Vec::new() };
    if !scheme.eq_ignore_ascii_case("basic") {
        return Vec::new();
    }
    let decoded =
        STANDARD.decode(encoded.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let pair = decoded.as_deref().and_then(|text| text.split_once(':'));
    pair.map(|(user, password)| vec![user.to_owned(), password.to_owned()]).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials() -> Credentials {
        let header = CredentialSource::Header { header: "X-Key".into(), env: "TOKEN".into() };
        let basic =
            CredentialSource::Basic { user_env: "USER_".into(), password_env: "PASS".into() };
        let variables = [("TOKEN", "Bearer s3cr3t-token\n"), ("USER_", "key"), ("PASS", "  ")];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Credentials::new(
            BTreeMap::from([("connect".to_owned(), header), ("core".to_owned(), basic)]),
            Environment::of(BTreeMap::from(variables)),
        )
    }

    #[test]
    fn a_secret_is_shown_by_nothing() {
        let header = credentials().header("connect").unwrap();
        assert_eq!(header.value.expose(), "Bearer s3cr3t-token");
        assert_eq!(header.secrets[1].expose(), "s3cr3t-token");
        assert!(!format!("{header:?} {:?}", credentials()).contains("s3cr3t"));
    }

    #[test]
    fn what_is_missing_is_named_and_never_its_value() {
        let error = credentials().header("core").unwrap_err();
        assert_eq!(error.to_string(), "the variable `PASS` is not set");
        let error = credentials().header("conect").unwrap_err();
        assert_eq!(error.help(), "did you mean `connect`?");
    }

    #[test]
    fn user_and_password_of_a_basic_header_are_told_apart() {
        assert_eq!(decoded_basic("basic a2V5OnM6dA=="), ["key", "s:t"]);
        assert!(decoded_basic("Bearer a2V5OnM6dA==").is_empty());
        assert!(decoded_basic("Basic %%%").is_empty());
    }
}
