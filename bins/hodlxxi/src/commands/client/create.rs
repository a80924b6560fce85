//! `client create`: by the metadata of RFC 7591, given as flags, as JSON, or both.

use std::io::{Read, Write};
use std::path::PathBuf;

use clap::Args;
use hodlxxi_kernel::audit::Origin;
use serde_json::{Map, Value, json};

use crate::commands::error::CommandError;
use crate::commands::output;
use crate::compose::App;
use crate::fetch::FetchError;

/// The largest metadata read, in bytes.
const LARGEST: u64 = 64 * 1024;

/// Arguments of `client create`. What is not given has the default of a dynamic registration.
#[derive(Debug, Args)]
pub(in crate::commands) struct Create {
    /// The name that people see
    #[arg(long)]
    name: Option<String>,
    /// Where people are sent back to; may be given several times
    #[arg(long = "redirect-uri", value_name = "URI")]
    redirect_uris: Vec<String>,
    /// Where people may be sent after signing out; may be given several times
    #[arg(long = "post-logout-redirect-uri", value_name = "URI")]
    post_logout_redirect_uris: Vec<String>,
    /// The scopes it may ask for, separated by spaces
    #[arg(long)]
    scope: Option<String>,
    /// `client_secret_basic`, `client_secret_post`, `private_key_jwt` or `none`
    #[arg(long, value_name = "METHOD")]
    auth_method: Option<String>,
    /// `authorization_code`, `refresh_token` or `client_credentials`; may be given several times
    #[arg(long = "grant-type", value_name = "GRANT")]
    grant_types: Vec<String>,
    /// `web` or `native`
    #[arg(long, value_name = "TYPE")]
    application_type: Option<String>,
    /// Further metadata: a file with a JSON object as for dynamic registration, or - for standard input
    #[arg(long, value_name = "FILE")]
    metadata: Option<PathBuf>,
    /// Show the name as not verified
    #[arg(long)]
    unverified: bool,
    /// Print JSON, with all metadata as they are kept
    #[arg(long)]
    json: bool,
}

impl Create {
    pub(super) fn run(self, app: &App, out: &mut dyn Write) -> Result<(), CommandError> {
        let (as_json, verified) = (self.json, !self.unverified);
        let provider = app.provider();
        let request = provider.client_request(&Value::Object(self.body()?))?;
        let fetched = match request.plan() {
            Some(fetch) => Some(get(app, &fetch.uri)?),
            None => None,
        };
        let created =
            provider.create_client(request, fetched.as_ref(), verified, &Origin::operator())?;
        if as_json {
            return Ok(output::json(out, &created.to_json())?);
        }
        let mut facts = vec![("client_id", created.client.id.to_string())];
        if let Some(secret) = &created.secret {
            facts.push(("client_secret", secret.expose().to_owned()));
        }
        Ok(output::facts(out, &facts)?)
    }

    /// The metadata; a flag wins over the file.
    fn body(self) -> Result<Map<String, Value>, CommandError> {
        let mut body = match self.metadata {
            Some(file) => read(&file)?,
            None => Map::new(),
        };
        let texts = [
            ("client_name", self.name),
            ("scope", self.scope),
            ("token_endpoint_auth_method", self.auth_method),
            ("application_type", self.application_type),
        ];
        for (member, text) in texts {
            if let Some(text) = text {
                body.insert(member.to_owned(), json!(text));
            }
        }
        let lists = [
            ("redirect_uris", self.redirect_uris),
            ("post_logout_redirect_uris", self.post_logout_redirect_uris),
            ("grant_types", self.grant_types),
        ];
        for (member, list) in lists {
            if !list.is_empty() {
                body.insert(member.to_owned(), json!(list));
            }
        }
        Ok(body)
    }
}

fn read(file: &std::path::Path) -> Result<Map<String, Value>, CommandError> {
    let mut text = String::new();
    let read = if file.as_os_str() == "-" {
        std::io::stdin().take(LARGEST).read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(LARGEST).read_to_string(&mut text))
    };
    read.map_err(CommandError::MetadataFile)?;
    serde_json::from_str(&text).map_err(|_| CommandError::MetadataJson)
}

fn get(app: &App, uri: &str) -> Result<Value, CommandError> {
    let fetched: Result<String, FetchError> =
        actix_web::rt::System::new().block_on(app.fetcher().get(uri));
    Ok(serde_json::from_str(&fetched?)?)
}
