//! Several processes at the same time: what is used once is used by one of them.

use std::process::{Command, Stdio};

use hodlxxi_kernel::{OsEntropy, SystemClock, UserId};

use crate::fixture::server;

#[test]
fn of_several_processes_one_is_first() {
    let deployment = UserId::generate(&SystemClock, &OsEntropy);
    let test = std::env::current_exe().unwrap();
    let build = test.parent().and_then(std::path::Path::parent).unwrap();
    let start = || {
        let mut command = Command::new(build.join("examples/winners"));
        command.args([server().as_str(), deployment.as_str()]);
        command.stdout(Stdio::piped()).spawn().unwrap()
    };
    let running: Vec<_> = (0..4).map(|_| start()).collect();
    let mut won: Vec<u32> = Vec::new();
    for process in running {
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success());
        let lines = String::from_utf8(output.stdout).unwrap();
        won.extend(lines.lines().map(|line| line.parse::<u32>().unwrap()));
    }
    won.sort_unstable();
    assert!(won.iter().copied().eq(0..100), "{won:?}");
}
