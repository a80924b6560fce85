//! The one client for what the server fetches from elsewhere, on behalf of strangers: key sets,
//! sector identifiers, logos, logouts to be told.
//!
//! https only; the address that is connected to is the one that was judged, and belongs to nobody's
//! private network (loopback is allowed where the issuer itself is on loopback, and plain http
//! there). Five seconds and 64 KiB for the whole exchange. Deliberately absent: redirects, proxies
//! from the environment, cookies, credentials in URLs, content encodings, connections kept open.

mod address;
mod error;
mod resolver;
mod target;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, ClientBuilder, Response, redirect};

use address::Policy;
pub use error::{FetchError, FetcherError};
use resolver::Resolver;

/// For all of one exchange.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The largest answer taken, in bytes.
const LARGEST: usize = 64 * 1024;

/// Fetches what others publish, without being led astray.
pub struct Fetcher {
    client: Client,
    policy: Policy,
}

impl Fetcher {
    /// A client that may connect to this machine if `loopback` is set: where the issuer is here too.
    pub fn new(loopback: bool) -> Result<Self, FetcherError> {
        let policy = if loopback {
            Policy::PublicAndLoopback
        } else {
            Policy::Public
        };
        let client = match builder(policy).build() {
            Ok(client) => client,
            Err(error) => {
                // A machine without CA certificates can serve; it can fetch nothing by https.
                tracing::warn!(%error, "no CA certificates: what others publish by https cannot be fetched");
                builder(policy).tls_certs_only([]).build()?
            }
        };
        Ok(Self { client, policy })
    }

    /// Whether `uri` could be called at all, as far as it tells by itself. Where a name leads is
    /// judged when it is called.
    pub fn judge(&self, uri: &str) -> Result<(), FetchError> {
        target::parse(uri, self.policy).map(drop)
    }

    /// The text at `uri`.
    pub async fn get(&self, uri: &str) -> Result<String, FetchError> {
        String::from_utf8(self.get_bytes(uri).await?).map_err(|_| FetchError::NotText)
    }

    /// What is at `uri`.
    pub async fn get_bytes(&self, uri: &str) -> Result<Vec<u8>, FetchError> {
        let url = target::parse(uri, self.policy)?;
        let response = self.client.get(url).send().await?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(FetchError::Status(response.status().as_u16()));
        }
        read(response).await
    }

    /// Posts a form to `uri`, which takes it by any status of 2xx. The answer's body is not read.
    pub async fn post_form(&self, uri: &str, form: &[(&str, &str)]) -> Result<(), FetchError> {
        let url = target::parse(uri, self.policy)?;
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = self.client.post(url).body(body).header(
            reqwest::header::CONTENT_TYPE,
            "application/x-www-form-urlencoded",
        );
        let status = request.send().await?.status();
        if !status.is_success() {
            return Err(FetchError::Status(status.as_u16()));
        }
        Ok(())
    }
}

fn builder(policy: Policy) -> ClientBuilder {
    Client::builder()
        .dns_resolver(Arc::new(Resolver::new(policy)))
        .redirect(redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .retry(reqwest::retry::never())
        .pool_max_idle_per_host(0)
        .timeout(TIMEOUT)
        .user_agent(concat!("hodlxxi/", env!("CARGO_PKG_VERSION")))
}

/// The body, as far as it may go.
async fn read(mut response: Response) -> Result<Vec<u8>, FetchError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LARGEST {
            return Err(FetchError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
