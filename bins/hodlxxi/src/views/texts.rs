//! What the pages say, in each language: Project Fluent's messages, compiled in.
//!
//! `texts/en` and `texts/de` hold the same messages, one file for each part of the pages; a test compares
//! them, and that every message a page asks for is there. Deliberately absent: markup in messages (a
//! page's structure stands in its template), and texts of the API, which are for programs.

use std::borrow::Cow;
use std::sync::LazyLock;

use askama::filters::{Html, HtmlSafe, escape};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_langneg::{NegotiationStrategy, negotiate_languages};
use unic_langid::LanguageIdentifier;

/// The messages of one language, as files.
struct Catalog {
    /// BCP 47.
    tag: &'static str,
    files: &'static [&'static str],
}

/// The languages; the first is what is spoken where none is asked for that is here.
const CATALOGS: &[Catalog] = &[
    Catalog {
        tag: "en",
        files: &[
            include_str!("../../texts/en/account.ftl"),
            include_str!("../../texts/en/admin.ftl"),
            include_str!("../../texts/en/consent.ftl"),
            include_str!("../../texts/en/developers.ftl"),
            include_str!("../../texts/en/error.ftl"),
            include_str!("../../texts/en/frame.ftl"),
            include_str!("../../texts/en/home.ftl"),
            include_str!("../../texts/en/leaving.ftl"),
            include_str!("../../texts/en/legal.ftl"),
            include_str!("../../texts/en/lightning.ftl"),
            include_str!("../../texts/en/parts.ftl"),
            include_str!("../../texts/en/playground.ftl"),
            include_str!("../../texts/en/sign-in.ftl"),
        ],
    },
    Catalog {
        tag: "de",
        files: &[
            include_str!("../../texts/de/account.ftl"),
            include_str!("../../texts/de/admin.ftl"),
            include_str!("../../texts/de/consent.ftl"),
            include_str!("../../texts/de/developers.ftl"),
            include_str!("../../texts/de/error.ftl"),
            include_str!("../../texts/de/frame.ftl"),
            include_str!("../../texts/de/home.ftl"),
            include_str!("../../texts/de/leaving.ftl"),
            include_str!("../../texts/de/legal.ftl"),
            include_str!("../../texts/de/lightning.ftl"),
            include_str!("../../texts/de/parts.ftl"),
            include_str!("../../texts/de/playground.ftl"),
            include_str!("../../texts/de/sign-in.ftl"),
        ],
    },
];

static BUNDLES: LazyLock<Vec<FluentBundle<FluentResource>>> =
    LazyLock::new(|| CATALOGS.iter().map(bundle).collect());

fn bundle(catalog: &Catalog) -> FluentBundle<FluentResource> {
    let locale: LanguageIdentifier = catalog.tag.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // The templates keep texts from outside apart by <bdi>.
    bundle.set_use_isolating(false);
    for file in catalog.files {
        // Of a file with an error, what is well-formed: a test says that none has one.
        let resource = FluentResource::try_new((*file).to_owned());
        bundle.add_resource_overriding(resource.unwrap_or_else(|(resource, _)| resource));
    }
    bundle
}

/// The messages in the language of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Texts(usize);

impl Texts {
    /// The languages there are, as BCP 47 tags.
    pub fn languages() -> impl Iterator<Item = &'static str> {
        CATALOGS.iter().map(|catalog| catalog.tag)
    }

    /// The best language for `wished` (BCP 47, best first), such as `ui_locales` of OpenID Connect Core,
    /// section 3.1.2.1; none if no language wished is here.
    pub fn of_locales<'a>(wished: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let wished = wished.into_iter().filter_map(|tag| tag.parse().ok());
        let wished: Vec<LanguageIdentifier> = wished.collect();
        let here = Self::languages().filter_map(|tag| tag.parse().ok());
        let here: Vec<LanguageIdentifier> = here.collect();
        let best = negotiate_languages(&wished, &here, None, NegotiationStrategy::Lookup);
        let best = best.first()?;
        here.iter().position(|language| language == *best).map(Self)
    }

    /// The language as a BCP 47 tag, for `lang` and `Content-Language`.
    pub fn tag(self) -> &'static str {
        CATALOGS.get(self.0).map_or("en", |catalog| catalog.tag)
    }

    /// The message `key`.
    pub fn get(self, key: &str) -> Cow<'static, str> {
        self.format(key, None)
    }

    /// The message `key` with its one value.
    pub fn with(self, key: &str, name: &str, value: impl AsValue) -> Cow<'static, str> {
        let mut args = FluentArgs::with_capacity(1);
        args.set(name.to_owned(), value.as_value());
        self.format(key, Some(&args))
    }

    /// The message `key` with its two values.
    pub fn with2(
        self,
        key: &str,
        first: (&str, &dyn AsValue),
        second: (&str, &dyn AsValue),
    ) -> Cow<'static, str> {
        let mut args = FluentArgs::with_capacity(2);
        args.set(first.0.to_owned(), first.1.as_value());
        args.set(second.0.to_owned(), second.1.as_value());
        self.format(key, Some(&args))
    }

    /// The message `key`, whose one value is a text that is shown strong, and by itself where it is written from
    /// right to left.
    pub fn strong(self, key: &str, name: &str, value: &str) -> Marked {
        let text = self.with(key, name, SLOT);
        let (before, after) = text.split_once(SLOT).unwrap_or((&text, ""));
        Marked {
            before: before.to_owned(),
            value: value.to_owned(),
            after: after.to_owned(),
        }
    }

    fn format(self, key: &str, args: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
        let fallback = BUNDLES.iter().take(1);
        for bundle in BUNDLES.iter().skip(self.0).take(1).chain(fallback) {
            let message = bundle.get_message(key).and_then(|message| message.value());
            if let Some(pattern) = message {
                let text = bundle.format_pattern(pattern, args, &mut Vec::new());
                return Cow::Owned(text.into_owned());
            }
        }
        tracing::error!(key, "a page asks for a text that is not there");
        Cow::Owned(key.to_owned())
    }
}

