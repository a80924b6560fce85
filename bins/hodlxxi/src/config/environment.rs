//! Where settings come from: the variables of the process, and a `.env` in the working directory.
//!
//! Deliberately absent: writing to the process's environment. What is read is a copy, so that tests
//! bring their own.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use super::error::ConfigError;
use super::setting::Setting;

/// The variables that settings are read from.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, OsString>);

impl Environment {
    /// The variables of this process, and those of the file `.env` in the working directory that
    /// the process does not have.
    pub fn of_process() -> Result<Self, ConfigError> {
        Self::with_file(std::env::vars_os(), Path::new(".env"))
    }

    fn with_file(
        process: impl Iterator<Item = (OsString, OsString)>,
        file: &Path,
    ) -> Result<Self, ConfigError> {
        let mut variables = read_file(file)?;
        // A name that is not text is the name of no setting.
        variables
            .extend(process.filter_map(|(name, value)| Some((name.into_string().ok()?, value))));
        Ok(Self(variables))
    }

    /// The value of `setting`, or its default; none where it has neither.
    pub(super) fn text(&self, setting: &Setting) -> Result<Option<&str>, ConfigError> {
        match self.0.get(setting.name) {
            None => Ok(setting.default.text()),
            Some(value) => match value.to_str() {
                Some("") if !setting.may_be_empty => Err(setting.wrong(None, "it is empty")),
                Some(text) => Ok(Some(text)),
                None => Err(setting.wrong(None, "it is not UTF-8")),
            },
        }
    }

    /// `setting`, read by `parse`; none where it is not set and has no default.
    pub(super) fn optional<T, E: std::fmt::Display>(
        &self,
        setting: &Setting,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(text) = self.text(setting)? else {
            return Ok(None);
        };
        match parse(text) {
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(setting.wrong(Some(text), error)),
        }
    }

    /// `setting`, read by `parse`; an error where it is not set and has no default.
    pub(super) fn required<T, E: std::fmt::Display>(
        &self,
        setting: &Setting,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, ConfigError> {
        self.optional(setting, parse)?
            .ok_or_else(|| setting.wrong(None, "it is not set"))
    }

    /// The names of all variables.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl<N: Into<String>, V: Into<OsString>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        let variables = variables.into_iter();
        Self(
            variables
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

/// The assignments of `file`; none where there is no such file.
fn read_file(file: &Path) -> Result<BTreeMap<String, OsString>, ConfigError> {
    let mut variables = BTreeMap::new();
    let assignments = match dotenvy::from_path_iter(file) {
        Ok(assignments) => assignments,
        Err(error) if error.not_found() => return Ok(variables),
        Err(_) => return Err(ConfigError::DotEnvUnreadable),
    };
    for (index, assignment) in assignments.enumerate() {
        // The library's error repeats the line, which may hold a secret.
        let (name, value) = assignment.map_err(|_| ConfigError::DotEnv { nth: index + 1 })?;
        variables.entry(name).or_insert_with(|| value.into());
    }
    Ok(variables)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::setting::Default;

    const NAME: Setting = Setting {
        name: "NAME",
        default: Default::Text("plain"),
        example: "x",
        meaning: "a name",
        secret: false,
        may_be_empty: false,
    };

    #[test]
    fn the_process_wins_over_the_file_and_the_file_over_the_default() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(".env");
        let read = |process: &[(&str, &str)]| {
            let process = process
                .iter()
                .map(|(n, v)| (OsString::from(n), OsString::from(v)));
            let environment = Environment::with_file(process, &file)?;
            environment.required(&NAME, str::parse::<String>)
        };
        assert_eq!(read(&[]).unwrap(), "plain");
        std::fs::write(&file, "# a comment\nNAME='from the file'\n").unwrap();
        assert_eq!(read(&[]).unwrap(), "from the file");
        assert_eq!(
            read(&[("NAME", "from the process")]).unwrap(),
            "from the process"
        );
    }

    #[test]
    fn a_broken_file_is_refused_without_repeating_it() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(".env");
        std::fs::write(&file, "NAME=a\nhush hush\n").unwrap();
        let Err(error) = Environment::with_file(std::iter::empty(), &file) else {
            panic!("the file is broken")
        };
        assert_eq!(error.to_string(), ".env: assignment 2 is not NAME=value");
    }

    #[test]
    fn empty_is_not_unset() {
        let environment: Environment = [("NAME", "")].into_iter().collect();
        let error = environment
            .required(&NAME, str::parse::<String>)
            .unwrap_err();
        assert_eq!(error.to_string(), "NAME: it is empty; example: NAME=x");
    }

    #[test]
    fn what_is_not_text_is_refused() {
        use std::os::unix::ffi::OsStringExt;
        let value = OsString::from_vec(vec![0xff]);
        let environment: Environment = [("NAME", value)].into_iter().collect();
        let error = environment
            .required(&NAME, str::parse::<String>)
            .unwrap_err();
        assert_eq!(error.to_string(), "NAME: it is not UTF-8; example: NAME=x");
    }
}
