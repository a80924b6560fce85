//! What a person entered of a client: read from the form, and what is wrong with it.

use hodlxxi_oauth::client::{ClientDraft, ClientKind, RedirectUri, RegistrationError};
use hodlxxi_oauth::provider::OwnClientError;
use hodlxxi_oauth::scope::Scope;

use crate::http::failure::Failure;
use crate::http::forms::Fields;
use crate::http::private_key;
use crate::views::{ClientForm, ClientProblem, Texts};

/// What was entered of a client of `kind`; what looks like a private key is thrown away, and refused.
pub(super) fn read(
    kind: ClientKind,
    fields: &Fields,
    t: Texts,
) -> Result<ClientDraft, Box<ClientForm>> {
    let lines = |name| -> Vec<String> {
        let lines = fields.get(name).lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty());
        lines.map(str::to_owned).collect()
    };
    let is_asked = |scope: &Scope| {
        !fields
            .get(&format!("scope.{scope}", scope = scope.as_str()))
            .is_empty()
    };
    let draft = ClientDraft {
        name: fields.get("name").to_owned(),
        redirect_uris: lines("redirect_uris"),
        post_logout_redirect_uris: lines("post_logout_redirect_uris"),
        scope: Scope::ALL.into_iter().filter(is_asked).collect(),
    };
    let mut uris = draft
        .redirect_uris
        .iter()
        .chain(&draft.post_logout_redirect_uris);
    if private_key::is_likely(&draft.name) || uris.any(|line| private_key::is_likely(line)) {
        let draft = ClientDraft {
            scope: draft.scope,
            ..ClientDraft::default()
        };
        let form = again(kind, draft, vec![ClientProblem::PrivateKey], t);
        return Err(Box::new(form));
    }
    Ok(draft)
}

/// The form once more, with what is wrong; a failure where that is not for the form to tell.
pub(super) fn refused(
    kind: ClientKind,
    draft: ClientDraft,
    error: OwnClientError,
    t: Texts,
) -> Result<ClientForm, Failure> {
    let problems = match error {
        OwnClientError::TooMany => vec![ClientProblem::TooMany],
        OwnClientError::Metadata(error) => problems(kind, &draft, &error),
        error => return Err(error.into()),
    };
    Ok(again(kind, draft, problems, t))
}

fn again(
    kind: ClientKind,
    draft: ClientDraft,
    problems: Vec<ClientProblem>,
    t: Texts,
) -> ClientForm {
    ClientForm {
        t,
        kind,
        draft,
        problems,
    }
}

/// Every URI that is refused with its reason, where it is about URIs.
fn problems(
    kind: ClientKind,
    draft: &ClientDraft,
    error: &RegistrationError,
) -> Vec<ClientProblem> {
    let refused = [
        (false, &draft.redirect_uris),
        (true, &draft.post_logout_redirect_uris),
    ];
    let mut problems = Vec::new();
    for (after_logout, uris) in refused {
        for entered in uris {
            if let Err(why) = RedirectUri::parse(entered, kind.application_type()) {
                problems.push(ClientProblem::RedirectUri {
                    entered: entered.clone(),
                    why,
                    after_logout,
                });
            }
        }
    }
    if problems.is_empty() {
        problems.push(match error {
            RegistrationError::RedirectUriMissing => ClientProblem::NoRedirectUri,
            RegistrationError::Member { member, .. } if member == "client_name" => {
                ClientProblem::Name
            }
            RegistrationError::Member { member, .. } if member.ends_with("redirect_uris") => {
                ClientProblem::ManyRedirectUris
            }
            error => ClientProblem::Rule(error.to_string()),
        });
    }
    problems
}

#[cfg(test)]
mod tests {
    use hodlxxi_oauth::client::RedirectUriError;

    use super::*;

    fn entered(kind: ClientKind, form: &str) -> Result<ClientDraft, Box<ClientForm>> {
        read(kind, &Fields::parse(form).ok().unwrap(), Texts::default())
    }

    #[test]
    fn lines_and_choices_are_read() {
        let form = "name=Shop&redirect_uris=https://a.example/%0D%0A%0D%0A+https://b.example/&scope.profile=on";
        let draft = entered(ClientKind::Web, form).ok().unwrap();
        assert_eq!(
            draft.redirect_uris,
            ["https://a.example/", "https://b.example/"]
        );
        assert_eq!(draft.scope.to_string(), "profile");
    }

    #[test]
    fn a_private_key_is_not_kept() {
        let form = "name=nsec1qqqqqqqq&redirect_uris=https://a.example/";
        let again = entered(ClientKind::Web, form).err().unwrap();
        assert_eq!(again.problems, [ClientProblem::PrivateKey]);
        assert_eq!(again.draft, ClientDraft::default());
    }

    #[test]
    fn each_refused_uri_is_named_with_its_reason() {
        let draft = ClientDraft {
            redirect_uris: vec![
                "https://a.example/#x".to_owned(),
                "https://b.example/".to_owned(),
            ],
            post_logout_redirect_uris: vec!["http://c.example/".to_owned()],
            ..ClientDraft::default()
        };
        let error = RegistrationError::RedirectUri(RedirectUriError::Fragment);
        let form = refused(ClientKind::Web, draft, error.into(), Texts::default())
            .ok()
            .unwrap();
        let about = |entered: &str, why, after_logout| ClientProblem::RedirectUri {
            entered: entered.to_owned(),
            why,
            after_logout,
        };
        assert_eq!(
            form.problems,
            [
                about("https://a.example/#x", RedirectUriError::Fragment, false),
                about("http://c.example/", RedirectUriError::Insecure, true),
            ]
        );
    }
}
