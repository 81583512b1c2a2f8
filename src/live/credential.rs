//! Named credentials: where their secrets come from, and a type that never shows them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

pub use crate::project::CredentialSource;
use crate::text::nearest;

/// A secret string: `Debug` doesn't show it, and there is no `Display`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Wraps a secret.
    #[must_use]
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// Returns the secret, only for sending or comparing.
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

/// The shortest secret masked in text, in bytes: shorter ones would match by accident.
pub const SHORTEST_SECRET: usize = 6;

/// Looks up an environment variable.
type Lookup = dyn Fn(&str) -> Option<String> + Send + Sync;

/// A source of environment variables: the process, or a table in tests.
#[derive(Clone)]
pub struct Environment(Arc<Lookup>);

impl Environment {
    /// Uses the environment of this process.
    #[must_use]
    pub fn of_process() -> Self {
        Self(Arc::new(|name| std::env::var(name).ok()))
    }

    /// Uses only these variables.
    #[must_use]
    pub fn of(variables: BTreeMap<String, String>) -> Self {
        Self(Arc::new(move |name| variables.get(name).cloned()))
    }

    /// Returns the value of a variable.
    ///
    /// # Errors
    ///
    /// [`CredentialError::NotSet`] if it is unset, empty, or not UTF-8;
    /// [`CredentialError::TooShort`] if it is too short to be distinguished from other text, and
    /// masked.
    pub fn secret(&self, name: &str) -> Result<Secret, CredentialError> {
        let secret = self.value(name)?;
        // In `Bearer abc`, the secret follows the scheme.
        let shortest = secret.expose().rsplit(' ').next().map_or(0, str::len);
        match shortest < SHORTEST_SECRET {
            true => Err(CredentialError::TooShort { variable: name.to_owned() }),
            false => Ok(secret),
        }
    }

    /// Returns the value of a variable of any length, such as a credential's user.
    ///
    /// # Errors
    ///
    /// [`CredentialError::NotSet`] if it is unset, empty, or not UTF-8.
    pub fn value(&self, name: &str) -> Result<Secret, CredentialError> {
        let value = (self.0)(name).filter(|value| !value.trim().is_empty());
        // A final line break comes from `$(cat FILE)` in an environment file, and isn't allowed in
        // headers.
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

/// A header with a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialHeader {
    pub name: String,
    pub value: Secret,
    /// All its secrets: the value, its parts, and what follows `Bearer`.
    pub secrets: Vec<Secret>,
}

/// Why a credential isn't available.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CredentialError {
    /// No credential has this name.
    #[error("the credential `{name}` isn't defined under `[live.credentials]`")]
    Unknown {
        name: String,
        /// The most similar name.
        nearest: Option<String>,
    },
    /// An environment variable is missing.
    #[error("the environment variable `{variable}` isn't set")]
    NotSet { variable: String },
    /// An environment variable is too short for a secret.
    #[error("the environment variable `{variable}` is shorter than {SHORTEST_SECRET} bytes")]
    TooShort { variable: String },
}

impl CredentialError {
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Unknown { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::Unknown { name, nearest: None } => {
                format!("add to meniscus.toml, under `[live.credentials]`: {}", setting_of(name))
            }
            Self::TooShort { variable } => {
                format!(
                    "set `{variable}` to the whole credential; a shorter one can't be masked in \
                     output"
                )
            }
            Self::NotSet { variable } => {
                format!("set `{variable}` in the environment, such as `export {variable}=…`")
            }
        }
    }
}

/// Returns the line in `[live.credentials]` for a credential with this name.
#[must_use]
pub fn setting_of(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let key = if name.chars().all(is_bare) { name.to_owned() } else { format!("{name:?}") };
    format!("{key} = {{ header = \"Authorization\", env = \"{}\" }}", variable_of(name))
}

/// Returns the environment variable in [`setting_of`].
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
    /// Makes credentials whose secrets are read on demand.
    #[must_use]
    pub fn new(sources: BTreeMap<String, CredentialSource>, environment: Environment) -> Self {
        Self { sources, environment }
    }

    /// Returns the header with this credential.
    ///
    /// # Errors
    ///
    /// If no credential has this name, or one of its variables isn't set.
    pub fn header(&self, name: &str) -> Result<CredentialHeader, CredentialError> {
        match self.source(name)? {
            CredentialSource::Header { header, env } => {
                let value = self.environment.secret(env)?;
                let mut secrets = vec![value.clone()];
                // In `Bearer abc`, the secret follows the scheme.
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

    /// Returns where a credential comes from.
    ///
    /// # Errors
    ///
    /// If no credential has this name.
    pub fn source(&self, name: &str) -> Result<&CredentialSource, CredentialError> {
        self.sources.get(name).ok_or_else(|| CredentialError::Unknown {
            name: name.to_owned(),
            nearest: nearest(name, self.sources.keys().map(String::as_str)).map(str::to_owned),
        })
    }
}

/// Returns user and password of `Basic …` separately.
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
        assert_eq!(error.to_string(), "the environment variable `PASS` isn't set");
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
