//! Reads the members of a registration one by one, each of its type and bounded.
//!
//! A member that is `null` counts as omitted.

use std::borrow::Cow;

use serde_json::{Map, Value};
use url::Url;

use super::redirect::{authority, has_uri_characters, is_loopback, is_plain_authority};
use super::registration_error::RegistrationError;

/// The longest name accepted, in characters.
const MAX_TEXT: usize = 1_000;
/// The longest URI accepted, in bytes.
const MAX_URI: usize = 2_000;
/// The most elements of a list.
const MAX_LIST: usize = 50;

/// The members of one request.
pub(super) struct Members<'a> {
    pub(super) object: &'a Map<String, Value>,
    /// Whether URIs on this machine by `http` are allowed: where the issuer is there itself.
    pub(super) loopback: bool,
}

/// The refusal of a member.
pub(super) fn wrong(
    member: impl Into<Cow<'static, str>>,
    expected: &'static str,
) -> RegistrationError {
    RegistrationError::Member {
        member: member.into(),
        expected,
    }
}

impl<'a> Members<'a> {
    /// The member as it is.
    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    /// A text of at most 1,000 characters.
    pub(super) fn text(&self, name: &'static str) -> Result<Option<String>, RegistrationError> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let text = bounded_text(value).ok_or_else(|| wrong(name, EXPECTED_TEXT))?;
        Ok(Some(text.to_owned()))
    }

    /// A word read by `parse`; a word it does not know is not supported.
    pub(super) fn word<T>(
        &self,
        name: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, RegistrationError> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let word = value.as_str().ok_or_else(|| wrong(name, EXPECTED_TEXT))?;
        let parsed = parse(word).ok_or(RegistrationError::Unsupported { member: name })?;
        Ok(Some(parsed))
    }

    /// A list of texts.
    pub(super) fn list(
        &self,
        name: &'static str,
    ) -> Result<Option<Vec<&'a str>>, RegistrationError> {
        let expected = || {
            wrong(
                name,
                "an array of at most 50 strings of at most 1000 characters",
            )
        };
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let elements = value
            .as_array()
            .filter(|elements| elements.len() <= MAX_LIST);
        let elements = elements.ok_or_else(expected)?;
        // Redirect URIs have a bound of their own.
        let element = |value: &'a Value| value.as_str().filter(|text| text.len() <= 4 * MAX_TEXT);
        elements
            .iter()
            .map(|value| element(value).ok_or_else(expected))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// True or false; false if omitted.
    pub(super) fn flag(&self, name: &'static str) -> Result<bool, RegistrationError> {
        self.get(name).map_or(Ok(false), |value| {
            value.as_bool().ok_or_else(|| wrong(name, "true or false"))
        })
    }

    /// A whole number from `min` to `max`.
    pub(super) fn number(
        &self,
        name: &'static str,
        (min, max): (u32, u32),
        expected: &'static str,
    ) -> Result<Option<u32>, RegistrationError> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        number
            .filter(|number| (min..=max).contains(number))
            .map(Some)
            .ok_or_else(|| wrong(name, expected))
    }

    /// An `https` URI without user name and fragment; by `http` only on this machine, and only where
    /// the issuer is there too.
    pub(super) fn uri(&self, name: &'static str) -> Result<Option<String>, RegistrationError> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let uri = self
            .uri_of(value)
            .ok_or_else(|| wrong(name, EXPECTED_URI))?;
        Ok(Some(uri.to_owned()))
    }

    fn uri_of(&self, value: &'a Value) -> Option<&'a str> {
        let text = value.as_str().filter(|text| text.len() <= MAX_URI)?;
        let url = Url::parse(text).ok()?;
        let scheme = match url.scheme() {
            "https" => text
                .get(..8)
                .is_some_and(|s| s.eq_ignore_ascii_case("https://")),
            "http" => self.loopback && is_loopback(&url) && text.starts_with("http://"),
            _ => false,
        };
        let bare = url.username().is_empty() && url.password().is_none() && !text.contains('#');
        let plain = authority(text).is_some_and(is_plain_authority);
        (has_uri_characters(text) && scheme && bare && plain).then_some(text)
    }

    /// The human-readable members in other languages, such as `client_name#ja` (RFC 7591, section
    /// 2.2), each held to the rules of the member without a language.
    pub(super) fn translations(
        &self,
    ) -> Result<impl Iterator<Item = (String, Value)> + use<>, RegistrationError> {
        let mut translations = Vec::new();
        for (name, value) in self.object {
            let Some((base, language)) = name.split_once('#') else {
                continue;
            };
            let is_tag = |tag: &str| {
                (2..=35).contains(&tag.len())
                    && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            };
            if !is_tag(language) {
                continue;
            }
            let (good, expected) = match base {
                "client_name" => (bounded_text(value).is_some(), EXPECTED_TEXT),
                "client_uri" | "logo_uri" | "policy_uri" | "tos_uri" => {
                    (self.uri_of(value).is_some(), EXPECTED_URI)
                }
                _ => continue,
            };
            if !good {
                return Err(wrong(name.clone(), expected));
            }
            translations.push((name.clone(), value.clone()));
        }
        Ok(translations.into_iter())
    }
}

const EXPECTED_TEXT: &str = "a string of at most 1000 characters";
const EXPECTED_URI: &str = "an https URI of at most 2000 bytes without user name and fragment (http only on loopback, where the issuer is there too)";

fn bounded_text(value: &Value) -> Option<&str> {
    let fits = |text: &&str| text.chars().take(MAX_TEXT + 1).count() <= MAX_TEXT;
    value.as_str().filter(fits)
}
