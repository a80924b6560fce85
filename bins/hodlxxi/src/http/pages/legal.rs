//! `/legal/…`: what is stored, and what people may expect.

use actix_web::{HttpResponse, web};

use super::Browser;
use crate::compose::App;
use crate::views::{PrivacyPage, TermsPage};

/// `GET /legal/privacy`
#[utoipa::path(
    get,
    path = "/legal/privacy",
    operation_id = "showPrivacy",
    tag = "Pages",
    summary = "What is stored",
    security(()),
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html")
    )
)]
pub(crate) async fn privacy(app: web::Data<App>, browser: Browser) -> HttpResponse {
    browser.page(&PrivacyPage {
        shell: browser.shell(&app, None),
    })
}

/// `GET /legal/terms`
#[utoipa::path(
    get,
    path = "/legal/terms",
    operation_id = "showTerms",
    tag = "Pages",
    summary = "Terms",
    security(()),
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html")
    )
)]
pub(crate) async fn terms(app: web::Data<App>, browser: Browser) -> HttpResponse {
    browser.page(&TermsPage {
        shell: browser.shell(&app, None),
    })
}
