//! The manifest: what a backup holds, and the proof that this installation made it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};

use hodlxxi_kernel::{MasterKey, Timestamp};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::hashed::Hashed;

/// The format that this version writes, and the newest it reads.
pub const FORMAT: u32 = 1;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of the file's format: [`FORMAT`].
    pub format: u32,
    /// The version of the program that made it.
    pub program: String,
    /// When it was begun.
    pub made_at: Timestamp,
    /// Tells the master key from others, and nothing else about it: 32 hex digits.
    pub master_key: String,
    /// What was in the database.
    pub contents: Contents,
    /// The database dump.
    pub dump: Dump,
}

/// What was in the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contents {
    /// Which kind of database it was.
    pub database: DatabaseKind,
    /// Its product and version, such as `PostgreSQL 15.18`; for people.
    pub server: String,
    /// The schema that the tables stood in, on PostgreSQL.
    pub schema: Option<String>,
    /// The migrations that had been run.
    pub migrations: BTreeSet<String>,
    /// Every table by its name.
    pub tables: BTreeMap<String, Table>,
    /// The ids (`kid`) of the signing keys.
    pub signing_keys: BTreeSet<String>,
}

impl Contents {
    /// The rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.values().map(|table| table.rows).sum()
    }

    /// The first thing that `restored` has otherwise than this. The server's version may differ.
    pub fn difference(&self, restored: &Self) -> Option<Difference> {
        let table = |(name, table): (&String, &Table)| match restored.tables.get(name) {
            None => Some(Difference::Missing(name.clone())),
            Some(other) if table.rows != other.rows => Some(Difference::Rows {
                table: name.clone(),
                expected: table.rows,
                found: other.rows,
            }),
            Some(other) if table != other => Some(Difference::Definition(name.clone())),
            Some(_) => None,
        };
        let surplus = || {
            let mut names = restored.tables.keys();
            names.find(|name| !self.tables.contains_key(*name))
        };
        let others = || match () {
            () if self.database != restored.database => Some(Difference::Database),
            () if self.schema != restored.schema => Some(Difference::Schema),
            () if self.migrations != restored.migrations => Some(Difference::Migrations),
            () if self.signing_keys != restored.signing_keys => Some(Difference::SigningKeys),
            () => None,
        };
        others()
            .or_else(|| self.tables.iter().find_map(table))
            .or_else(|| surplus().cloned().map(Difference::Surplus))
    }
}

/// What a restored database has otherwise than its backup's manifest says.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Difference {
    /// Another kind of database.
    #[error("it is a database of another kind")]
    Database,
    /// The tables stand in another schema.
    #[error("its tables stand in another schema")]
    Schema,
    /// Other migrations were run.
    #[error("other migrations were run in it")]
    Migrations,
    /// The signing keys are others.
    #[error("its signing keys are others")]
    SigningKeys,
    /// A table is not there.
    #[error("the table {0} is missing")]
    Missing(String),
    /// A table should not be there.
    #[error("the table {0} is not in the manifest")]
    Surplus(String),
    /// A table has other columns, constraints or indexes.
    #[error("the table {0} is defined otherwise")]
    Definition(String),
    /// A table has another number of rows.
    #[error("the table {table} has {found} rows instead of {expected}")]
    Rows {
        /// The table.
        table: String,
        /// What the manifest says.
        expected: u64,
        /// What is there.
        found: u64,
    },
}

/// The kinds of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseKind {
    /// An SQLite file; the dump is such a file.
    Sqlite,
    /// PostgreSQL; the dump is in `pg_dump`'s custom format.
    Postgres,
}

impl DatabaseKind {
    /// The name of the dump inside the file.
    pub(crate) const fn dump_name(self) -> &'static str {
        match self {
            Self::Sqlite => "database.sqlite",
            Self::Postgres => "database.pgdump",
        }
    }
}

impl std::fmt::Display for DatabaseKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// How many rows it had.
    pub rows: u64,
    /// The names of its columns, in their order.
    pub columns: Vec<String>,
    /// Its columns, constraints, indexes and triggers, as the database itself describes them, sorted.
    pub definition: Vec<String>,
}

/// The dump's length and digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dump {
    /// Its length in bytes.
    pub bytes: u64,
    /// Its SHA-256, in hex.
    pub sha256: String,
}

/// Why a manifest cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ManifestError {
    /// It is none.
    #[error("it has no readable manifest")]
    Malformed,
    /// A newer program wrote it.
    #[error(
        "it was made by a newer version (format {0}, and this one reads up to {FORMAT}): use that version"
    )]
    Newer(u32),
    /// It belongs to another installation.
    #[error(
        "it was made under another master key than the one given here: without that one its signing keys cannot be opened"
    )]
    OtherMasterKey,
    /// Whoever wrote it did not have the master key.
    #[error("its manifest is not authentic: somebody without the master key made or changed it")]
    Forged,
}

impl Manifest {
    /// The manifest of a backup of `contents`, whose dump is read from `dump` to its end, by
    /// version `program`, begun at `made_at`.
    pub fn new(
        program: &str,
        made_at: Timestamp,
        contents: Contents,
        dump: &mut dyn Read,
        master: &MasterKey,
    ) -> io::Result<Self> {
        let mut dump = Hashed::new(dump);
        io::copy(&mut dump, &mut io::sink())?;
        Ok(Self {
            format: FORMAT,
            program: program.to_owned(),
            made_at,
            master_key: fingerprint(master),
            contents,
            dump: dump.finish(),
        })
    }

