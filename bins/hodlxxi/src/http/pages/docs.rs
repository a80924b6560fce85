//! `/oauthx/docs`: the API reference.

use actix_web::{HttpResponse, web};

use super::Browser;
use crate::compose::App;
use crate::views::ApiDocsPage;

/// `GET /oauthx/docs`
#[utoipa::path(
    get,
    path = "/oauthx/docs",
    operation_id = "showDocs",
    tag = "Pages",
    summary = "API reference",
    description = "This document for people.",
    security(()),
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html")
    )
)]
pub(crate) async fn show(app: web::Data<App>, browser: Browser) -> HttpResponse {
    browser.page(&ApiDocsPage {
        shell: browser.shell(&app, None),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        groups: Vec::new(),
        errors: Vec::new(),
    })
}
