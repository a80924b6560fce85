//! `/legal/…`: what is stored, and what people may expect.

use actix_web::{HttpResponse, web};

use super::Browser;
use crate::compose::App;
use crate::views::{PrivacyPage, TermsPage};

/// `GET /legal/privacy`
pub(crate) async fn privacy(app: web::Data<App>, browser: Browser) -> HttpResponse {
    browser.page(&PrivacyPage {
        shell: browser.shell(&app, None),
    })
}

/// `GET /legal/terms`
pub(crate) async fn terms(app: web::Data<App>, browser: Browser) -> HttpResponse {
    browser.page(&TermsPage {
        shell: browser.shell(&app, None),
    })
}
