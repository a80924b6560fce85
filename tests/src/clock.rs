//! A process with another time: libfaketime, which `tests/install` installs.

use std::fs;
use std::path::Path;

use crate::node::Settings;

/// The library that gives a process another time.
pub fn library() -> String {
    let folders = fs::read_dir("/usr/lib").expect("/usr/lib").flatten();
    let found = folders
        .map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"))
        .find(|path| path.is_file());
    let found = found.expect("libfaketime is missing: run tests/install");
    found.to_str().expect("a path in UTF-8").to_owned()
}

/// Settings of a node whose clock is off by what `file` says, such as `+400`, at every look at it.
pub fn moved_by(file: &Path) -> Settings {
    let file = file.to_str().expect("a path in UTF-8");
    [
        ("LD_PRELOAD", library().as_str()),
        ("FAKETIME_TIMESTAMP_FILE", file),
        ("FAKETIME_NO_CACHE", "1"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}
