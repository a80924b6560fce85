//! The authorization endpoint, from a request's arrival to its answer.
//!
//! A request that has to wait for the person travels in the browser, sealed: nothing of it is
//! stored. One request costs at most a read of the client, a read of the consent, and the writing of
//! the code; a decision also the writing of the consent.

use hodlxxi_kernel::audit::{Action, Origin};
use hodlxxi_kernel::{ConsentId, Secret, SignInMethod};

use super::Provider;
use super::sign_in::Need;
use crate::authorize::{
    Asked, AuthorizationErrorCode as Code, AuthorizationRequest, AuthorizationResponse,
    AuthorizeError, AuthorizeOutcome, ClientShown, CodeChallenge, ConsentPrompt, Decision,
    LoginNeeded, PARAMETERS, Pending, Target, csp_source,
};
use crate::client::Client;
use crate::grant::{AuthorizationCode, Authorized, Consent};
use crate::params::Params;
use crate::person::Person;
use crate::scope::{Scope, ScopeSet};

/// How long a code lives, in seconds.
const CODE_LIFETIME: i64 = 60;
/// What sealed requests are bound to.
const PURPOSE: &[u8] = b"authorization request";

/// A request that breaks no rule, with everything it is judged by.
struct Current {
    pending: Pending,
    client: Client,
    target: Target,
    request: AuthorizationRequest,
}

/// A request after it was read.
enum Read {
    Good(Box<Current>),
    Refused(AuthorizationResponse),
}

impl Provider {
    /// Takes a request as it arrives by GET, from a browser in which `person` is signed in.
    pub fn authorize(
        &self,
        params: &Params,
        person: Option<&Person>,
    ) -> Result<AuthorizeOutcome, AuthorizeError> {
        self.proceed(self.arrival(params, person), person)
    }

    /// Seals a request that was posted: it is answered 303 to a GET which carries the sealed text,
    /// for [`resume`](Self::resume).
    pub fn seal_request(&self, params: &Params) -> String {
        self.seal(&Pending {
            posted: true,
            ..self.arrival(params, None)
        })
    }

    /// Goes on with a sealed request, after the sign-in it waited for.
    pub fn resume(
        &self,
        sealed: &str,
        person: Option<&Person>,
    ) -> Result<AuthorizeOutcome, AuthorizeError> {
        let pending = self.unseal(sealed)?;
        if pending.posted {
            let params = Self::params_of(&pending)?;
            return self.proceed(self.arrival(&params, person), person);
        }
        self.proceed(pending, person)
    }

    /// What the sign-in page shows of the sealed request it stands in front of.
    pub fn pending(&self, sealed: &str) -> Result<LoginNeeded, AuthorizeError> {
        match self.read(self.unseal(sealed)?)? {
            Read::Good(current) => Ok(self.login_needed(&current)),
            Read::Refused(_) => Err(AuthorizeError::Stale),
        }
    }

    /// Answers a request as the person decided. Who was asked must be who answers; anybody else is
    /// taken through sign-in and consent again.
    pub fn decide(
        &self,
        sealed: &str,
        decision: Decision,
        person: Option<&Person>,
        origin: &Origin,
    ) -> Result<AuthorizeOutcome, AuthorizeError> {
        let pending = self.unseal(sealed)?;
        let current = match self.read(pending)? {
            Read::Good(current) => current,
            Read::Refused(response) => return Ok(AuthorizeOutcome::Redirect(response)),
        };
        let person = match self.need(&current.request, &current.pending, &current.client, person)? {
            Need::Nothing(person) if current.pending.asked == Some(Asked::of(person)) => person,
            _ => return self.judge(*current, person),
        };
        let scope = grantable(&current.request.scope, person);
        if decision == Decision::Deny {
            let act = self.act_of(person, Action::ConsentDenied, origin);
            let act = act.client(&current.client.id).detail(&scope.to_string());
            self.stores.audit.record(&act)?;
            let denied = Code::AccessDenied.because("the person did not allow it");
            return Ok(self.refuse(current.target, denied));
        }
        let consent = Consent {
            id: ConsentId::generate(&*self.clock, &*self.entropy),
            scope,
            claims: Self::claims_to_allow(&current),
        };
        let (user, client) = (&person.user, &current.client.id);
        let act = self.act_of(person, Action::ConsentGiven, origin);
        let act = act.client(client).detail(&consent.scope.to_string());
        let consents = &self.stores.consents;
        let consent = consents.remember_consent(user, client, &consent, self.now(), &act)?;
        self.grant_code(*current, person, Some(consent))
    }

