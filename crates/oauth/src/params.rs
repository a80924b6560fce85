//! Request parameters: `application/x-www-form-urlencoded` text, bounded and typed.
//!
//! Parameters without a value count as omitted (RFC 6749, section 3.1). A parameter given twice is
//! noticed here and refused where the answer can be sent: see [`Params::is_repeated`].

use thiserror::Error;
use url::form_urlencoded;

/// The longest text accepted, in bytes.
pub const MAX_TEXT: usize = 16 * 1024;
/// The most parameters accepted.
pub const MAX_COUNT: usize = 64;
/// The longest value accepted, in bytes after decoding.
pub const MAX_VALUE: usize = 8 * 1024;

/// Why a text is not a list of parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ParamsError {
    /// Longer than [`MAX_TEXT`], or a value longer than [`MAX_VALUE`].
    #[error("the parameters are too long")]
    TooLong,
    /// More than [`MAX_COUNT`].
    #[error("there are more than 64 parameters")]
    TooMany,
    /// Broken percent-encoding, or not UTF-8.
    #[error("the parameters are not form-urlencoded UTF-8")]
    Encoding,
    /// A control character where none belongs.
    #[error("a parameter has a control character")]
    ControlCharacter,
}

/// The parameters of one request, in the order given.
///
/// ```
/// use hodlxxi_oauth::params::Params;
/// let params = Params::parse("scope=openid+profile&state=&nonce=a%26b")?;
/// assert_eq!(params.get("scope"), Some("openid profile"));
/// assert_eq!(params.get("state"), None); // without a value: omitted
/// assert_eq!(params.get("nonce"), Some("a&b"));
/// # Ok::<(), hodlxxi_oauth::params::ParamsError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Reads the query of a URL or the body of a form.
    pub fn parse(text: &str) -> Result<Self, ParamsError> {
        if text.len() > MAX_TEXT {
            return Err(ParamsError::TooLong);
        }
        let mut pairs = Vec::new();
        for piece in text.split('&').filter(|piece| !piece.is_empty()) {
            if pairs.len() == MAX_COUNT {
                return Err(ParamsError::TooMany);
            }
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            let (name, value) = (decode(name)?, decode(value)?);
            if value.len() > MAX_VALUE {
                return Err(ParamsError::TooLong);
            }
            // The JSON of `claims` may be laid out on lines.
            let layout = |c: char| name == "claims" && matches!(c, '\t' | '\n' | '\r');
            if name.chars().any(char::is_control)
                || value.chars().any(|c| c.is_control() && !layout(c))
            {
                return Err(ParamsError::ControlCharacter);
            }
            pairs.push((name, value));
        }
        let params = Self(pairs);
        // Written out again it may be longer, and must still be readable.
        if 3 * text.len() > MAX_TEXT && params.to_string().len() > MAX_TEXT {
            return Err(ParamsError::TooLong);
        }
        Ok(params)
    }

    /// The value of `name`; none if it is missing or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(given, value)| given == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// Whether `name` is given more than once, which RFC 6749, section 3.1 forbids.
    pub fn is_repeated(&self, name: &str) -> bool {
        self.names().filter(|given| *given == name).count() > 1
    }

    /// Only the parameters named.
    #[must_use]
    pub fn only(&self, names: &[&str]) -> Self {
        let named = |(name, _): &&(String, String)| names.contains(&name.as_str());
        Self(self.0.iter().filter(named).cloned().collect())
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

/// The parameters as form-urlencoded text; [`Params::parse`] reads it back.
impl std::fmt::Display for Params {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = form_urlencoded::Serializer::new(String::new());
        f.write_str(&text.extend_pairs(&self.0).finish())
    }
}

/// Names only: values may be secrets.
impl std::fmt::Debug for Params {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

fn decode(text: &str) -> Result<String, ParamsError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let (high, low) = (rest.next().and_then(digit), rest.next().and_then(digit));
                high.zip(low)
                    .map(|(high, low)| high << 4 | low)
                    .ok_or(ParamsError::Encoding)?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| ParamsError::Encoding)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn repetition_is_noticed_wherever_it_stands() {
        let parse = |text| Params::parse(text).unwrap();
        assert!(parse("a=1&b=2&a=").is_repeated("a"));
        assert!(!parse("a=1&b=2").is_repeated("a"));
        assert!(parse("client_id=1&client_id=1").is_repeated("client_id"));
    }

    #[test]
    fn every_bound_is_kept() {
        let long = format!("a={}", "x".repeat(MAX_VALUE + 1));
        let many = "a=1&".repeat(MAX_COUNT + 1);
        let cases = [
            (long.as_str(), ParamsError::TooLong),
            (&"x".repeat(MAX_TEXT + 1), ParamsError::TooLong),
            (&many, ParamsError::TooMany),
            ("a=%", ParamsError::Encoding),
            ("a=%4", ParamsError::Encoding),
            ("a=%zz", ParamsError::Encoding),
            ("a=%ff", ParamsError::Encoding),
            ("a=%00", ParamsError::ControlCharacter),
            ("a%0a=1", ParamsError::ControlCharacter),
            ("state=%0d%0aX", ParamsError::ControlCharacter),
            ("claims=%00", ParamsError::ControlCharacter),
        ];
        for (text, why) in cases {
            assert_eq!(Params::parse(text), Err(why), "{text:.40}");
        }
        assert!(Params::parse("claims=%7B%0A%7D").is_ok());
    }

    #[test]
    fn values_do_not_print() {
        let params = Params::parse("client_secret=hush").unwrap();
        assert_eq!(format!("{params:?}"), r#"["client_secret"]"#);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,200}") {
            let _ = Params::parse(&text);
        }

        #[test]
        fn what_is_written_reads_back(pairs in proptest::collection::vec(("[a-z]{1,8}", "[ -~é]{0,20}"), 0..20)) {
            let params = Params(pairs);
            prop_assert_eq!(Params::parse(&params.to_string()), Ok(params));
        }
    }
}
