//! Conventions as tests: what every source file owes its reader, and what only one place may name.

use std::fs;
use std::path::{Path, PathBuf};

use hodlxxi_tests::programs::repository;

/// Longest source file, in lines.
const LONGEST: usize = 450;

fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for top in ["crates", "bins", "tests", "fuzz"] {
        collect(&repository().join(top), &mut files);
    }
    assert!(
        files.len() > 50,
        "the walk found only {} files",
        files.len()
    );
    files
}

fn collect(folder: &Path, files: &mut Vec<(PathBuf, String)>) {
    let skipped = ["target", "node_modules", ".tools", "output"];
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() && !skipped.iter().any(|skip| name == *skip) {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a source file");
            files.push((
                path.strip_prefix(repository()).expect("inside").to_owned(),
                text,
            ));
        }
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    let header = |text: &str| text.starts_with("//!") || text.starts_with("#![doc = include_str!");
    let silent: Vec<_> = sources()
        .into_iter()
        .filter(|(_, text)| !header(text))
        .map(|(path, _)| path)
        .collect();
    assert!(silent.is_empty(), "no //! header: {silent:?}");
}

#[test]
fn every_file_has_one_subject() {
    let long: Vec<_> = sources()
        .into_iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .collect();
    assert!(long.is_empty(), "longer than {LONGEST} lines: {long:?}");
}

#[test]
fn no_handler_or_page_names_a_concrete_store() {
    let inside = ["bins/hodlxxi/src/http", "bins/hodlxxi/src/views"];
    let named: Vec<_> = sources()
        .into_iter()
        .filter(|(path, text)| {
            inside.iter().any(|top| path.starts_with(top)) && text.contains("hodlxxi_store_")
        })
        .map(|(path, _)| path)
        .collect();
    assert!(named.is_empty(), "only compose opens a store: {named:?}");
}
