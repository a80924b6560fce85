//! The text of an LNURL: bech32 (LUD-01) or a scheme of its own (LUD-17), and the URL that it stands for.
//!
//! Deliberately absent: what a wallet does with the URL, which depends on its `tag`; and fetching it.

use std::ops::RangeInclusive;

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Checksum, Hrp};
use thiserror::Error;
use url::{Host, Url};

/// What every LNURL begins with (LUD-01).
const LNURL: Hrp = Hrp::parse_unchecked("lnurl");

/// The longest URL that is coded, in bytes; a QR code of it is still easy to read.
const MAX_URL: usize = 1_000;

/// The longest text that is read, in bytes: a link with an LNURL of the longest URL in it.
const MAX_TEXT: usize = 2_000;

/// The same checksum as bech32's. BIP-173 allows 90 characters, for the sake of errors that it finds for
/// certain; LUD-01 sets that limit aside.
enum LongBech32 {}

impl Checksum for LongBech32 {
    type MidstateRepr = <Bech32 as Checksum>::MidstateRepr;
    type CorrectionField = <Bech32 as Checksum>::CorrectionField;
    const ROOT_GENERATOR: Self::CorrectionField = Bech32::ROOT_GENERATOR;
    const ROOT_EXPONENTS: RangeInclusive<usize> = Bech32::ROOT_EXPONENTS;
    const CODE_LENGTH: usize = MAX_TEXT;
    const CHECKSUM_LENGTH: usize = Bech32::CHECKSUM_LENGTH;
    const GENERATOR_SH: [u32; 5] = Bech32::GENERATOR_SH;
    const TARGET_RESIDUE: u32 = Bech32::TARGET_RESIDUE;
}

/// A URL that may stand in an LNURL: https, or http where nobody else can listen, which is on this machine
/// and to an onion service (LUD-01).
///
/// ```
/// use hodlxxi_lnurl::code::Endpoint;
/// let endpoint = Endpoint::parse("https://service.com/api?q=3fc3645b439ce8e7")?;
/// let code = endpoint.to_lnurl();
/// assert!(code.starts_with("LNURL1"));
/// assert_eq!(Endpoint::read(&format!("lightning:{code}"))?, endpoint);
/// # Ok::<(), hodlxxi_lnurl::code::CodeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint(Url);

/// Why a text is no LNURL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CodeError {
    /// Longer than any that is read here.
    #[error("the text is too long for an LNURL")]
    TooLong,
    /// Neither bech32 that begins with `lnurl1`, nor a link with such a text in it, nor of a known scheme.
    #[error("this is no LNURL")]
    Format,
    /// The characters do not fit together: it was mistyped, or cut.
    #[error("the LNURL was mistyped or cut: its checksum does not hold")]
    Checksum,
    /// What it stands for is no URL with a host.
    #[error("the LNURL does not stand for a URL")]
    NoUrl,
    /// http, and neither this machine nor an onion service; or another scheme altogether; or with a name and password.
    #[error("the URL must be https, or http on this machine or to an onion service")]
    NotSecure,
}

impl Endpoint {
    /// Reads a URL.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        if text.len() > MAX_URL {
            return Err(CodeError::TooLong);
        }
        let url = Url::parse(text).map_err(|_| CodeError::NoUrl)?;
        let plain = url.username().is_empty() && url.password().is_none();
        let secure = match url.scheme() {
            "https" => url.host().is_some(),
            "http" => nobody_listens(&url),
            _ => false,
        };
        if plain && secure {
            Ok(Self(url))
        } else {
            Err(CodeError::NotSecure)
        }
    }

    /// Reads whatever a person may paste or scan: bech32 in either case, alone, behind `lightning:`, or in the
    /// parameter `lightning` of a link (LUD-01); or one of the schemes of LUD-17.
    pub fn read(text: &str) -> Result<Self, CodeError> {
        let text = text.trim();
        if text.len() > MAX_TEXT {
            return Err(CodeError::TooLong);
        }
        let text = without_prefix(text, "lightning:").unwrap_or(text);
        let text = text.strip_prefix("//").unwrap_or(text);
        if without_prefix(text, "lnurl1").is_some() {
            return Self::decode(text);
        }
        let (scheme, rest) = text.split_once(':').ok_or(CodeError::Format)?;
        match scheme.to_ascii_lowercase().as_str() {
            "keyauth" | "lnurlp" | "lnurlw" | "lnurlc" => Self::of_scheme(rest),
            "http" | "https" => Self::in_link(text),
            _ => Err(CodeError::Format),
        }
    }

    /// The URL in upper-case bech32: the case that makes the smaller QR code.
    pub fn to_lnurl(&self) -> String {
        // The URL was bounded when it was read; the code has room for that many bytes.
        let code = bech32::encode_upper::<LongBech32>(LNURL, self.as_str().as_bytes());
        code.unwrap_or_default()
    }

    /// The same as a link that opens a wallet.
    pub fn to_uri(&self) -> String {
        format!("lightning:{}", self.to_lnurl())
    }

    /// The same under the scheme of LNURL-auth (LUD-17), which leaves `https` or `http` to be told by the host.
    pub fn to_keyauth(&self) -> String {
        format!("keyauth{}", &self.0[url::Position::AfterScheme..])
    }

    /// The URL.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// The URL as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host, by which a wallet chooses its key (LUD-05): without port.
    pub fn domain(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The same with another query.
    pub(crate) fn with_query(&self, query: &str) -> Self {
        let mut url = self.0.clone();
        url.set_query(Some(query));
        Self(url)
    }

    fn decode(text: &str) -> Result<Self, CodeError> {
        let checked = CheckedHrpstring::new::<LongBech32>(text).map_err(|_| CodeError::Checksum)?;
        if checked.hrp() != LNURL {
            return Err(CodeError::Format);
        }
        let bytes: Vec<u8> = checked.byte_iter().collect();
        Self::parse(std::str::from_utf8(&bytes).map_err(|_| CodeError::NoUrl)?)
    }

    /// What follows the scheme of LUD-17: https, but for hosts where http is allowed.
    fn of_scheme(rest: &str) -> Result<Self, CodeError> {
        let rest = rest.trim_start_matches('/');
        let plain = Self::parse(&format!("http://{rest}"));
        plain.or_else(|_| Self::parse(&format!("https://{rest}")))
    }

    fn in_link(text: &str) -> Result<Self, CodeError> {
        let link = Url::parse(text).map_err(|_| CodeError::Format)?;
        let mut fields = link.query_pairs();
        let found = fields.find(|(name, _)| name.eq_ignore_ascii_case("lightning"));
        let (_, code) = found.ok_or(CodeError::Format)?;
        if without_prefix(&code, "lnurl1").is_none() {
            return Err(CodeError::Format);
        }
        Self::decode(&code)
    }
}

/// What follows `prefix`, whatever its case.
fn without_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (begin, rest) = text.split_at_checked(prefix.len())?;
    begin.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn nobody_listens(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            let last = name.rsplit_once('.').map(|(_, last)| last);
            name == "localhost" || matches!(last, Some("localhost" | "onion"))
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
