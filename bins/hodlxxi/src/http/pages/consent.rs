//! Consent, and the page that carries an answer back in a form.

use actix_web::HttpResponse;
use hodlxxi_oauth::authorize::{AuthorizationResponse, ClientShown, ConsentPrompt};
use hodlxxi_oauth::scope::ScopeSet;

use super::Browser;
use crate::compose::App;
use crate::people::Visitor;
use crate::views::{
    ConsentClient, ConsentPage, FormPostPage, Requester, describe_claims, describe_scopes,
    not_shared,
};

/// The application as pages name it.
pub(crate) fn requester(client: &ClientShown) -> Requester {
    Requester {
        name: name(client),
        host: client.host.clone(),
    }
}

fn name(client: &ClientShown) -> String {
    client.name.clone().unwrap_or_else(|| client.host.clone())
}

/// The question: may this application have that?
pub(crate) fn show_consent(
    app: &App,
    browser: &Browser,
    visitor: Option<&Visitor>,
    prompt: &ConsentPrompt,
) -> HttpResponse {
    let browser = &browser.clone().speaking(prompt.ui_locales.as_deref());
    let (t, pairwise) = (browser.texts(), prompt.client.pairwise);
    let (new, allowed): (ScopeSet, ScopeSet) = (
        prompt.new_scopes.iter().copied().collect(),
        prompt.allowed_scopes.iter().copied().collect(),
    );
    let mut asked = describe_scopes(t, &new, pairwise);
    asked.extend(describe_claims(t, &prompt.claims));
    let page = ConsentPage {
        shell: browser.shell(app, visitor),
        client: ConsentClient {
            name: name(&prompt.client),
            host: prompt.client.host.clone(),
            verified: prompt.client.verified,
            logo: prompt
                .client
                .logo_uri
                .as_ref()
                .map(|_| format!("/logo/{}", prompt.client.id)),
            policy_uri: prompt.client.policy_uri.clone(),
            tos_uri: prompt.client.tos_uri.clone(),
        },
        key: visitor.map(Visitor::shown_key).unwrap_or_default(),
        asked,
        allowed: describe_scopes(t, &allowed, pairwise),
        not_shared: not_shared(t, &new.union(&allowed), &prompt.claims, pairwise),
        remembered: prompt.remembered,
        request: prompt.resume.clone(),
    };
    browser.page_to(&page, Some(&prompt.form_action))
}

/// An answer in `form_post` mode.
pub(crate) fn show_form_post(
    app: &App,
    browser: &Browser,
    visitor: Option<&Visitor>,
    response: &AuthorizationResponse,
) -> HttpResponse {
    let host = response.redirect_uri.shown_host();
    let fields = response
        .params
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    let page = FormPostPage {
        shell: browser.shell(app, visitor),
        requester: Requester {
            name: host.clone(),
            host,
        },
        action: response.redirect_uri.as_str().to_owned(),
        fields: fields.collect(),
    };
    browser.page_to(&page, Some(&response.form_action()))
}
