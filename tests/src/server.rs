//! The server under test, installed as this run was told: one node or two, each a process of its own.

use std::path::PathBuf;
use std::process::{ExitStatus, Output};

use tempfile::TempDir;

use crate::browser::Browser;
use crate::front::Front;
use crate::installation::{Installation, Storage};
use crate::node::{Node, Settings, free_port};

/// The master key that the nodes of a cluster share.
const MASTER_KEY: &str = "746865206d6173746572206b6579206f6620616c6c2074686520746573747320";

/// A running server. Dropped, it is stopped and its data are removed.
#[derive(Debug)]
pub struct Server {
    /// In front of the nodes, where there are two.
    front: Option<Front>,
    nodes: Vec<Node>,
    /// The port of the first node on 127.0.0.1, past any proxy.
    pub port: u16,
    settings: Settings,
    /// Dropped after the nodes that use it.
    storage: Option<Storage>,
    home: TempDir,
}

impl Server {
    /// Starts a server with the settings of an empty environment but `settings`, and waits until it answers.
    pub fn start(settings: &[(&str, &str)]) -> Self {
        Self::start_on(Installation::of_this_run(), settings)
    }

    /// The same on one kind of installation, whatever the run was told.
    pub fn start_on(installation: Installation, settings: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().expect("a folder for the server's data");
        let storage = (installation != Installation::Sqlite).then(Storage::new);
        let settings = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self::launch(
            installation == Installation::Cluster,
            home,
            storage,
            settings.collect(),
        )
    }

    fn launch(cluster: bool, home: TempDir, storage: Option<Storage>, settings: Settings) -> Self {
        let ports: Vec<_> = (0..if cluster { 2 } else { 1 })
            .map(|_| free_port())
            .collect();
        let front = cluster.then(|| Front::start(&ports));
        let mut all = storage.as_ref().map_or_else(Vec::new, Storage::settings);
        if let Some(front) = &front {
            all.extend(front.settings());
            all.push(("HODLXXI_MASTER_KEY".to_owned(), MASTER_KEY.to_owned()));
        }
        // Those that a test asks for come last, and count.
        all.extend(settings.iter().cloned());
        let folder = |number: usize| home.path().join(format!("node-{}", number + 1));
        let nodes: Vec<_> = ports
            .iter()
            .enumerate()
            .map(|(number, port)| Node::start(&folder(number), *port, &all))
            .collect();
        Self {
            front,
            nodes,
            port: ports[0],
            settings,
            storage,
            home,
        }
    }

    /// Where the world finds it: the proxy in front, or its only node.
    fn origin(&self) -> String {
        match &self.front {
            Some(front) => front.origin(),
            None => self.nodes[0].url(""),
        }
    }

    /// Its issuer, as set.
    pub fn issuer(&self) -> String {
        let set = self
            .settings
            .iter()
            .find(|(name, _)| name == "HODLXXI_ISSUER");
        set.map_or_else(|| self.origin(), |(_, value)| value.clone())
    }

    /// The URL of `path` on this server.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin())
    }

    /// A new browser, with no cookies.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.origin())
    }

    /// The name of a cookie of ours: behind https it is bound to the host.
    pub fn cookie_name(&self, name: &str) -> String {
        let prefix = if self.issuer().starts_with("https:") {
            "__Host-"
        } else {
            ""
        };
        format!("{prefix}{name}")
    }

    /// The nodes.
    pub fn nodes(&mut self) -> &mut [Node] {
        &mut self.nodes
    }

    /// Everything it has logged so far.
    pub fn log(&self) -> String {
        self.nodes.iter().map(Node::log).collect()
    }

    /// The data folder of its first node.
    pub fn data_dir(&self) -> PathBuf {
        self.nodes[0].data_dir()
    }

    /// Its PostgreSQL and Redis databases, where it has any.
    pub fn storage(&self) -> Option<&Storage> {
        self.storage.as_ref()
    }

    /// Runs another command of the binary with this server's settings.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.nodes[0].run(arguments)
    }

    /// Asks it to stop, as a service manager does.
    pub fn terminate(&self) {
        self.nodes.iter().for_each(Node::terminate);
    }

    /// Waits until it has stopped; how its first node ended.
    pub fn wait(&mut self) -> ExitStatus {
        let ends: Vec<_> = self.nodes.iter_mut().map(Node::wait).collect();
        ends[0]
    }

    /// Stops it and starts it again on the same data, on other ports.
    #[must_use]
    pub fn restart(mut self) -> Self {
        self.terminate();
        self.wait();
        let Self {
            front,
            home,
            storage,
            settings,
            ..
        } = self;
        Self::launch(front.is_some(), home, storage, settings)
    }
}
