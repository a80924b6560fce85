//! Whether the person who is signed in will do for a request, or has to sign in (again).

use hodlxxi_kernel::SignInMethod;

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
    /// one sign-in since the request arrived; what that sign-in does not meet, no other will.
    pub(super) fn need<'a>(
        &self,
        request: &AuthorizationRequest,
        pending: &Pending,
        client: &Client,
        person: Option<&'a Person>,
    ) -> Need<'a> {
        let guests_do = client.metadata.allow_guests;
        let possible = |method: &SignInMethod| match method {
            SignInMethod::Guest => self.config.guests && guests_do,
            SignInMethod::Bitcoin | SignInMethod::Lightning | SignInMethod::Nostr => true,
        };
        let mut methods = SignInMethod::ALL.into_iter().filter(possible);
        if !methods.any(|method| request.is_met_by(method)) {
            return Need::Refuse(
                Code::UnmetAuthenticationRequirements
                    .because("no sign-in here has an authentication context asked for"),
            );
        }
        let Some(person) = person else {
            return Need::SignIn;
        };
        if person.method == SignInMethod::Guest && !guests_do {
            return Need::SignIn;
        }
        let fresh = pending.is_fresh(person);
        if !request.is_met_by(person.method) {
            return if fresh {
                Need::Refuse(
                    Code::UnmetAuthenticationRequirements
                        .because("the sign-in has no authentication context asked for"),
                )
            } else {
                Need::SignIn
            };
        }
        if !self.is_expected(request, client, person) {
            return if fresh {
                Need::Refuse(Code::LoginRequired.because("somebody else signed in"))
            } else {
                Need::SignIn
            };
        }
        let age = self.now().seconds_since(person.auth_time);
        let too_old = request
            .max_age
            .is_some_and(|limit| limit == 0 || age > limit);
        if (request.prompt.login || too_old) && !fresh {
            return Need::SignIn;
        }
        Need::Nothing(person)
    }

    /// Whether `person` is who `id_token_hint` or a requested `sub` names, if either does. A hint
    /// that is not an ID token of ours for this client names nobody: silently nobody will do, while
    /// at a page anybody may, since an ID token kept too long must not lock its owner out.
    fn is_expected(
        &self,
        request: &AuthorizationRequest,
        client: &Client,
        person: &Person,
    ) -> bool {
        let subject = self.subject(&client.metadata, &person.user);
        let hinted = request.id_token_hint.as_deref().is_none_or(|hint| {
            let hint = self.read_hint(hint);
            hint.filter(|hint| hint.client == client.id)
                .map_or(!request.prompt.none, |hint| hint.subject == subject)
        });
        hinted
            && request
                .subjects()
                .is_none_or(|named| named.contains(&subject))
    }
}