    fn arrival(&self, params: &Params, person: Option<&Person>) -> Pending {
        Pending {
            query: params.only(&PARAMETERS).to_string(),
            arrived_at: self.now(),
            posted: false,
            seen: person.map(|person| person.session.clone()),
            asked: None,
        }
    }

    fn proceed(
        &self,
        pending: Pending,
        person: Option<&Person>,
    ) -> Result<AuthorizeOutcome, AuthorizeError> {
        match self.read(pending)? {
            Read::Good(current) => self.judge(*current, person),
            Read::Refused(response) => Ok(AuthorizeOutcome::Redirect(response)),
        }
    }

    /// Reads a request: first who asks and where the answer goes, then what is asked.
    fn read(&self, pending: Pending) -> Result<Read, AuthorizeError> {
        let params = Self::params_of(&pending)?;
        if params.is_repeated("client_id") {
            return Err(AuthorizeError::NoClient);
        }
        let id = params.get("client_id").ok_or(AuthorizeError::NoClient)?;
        let id = id.parse().map_err(|_| AuthorizeError::UnknownClient)?;
        // A code for a client that was disabled a moment ago is worthless.
        let client = self.stores.clients.recent_client(&id)?;
        let client = client
            .filter(|client| client.disabled_at.is_none())
            .ok_or(AuthorizeError::UnknownClient)?;
        let target = Target::resolve(&params, &client.metadata)?;
        match AuthorizationRequest::parse(&params, &client, &self.config) {
            Ok(request) => Ok(Read::Good(Box::new(Current {
                pending,
                client,
                target,
                request,
            }))),
            Err(error) => {
                let issuer = self.config.issuer.as_str();
                Ok(Read::Refused(target.failure(issuer, error)))
            }
        }
    }

    /// Decides what a request leads to: a refusal, a sign-in, the question of consent, or a code.
    fn judge(
        &self,
        mut current: Current,
        person: Option<&Person>,
    ) -> Result<AuthorizeOutcome, AuthorizeError> {
        let silent = current.request.prompt.none;
        let person = match self.need(&current.request, &current.pending, &current.client, person)? {
            Need::Nothing(person) => person,
            Need::Refuse(error) => return Ok(self.refuse(current.target, error)),
            Need::SignIn if silent => {
                let error = Code::LoginRequired.because("the person has to sign in");
                return Ok(self.refuse(current.target, error));
            }
            Need::SignIn => {
                return Ok(AuthorizeOutcome::Login(self.login_needed(&current)));
            }
        };
        let (user, client) = (&person.user, &current.client.id);
        let allowed = self.stores.consents.consent(user, client)?;
        let (consent, allowed_scope, allowed_claims) = match allowed {
            Some(consent) => (Some(consent.id), consent.scope, consent.claims),
            None => (None, ScopeSet::empty(), Vec::new()),
        };
        let scope = grantable(&current.request.scope, person);
        let claims = Self::claims_to_allow(&current);
        let imitable =
            current.client.metadata.is_public() && current.target.redirect_uri.is_on_machine();
        let is_covered = scope.is_subset(&allowed_scope)
            && claims.iter().all(|name| allowed_claims.contains(name));
        if is_covered && !imitable && !current.request.prompt.consent {
            return self.grant_code(current, person, consent);
        }
        if silent {
            let error = Code::ConsentRequired.because("the person has to be asked");
            return Ok(self.refuse(current.target, error));
        }
        current.pending.asked = Some(Asked::of(person));
        Ok(AuthorizeOutcome::Consent(ConsentPrompt {
            resume: self.seal(&current.pending),
            client: ClientShown::new(&current.client, &current.target.redirect_uri),
            new_scopes: scope.difference(&allowed_scope).iter().collect(),
            allowed_scopes: scope.intersection(&allowed_scope).iter().collect(),
            claims,
            ui_locales: current.request.ui_locales.clone(),
            remembered: !imitable,
            form_action: csp_source(&current.target.redirect_uri),
        }))
    }