    /// The manifest as it is written, and its MAC in hex.
    pub(crate) fn seal(&self, master: &MasterKey) -> Result<(Vec<u8>, String), serde_json::Error> {
        let text = serde_json::to_vec_pretty(self)?;
        let mac = hex::encode(mac_key(master).mac(&[&text]));
        Ok((text, mac))
    }

    /// Reads a manifest and judges its MAC.
    pub(crate) fn open(text: &[u8], mac: &[u8], master: &MasterKey) -> Result<Self, ManifestError> {
        // A newer format may have any other members.
        #[derive(Deserialize)]
        struct Version {
            format: u32,
        }
        let malformed = |_| ManifestError::Malformed;
        let version: Version = serde_json::from_slice(text).map_err(malformed)?;
        if version.format > FORMAT {
            return Err(ManifestError::Newer(version.format));
        }
        let manifest: Self = serde_json::from_slice(text).map_err(malformed)?;
        if manifest.master_key != fingerprint(master) {
            return Err(ManifestError::OtherMasterKey);
        }
        let tag = hex::decode(mac).map_err(|_| ManifestError::Forged)?;
        if tag.len() == 32 && mac_key(master).verify(&[text], &tag) {
            Ok(manifest)
        } else {
            Err(ManifestError::Forged)
        }
    }
}

fn mac_key(master: &MasterKey) -> hodlxxi_kernel::DerivedKey {
    master.derive("backup manifest")
}

fn fingerprint(master: &MasterKey) -> String {
    let tag = master.derive("backup fingerprint").mac(&[]);
    hex::encode(&tag[..16])
}

#[cfg(test)]
mod tests {
    use hodlxxi_kernel::OsEntropy;

    use super::*;

    fn manifest(master: &MasterKey) -> Manifest {
        let table = Table {
            rows: 3,
            columns: vec!["id".to_owned()],
            definition: vec!["id text".to_owned()],
        };
        let contents = Contents {
            database: DatabaseKind::Postgres,
            server: "PostgreSQL 15.18".to_owned(),
            schema: Some("public".to_owned()),
            migrations: ["1".to_owned()].into(),
            tables: [("users".to_owned(), table)].into(),
            signing_keys: ["kid".to_owned()].into(),
        };
        let made_at = Timestamp::from_unix(1_800_000_000);
        Manifest::new("0.1.0", made_at, contents, &mut b"dump".as_slice(), master).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_under_its_master_key_alone() {
        let master = MasterKey::generate(&OsEntropy);
        let manifest = manifest(&master);
        assert_eq!((manifest.dump.bytes, manifest.contents.rows()), (4, 3));
        let (text, mac) = manifest.seal(&master).unwrap();
        let open = |text: &[u8], mac: &str| Manifest::open(text, mac.as_bytes(), &master);
        assert_eq!(open(&text, &mac), Ok(manifest));
        let other = MasterKey::generate(&OsEntropy);
        let refused = Manifest::open(&text, mac.as_bytes(), &other);
        assert_eq!(refused, Err(ManifestError::OtherMasterKey));
        assert_eq!(open(&text, &mac[..32]), Err(ManifestError::Forged));
        assert_eq!(open(&text, "nothing"), Err(ManifestError::Forged));
        assert_eq!(open(b"{}", &mac), Err(ManifestError::Malformed));
    }

    #[test]
    fn a_changed_manifest_is_forged() {
        let master = MasterKey::generate(&OsEntropy);
        let (text, mac) = manifest(&master).seal(&master).unwrap();
        let changed = String::from_utf8(text)
            .unwrap()
            .replace("\"rows\": 3", "\"rows\": 4");
        let refused = Manifest::open(changed.as_bytes(), mac.as_bytes(), &master);
        assert_eq!(refused, Err(ManifestError::Forged));
    }

    type Change = dyn Fn(&mut Contents);

    #[test]
    fn whatever_differs_is_found() {
        let contents = manifest(&MasterKey::generate(&OsEntropy)).contents;
        assert_eq!(contents.difference(&contents), None);
        let changed = |change: &Change| {
            let mut other = contents.clone();
            change(&mut other);
            contents.difference(&other)
        };
        let users = || "users".to_owned();
        assert_eq!(changed(&|c| c.server.clear()), None);
        let cases: [(&Change, Difference); 8] = [
            (&|c| c.database = DatabaseKind::Sqlite, Difference::Database),
            (&|c| c.schema = None, Difference::Schema),
            (&|c| c.migrations.clear(), Difference::Migrations),
            (&|c| c.signing_keys.clear(), Difference::SigningKeys),
            (&|c| c.tables.clear(), Difference::Missing(users())),
            (
                &|c| {
                    let users = c.tables["users"].clone();
                    c.tables.insert("more".to_owned(), users);
                },
                Difference::Surplus("more".to_owned()),
            ),
            (
                &|c| c.tables.values_mut().for_each(|t| t.definition.clear()),
                Difference::Definition(users()),
            ),
            (
                &|c| c.tables.values_mut().for_each(|t| t.rows += 1),
                Difference::Rows {
                    table: users(),
                    expected: 3,
                    found: 4,
                },
            ),
        ];
        for (change, expected) in cases {
            assert_eq!(changed(change), Some(expected));
        }
    }

    #[test]
    fn a_newer_format_is_told_whatever_else_it_says() {
        let master = MasterKey::generate(&OsEntropy);
        let refused = Manifest::open(br#"{"format":2,"new":[]}"#, b"", &master);
        assert_eq!(refused, Err(ManifestError::Newer(2)));
    }
}
