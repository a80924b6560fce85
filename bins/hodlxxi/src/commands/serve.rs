//! `serve`: the server itself.

use std::io::Write;
use std::net::{SocketAddr, TcpListener};

use clap::Args;

use super::error::CommandError;
use crate::compose::{App, open_database};
use crate::config::{Config, Setting, settings};
use crate::{http, telemetry};

/// Arguments of `serve`.
#[derive(Debug, Args)]
#[command(after_long_help = settings_help())]
pub(super) struct Serve {
    /// Bring the database schema up to date first; an embedded database always is
    #[arg(long)]
    migrate: bool,
}

impl Serve {
    /// Serves until SIGTERM or SIGINT.
    pub(super) fn run(self, config: Config, out: &mut dyn Write) -> Result<(), CommandError> {
        telemetry::init(&config.log)?;
        for name in &config.unread {
            tracing::warn!(
                "{name} is set, and this version does not read it: its setting has no effect"
            );
        }
        // First of all, so that a second server on one address stops before it touches any data.
        let listener = listen("HODLXXI_BIND", config.server.bind)?;
        let metrics = config.server.metrics_bind;
        let metrics = metrics
            .map(|bind| listen("HODLXXI_METRICS_BIND", bind))
            .transpose()?;
        if self.migrate {
            open_database(&config.database)?.migrate()?;
        }
        let issuer = config.server.issuer.as_str().to_owned();
        let app = App::open(config)?;
        tracing::info!(issuer, version = env!("CARGO_PKG_VERSION"), "serving");
        writeln!(out, "HODLXXI is running: open {issuer}")?;
        actix_web::rt::System::new()
            .block_on(http::serve(app, listener, metrics))
            .map_err(CommandError::Serve)
    }
}

fn listen(setting: &'static str, address: SocketAddr) -> Result<TcpListener, CommandError> {
    TcpListener::bind(address).map_err(|source| CommandError::Listen {
        setting,
        address,
        source,
    })
}

/// Every setting, for the end of the help.
fn settings_help() -> String {
    let entry = |setting: &Setting| {
        let (name, default) = (setting.name, setting.default.shown());
        format!(
            "\n  {name} [default: {default}]\n      {}\n",
            setting.meaning
        )
    };
    let title = "Settings (environment, or a file .env in the working directory):\n";
    std::iter::once(title.to_owned())
        .chain(settings().map(entry))
        .collect()
}
