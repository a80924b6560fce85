//! `/logout`: signing out of this server, from its own pages.

use actix_web::{HttpResponse, web};

use super::{PageForm, clear_session};
use crate::compose::App;
use crate::http::failure::Failure;
use crate::http::limit::{Caller, limited_hop};
use crate::http::openapi::forms;
use crate::views::LoggedOutPage;

/// `POST /logout`
#[utoipa::path(
    post,
    path = "/logout",
    operation_id = "logoutHere",
    tag = "Pages",
    summary = "Sign out",
    request_body(content = forms::BareForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = []), ()),
    responses(
        (status = 200, description = "The word that it is done.", body = String, content_type = "text/html")
    )
)]
pub(crate) async fn here(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let (session, origin) = (form.browser.session(), form.browser.origin());
    limited_hop(&app, caller, move |app| {
        app.log_out(session.as_ref(), &origin)
    })
    .await?;
    let mut response = form.browser.page(&LoggedOutPage {
        shell: form.browser.shell(&app, None),
    });
    clear_session(&app, &mut response);
    Ok(response)
}
