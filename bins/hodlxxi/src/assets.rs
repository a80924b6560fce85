//! The pages' own files (style, scripts, pictures), embedded in the binary.
//!
//! One version, made of the bytes of all files, stands in each URL: `/static/<version>/<name>`.
//! Scripts may therefore import each other by relative names, and a browser may keep what it has for
//! ever. Deliberately absent: HTTP; the route that serves these files is composed with the others.

/// One embedded file.
#[derive(Debug)]
pub struct Asset {
    /// Its name below the version, such as `style.css`.
    pub name: &'static str,
    /// Its media type.
    pub content_type: &'static str,
    /// What it holds.
    pub bytes: &'static [u8],
}

macro_rules! embed {
    ($($name:literal as $content_type:expr),* $(,)?) => {
        /// Every embedded file.
        pub const ASSETS: &[Asset] = &[$(Asset {
            name: $name,
            content_type: $content_type,
            bytes: include_bytes!(concat!("../static/", $name)),
        }),*];
    };
}

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

embed! {
    "style.css" as CSS,
    "developers.css" as CSS,
    "logo.svg" as SVG,
    "page.js" as SCRIPT,
    "sign-in.js" as SCRIPT,
    "tabs.js" as SCRIPT,
    "guard.js" as SCRIPT,
    "countdown.js" as SCRIPT,
    "nostr.js" as SCRIPT,
    "form-post.js" as SCRIPT,
    "playground.js" as SCRIPT,
    "lightning.js" as SCRIPT,
    "words.js" as SCRIPT,
}

/// What a URL of the current version may be answered with: kept for a year, never asked for again.
pub const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// What any other version is answered with: asked for again each time, by its entity tag.
pub const REVALIDATE: &str = "no-cache";

/// The version of the files: 16 hex digits that change when a name or a byte does.
pub const VERSION: &str = match std::str::from_utf8(&HEX) {
    Ok(hex) => hex,
    Err(_) => "",
};

const HEX: [u8; 16] = hex(hash_of_all());

/// FNV-1a over every name and content: tells versions apart, and is no defence against anybody.
const fn hash_of_all() -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut index = 0;
    while index < ASSETS.len() {
        hash = fnv_1a(hash, ASSETS[index].name.as_bytes());
        hash = fnv_1a(hash, ASSETS[index].bytes);
        index += 1;
    }
    hash
}

const fn fnv_1a(mut hash: u64, bytes: &[u8]) -> u64 {
    let mut index = 0;
    while index < bytes.len() {
        hash = (hash ^ bytes[index] as u64).wrapping_mul(0x0100_0000_01b3);
        index += 1;
    }
    hash
}

const fn hex(value: u64) -> [u8; 16] {
    let bytes = value.to_be_bytes();
    let mut digits = [0; 16];
    let mut index = 0;
    while index < digits.len() {
        let shift = if index % 2 == 0 { 4 } else { 0 };
        digits[index] = b"0123456789abcdef"[(bytes[index / 2] >> shift & 15) as usize];
        index += 1;
    }
    digits
}

/// The path under which `name` is served.
pub fn url(name: &str) -> String {
    format!("/static/{VERSION}/{name}")
}

/// The file of this name.
pub fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

/// The strong entity tag of every file of this version (RFC 9110, section 8.8.3).
pub fn etag() -> String {
    format!("\"{VERSION}\"")
}

/// The `Cache-Control` of a file asked for under `version`.
///
/// A page made by a newer or older node still gets its style from this one, but nobody keeps it.
pub fn cache_control(version: &str) -> &'static str {
    if version == VERSION {
        IMMUTABLE
    } else {
        REVALIDATE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_sixteen_hex_digits_and_stands_in_the_url() {
        assert_eq!(VERSION.len(), 16);
        assert!(VERSION.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_eq!(url("style.css"), format!("/static/{VERSION}/style.css"));
        assert_eq!(cache_control(VERSION), IMMUTABLE);
        assert_eq!(cache_control("0000"), REVALIDATE);
    }

    #[test]
    fn the_hash_is_fnv_1a() {
        // From the test vectors of draft-eastlake-fnv, appendix C.
        let offset = 0xcbf2_9ce4_8422_2325;
        assert_eq!(fnv_1a(offset, b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv_1a(offset, b"foobar"), 0x8594_4171_f739_67e8);
        assert_eq!(&hex(0x0123_4567_89ab_cdef), b"0123456789abcdef");
    }

    #[test]
    fn names_are_found_and_nothing_else_is() {
        for asset in ASSETS {
            assert_eq!(find(asset.name).map(|found| found.bytes), Some(asset.bytes));
        }
        assert!(find("../Cargo.toml").is_none() && find("").is_none());
    }

    #[test]
    fn the_pages_stay_light() {
        let weight = |content_type: &str| -> usize {
            ASSETS
                .iter()
                .filter(|asset| asset.content_type == content_type)
                .map(|asset| asset.bytes.len())
                .sum()
        };
        assert!(weight(CSS) < 20_000, "style: {} bytes", weight(CSS));
        assert!(weight(SCRIPT) < 30_000, "scripts: {} bytes", weight(SCRIPT));
    }
}
