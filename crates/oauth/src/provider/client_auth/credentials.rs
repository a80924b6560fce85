//! What a request brings to show who the client is: read by exactly one method.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hodlxxi_kernel::{ClientId, Secret};
use url::form_urlencoded;

use super::ClientAuthError;
use crate::client::ClientAuthMethod;
use crate::jose::unverified_subject;
use crate::params::Params;

/// The type of the only assertions accepted (RFC 7523, section 2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The longest `Authorization` header looked at, in bytes.
const MAX_HEADER: usize = 2_048;

/// Who a client says it is, and how it shows it.
pub struct ClientCredentials {
    pub(super) client: ClientId,
    pub(super) proof: Proof,
}

/// How a client shows who it is.
pub(super) enum Proof {
    Basic(Secret),
    Post(Secret),
    Assertion(Secret),
    None,
}

impl Proof {
    pub(super) const fn method(&self) -> ClientAuthMethod {
        match self {
            Self::Basic(_) => ClientAuthMethod::ClientSecretBasic,
            Self::Post(_) => ClientAuthMethod::ClientSecretPost,
            Self::Assertion(_) => ClientAuthMethod::PrivateKeyJwt,
            Self::None => ClientAuthMethod::None,
        }
    }
}

impl ClientCredentials {
    /// Reads the `Authorization` header, if there is one, and the form. A client uses one method a
    /// request (RFC 6749, section 2.3); `client_id` may stand in the form beside any, if it is the
    /// same.
    pub fn parse(authorization: Option<&str>, form: &Params) -> Result<Self, ClientAuthError> {
        const PARAMETERS: [&str; 4] = [
            "client_id",
            "client_secret",
            "client_assertion",
            "client_assertion_type",
        ];
        if PARAMETERS.iter().any(|name| form.is_repeated(name)) {
            return Err(ClientAuthError::Several);
        }
        let given = |name| form.get(name);
        let (secret, assertion) = (given("client_secret"), given("client_assertion"));
        let methods = [authorization, secret, assertion];
        if methods.into_iter().flatten().count() > 1 {
            return Err(ClientAuthError::Several);
        }
        let named = given("client_id");
        let (client, proof) = if let Some(header) = authorization {
            let (client, secret) = basic(header).ok_or(ClientAuthError::Header)?;
            (client, Proof::Basic(secret))
        } else if let Some(assertion) = assertion {
            if given("client_assertion_type") != Some(JWT_BEARER) {
                return Err(ClientAuthError::AssertionType);
            }
            let subject = unverified_subject(assertion);
            let subject = subject.map_err(|_| ClientAuthError::Refused)?;
            (
                subject,
                Proof::Assertion(Secret::from(assertion.to_owned())),
            )
        } else {
            let client = named.ok_or(ClientAuthError::Missing)?.to_owned();
            let post = secret.map(|secret| Proof::Post(Secret::from(secret.to_owned())));
            (client, post.unwrap_or(Proof::None))
        };
        if named.is_some_and(|named| named != client) {
            return Err(ClientAuthError::Several);
        }
        let client = client.parse().map_err(|_| ClientAuthError::Refused)?;
        Ok(Self { client, proof })
    }

    /// The client that the request says it is from; nothing is proved yet.
    pub fn client(&self) -> &ClientId {
        &self.client
    }
}

/// Id and secret of `Basic` credentials (RFC 7617), each form-urlencoded before (RFC 6749, section
/// 2.3.1).
fn basic(header: &str) -> Option<(String, Secret)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if header.len() > MAX_HEADER || !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let decoded = Secret::from(decoded);
    let (client, secret) = decoded.expose().split_once(':')?;
    Some((form_decoded(client)?, Secret::from(form_decoded(secret)?)))
}

/// One form-urlencoded word.
fn form_decoded(text: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(text.as_bytes());
    let first = pairs.next().map(|(word, _)| word.into_owned());
    (!text.contains(['&', '='])).then(|| first.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(header: Option<&str>, form: &str) -> Result<ClientCredentials, ClientAuthError> {
        ClientCredentials::parse(header, &Params::parse(form).unwrap())
    }

    fn header(text: &str) -> String {
        format!("Basic {}", STANDARD.encode(text))
    }

    #[test]
    fn each_method_is_read() {
        let read = |header: Option<&str>, form| {
            let credentials = parse(header, form).ok().unwrap();
            (credentials.client.to_string(), credentials.proof.method())
        };
        let basic = header("rp:hush");
        let rp = |method| ("rp".to_owned(), method);
        assert_eq!(
            read(Some(&basic), ""),
            rp(ClientAuthMethod::ClientSecretBasic)
        );
        assert_eq!(
            read(Some(&basic), "client_id=rp"),
            rp(ClientAuthMethod::ClientSecretBasic)
        );
        let post = "client_id=rp&client_secret=hush";
        assert_eq!(read(None, post), rp(ClientAuthMethod::ClientSecretPost));
        assert_eq!(read(None, "client_id=rp"), rp(ClientAuthMethod::None));
    }

    #[test]
    fn basic_credentials_are_form_urlencoded_inside() {
        let credentials = parse(Some(&header("a%2Db:x%2By+z%3A")), "").ok().unwrap();
        assert_eq!(credentials.client.as_str(), "a-b");
        let Proof::Basic(secret) = credentials.proof else {
            panic!("basic")
        };
        assert_eq!(secret.expose(), "x+y z:");
    }

    #[test]
    fn two_methods_or_two_names_are_refused() {
        let basic = header("rp:hush");
        for (header, form) in [
            (Some(basic.as_str()), "client_id=rp&client_secret=hush"),
            (Some(basic.as_str()), "client_assertion=x"),
            (Some(basic.as_str()), "client_id=other"),
            (None, "client_id=rp&client_secret=hush&client_assertion=x"),
            (None, "client_id=rp&client_id=rp"),
            (None, "client_id=rp&client_secret=hush&client_secret=hush"),
        ] {
            let error = parse(header, form).err().unwrap();
            assert!(matches!(error, ClientAuthError::Several), "{form}");
            assert_eq!(error.code(), "invalid_request");
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        let long = header(&format!("rp:{}", "x".repeat(MAX_HEADER)));
        for bad in [
            "",
            "Basic",
            "Basic !",
            "Bearer x",
            &header("no colon"),
            &header("a=b:c"),
            &long,
        ] {
            let error = parse(Some(bad), "").err().unwrap();
            assert!(matches!(error, ClientAuthError::Header), "{bad:.30}");
            assert_eq!(error.code(), "invalid_client");
        }
        assert!(matches!(
            parse(None, "").err(),
            Some(ClientAuthError::Missing)
        ));
        let wrong_type = parse(None, "client_assertion=x&client_assertion_type=y").err();
        assert!(matches!(wrong_type, Some(ClientAuthError::AssertionType)));
        let refused = parse(Some(&header("a b:c")), "").err();
        assert!(matches!(refused, Some(ClientAuthError::Refused)));
    }
}
