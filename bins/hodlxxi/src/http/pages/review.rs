//! `/account/review`: what is new since the person last said that they know, between a sign-in and where
//! it leads.

use actix_web::{HttpResponse, web};
use hodlxxi_auth::account::{Device, Freeze, LinkedKey, News};
use hodlxxi_auth::identity::Identity;
use hodlxxi_auth::service::Verified;
use hodlxxi_kernel::{StoreError, Timestamp};
use serde::Deserialize;

use super::account::{method_words, or_confirm, with_notice};
use super::{Browser, PageForm, see_other};
use crate::compose::App;
use crate::http::block::hop;
use crate::http::failure::Failure;
use crate::http::limit::Caller;
use crate::http::local_path::LocalPath;
use crate::http::openapi::forms;
use crate::views::{AccountNotice, DeviceNews, KeyNews, Moment, ReviewPage, Texts, device};

/// The query of `/account/review`.
#[derive(Deserialize)]
pub(crate) struct Query {
    #[serde(default, rename = "continue")]
    continue_to: String,
    #[serde(default)]
    kept: bool,
}

/// Where a sign-in leads: to what is to be told first, or at once to `continue_to`.
pub(super) fn after_sign_in(
    app: &App,
    verified: &Verified,
    continue_to: &LocalPath,
) -> Result<String, StoreError> {
    let kept = matches!(verified, Verified::SignedIn(new) if new.deletion_cancelled);
    if !kept && app.sign_in().news(verified.session())?.is_empty() {
        return Ok(continue_to.as_str().to_owned());
    }
    Ok(address(continue_to, kept))
}

fn address(continue_to: &LocalPath, kept: bool) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("continue", continue_to.as_str());
    if kept {
        query.append_pair("kept", "true");
    }
    format!("/account/review?{}", query.finish())
}

/// `GET /account/review?continue=<path>`
#[utoipa::path(
    get,
    path = "/account/review",
    operation_id = "showReview",
    tag = "Pages",
    summary = "What is new",
    description = "Keys linked and devices that signed in since the person last said that they know. A sign-in by forms leads here where there is any.",
    params(
        ("continue" = Option<String>, Query, description = "The path of this origin to go on to; `/account` if missing."),
        ("kept" = Option<bool>, Query, description = "Whether to say that a deletion was cancelled.")
    ),
    security(("session" = [])),
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html"),
        (status = 303, description = "To `continue`: nothing is new; or to `/login`: nobody is signed in.")
    )
)]
pub(crate) async fn show(
    app: web::Data<App>,
    query: web::Query<Query>,
    browser: Browser,
) -> Result<HttpResponse, Failure> {
    let continue_to = LocalPath::parse_or_account(&query.continue_to);
    let session = browser.session();
    let (found, place, continue_to) = hop(&app, move |app| {
        let visitor = app.visitor(session.as_ref())?;
        let place = continue_to
            .resumes()
            .and_then(|sealed| app.provider().pending(&sealed).ok())
            .map(|pending| pending.form_action);
        let Some(visitor) = visitor else {
            return Ok((None, place, continue_to));
        };
        let news = app.sign_in().news(&visitor.session)?;
        Ok::<_, Failure>((Some((visitor, news)), place, continue_to))
    })
    .await?;
    let Some((visitor, news)) = found else {
        return Ok(see_other("/login"));
    };
    if news.is_empty() && !query.kept {
        return Ok(see_other(continue_to.as_str()));
    }
    let page = ReviewPage {
        shell: browser.shell(&app, Some(&visitor)),
        continue_to: continue_to.as_str().to_owned(),
        kept: query.kept,
        until: app.now().as_unix(),
        keys: key_news(browser.texts(), &news),
        devices: news
            .devices
            .iter()
            .map(|new| device_news(browser.texts(), new))
            .collect(),
    };
    Ok(browser.page_to(&page, place.as_deref()))
}

fn key_news(t: Texts, news: &News) -> Vec<KeyNews> {
    let row = |key: &LinkedKey| KeyNews {
        id: key.identity.to_string(),
        kind: method_words(t, key.method),
        shown: key.shown(),
        added_at: Moment(key.added_at.as_unix()),
    };
    news.keys.iter().map(row).collect()
}

fn device_news(t: Texts, new: &Device) -> DeviceNews {
    DeviceNews {
        mark: new.mark.as_str().to_owned(),
        device: device(t, new.user_agent.as_deref()),
        first_seen_at: Moment(new.first_seen_at.as_unix()),
    }
}

/// `POST /account/review`
#[utoipa::path(
    post,
    path = "/account/review",
    operation_id = "decideReview",
    tag = "Pages",
    summary = "Say whether what is new is known",
    description = "`known` notes it, up to the moment that the page was shown, and goes on. `unknown` freezes the key, or ends the sessions of the device and freezes the key that it came with.",
    request_body(content = forms::ReviewForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 303, description = "To `continue`; to `/account`, which tells what happened; or to `/login`, where the sign-in is more than five minutes ago."),
        (status = 401, description = "Nobody is signed in.")
    )
)]
pub(crate) async fn decide(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let PageForm { browser, fields } = form;
    let continue_to = LocalPath::parse_or_account(fields.get("continue"));
    let leads_to = browser.changing(&app, caller, move |app, visitor, origin| {
        let of = visitor.session;
        let known = fields.get("decision") == "known";
        let until = fields.get("until").parse::<i64>().ok();
        let key = fields.get("key").parse::<Identity>().ok();
        Ok(match (known, until, key) {
            (true, Some(until), _) => {
                let until = Timestamp::from_unix(until);
                app.sign_in().acknowledge(&of, until, origin)?;
                continue_to.as_str().to_owned()
            }
            (true, None, _) => address(&continue_to, false),
            (false, _, Some(key)) => with_notice(match app.freeze(&of, &key, origin)? {
                Freeze::Frozen { .. } | Freeze::AlreadyFrozen => AccountNotice::KeyFrozen,
                Freeze::NeedsAnotherKey => AccountNotice::NeedsAnotherKey,
                Freeze::Unknown => AccountNotice::Gone,
            }),
            (false, _, None) => {
                app.refuse_device(&of, fields.get("device"), origin)?;
                with_notice(AccountNotice::Refused)
            }
        })
    });
    or_confirm(leads_to.await.map(|path| see_other(&path)))
}
