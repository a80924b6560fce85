//! `/picture/…`: the pictures that stand for people, drawn from the digits in their name alone.

use std::fmt::Write as _;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};

use crate::http::failure::Failure;

/// Cells on each side; the right half mirrors the left.
const SIDE: usize = 5;

/// `GET /picture/{seed}.svg`, the seed being 16 hex digits
#[utoipa::path(
    get,
    path = "/picture/{name}",
    operation_id = "showPicture",
    tag = "Pages",
    summary = "A picture that stands for somebody",
    description = "Drawn from the digits in its name alone.",
    params(("name" = String, Path, description = "16 hex digits and `.svg`.", example = "0123456789abcdef.svg")),
    security(()),
    responses(
        (status = 200, description = "The picture.", body = String, content_type = "image/svg+xml"),
        (status = 404, description = "The name is of another form.")
    )
)]
pub(crate) async fn show(name: web::Path<String>) -> Result<HttpResponse, Failure> {
    let seed = name
        .strip_suffix(".svg")
        .filter(|seed| seed.len() == 16 && seed.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let seed = seed.and_then(|seed| u64::from_str_radix(seed, 16).ok());
    let drawing = draw(seed.ok_or_else(Failure::not_found)?);
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .content_type("image/svg+xml")
        .body(drawing))
}

fn draw(seed: u64) -> String {
    let hue = seed % 360;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-1 -1 7 7\" shape-rendering=\"crispEdges\">\
         <path fill=\"#0b0f0d\" d=\"M-1-1h7v7h-7z\"/><path fill=\"hsl({hue} 70% 60%)\" d=\""
    );
    // Nine bits chose the colour; the fifteen cells of the left half have one bit each above them.
    let bits = seed >> 9;
    for (row, column) in (0..SIDE).flat_map(|row| (0..SIDE).map(move |column| (row, column))) {
        let mirrored = column.min(SIDE - 1 - column);
        if bits >> (row * 3 + mirrored) & 1 == 1 {
            // Writing to a string cannot fail.
            let _ = write!(svg, "M{column} {row}h1v1h-1z");
        }
    }
    svg.push_str("\"/></svg>");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_symmetric_and_its_seed_s_alone() {
        let seed = 0x0123_4567_89ab_cdef;
        assert_eq!(draw(seed), draw(seed));
        assert_ne!(draw(seed), draw(seed ^ (1 << 9)));
        let left = draw(1 << 9);
        assert!(
            left.contains("M0 0h1v1h-1z") && left.contains("M4 0h1v1h-1z"),
            "{left}"
        );
    }
}
