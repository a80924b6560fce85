//! `/developers/playground`: an application that developers try a sign-in with. It runs in their browser.

use actix_web::{HttpResponse, web};
use hodlxxi_kernel::SignInMethod;
use hodlxxi_oauth::client::Client;
use hodlxxi_oauth::scope::{Scope, ScopeSet};

use crate::compose::App;
use crate::http::failure::Failure;
use crate::http::limit::{Caller, limited_hop};
use crate::http::pages::Browser;
use crate::people::Visitor;
use crate::views::{PlaygroundPage, client_name};

/// Scopes chosen at first.
const CHOSEN: [Scope; 2] = [Scope::Profile, Scope::OfflineAccess];

/// `GET /developers/playground`
#[utoipa::path(
    get,
    path = "/developers/playground",
    operation_id = "showPlayground",
    tag = "Pages",
    summary = "The playground",
    description = "A page that runs the code flow with PKCE against this server and shows each step.",
    security((), ("session" = [])),
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html")
    )
)]
pub(crate) async fn show(
    app: web::Data<App>,
    caller: Caller,
    browser: Browser,
) -> Result<HttpResponse, Failure> {
    page(&app, caller, &browser, false).await
}

/// `GET /developers/playground/callback`
#[utoipa::path(
    get,
    path = "/developers/playground/callback",
    operation_id = "finishPlayground",
    tag = "Pages",
    summary = "The playground, back from a sign-in",
    description = "The redirect URI of the playground's client. The page's script reads the answer; the server does not.",
    security((), ("session" = [])),
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html")
    )
)]
pub(crate) async fn back(
    app: web::Data<App>,
    caller: Caller,
    browser: Browser,
) -> Result<HttpResponse, Failure> {
    page(&app, caller, &browser, true).await
}

async fn page(
    app: &web::Data<App>,
    caller: Caller,
    browser: &Browser,
    back: bool,
) -> Result<HttpResponse, Failure> {
    let session = browser.session();
    let (visitor, clients) = limited_hop(app, caller, move |app| {
        let visitor = app.visitor(session.as_ref())?;
        let clients = clients(app, visitor.as_ref())?;
        Ok::<_, Failure>((visitor, clients))
    })
    .await?;
    let callback = app.provider().playground_callback();
    let scopes = ScopeSet::unregistered_default().without(Scope::OpenId);
    let methods = [
        SignInMethod::Bitcoin,
        SignInMethod::Lightning,
        SignInMethod::Nostr,
    ];
    Ok(browser.page(&PlaygroundPage {
        shell: browser.shell(app, visitor.as_ref()),
        back,
        clients,
        callback_encoded: url::form_urlencoded::byte_serialize(callback.as_bytes()).collect(),
        callback,
        scopes: scopes
            .iter()
            .map(|scope| (scope.as_str(), CHOSEN.contains(&scope)))
            .collect(),
        acr_values: methods.map(SignInMethod::acr).to_vec(),
    }))
}

/// The server's own client, and those of the visitor that can stand in for it.
fn clients(app: &App, visitor: Option<&Visitor>) -> Result<Vec<(String, String)>, Failure> {
    let Some(own) = app.provider().playground()? else {
        return Ok(Vec::new());
    };
    let callback = app.provider().playground_callback();
    let theirs = visitor.map(|visitor| app.provider().own_clients(&visitor.person()));
    let fits = |client: &Client| {
        client.metadata.is_public() && client.metadata.redirect_uri(&callback).is_some()
    };
    let theirs = theirs.transpose()?.unwrap_or_default();
    let offered = [own].into_iter().chain(theirs.into_iter().filter(fits));
    Ok(offered
        .map(|client| {
            let name = client_name(client.id.as_str(), &client.metadata);
            (client.id.to_string(), name)
        })
        .collect())
}