/// Where the value of a [`Marked`] text goes: a character that no message has.
const SLOT: &str = "\u{fffc}";

/// What a message can be given.
pub trait AsValue {
    /// The value as Fluent's.
    fn as_value(&self) -> FluentValue<'static>;
}

impl<T: AsValue + ?Sized> AsValue for &T {
    fn as_value(&self) -> FluentValue<'static> {
        (**self).as_value()
    }
}

impl AsValue for str {
    fn as_value(&self) -> FluentValue<'static> {
        FluentValue::from(self.to_owned())
    }
}

impl AsValue for String {
    fn as_value(&self) -> FluentValue<'static> {
        FluentValue::from(self.clone())
    }
}

macro_rules! numbers {
    ($($number:ty),+) => {$(
        impl AsValue for $number {
            fn as_value(&self) -> FluentValue<'static> {
                FluentValue::from(*self)
            }
        }
    )+};
}

numbers!(u16, u32, u64, usize, i64);

/// A text with one part that stands out.
pub struct Marked {
    before: String,
    value: String,
    after: String,
}

impl std::fmt::Display for Marked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Ok(before) = escape(&self.before, Html);
        let Ok(value) = escape(&self.value, Html);
        let Ok(after) = escape(&self.after, Html);
        write!(f, "{before}<strong><bdi>{value}</bdi></strong>{after}")
    }
}

impl HtmlSafe for Marked {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use super::*;

    const EN: Texts = Texts(0);
    const DE: Texts = Texts(1);

    #[test]
    fn the_language_is_the_best_of_those_wished() {
        assert_eq!(Texts::of_locales(["de-CH", "en"]), Some(DE));
        assert_eq!(Texts::of_locales(["fr-CA", "de"]), Some(DE));
        assert_eq!(Texts::of_locales(["fr"]), None);
        assert_eq!((EN.tag(), DE.tag()), ("en", "de"));
    }

    #[test]
    fn a_value_in_a_text_is_escaped_and_stands_out() {
        let text = EN.strong("frame-you-are-at", "host", "<b>");
        assert_eq!(
            text.to_string(),
            "You are at <strong><bdi>&#60;b&#62;</bdi></strong>"
        );
    }

    fn files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, found);
            } else {
                found.push(path);
            }
        }
    }

    fn under(folder: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        files(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
            &mut found,
        );
        found.sort();
        found
    }

    /// The messages of a file, each with what stands in it in braces.
    fn messages(file: &str) -> BTreeSet<(String, BTreeSet<String>)> {
        let mut messages: Vec<(String, BTreeSet<String>)> = Vec::new();
        for line in file.lines() {
            let starts = line.starts_with(|c: char| c.is_ascii_alphabetic());
            if let Some((key, _)) = line.split_once(" =").filter(|_| starts) {
                messages.push((key.to_owned(), BTreeSet::new()));
            }
            let Some((_, values)) = messages.last_mut() else {
                continue;
            };
            for (_, rest) in line
                .match_indices("{ $")
                .map(|(at, m)| line.split_at(at + m.len()))
            {
                let name = rest.split([' ', '}']).next().unwrap();
                values.insert(name.to_owned());
            }
        }
        messages.into_iter().collect()
    }

    #[test]
    fn every_language_has_the_same_files_with_the_same_messages() {
        let path = |tag: &str| format!("texts/{tag}");
        let english = under(&path("en"));
        for catalog in CATALOGS {
            let theirs = under(&path(catalog.tag));
            assert_eq!(theirs.len(), english.len(), "{}", catalog.tag);
            assert_eq!(
                catalog.files.len(),
                english.len(),
                "{}: not all are compiled in",
                catalog.tag
            );
            for (english, theirs) in english.iter().zip(theirs) {
                assert_eq!(english.file_name(), theirs.file_name());
                let read = |path: &Path| messages(&std::fs::read_to_string(path).unwrap());
                assert_eq!(read(english), read(&theirs), "{}", theirs.display());
            }
            for file in catalog.files {
                let resource = FluentResource::try_new((*file).to_owned());
                assert!(
                    resource.is_ok(),
                    "{:?}",
                    resource.err().map(|(_, errors)| errors)
                );
                assert!(!file.contains('<'), "markup in a message");
            }
        }
    }

    /// What stands in quotes after `opening`, in all sources and templates.
    fn asked(opening: &str) -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        for path in under("src").into_iter().chain(under("templates")) {
            let text = std::fs::read_to_string(&path).unwrap();
            for (at, _) in text.match_indices(opening) {
                let key = text[at + opening.len()..].split('"').next().unwrap();
                keys.insert(key.to_owned());
            }
        }
        keys
    }

    #[test]
    fn every_text_that_a_page_asks_for_is_there() {
        let mut keys = BTreeSet::new();
        for opening in ["t.get(\"", "t.with(\"", "t.strong(\""] {
            keys.append(&mut asked(opening));
        }
        assert!(keys.len() > 5);
        for key in keys {
            let there = BUNDLES.iter().all(|bundle| bundle.has_message(&key));
            assert!(there, "{key}");
        }
    }
}
