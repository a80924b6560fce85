//! The folder for what this node keeps by itself.

use std::fs::DirBuilder;
use std::io;
use std::path::{Path, PathBuf};

/// The folder of the embedded database and of generated keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataDir(PathBuf);

impl DataDir {
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        if text.contains('\0') {
            return Err("it is not the path of a folder");
        }
        Ok(Self(PathBuf::from(text)))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Makes the folder, and those above it, if missing; readable by its owner alone.
    pub fn create(&self) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.0)
    }
}

/// Whether others than the owner may do anything with the file or folder at `path`.
pub(crate) fn is_open_to_others(path: &Path) -> io::Result<bool> {
    let metadata = std::fs::metadata(path)?;
    Ok(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_folder_is_made_with_its_parents_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir(dir.path().join("a/b"));
        data.create().unwrap();
        data.create().unwrap();
        assert!(!is_open_to_others(data.path()).unwrap());
        std::fs::set_permissions(data.path(), PermissionsExt::from_mode(0o750)).unwrap();
        assert!(is_open_to_others(data.path()).unwrap());
    }
}
