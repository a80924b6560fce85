//! What is known of one setting: its name, default and meaning, for the reader, the help and the
//! documentation alike.

use super::error::ConfigError;

/// How much of a wrong value is shown, in characters.
const SHOWN: usize = 60;

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// The variable.
    pub name: &'static str,
    /// What holds where it is not set.
    pub default: Default,
    /// A value that works, for error messages.
    pub example: &'static str,
    /// One line of plain words.
    pub meaning: &'static str,
    /// Whether its value must never be shown.
    pub secret: bool,
    /// Whether an empty value means something.
    pub may_be_empty: bool,
}

/// What holds where a setting is not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Default {
    /// This value, read like any other.
    Text(&'static str),
    /// What these words say.
    Words(&'static str),
}

impl Default {
    /// The value that is read instead, if it is one.
    pub(super) const fn text(self) -> Option<&'static str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Words(_) => None,
        }
    }

    /// The default as the help and the documentation show it.
    pub fn shown(self) -> &'static str {
        match self {
            Self::Text("") => "empty",
            Self::Text(text) | Self::Words(text) => text,
        }
    }
}

impl Setting {
    /// The error that says what is wrong with `value`, showing it unless it is a secret.
    pub(super) fn wrong(
        &self,
        value: Option<&str>,
        problem: impl std::fmt::Display,
    ) -> ConfigError {
        ConfigError::Wrong {
            name: self.name,
            value: value.filter(|_| !self.secret).map(shown),
            problem: problem.to_string(),
            example: self.example,
        }
    }
}

/// `value` on one line, cut where it is long.
fn shown(value: &str) -> String {
    let mut escaped = value.escape_debug();
    let mut shown: String = escaped.by_ref().take(SHOWN).collect();
    if escaped.next().is_some() {
        shown.push('…');
    }
    shown
}

/// `on` or `off`.
pub(super) fn switch(text: &str) -> Result<bool, &'static str> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("it is neither on nor off"),
    }
}

/// Comma-separated words, read by `parse` one by one; white space around them is dropped, and an
/// empty text is an empty list.
pub(super) fn list<T, E: std::fmt::Display>(
    text: &str,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Vec<T>, String> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let words = text.split(',').map(str::trim);
    let read = |word: &str| parse(word).map_err(|error| format!("\"{}\": {error}", shown(word)));
    words.map(read).collect()
}

/// The most connections of a pool.
pub(super) fn pool_size(text: &str) -> Result<u32, &'static str> {
    let size = text.parse().ok().filter(|size| (1..=1000).contains(size));
    size.ok_or("it is not a number from 1 to 1000")
}

/// The most connections where nobody says: two for each core.
pub(super) fn default_pool_size() -> u32 {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    u32::try_from(cores.saturating_mul(2)).map_or(1000, |size| size.clamp(4, 1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_value_is_one_short_line_and_a_secret_is_not_shown() {
        let setting = Setting {
            name: "X",
            default: Default::Words("unset"),
            example: "1",
            meaning: "",
            secret: false,
            may_be_empty: false,
        };
        let long = format!("a\nb{}", "c".repeat(100));
        let line = setting.wrong(Some(&long), "wrong").to_string();
        assert!(
            line.starts_with("X: \"a\\nbccc") && !line.contains('\n'),
            "{line}"
        );
        assert!(line.ends_with("c…\": wrong; example: X=1"), "{line}");
        let secret = Setting {
            secret: true,
            ..setting
        };
        assert_eq!(
            secret.wrong(Some("hush"), "wrong").to_string(),
            "X: wrong; example: X=1"
        );
    }

    #[test]
    fn switches_and_lists() {
        assert_eq!((switch("on"), switch("off")), (Ok(true), Ok(false)));
        assert!(switch("yes").is_err());
        let number = |word: &str| word.parse::<u8>();
        assert_eq!(list(" 1, 2 ", number), Ok(vec![1, 2]));
        assert_eq!(list(" ", number), Ok(vec![]));
        assert!(list("1,,2", number).is_err());
        assert!(list("1,x", number).unwrap_err().starts_with("\"x\": "));
    }
}
