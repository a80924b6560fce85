//! HTML forms: fields read once, and a token in each that binds it to the browser it was made for.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hodlxxi_kernel::{DerivedKey, MasterKey, Secret};

use super::failure::Failure;

/// Most fields a form of ours has, with room to spare.
const MAX_FIELDS: usize = 32;

/// The fields of a submitted form; none twice.
pub(crate) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// Reads a form's text.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        let mut fields = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
            let twice = fields
                .insert(name.into_owned(), value.into_owned())
                .is_some();
            if twice || fields.len() > MAX_FIELDS {
                return Err(Failure::malformed(
                    "a field of the form is there twice, or too many are",
                ));
            }
        }
        Ok(Self(fields))
    }

    /// A field's value; empty if it is missing.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

/// Makes and checks form tokens: a MAC over the browser's mark, so that nothing is stored.
#[derive(Clone)]
pub(crate) struct FormTokens(DerivedKey);

impl FormTokens {
    /// Tokens under this master key; every node with the same key accepts them.
    pub(crate) fn new(master: &MasterKey) -> Self {
        Self(master.derive("form-token"))
    }

    /// The token for forms of the browser with this mark.
    pub(crate) fn issue(&self, browser: &Secret) -> String {
        URL_SAFE_NO_PAD.encode(self.0.mac(&[browser.expose().as_bytes()]))
    }

    /// Refuses a form whose token was not made for this browser.
    pub(crate) fn check(&self, browser: Option<&Secret>, fields: &Fields) -> Result<(), Failure> {
        let tag = URL_SAFE_NO_PAD
            .decode(fields.get("csrf"))
            .unwrap_or_default();
        let good = browser.is_some_and(|mark| {
            tag.len() == 32 && self.0.verify(&[mark.expose().as_bytes()], &tag)
        });
        if good {
            Ok(())
        } else {
            Err(Failure::form_token())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hodlxxi_kernel::OsEntropy;

    #[test]
    fn a_token_serves_the_browser_it_was_made_for_and_no_other() {
        let tokens = FormTokens::new(&MasterKey::generate(&OsEntropy));
        let (mine, other) = (Secret::generate(&OsEntropy), Secret::generate(&OsEntropy));
        let form = |token: &str| Fields::parse(&format!("csrf={token}")).unwrap();
        let good = form(&tokens.issue(&mine));
        assert!(tokens.check(Some(&mine), &good).is_ok());
        assert_eq!(
            tokens.check(Some(&other), &good),
            Err(Failure::form_token())
        );
        assert_eq!(tokens.check(None, &good), Err(Failure::form_token()));
        assert_eq!(
            tokens.check(Some(&mine), &form("")),
            Err(Failure::form_token())
        );
        let cut = &tokens.issue(&mine)[..30];
        assert_eq!(
            tokens.check(Some(&mine), &form(cut)),
            Err(Failure::form_token())
        );
    }

    #[test]
    fn a_field_twice_is_refused() {
        assert!(Fields::parse("a=1&a=2").is_err());
        assert_eq!(Fields::parse("a=%20b").unwrap().get("a"), " b");
    }
}
