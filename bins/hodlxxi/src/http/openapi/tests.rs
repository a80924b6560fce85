//! The document tells of every route and of nothing else, and holds together.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::*;
use crate::http::ROUTES;

fn operations() -> impl Iterator<Item = (String, String, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap();
        methods
            .iter()
            .map(|(method, operation)| (path.clone(), method.to_uppercase(), operation))
    })
}

#[test]
fn every_route_is_told_of_and_nothing_else() {
    let told: BTreeSet<_> = operations()
        .map(|(path, method, _)| (path, method))
        .collect();
    let routes = ROUTES.iter().flat_map(|(path, methods)| {
        methods
            .iter()
            .map(|method| ((*path).to_owned(), (*method).to_owned()))
    });
    assert_eq!(told, routes.collect());
}

#[test]
fn every_operation_says_what_it_is() {
    let mut ids = BTreeSet::new();
    let tags: Vec<_> = DOCUMENT["tags"].as_array().unwrap().iter().collect();
    for (path, method, operation) in operations() {
        let place = format!("{method} {path}");
        let id = operation["operationId"].as_str().unwrap();
        assert!(ids.insert(id), "{place}: {id} is another's");
        assert!(
            !operation["summary"].as_str().unwrap().is_empty(),
            "{place}"
        );
        let tag = operation["tags"].as_array().unwrap();
        assert_eq!(tag.len(), 1, "{place}");
        assert!(tags.iter().any(|known| known["name"] == tag[0]), "{place}");
        assert!(operation["security"].is_array(), "{place}");
        for name in path
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
        {
            let parameters = operation["parameters"].as_array().unwrap();
            let is_told = |one: &Value| one["name"] == name.0 && one["in"] == "path";
            assert!(parameters.iter().any(is_told), "{place}: {}", name.0);
        }
        let responses = operation["responses"].as_object().unwrap();
        assert!(
            responses
                .keys()
                .any(|status| status.starts_with(['2', '3'])),
            "{place}"
        );
        for (status, response) in responses {
            assert!(
                !response["description"].as_str().unwrap().is_empty(),
                "{place} {status}"
            );
            let refused = status.starts_with(['4', '5']);
            assert!(
                !refused || response["content"].is_object(),
                "{place} {status}"
            );
        }
    }
}

fn each_reference(value: &Value, see: &mut dyn FnMut(&str)) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(target)) = members.get("$ref") {
                see(target);
            }
            members
                .values()
                .for_each(|value| each_reference(value, see));
        }
        Value::Array(items) => items.iter().for_each(|value| each_reference(value, see)),
        _ => {}
    }
}

#[test]
fn every_reference_and_security_scheme_is_there() {
    let mut seen = 0;
    each_reference(&DOCUMENT, &mut |target| {
        seen += 1;
        let pointer = target.strip_prefix('#').unwrap();
        assert!(DOCUMENT.pointer(pointer).is_some(), "{target}");
    });
    assert!(seen > 0);
    let schemes = &DOCUMENT["components"]["securitySchemes"];
    for (path, method, operation) in operations() {
        for requirement in operation["security"].as_array().unwrap() {
            for scheme in requirement.as_object().unwrap().keys() {
                assert!(schemes[scheme].is_object(), "{method} {path}: {scheme}");
            }
        }
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The string literals of `text` that look like a stable code.
fn codes(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').filter(|literal| {
        let parts = literal.split_once('.');
        parts.is_some_and(|(area, name)| {
            ["auth", "oauth", "request", "service"].contains(&area)
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        })
    })
}

#[test]
fn every_code_that_the_source_answers_is_told_of_and_no_other() {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http"),
        &mut files,
    );
    files.retain(|path| !path.components().any(|part| part.as_os_str() == "openapi"));
    let mut answered = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        answered.extend(codes(&text).map(str::to_owned));
    }
    let told: BTreeSet<_> = ERRORS.iter().map(|(code, ..)| (*code).to_owned()).collect();
    assert_eq!(told.len(), ERRORS.len(), "a code is there twice");
    assert_eq!(told, answered);
}

/// The codes written in the words of a response are of its status.
#[test]
fn responses_name_codes_of_their_status() {
    let mut named = 0;
    for (path, method, operation) in operations() {
        for (status, response) in operation["responses"].as_object().unwrap() {
            for word in response["description"].as_str().unwrap().split('`') {
                if let Some((_, known, _)) = ERRORS.iter().find(|(code, ..)| *code == word) {
                    named += 1;
                    assert_eq!(&known.to_string(), status, "{method} {path}: {word}");
                }
            }
        }
    }
    assert!(named > 20, "{named}");
}

#[test]
fn the_file_under_version_control_is_this_document() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let kept = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        kept == document(),
        "docs/openapi.json is behind: run `make openapi`"
    );
}

#[test]
fn it_is_openapi_3_1() {
    assert!(DOCUMENT["openapi"].as_str().unwrap().starts_with("3.1."));
    assert_eq!(DOCUMENT["info"]["version"], env!("CARGO_PKG_VERSION"));
}
