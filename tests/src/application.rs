//! Web applications that run on this machine as relying parties, the guide's own programs among them.

use std::fs;
use std::process::Command;

use serde_json::json;
use tempfile::TempDir;

use crate::front::trust;
use crate::guide::program;
use crate::node::free_port;
use crate::person::text;
use crate::programs::{Background, node, python, tests_folder};
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

    /// Starts the guide's Node program.
    pub fn node(server: &Server) -> Self {
        // Where Node finds the libraries and git looks away.
        let modules = tests_folder().join("interop/npm/node_modules");
        let folder = TempDir::new_in(modules).expect("a folder: run tests/install");
        let script = folder.path().join("app.mjs");
        fs::write(&script, program("relying-party.md", "js")).expect("the script");
        let mut application = Self::start(server, &mut node(script));
        application.folder = Some(folder);
        application
    }

    /// Starts the guide's Python program.
    pub fn python(server: &Server) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let script = folder.path().join("app.py");
        fs::write(&script, program("relying-party.md", "python")).expect("the script");
        let mut application = Self::start(server, python("python").arg(script));
        application.folder = Some(folder);
        application
    }
}
