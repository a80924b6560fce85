//! Which nodes belong together.

/// All nodes on one database: the name under which they share what that database does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// Its name, kept in that database: 32 hex digits. Under another name nothing is shared yet.
    pub id: String,
    /// Whether nothing can have been shared under that name, here or elsewhere, so that there is
    /// nothing that could have been forgotten.
    pub is_new: bool,
}
