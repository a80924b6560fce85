//! The code as a picture.

use std::fmt::Write as _;

use actix_web::{HttpResponse, web};
use qrcode::{Color, EcLevel, QrCode};

use crate::compose::App;
use crate::http::failure::Failure;
use crate::http::limit::{Caller, limited_hop};
use crate::http::pages::Browser;

/// Empty modules around the code (ISO/IEC 18004, section 9.1).
const QUIET: usize = 4;

/// `GET /api/lnurl-auth/qr/{session_id}.svg`
#[utoipa::path(
    get,
    path = "/api/lnurl-auth/qr/{session_id}.svg",
    operation_id = "showLnurlAuthCode",
    tag = "Sign-in",
    summary = "The code of a sign-in as a picture",
    description = "For the browser that began it alone. Black on white, as readers expect, whatever the page looks like.",
    params(("session_id" = String, Path, description = "The id that was answered when it was begun.")),
    security(()),
    responses(
        (status = 200, description = "The picture.", body = String, content_type = "image/svg+xml"),
        (status = 404, description = "`request.not_found`: there is none of this id, or another browser began it.")
    )
)]
pub(crate) async fn show(
    app: web::Data<App>,
    browser: Browser,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let look = limited_hop(&app, caller, move |app| {
        app.lnurl().look(&id, browser.mark()).map_err(Failure::from)
    });
    let look = look.await?.ok_or_else(Failure::not_found)?;
    let drawing = draw(&look.url.endpoint().to_lnurl())?;
    Ok(HttpResponse::Ok()
        .content_type("image/svg+xml")
        .body(drawing))
}

/// `text` as a QR code of level M.
fn draw(text: &str) -> Result<String, Failure> {
    // An LNURL is bounded, far below what a code can hold.
    let code =
        QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| Failure::internal())?;
    let side = code.width() + 2 * QUIET;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\" \
         role=\"img\" aria-label=\"QR code for a Lightning wallet\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/>\
         <path fill=\"#000\" d=\""
    );
    for (y, row) in code.to_colors().chunks(code.width()).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, next| one == next) {
            let length = run.len();
            if run.first() == Some(&Color::Dark) {
                // Writing to a string cannot fail.
                let _ = write!(svg, "M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET);
            }
            x += length;
        }
    }
    svg.push_str("\"/></svg>");
    Ok(svg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_a_quiet_border_and_its_corners() {
        let svg = draw("LNURL1DP68GURN8GHJ7").unwrap();
        assert!(svg.contains("viewBox=\"0 0 29 29\""), "{svg}");
        // The upper edge of the two upper finder patterns, four modules in.
        assert!(
            svg.contains("M4 4h7v1h-7z") && svg.contains("M18 4h7v1h-7z"),
            "{svg}"
        );
    }
}
