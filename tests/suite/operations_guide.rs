//! The operator's guide, followed to the letter: every block of commands in it, in its order, on what looks like a newly
//! installed machine (`tests/sandbox`), from nothing to two nodes behind nginx and on.

use std::fs;
use std::process::Command;

use hodlxxi_tests::guide::{blocks, languages};
use hodlxxi_tests::node::binary;
use hodlxxi_tests::programs::{repository, tests_folder};

#[test]
fn every_command_of_the_guide_works_in_its_order() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::copy(binary(), folder.path().join("hodlxxi")).expect("the program");
    let copied = Command::new("cp")
        .arg("-r")
        .arg(repository().join("deploy"))
        .arg(folder.path())
        .status();
    assert!(copied.expect("cp runs").success());
    let languages = languages("operations.md");
    assert!(
        languages.iter().all(|language| language == "sh"),
        "a block that is not run: {languages:?}"
    );
    let blocks = blocks("operations.md", "sh");
    assert!(blocks.len() > 8, "{} blocks", blocks.len());
    // One shell for all, as the guide says: it stops at the first command that fails, and says which.
    let script = blocks.iter().fold(
        "set -eu -o pipefail\nset -x\n".to_owned(),
        |script, block| script + block + "echo\n",
    );
    fs::write(folder.path().join("guide.sh"), script).expect("the script");
    let mut sandbox = Command::new(tests_folder().join("sandbox/run"));
    let output = sandbox
        .arg(folder.path())
        .arg("guide.sh")
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{errors}");
    // Each node by itself, the service from outside, and the nodes again after they were replaced.
    assert!(said.matches("\"status\":\"ready\"").count() >= 5, "{said}");
    assert!(
        said.contains("\"issuer\":\"https://id.example.org\""),
        "{said}"
    );
    assert!(said.contains("301 https://id.example.org/login"), "{said}");
    assert!(said.contains("The audit log is good"), "{said}");
}
