//! Which language a page speaks: what the browser accepts, unless an application asked for one.

use actix_web::HttpRequest;
use actix_web::http::header::{
    ACCEPT_LANGUAGE, AcceptLanguage, CONTENT_LANGUAGE, Header as _, HeaderMap, HeaderValue,
    LanguageTag, VARY,
};

use crate::views::Texts;

/// The language that the browser likes best of those there are (`Accept-Language`, RFC 9110, section
/// 12.5.4).
pub(crate) fn accepted(request: &HttpRequest) -> Texts {
    let Ok(accepted) = AcceptLanguage::parse(request) else {
        return Texts::default();
    };
    let ranked = accepted.ranked();
    let tags = ranked.iter().filter_map(|tag| tag.item());
    Texts::of_locales(tags.map(LanguageTag::as_str)).unwrap_or_default()
}

/// Says which language a page speaks, and what decided it.
pub(crate) fn tell(headers: &mut HeaderMap, texts: Texts) {
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(texts.tag()));
    headers.append(VARY, HeaderValue::from(ACCEPT_LANGUAGE));
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_browser_decides_by_its_order() {
        let of = |header: &str| {
            let request = TestRequest::default().insert_header((ACCEPT_LANGUAGE, header));
            accepted(&request.to_http_request()).tag()
        };
        assert_eq!(of("de-CH, en;q=0.5"), "de");
        assert_eq!(of("fr, de;q=0.3, en;q=0.8"), "en");
        assert_eq!(of("fr"), "en");
        assert_eq!(of("*"), "en");
        assert_eq!(of(";;q=,"), "en");
        assert_eq!(
            accepted(&TestRequest::default().to_http_request()).tag(),
            "en"
        );
    }
}
