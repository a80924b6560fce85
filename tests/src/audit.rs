//! The audit log, as an operator reads it. `run` runs a command of the server's program.

use std::process::Output;

use serde_json::Value;

use crate::waiting::wait_until;

#[track_caller]
fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What `audit export` writes: entries, then seals, then the key.
#[track_caller]
pub fn export(run: impl Fn(&[&str]) -> Output, arguments: &[&str]) -> Vec<Value> {
    let arguments = [&["audit", "export"], arguments].concat();
    said(&run(&arguments))
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect()
}

/// Waits until every entry is sealed, which is done each second, and answers what `audit verify` said by then. It must find
/// the log good each time.
#[track_caller]
pub fn sealed(run: impl Fn(&[&str]) -> Output) -> String {
    let mut report = String::new();
    let is_sealed = || {
        report = said(&run(&["audit", "verify"]));
        report.contains(" 0 not sealed yet")
    };
    wait_until(is_sealed, || "entries are not sealed".to_owned());
    report
}
