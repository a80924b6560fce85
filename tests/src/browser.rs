//! A browser without scripts: cookies by origin, redirects followed only when asked to, forms sent as pages give them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::time::Duration;

use reqwest::blocking::{Client, RequestBuilder, Response};
use reqwest::header::{COOKIE, HeaderMap, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Method, redirect};
use serde_json::Value;
use url::Url;

use crate::form::Form;

/// How long a connection is kept that nothing is asked by. A server hangs up on it after five seconds, which must not
/// meet a request under way.
const AT_REST: Duration = Duration::from_secs(2);

/// One person's browser.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    home: Url,
    cookies: Mutex<HashMap<String, BTreeMap<String, String>>>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Where it came from.
    pub url: Url,
    /// The status code.
    pub status: u16,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body, as text.
    pub body: String,
}

impl Browser {
    /// A browser with no cookies whose relative addresses are of `origin`.
    pub fn new(origin: &str) -> Self {
        let mut client = Client::builder()
            .redirect(redirect::Policy::none())
            .pool_idle_timeout(AT_REST)
            .no_proxy();
        if let Some(authority) = crate::front::Certificate::authority() {
            let authority = reqwest::Certificate::from_pem(&authority);
            client = client.tls_certs_only([authority.expect("a certificate")]);
        }
        let client = client.build().expect("an HTTP client");
        let home = Url::parse(origin).expect("an origin");
        Self {
            client,
            home,
            cookies: Mutex::default(),
        }
    }

    /// The origin of its relative addresses.
    pub fn origin(&self) -> String {
        self.home.origin().ascii_serialization()
    }

    /// A request to `address`, absolute or a path, that no cookie goes with yet.
    pub fn request(&self, method: Method, address: &str) -> RequestBuilder {
        let url = self.home.join(address).expect("an address");
        self.client.request(method, url)
    }

