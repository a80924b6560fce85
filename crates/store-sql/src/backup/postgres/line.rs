//! A database URL for a program's command line, which others on the machine can read: without its
//! password, which goes along in the environment.

use percent_encoding::percent_decode_str;
use url::Url;
use zeroize::Zeroizing;

use super::tools::ToolError;
use crate::url::{DatabaseUrl, Place};

/// Where to connect to, as `psql` and its like are told.
pub(super) struct Line {
    /// The URL without its password.
    pub(super) url: String,
    /// The password, for `PGPASSWORD`.
    pub(super) password: Option<Zeroizing<String>>,
}

impl Line {
    pub(super) fn of(url: &DatabaseUrl) -> Result<Self, ToolError> {
        let mut url = parse(url)?;
        let mut password = url.password().map(decode);
        let mut kept = Vec::new();
        for pair in url.query().unwrap_or_default().split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match decode(name).as_str() {
                "" => {}
                "password" => password = Some(decode(value)),
                "sslpassword" => return Err(ToolError::KeyPassword),
                _ => kept.push(pair),
            }
        }
        let query = Some(kept.join("&")).filter(|query| !query.is_empty());
        url.set_query(query.as_deref());
        // A URL without a host has no room for one, and refuses even to have it taken away.
        if url.password().is_some() {
            url.set_password(None).map_err(|()| ToolError::Url)?;
        }
        Ok(Self {
            url: url.into(),
            password,
        })
    }
}

/// The URL of another database of the same server, by the same role.
pub(super) fn other_database(url: &DatabaseUrl, name: &str) -> Result<DatabaseUrl, ToolError> {
    let mut url = parse(url)?;
    let pairs = url.query().unwrap_or_default().split('&');
    let kept: Vec<&str> = pairs.filter(|pair| !pair.starts_with("dbname=")).collect();
    let query = Some(kept.join("&")).filter(|query| !query.is_empty());
    url.set_query(query.as_deref());
    url.set_path(name);
    url.as_str().parse().map_err(|_| ToolError::Url)
}

fn parse(url: &DatabaseUrl) -> Result<Url, ToolError> {
    match url.place() {
        Place::Postgres { url, .. } => Url::parse(url.expose()).map_err(|_| ToolError::Url),
        Place::Sqlite(_) => Err(ToolError::Url),
    }
}

fn decode(text: &str) -> Zeroizing<String> {
    Zeroizing::new(percent_decode_str(text).decode_utf8_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(url: &str) -> (String, Option<String>) {
        let line = Line::of(&url.parse().unwrap()).unwrap();
        (line.url, line.password.map(|text| text.to_string()))
    }

    #[test]
    fn the_password_leaves_the_url_and_nothing_else_does() {
        let cases = [
            ("postgres://id@db/x", "postgres://id@db/x", None),
            (
                "postgres://id:hu%73h@db:5433/x?sslmode=require",
                "postgres://id@db:5433/x?sslmode=require",
                Some("hush"),
            ),
            (
                "postgres:///x?host=/run/postgresql&user=id&password=hu%26sh",
                "postgres:///x?host=/run/postgresql&user=id",
                Some("hu&sh"),
            ),
            (
                "postgresql://id@db/x?password=hush",
                "postgresql://id@db/x",
                Some("hush"),
            ),
            (
                "postgres://id@db/x?options=-csearch_path%3Done",
                "postgres://id@db/x?options=-csearch_path%3Done",
                None,
            ),
        ];
        for (given, url, password) in cases {
            assert_eq!(
                line(given),
                (url.to_owned(), password.map(str::to_owned)),
                "{given}"
            );
        }
    }

    #[test]
    fn a_second_secret_is_refused() {
        let url = "postgres://id@db/x?sslkey=k&sslpassword=hush"
            .parse()
            .unwrap();
        assert!(matches!(Line::of(&url), Err(ToolError::KeyPassword)));
    }

    #[test]
    fn another_database_is_reached_the_same_way() {
        let other = |url: &str| {
            let other = other_database(&url.parse().unwrap(), "scratch").unwrap();
            let line = Line::of(&other).unwrap();
            (line.url, line.password.map(|text| text.to_string()))
        };
        let (url, password) = other("postgres://id:hush@db/x?sslmode=require");
        assert_eq!(url, "postgres://id@db/scratch?sslmode=require");
        assert_eq!(password.as_deref(), Some("hush"));
        let (url, _) = other("postgres:///?host=/run/postgresql&dbname=x");
        assert_eq!(url, "postgres:///scratch?host=/run/postgresql");
    }
}
