//! Applications that run on this machine as relying parties, the guide's own programs among them.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::json;
use tempfile::TempDir;
use url::Url;

use crate::browser::query;
use crate::front::trust;
use crate::guide::program;
use crate::node::free_port;
use crate::person::text;
use crate::programs::{Background, debian, node, python, tests_folder};
use crate::relying_party::register;
use crate::server::Server;

/// A client registered for an application on this machine.
#[derive(Debug)]
pub struct Registration {
    /// The client id.
    pub id: String,
    /// The client secret.
    pub secret: String,
    /// The port that the application is to listen on.
    pub port: u16,
}

impl Registration {
    /// Registers a client that people come back to at `path` of a free port.
    pub fn with(server: &Server, path: &str) -> Self {
        let port = free_port();
        let uri = format!("http://localhost:{port}{path}");
        let metadata = json!({"client_name": "The Shop", "redirect_uris": [uri]});
        let answer = register(&server.browser(), &metadata).json_with(201);
        Self {
            id: text(&answer, "client_id").to_owned(),
            secret: text(&answer, "client_secret").to_owned(),
            port,
        }
    }
}

/// A running application.
#[derive(Debug)]
pub struct Application {
    /// Where its login starts.
    pub login: String,
    /// Stopped with it.
    pub running: Background,
    /// Removed with it.
    pub folder: Option<TempDir>,
}

impl Application {
    /// Starts a program that takes its settings as the guide's do, from the environment.
    pub fn start(server: &Server, command: &mut Command) -> Self {
        let registration = Registration::with(server, "/callback");
        let port = registration.port;
        trust(command);
        command.env("ISSUER", server.issuer());
        command.env("CLIENT_ID", registration.id);
        command.env("CLIENT_SECRET", registration.secret);
        command.env("PORT", port.to_string());
        Self {
            login: format!("http://localhost:{port}/login"),
            running: Background::start(command).wait_for(port),
            folder: None,
        }
    }

    /// Starts the guide's program in `language` as `file`, by the command that `interpreter` answers for its path.
    fn of_the_guide(
        server: &Server,
        language: &str,
        file: &str,
        interpreter: impl Fn(PathBuf) -> Command,
    ) -> Self {
        let (folder, script) = written(language, file);
        let mut application = Self::start(server, &mut interpreter(script));
        application.folder = Some(folder);
        application
    }

    /// Starts the guide's Node program.
    pub fn node(server: &Server) -> Self {
        Self::of_the_guide(server, "js", "app.mjs", node)
    }

    /// Starts the guide's Python program.
    pub fn python(server: &Server) -> Self {
        Self::of_the_guide(server, "python", "app.py", |script| {
            let mut command = python("python");
            command.arg(script);
            command
        })
    }

    /// Starts the guide's Ruby program.
    pub fn ruby(server: &Server) -> Self {
        Self::of_the_guide(server, "ruby", "app.rb", |script| {
            let mut command = debian("ruby");
            command.arg(script);
            command
        })
    }
}

/// The guide's program in `language`, written as `file` into a new folder: its path with the folder, in which Node finds
/// the libraries and where git looks away.
fn written(language: &str, file: &str) -> (TempDir, PathBuf) {
    let modules = tests_folder().join("interop/npm/node_modules");
    let folder = TempDir::new_in(modules).expect("a folder: run tests/install");
    let path = folder.path().join(file);
    fs::write(&path, program("relying-party.md", language)).expect("the program");
    (folder, path)
}

/// The guide's command-line program, waiting for somebody to sign in.
#[derive(Debug)]
pub struct CommandLine {
    /// What it asks to open in a browser.
    pub address: String,
    running: Background,
    /// Where it and what it says are; removed with it.
    folder: TempDir,
}

impl CommandLine {
    /// Starts it as the native client `client_id`.
    pub fn start(server: &Server, client_id: &str) -> Self {
        let (folder, script) = written("mjs", "cli.mjs");
        let mut command = node(script);
        command.env("ISSUER", server.issuer());
        command.env("CLIENT_ID", client_id);
        let log = folder.path().join("said");
        let address = || {
            let said = fs::read_to_string(&log).expect("what it says");
            let (line, _) = said.split_once("browser:\n")?.1.split_once('\n')?;
            Some(line.to_owned())
        };
        let running = Background::start_logged(&mut command, &log);
        let running = running.wait_until_up(|| address().is_some());
        let address = address().expect("an address to open");
        Self {
            address,
            running,
            folder,
        }
    }

    /// Where it waits for the answer.
    pub fn callback(&self) -> String {
        let address = Url::parse(&self.address).expect("a URL");
        query(&address)
            .remove("redirect_uri")
            .expect("a redirect URI")
    }

    /// Waits until it has ended, and answers what it said last, and whether it succeeded.
    pub fn end(self) -> (String, bool) {
        let status = self.running.wait();
        let said = fs::read_to_string(self.folder.path().join("said")).expect("what it said");
        let last = said.lines().last().expect("a line").to_owned();
        (last, status.success())
    }
}
