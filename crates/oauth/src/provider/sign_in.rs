//! Whether the person who is signed in will do for a request, or has to sign in (again).

use hodlxxi_kernel::{SignInMethod, StoreError};

use super::Provider;
use crate::authorize::{
    AuthorizationError, AuthorizationErrorCode as Code, AuthorizationRequest, Pending,
};
use crate::client::Client;
use crate::person::Person;

/// What a request needs of the person in front of the browser.
pub(super) enum Need<'a> {
    /// Nothing more: this person will do.
    Nothing(&'a Person),
    /// A sign-in.
    SignIn,
    /// What no sign-in would change.
    Refuse(AuthorizationError),
}

impl Provider {
    /// Judges whether `person` will do for `request`.
    ///
    /// `prompt=login`, `max_age` and a wish for another person or authentication context are met by
    /// one sign-in since the request arrived; what that sign-in does not meet, no other will. A context
    /// that is wished for and not insisted on is asked for by one sign-in, where anybody is asked at all,
    /// and then done without (OpenID Connect Core, section 3.1.2.1, `acr_values`).
    pub(super) fn need<'a>(
        &self,
        request: &AuthorizationRequest,
        pending: &Pending,
        client: &Client,
        person: Option<&'a Person>,
    ) -> Result<Need<'a>, StoreError> {
        let guests_do = client.metadata.allow_guests;
        let possible = |method: &SignInMethod| match method {
            SignInMethod::Guest => self.config.guests && guests_do,
            SignInMethod::Bitcoin | SignInMethod::Lightning | SignInMethod::Nostr => true,
        };
        let methods = SignInMethod::ALL.into_iter().filter(possible);
        let doing: Vec<_> = methods
            .filter(|method| request.is_met_by(*method))
            .collect();
        if doing.is_empty() {
            return Ok(Need::Refuse(Code::UnmetAuthenticationRequirements.because(
                "no sign-in here has an authentication context asked for",
            )));
        }
        let Some(person) = person else {
            return Ok(Need::SignIn);
        };
        if person.method == SignInMethod::Guest && !guests_do {
            return Ok(Need::SignIn);
        }
        let fresh = pending.is_fresh(person);
        if !request.is_met_by(person.method) {
            return Ok(if fresh {
                Need::Refuse(
                    Code::UnmetAuthenticationRequirements
                        .because("the sign-in has no authentication context asked for"),
                )
            } else {
                Need::SignIn
            });
        }
        if !self.is_expected(request, client, person)? {
            return Ok(if fresh {
                Need::Refuse(Code::LoginRequired.because("somebody else signed in"))
            } else {
                Need::SignIn
            });
        }
        let could_be_better = !request.is_wished(person.method)
            && doing.into_iter().any(|method| request.is_wished(method));
        if could_be_better && !fresh && !request.prompt.none {
            return Ok(Need::SignIn);
        }
        let age = self.now().seconds_since(person.auth_time);
        let too_old = request
            .max_age
            .is_some_and(|limit| limit == 0 || age > limit);
        if (request.prompt.login || too_old) && !fresh {
            return Ok(Need::SignIn);
        }
        Ok(Need::Nothing(person))
    }

    /// Whether `person` is who `id_token_hint` or a requested `sub` names, if either does. A hint
    /// that is not an ID token of ours for this client names nobody: silently nobody will do, while
    /// at a page anybody may, since an ID token kept too long must not lock its owner out.
    fn is_expected(
        &self,
        request: &AuthorizationRequest,
        client: &Client,
        person: &Person,
    ) -> Result<bool, StoreError> {
        if request.id_token_hint.is_none() && request.subjects().is_none() {
            return Ok(true);
        }
        let known_as = self.known_as(person, &client.id)?;
        let user = known_as.as_ref().unwrap_or(&person.user);
        let subject = self.subject(&client.metadata, user);
        let hinted = request.id_token_hint.as_deref().is_none_or(|hint| {
            let hint = self.read_hint(hint);
            hint.filter(|hint| hint.client == client.id)
                .map_or(!request.prompt.none, |hint| hint.subject == subject)
        });
        let named = request.subjects();
        Ok(hinted && named.is_none_or(|named| named.contains(&subject)))
    }
}
