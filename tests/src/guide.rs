//! The programs of the guides, read out of the documents that show them.

use std::fs;

use crate::programs::repository;

/// The text of a document under `docs/guides`.
fn text(document: &str) -> String {
    let path = repository().join("docs/guides").join(document);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The languages of all code blocks of a document, in their order; empty where none is named.
pub fn languages(document: &str) -> Vec<String> {
    let text = text(document);
    let fences = text
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("```"));
    // Every other one closes a block.
    fences.step_by(2).map(str::to_owned).collect()
}

/// The code blocks of one language in a document.
pub fn blocks(document: &str, language: &str) -> Vec<String> {
    let text = text(document);
    let opening = format!("```{language}\n");
    let found = text
        .split(&opening)
        .skip(1)
        .map(|rest| rest.split_once("```").expect("a closed block").0.to_owned());
    found.collect()
}

/// The one code block of a language.
pub fn program(document: &str, language: &str) -> String {
    let mut blocks = blocks(document, language);
    assert_eq!(
        blocks.len(),
        1,
        "{document} shows one program in {language}"
    );
    blocks.remove(0)
}
