//! `/`: what this is.

use actix_web::{HttpResponse, web};
use hodlxxi_kernel::AccessLevel;

use super::Browser;
use crate::compose::App;
use crate::http::block::hop;
use crate::http::failure::Failure;
use crate::views::HomePage;

/// `GET /`
#[utoipa::path(
    get,
    path = "/",
    operation_id = "showHome",
    tag = "Pages",
    summary = "What this is",
    security((), ("session" = [])),
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html")
    )
)]
pub(crate) async fn show(app: web::Data<App>, browser: Browser) -> Result<HttpResponse, Failure> {
    let secret = browser.session();
    let visitor = match secret {
        Some(secret) => {
            hop(&app, move |app| {
                app.visitor(Some(&secret)).map_err(Failure::from)
            })
            .await?
        }
        None => None,
    };
    Ok(browser.page(&HomePage {
        shell: browser.shell(&app, visitor.as_ref()),
        guests: app.guests_allowed(),
        open_registration: app.registration_is_open(),
        administrator: visitor
            .as_ref()
            .is_some_and(|visitor| visitor.level == AccessLevel::Special),
    }))
}
