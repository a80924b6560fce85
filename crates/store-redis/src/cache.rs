//! What the database was read for, kept for a moment; what changed is read anew at once.
//!
//! Changes are counted. An entry names what it depends on (a person, a session), and holds until one
//! of these changes after the count that was read before the database was. Whoever changes something
//! in the database notes it here afterwards and before answering, so that no node answers from before
//! it. Where the count was lost it begins anew, and no entry from before holds. Where Redis is away the database is read, and a change that cannot be noted holds at the latest
//! when the entries end.

use std::sync::LazyLock;

use hodlxxi_kernel::StoreError;
use redis::Script;
use serde::{Serialize, de::DeserializeOwned};

use crate::redis::Redis;

/// How long an entry lives, in seconds.
const LIFE: u32 = 30;
/// For how long a change is noted, in seconds: longer than an entry that was read before it lives.
const NOTED: u32 = 3 * LIFE;

static LOOK: LazyLock<Script> = LazyLock::new(|| counting(include_str!("lua/look.lua")));
static FILL: LazyLock<Script> = LazyLock::new(|| counting(include_str!("lua/fill.lua")));
static CHANGE: LazyLock<Script> = LazyLock::new(|| counting(include_str!("lua/change.lua")));

fn counting(code: &str) -> Script {
    Script::new(&[include_str!("lua/tick.lua"), code].concat())
}

/// The entry's text if there is one, and the count of changes.
type Look = (Option<String>, String, String);

impl Redis {
    /// What is kept under `key` as a `T`, or else what `load` reads, which depends on `names`.
    pub(crate) fn read_through<T, V>(
        &self,
        key: &str,
        load: impl FnOnce() -> Result<Option<V>, StoreError>,
        names: impl FnOnce(&V) -> String,
    ) -> Result<Option<V>, StoreError>
    where
        T: Serialize + DeserializeOwned + TryInto<V> + for<'a> From<&'a V>,
    {
        let Ok((text, base, count)) = self.look(key) else {
            return load();
        };
        // What another version has written otherwise is read anew.
        let text = text.and_then(|text| serde_json::from_str::<T>(&text).ok());
        if let Some(value) = text.and_then(|text| text.try_into().ok()) {
            return Ok(Some(value));
        }
        let Some(value) = load()? else {
            return Ok(None);
        };
        if let Ok(text) = serde_json::to_string(&T::from(&value)) {
            // What cannot be kept is read again.
            let _ = self.run::<()>(&FILL, |call| {
                call.key(self.count_key())
                    .key(key)
                    .arg(self.key("changed", ""))
                    .arg(base)
                    .arg(count)
                    .arg(names(&value))
                    .arg(text)
                    .arg(LIFE);
            });
        }
        Ok(Some(value))
    }

    /// Notes that what `names` stand for has changed.
    pub(crate) fn changed<'a>(&self, names: impl IntoIterator<Item = &'a str>) {
        let names: Vec<&str> = names.into_iter().collect();
        let noted = self.run::<()>(&CHANGE, |call| {
            call.key(self.count_key())
                .arg(self.key("changed", ""))
                .arg(NOTED)
                .arg(&names);
        });
        if let Err(error) = noted {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            tracing::warn!(
                ?names,
                cause,
                "a change could not be told to the cache: another node may answer from before it for {LIFE} seconds"
            );
        }
    }

    fn look(&self, key: &str) -> Result<Look, StoreError> {
        self.run(&LOOK, |call| {
            call.key(self.count_key())
                .key(key)
                .arg(self.key("changed", ""));
        })
    }
}
