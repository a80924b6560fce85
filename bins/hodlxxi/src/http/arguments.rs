//! What handlers take: so that the API's document says of the limits what the handlers do.
//!
//! No limit is taken but for a [`Caller`], which a handler gets as an argument of its own and in no other way. Whether
//! a route is limited therefore shows in its handler's type. Deliberately absent: which limit, and how much.

use actix_web::{Handler, HttpRequest, web};

use super::body::{Body, FormText, Json, JsonOrNothing};
use super::limit::Caller;
use super::pages::{Browser, PageForm};
use crate::compose::App;

/// Whether requests that `handler` answers may be refused because there are too many: it asks who calls.
pub(super) const fn asks_who_calls<H, A>(_: &H) -> bool
where
    H: Handler<A>,
    A: Arguments,
{
    A::ASK_WHO_CALLS
}

/// One argument of a handler.
pub(super) trait Argument {
    /// Whether it is who calls.
    const IS_CALLER: bool = false;
}

impl Argument for Caller {
    const IS_CALLER: bool = true;
}

impl Argument for HttpRequest {}
impl Argument for web::Data<App> {}
impl<T> Argument for web::Path<T> {}
impl<T> Argument for web::Query<T> {}
impl<T> Argument for Json<T> {}
impl<T> Argument for JsonOrNothing<T> {}
impl Argument for Body {}
impl Argument for FormText {}
impl Argument for Browser {}
impl Argument for PageForm {}

/// All arguments of a handler.
pub(super) trait Arguments {
    /// Whether who calls is among them.
    const ASK_WHO_CALLS: bool;
}

macro_rules! arguments {
    ($($name:ident)*) => {
        impl<$($name: Argument),*> Arguments for ($($name,)*) {
            const ASK_WHO_CALLS: bool = false $(|| $name::IS_CALLER)*;
        }
    };
}

arguments!();
arguments!(A);
arguments!(A B);
arguments!(A B C);
arguments!(A B C D);
arguments!(A B C D E);

#[cfg(test)]
mod tests {
    use super::super::routes::is_limited;

    #[test]
    fn what_is_limited_shows_in_the_handlers() {
        for limited in [
            "/oauth/token",
            "/oauth/register",
            "/api/verify",
            "/account/profile",
        ] {
            assert!(is_limited("post", limited), "{limited}");
        }
        assert!(
            is_limited("get", "/api/session")
                && is_limited("DELETE", "/oauth/register/{client_id}")
        );
        for free in ["/health", "/oauth/jwks.json", "/account", "/nowhere"] {
            assert!(!is_limited("get", free), "{free}");
        }
        assert!(!is_limited("post", "/oauth/authorize"));
    }
}