    fn grant_code(
        &self,
        current: Current,
        person: &Person,
        consent: Option<ConsentId>,
    ) -> Result<AuthorizeOutcome, AuthorizeError> {
        let Current {
            client,
            target,
            request,
            ..
        } = current;
        let code = Secret::generate(&*self.entropy);
        let known_as = self.known_as(person, &client.id)?;
        self.stores.codes.save_code(&AuthorizationCode {
            hash: code.hash(),
            client: client.id,
            client_disabled_count: client.disabled_count,
            redirect_uri: target.redirect_uri.clone(),
            redirect_uri_given: target.given,
            code_challenge: request.code_challenge.map(CodeChallenge::to_text),
            authorized: Authorized {
                user: person.user.clone(),
                known_as,
                session: person.session.clone(),
                consent,
                auth_time: person.auth_time,
                method: person.method,
                scope: grantable(&request.scope, person),
                claims: request.claims,
                nonce: request.nonce,
            },
            expires_at: self.now().plus(CODE_LIFETIME),
        })?;
        let issuer = self.config.issuer.as_str();
        Ok(AuthorizeOutcome::Redirect(
            target.success(issuer, code.expose()),
        ))
    }

    fn refuse(
        &self,
        target: Target,
        error: crate::authorize::AuthorizationError,
    ) -> AuthorizeOutcome {
        AuthorizeOutcome::Redirect(target.failure(self.config.issuer.as_str(), error))
    }

    /// The claims the person has to allow one by one. Without `openid` the parameter means nothing.
    fn claims_to_allow(current: &Current) -> Vec<String> {
        let Current {
            request, client, ..
        } = current;
        if request.is_openid() {
            let subjects = client.metadata.subject_type;
            request.claims.to_allow(&request.scope, subjects)
        } else {
            Vec::new()
        }
    }

    fn login_needed(&self, current: &Current) -> LoginNeeded {
        LoginNeeded {
            resume: self.seal(&current.pending),
            client: ClientShown::new(&current.client, &current.target.redirect_uri),
            login_hint: current.request.login_hint.clone(),
            acr_values: current.request.wanted_acr(),
            ui_locales: current.request.ui_locales.clone(),
            allows_guests: self.config.guests && current.client.metadata.allow_guests,
            form_action: csp_source(&current.target.redirect_uri),
        }
    }

    fn seal(&self, pending: &Pending) -> String {
        // A struct of text and numbers always serializes.
        let plain = serde_json::to_vec(pending).unwrap_or_default();
        self.sealer.seal_text(&*self.entropy, PURPOSE, &plain)
    }

    fn unseal(&self, sealed: &str) -> Result<Pending, AuthorizeError> {
        let plain = self.sealer.open_text(PURPOSE, sealed);
        let plain = plain.map_err(|_| AuthorizeError::Stale)?;
        let pending: Pending = serde_json::from_slice(&plain).map_err(|_| AuthorizeError::Stale)?;
        if pending.is_stale(self.now()) {
            return Err(AuthorizeError::Stale);
        }
        Ok(pending)
    }

    fn params_of(pending: &Pending) -> Result<Params, AuthorizeError> {
        Params::parse(&pending.query).map_err(|_| AuthorizeError::Stale)
    }
}

/// What of `asked` this person can give: a guest gives no access for later.
fn grantable(asked: &ScopeSet, person: &Person) -> ScopeSet {
    match person.method {
        SignInMethod::Guest => asked.without(Scope::OfflineAccess),
        SignInMethod::Bitcoin | SignInMethod::Lightning | SignInMethod::Nostr => asked.clone(),
    }
}
