//! What every page needs of a request and of an answer.

use actix_web::cookie::Cookie;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, LOCATION};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev, web};
use futures_util::future::{LocalBoxFuture, Ready, ready};
use hodlxxi_kernel::Secret;
use hodlxxi_kernel::audit::Origin;

use crate::compose::App;
use crate::http::block::hop;
use crate::http::body::FormText;
use crate::http::failure::Failure;
use crate::http::forms::Fields;
use crate::http::language;
use crate::http::limit::Caller;
use crate::http::origin::origin;
use crate::http::render::page_policy_to;
use crate::people::Visitor;
use crate::views::{Shell, SignedIn, Template, Texts};

/// The browser that asks: its session's secret, and the mark that its forms are bound to.
#[derive(Clone)]
pub(crate) struct Browser {
    session: Option<Secret>,
    mark: Secret,
    set_mark: Option<Cookie<'static>>,
    origin: Origin,
    texts: Texts,
}

impl FromRequest for Browser {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

impl Browser {
    fn of(request: &HttpRequest) -> Result<Self, Failure> {
        let app = request
            .app_data::<web::Data<App>>()
            .ok_or_else(Failure::internal)?;
        let session = app.cookies().session(request);
        let known = app.cookies().browser(request).map(|mark| (mark, None));
        let (mark, set_mark) = known.unwrap_or_else(|| {
            let (mark, cookie) = app.cookies().mark_browser(app.entropy());
            (mark, Some(cookie))
        });
        Ok(Self {
            session,
            mark,
            set_mark,
            origin: origin(app, request),
            texts: language::accepted(request),
        })
    }

    /// The same browser, which speaks what an application asked for on its behalf (`ui_locales`, OpenID Connect Core,
    /// section 3.1.2.1), if a language of that list is here.
    pub(crate) fn speaking(mut self, ui_locales: Option<&str>) -> Self {
        let wished = ui_locales.map(|list| Texts::of_locales(list.split(' ')));
        self.texts = wished.flatten().unwrap_or(self.texts);
        self
    }

    /// What its pages say.
    pub(crate) const fn texts(&self) -> Texts {
        self.texts
    }

    /// The mark that tells this browser from others.
    pub(crate) const fn mark(&self) -> &Secret {
        &self.mark
    }

    /// Has the browser keep its mark, if it is new.
    pub(crate) fn remember(&self, response: &mut HttpResponse) -> Result<(), Failure> {
        match &self.set_mark {
            Some(cookie) => response.add_cookie(cookie).map_err(|_| Failure::internal()),
            None => Ok(()),
        }
    }

    /// The secret of the browser's session, if it sent one.
    pub(crate) fn session(&self) -> Option<Secret> {
        self.session.clone()
    }

    /// Where the request comes from, for the audit log.
    pub(crate) fn origin(&self) -> Origin {
        self.origin.clone()
    }

    /// Does `work` for whoever is signed in here and changes something of their account, as often as they may.
    pub(crate) async fn changing<T: Send + 'static>(
        &self,
        app: &web::Data<App>,
        caller: Caller,
        work: impl FnOnce(&App, Visitor, &Origin) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let (session, origin) = (self.session(), self.origin());
        hop(app, move |app| {
            let visitor = app.changing_visitor(session.as_ref(), caller)?;
            work(app, visitor, &origin)
        })
        .await
    }

    /// The frame of a page for this browser.
    pub(crate) fn shell(&self, app: &App, visitor: Option<&Visitor>) -> Shell {
        Shell {
            t: self.texts,
            issuer: app.issuer().to_owned(),
            csrf: app.forms().issue(&self.mark),
            signed_in: visitor.map(|visitor| SignedIn {
                name: visitor.shown_name(self.texts),
            }),
        }
    }

    /// The page as an answer.
    pub(crate) fn page(&self, page: &impl Template) -> HttpResponse {
        self.page_to(page, None)
    }

    /// The page as an answer, whose forms may also lead to `place` (a CSP source).
    pub(crate) fn page_to(&self, page: &impl Template, place: Option<&str>) -> HttpResponse {
        let Ok(html) = page.render() else {
            return actix_web::ResponseError::error_response(&Failure::internal());
        };
        let mut response = HttpResponse::Ok();
        response.content_type("text/html; charset=utf-8");
        if let Some(place) = place {
            response.insert_header((CONTENT_SECURITY_POLICY, page_policy_to(place)));
        }
        if let Some(cookie) = &self.set_mark {
            response.cookie(cookie.clone());
        }
        let mut response = response.body(html);
        language::tell(response.headers_mut(), self.texts);
        response
    }
}

/// A submitted form of ours: its token was made for this browser.
pub(crate) struct PageForm {
    /// The browser.
    pub(crate) browser: Browser,
    /// What was entered.
    pub(crate) fields: Fields,
}

impl FromRequest for PageForm {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let text = FormText::from_request(request, payload);
        let browser = Browser::of(request);
        let app = request.app_data::<web::Data<App>>().cloned();
        Box::pin(async move {
            let (text, browser) = (text.await?, browser?);
            let fields = Fields::parse(&text.0)?;
            app.ok_or_else(Failure::internal)?
                .forms()
                .check(Some(&browser.mark), &fields)?;
            Ok(Self { browser, fields })
        })
    }
}

/// 303 to `location`.
pub(crate) fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, location))
        .finish()
}

/// Gives the browser the secret of a session just opened.
pub(crate) fn set_session(
    app: &App,
    response: &mut HttpResponse,
    secret: &Secret,
) -> Result<(), Failure> {
    let cookie = app.cookies().open_session(secret);
    response
        .add_cookie(&cookie)
        .map_err(|_| Failure::internal())
}

/// Lets the browser forget its session.
pub(crate) fn clear_session(app: &App, response: &mut HttpResponse) {
    // A cookie of our own making always is a header.
    let _ = response.add_cookie(&app.cookies().close_session());
}
