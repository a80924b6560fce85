//! Redirect URIs: one that is accepted keeps its text, and matches itself.
#![no_main]

use hodlxxi_oauth::client::{ApplicationType, RedirectUri};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for application in [ApplicationType::Web, ApplicationType::Native] {
        let Ok(uri) = RedirectUri::parse(text, application) else {
            continue;
        };
        assert_eq!(uri.as_str(), text);
        assert!(uri.matches(&uri, application));
        assert!(!text.contains(['#', '*', ' ', '\\', '\r', '\n']));
        let _ = (uri.shown_host(), uri.is_on_machine());
    }
});
