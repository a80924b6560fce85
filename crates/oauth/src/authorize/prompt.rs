//! The `prompt` parameter (OpenID Connect Core, section 3.1.2.1).

/// What a request wants the person to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Prompts {
    /// Nothing at all.
    pub(crate) none: bool,
    /// A sign-in: `login`, or `select_account`, for which the sign-in page is the choice of account.
    pub(crate) login: bool,
    /// The question of consent.
    pub(crate) consent: bool,
}

impl Prompts {
    /// The words, in the order in which they are listed.
    pub(crate) const WORDS: [&'static str; 4] = ["none", "login", "consent", "select_account"];

    /// Reads the parameter; none if a word is unknown or `none` stands beside another.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut prompts = Self::default();
        for word in text.split_ascii_whitespace() {
            match word {
                "none" => prompts.none = true,
                "login" | "select_account" => prompts.login = true,
                "consent" => prompts.consent = true,
                _ => return None,
            }
        }
        (!prompts.none || !(prompts.login || prompts.consent)).then_some(prompts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_stands_alone() {
        assert!(Prompts::parse("none").is_some_and(|p| p.none));
        assert!(Prompts::parse("login consent").is_some_and(|p| p.login && p.consent));
        for bad in [
            "none login",
            "none consent",
            "create",
            "none none select_account",
        ] {
            assert!(Prompts::parse(bad).is_none(), "{bad}");
        }
    }
}
