//! The text of an LNURL: the example of LUD-01, every form it may come in, and what is refused.

use hodlxxi_lnurl::code::{CodeError, Endpoint};

/// The example of LUD-01.
const EXAMPLE: (&str, &str) = (
    "https://service.com/api?q=3fc3645b439ce8e7f2553a69e5267081d96dcd340693afabe04be7b0ccd178df",
    "LNURL1DP68GURN8GHJ7UM9WFMXJCM99E3K7MF0V9CXJ0M385EKVCENXC6R2C35XVUKXEFCV5MKVV34X5EKZD3EV56NYD3HXQURZEPEXEJXXEPNXSCRVWFNV9NXZCN9XQ6XYEFHVGCXXCMYXYMNSERXFQ5FNS",
);

#[test]
fn the_example_reads_and_writes() {
    let (url, code) = EXAMPLE;
    let endpoint = Endpoint::parse(url).expect("a URL");
    assert_eq!(endpoint.to_lnurl(), code);
    assert_eq!(endpoint.to_uri(), format!("lightning:{code}"));
    assert_eq!(endpoint.domain(), "service.com");
    for text in [
        code.to_owned(),
        code.to_lowercase(),
        format!("  lightning:{code}\n"),
        format!("LIGHTNING:{code}"),
        format!("lightning://{}", code.to_lowercase()),
        format!("https://service.com/giftcard/redeem?id=123&lightning={code}"),
        format!(
            "http://elsewhere.example/?LIGHTNING={}",
            code.to_lowercase()
        ),
        url.replace("https://", "lnurlp://"),
        url.replace("https://", "lnurlw://"),
        url.replace("https://", "lnurlc:"),
        url.replace("https://", "KEYAUTH://"),
    ] {
        assert_eq!(Endpoint::read(&text).as_ref(), Ok(&endpoint), "{text}");
    }
}

#[test]
fn what_is_no_lnurl_is_told_from_what_is_mistyped() {
    let (_, code) = EXAMPLE;
    let mut mixed = code.to_owned();
    mixed.replace_range(10..11, "g");
    let mistyped = code.replacen('7', "9", 1);
    // Another prefix, with a checksum that holds; and the one of segwit addresses from version 1 on.
    let other =
        bech32::encode::<bech32::Bech32>(bech32::Hrp::parse("lnurlx").expect("a prefix"), b"x");
    let bech32m = bech32::encode::<bech32::Bech32m>(
        bech32::Hrp::parse("lnurl").expect("a prefix"),
        b"https://a.example/",
    );
    let no_text =
        bech32::encode::<bech32::Bech32>(bech32::Hrp::parse("lnurl").expect("a prefix"), &[0xff]);
    for (text, why) in [
        ("", CodeError::Format),
        ("lnurl", CodeError::Format),
        ("lnurl1", CodeError::Checksum),
        ("lnbc1qqqq", CodeError::Format),
        ("ftp://example.org/", CodeError::Format),
        ("https://example.org/", CodeError::Format),
        ("https://example.org/?lightning=hello", CodeError::Format),
        (&other.expect("short"), CodeError::Format),
        (&bech32m.expect("short"), CodeError::Checksum),
        (&no_text.expect("short"), CodeError::NoUrl),
        (&mixed, CodeError::Checksum),
        (&mistyped, CodeError::Checksum),
        (&code[..code.len() - 1], CodeError::Checksum),
        (&format!("lnurl1{}", "q".repeat(3_000)), CodeError::TooLong),
    ] {
        assert_eq!(Endpoint::read(text).map(drop), Err(why), "{text}");
    }
}

#[test]
fn only_what_nobody_can_listen_to_may_stand_in_it() {
    for good in [
        "https://example.org/",
        "http://localhost:5000/a",
        "http://id.localhost/",
        "http://127.0.0.1:5000/",
        "http://[::1]/",
        "http://juhanurmihxlp77nkq76byazcldy2hlmovfu2epvl5ankdibsot4csyd.onion/",
    ] {
        assert!(Endpoint::parse(good).is_ok(), "{good}");
    }
    for bad in [
        "http://example.org/",
        "http://localhost.example.org/",
        "http://onion/",
        "http://192.168.0.1/",
        "https://user:secret@example.org/",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/plain,x",
    ] {
        assert_eq!(
            Endpoint::parse(bad).map(drop),
            Err(CodeError::NotSecure),
            "{bad}"
        );
    }
    assert_eq!(
        Endpoint::parse("example.org").map(drop),
        Err(CodeError::NoUrl)
    );
    let long = format!("https://example.org/{}", "a".repeat(1_000));
    assert_eq!(Endpoint::parse(&long).map(drop), Err(CodeError::TooLong));
}

#[test]
fn the_schemes_stand_for_https_but_where_http_is_safe() {
    for (text, url) in [
        ("keyauth://example.org/a?b=c", "https://example.org/a?b=c"),
        ("keyauth://localhost:5000/a", "http://localhost:5000/a"),
        ("lnurlp://abc.onion/a", "http://abc.onion/a"),
    ] {
        let endpoint = Endpoint::read(text).expect(text);
        assert_eq!(endpoint.as_str(), url);
        let again = Endpoint::read(&endpoint.to_keyauth());
        assert_eq!(again.as_ref(), Ok(&endpoint));
    }
}
