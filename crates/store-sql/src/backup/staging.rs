//! Where an unpacked dump lies on its way into a database.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::Path;

use hodlxxi_backup::DatabaseKind;
use tempfile::{NamedTempFile, TempPath};

use crate::url::{DatabaseUrl, Place};

/// An unpacked dump, readable by this user alone, and gone with this. It is written to, then given
/// to [`restore`](super::restore) or [`rehearse`](super::rehearse).
pub struct Staging {
    file: File,
    /// SQLite opens files by name. What PostgreSQL's programs read needs none: it is gone even
    /// where the process is killed.
    path: Option<TempPath>,
}

impl Staging {
    /// Room for a dump that is to become the database at `url`: beside it, where that is a file, so
    /// that it can take its place; else in `folder`.
    pub fn beside(url: &DatabaseUrl, folder: &Path) -> io::Result<Self> {
        match url.place() {
            Place::Sqlite(path) => Self::named(parent(path)),
            Place::Postgres { .. } => Self::unnamed(folder),
        }
    }

    /// Room in `folder` for a dump of `kind` that is only looked at.
    pub fn in_folder(kind: DatabaseKind, folder: &Path) -> io::Result<Self> {
        match kind {
            DatabaseKind::Sqlite => Self::named(folder),
            DatabaseKind::Postgres => Self::unnamed(folder),
        }
    }

    fn named(folder: &Path) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        let named: NamedTempFile = builder.prefix(".restore-").tempfile_in(folder)?;
        let (file, path) = named.into_parts();
        Ok(Self {
            file,
            path: Some(path),
        })
    }

    fn unnamed(folder: &Path) -> io::Result<Self> {
        Ok(Self {
            file: tempfile::tempfile_in(folder)?,
            path: None,
        })
    }

    /// The dump as a file without a name, from its beginning.
    pub(super) fn into_file(mut self) -> io::Result<File> {
        self.file.rewind()?;
        Ok(self.file)
    }

    /// The dump as a file with a name.
    pub(super) fn into_path(self) -> io::Result<TempPath> {
        self.path
            .ok_or_else(|| io::Error::other("the dump has no name"))
    }
}

impl Write for Staging {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The folder that a file is in.
pub(super) fn parent(path: &Path) -> &Path {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}