    /// Sends `request` with the cookies of its origin, and keeps those that come back.
    pub fn send(&self, request: RequestBuilder) -> Answer {
        let mut request = request.build().expect("a sound request");
        let url = request.url().clone();
        if let Some(cookies) = self.cookie_header(&url) {
            request
                .headers_mut()
                .insert(COOKIE, cookies.parse().expect("a header value"));
        }
        let response = self.client.execute(request).expect("an answer");
        self.keep_cookies(&url, response.headers());
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().expect("a body");
        Answer {
            url,
            status,
            headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// GETs `address`.
    pub fn get(&self, address: &str) -> Answer {
        self.send(self.request(Method::GET, address))
    }

    /// GETs `address` with the cookies of its origin, and answers before all of it has come.
    pub fn open(&self, address: &str) -> Response {
        let mut request = self.request(Method::GET, address);
        let url = self.home.join(address).expect("an address");
        if let Some(cookies) = self.cookie_header(&url) {
            request = request.header(COOKIE, cookies);
        }
        request.send().expect("an answer")
    }

    /// GETs `address`, and what it redirects to, up to ten times.
    pub fn visit(&self, address: &str) -> Answer {
        self.follow(self.get(address))
    }

    /// Follows an answer's redirects, up to ten, to the first answer that is none.
    pub fn follow(&self, mut answer: Answer) -> Answer {
        for _ in 0..10 {
            let Some(next) = answer.location() else {
                return answer;
            };
            answer = self.get(next.as_str());
        }
        panic!("redirected more than ten times, last to {}", answer.url);
    }

    /// Follows redirects until one leads away from this browser's home origin, and answers where to.
    pub fn leave(&self, mut answer: Answer) -> Url {
        for _ in 0..10 {
            let Some(next) = answer.location() else {
                panic!(
                    "no redirect at {}: {} {}",
                    answer.url, answer.status, answer.body
                )
            };
            if next.origin() != self.home.origin() {
                return next;
            }
            answer = self.get(next.as_str());
        }
        panic!("redirected more than ten times, last to {}", answer.url);
    }

    /// POSTs JSON, as a script of the page's own origin would.
    pub fn post_json(&self, address: &str, body: &Value) -> Answer {
        let origin = self.home.origin().ascii_serialization();
        self.send(
            self.request(Method::POST, address)
                .header(ORIGIN, origin)
                .json(body),
        )
    }

    /// POSTs a form body.
    pub fn post_form(&self, address: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(self.request(Method::POST, address).form(fields))
    }

    /// Submits a form of a page with `more` typed or pressed in, as a browser does.
    pub fn submit(&self, page: &Answer, form: &Form, more: &[(&str, &str)]) -> Answer {
        let mut fields = form.fields.clone();
        for (name, value) in more {
            fields.retain(|(present, _)| present != name);
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        let mut target = page.url.join(&form.action).expect("a form's address");
        if form.post {
            let origin = page.url.origin().ascii_serialization();
            let request = self.request(Method::POST, target.as_str());
            return self.send(
                request
                    .header(ORIGIN, origin)
                    .header("sec-fetch-site", "same-origin")
                    .form(&fields),
            );
        }
        target.query_pairs_mut().clear().extend_pairs(&fields);
        self.get(target.as_str())
    }

    /// The value of a cookie of the home origin.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let jar = self.cookies.lock().expect("the cookies");
        jar.get(&authority(&self.home))?.get(name).cloned()
    }

    /// Sets a cookie of the home origin.
    pub fn set_cookie(&self, name: &str, value: &str) {
        let mut jar = self.cookies.lock().expect("the cookies");
        jar.entry(authority(&self.home))
            .or_default()
            .insert(name.to_owned(), value.to_owned());
    }

    fn cookie_header(&self, url: &Url) -> Option<String> {
        let jar = self.cookies.lock().expect("the cookies");
        let cookies = jar
            .get(&authority(url))
            .filter(|cookies| !cookies.is_empty())?;
        let pairs: Vec<_> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        Some(pairs.join("; "))
    }

    fn keep_cookies(&self, url: &Url, headers: &HeaderMap) {
        let mut jar = self.cookies.lock().expect("the cookies");
        let cookies = jar.entry(authority(url)).or_default();
        for line in headers.get_all(SET_COOKIE) {
            let line = line.to_str().expect("a cookie in ASCII");
            let (name, value) = line
                .split(';')
                .next()
                .and_then(|pair| pair.split_once('='))
                .expect("a cookie");
            if value.is_empty() || line.to_ascii_lowercase().contains("max-age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Answer {
    /// A header field as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .get(name)
            .map(|value| value.to_str().expect("a header in ASCII"))
    }

    /// Where it redirects to, made absolute.
    pub fn location(&self) -> Option<Url> {
        if !(300..400).contains(&self.status) {
            return None;
        }
        let target = self
            .headers
            .get(LOCATION)?
            .to_str()
            .expect("a location in ASCII");
        Some(self.url.join(target).expect("a location"))
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| {
            panic!(
                "{} answered {} and no JSON ({error}): {}",
                self.url, self.status, self.body
            )
        })
    }

    /// The body as JSON, which must have come with `status`.
    #[track_caller]
    pub fn json_with(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.url, self.body);
        self.json()
    }

    /// Asserts a refusal under `/api`: its status and stable code, as problem+json with a request id.
    #[track_caller]
    pub fn is_problem(&self, status: u16, code: &str) {
        let problem = self.json_with(status);
        assert_eq!(problem["code"], code, "{}: {problem}", self.url);
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{}",
            self.url
        );
        assert_eq!(problem["status"], status);
        assert_eq!(
            problem["request_id"].as_str(),
            self.header("x-request-id"),
            "{problem}"
        );
        for member in ["type", "title", "detail"] {
            assert!(problem[member].is_string(), "no {member} in {problem}");
        }
    }

    /// Asserts an OAuth refusal (RFC 6749 section 5.2): its status and error code, as JSON.
    #[track_caller]
    pub fn is_oauth_error(&self, status: u16, error: &str) {
        let body = self.json_with(status);
        assert_eq!(body["error"], error, "{}: {body}", self.url);
        assert_eq!(
            self.header("cache-control"),
            Some("no-store"),
            "{}",
            self.url
        );
    }

    /// The page's form whose action holds `action`.
    #[track_caller]
    pub fn form(&self, action: &str) -> Form {
        let forms = crate::form::forms(&self.body);
        let found = forms
            .iter()
            .find(|form| form.action.contains(action))
            .cloned();
        found.unwrap_or_else(|| {
            panic!(
                "{} ({}) has no form for {action}: {}",
                self.url, self.status, self.body
            )
        })
    }
}

fn authority(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// The parameters of a URL's query.
pub fn query(url: &Url) -> BTreeMap<String, String> {
    url.query_pairs().into_owned().collect()
}

/// The parameters of a URL's fragment.
pub fn fragment(url: &Url) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(url.fragment().unwrap_or_default().as_bytes())
        .into_owned()
        .collect()
}
