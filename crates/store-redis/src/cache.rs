//! What the database was read for, kept for a moment; what changed is read anew at once.
//!
//! Changes are counted. An entry names what it depends on (a person, a session), and holds until one
//! of these changes after the count that was read before the database was. Whoever changes something
//! in the database notes it here afterwards and before answering, so that no node answers from before
//! it. Where the count was lost it begins anew, and no entry from before holds.
//!
//! Where Redis is away the database is read. A change that cannot be noted is kept, and until Redis was told of it
//! this process answers nothing from the cache; another one may, until then, or at the latest until the entries end.

use std::sync::LazyLock;

use hodlxxi_kernel::StoreError;
use redis::{RedisResult, Script};
use serde::{Serialize, de::DeserializeOwned};

use crate::conn::{Conn, is_away};
use crate::fault::Fault;
use crate::redis::Redis;
use crate::unnoted::What;

/// How long an entry lives, in seconds.
const LIFE: u32 = 30;
/// For how long a change is noted, in seconds: longer than an entry that was read before it lives.
const NOTED: u32 = 3 * LIFE;

static LOOK: LazyLock<Script> = LazyLock::new(|| counting(include_str!("lua/look.lua")));
static FILL: LazyLock<Script> = LazyLock::new(|| counting(include_str!("lua/fill.lua")));
static CHANGE: LazyLock<Script> = LazyLock::new(|| counting(include_str!("lua/change.lua")));
static VOID: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/void.lua")));

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

    /// Notes that what `names` stand for has changed. Redis is asked even during a pause, since whoever waits
    /// was told nothing yet; where it cannot be told, it will be as soon as it answers.
    pub(crate) fn changed<'a>(&self, names: impl IntoIterator<Item = &'a str>) {
        let names: Vec<&str> = names.into_iter().collect();
        if names.is_empty() {
            return;
        }
        if let Err(error) = self.using_now(|conn| self.note(conn, &names)) {
            self.unnoted().add(&names);
            let cause = error.to_string();
            tracing::warn!(
                ?names,
                cause,
                "a change could not be told to the cache: until it is, another node may answer from before it, for {LIFE} seconds at most"
            );
        }
    }

    /// Notes that what `name` stands for is good for longer: where Redis is away, whoever goes by less
    /// does no harm.
    pub(crate) fn prolonged(&self, name: &str) {
        let _ = self.using(|conn| self.note(conn, &[name]));
    }

    /// Tells Redis what it could not be told before. What it refuses is kept for later, and stops nobody else.
    pub(crate) fn tell(&self, conn: &mut Conn) -> RedisResult<()> {
        let Some(due) = self.unnoted().due() else {
            return Ok(());
        };
        let told = match &due.what {
            What::Names(names) => self.note(conn, names),
            What::Everything => VOID.key(self.count_key()).invoke(&mut conn.inner),
        };
        match told {
            Ok(()) => {
                self.unnoted().told(&due);
                tracing::info!("the cache was told of the changes that it had missed");
                Ok(())
            }
            Err(error) if is_away(&error) => Err(error),
            Err(_) => Ok(()),
        }
    }

    fn note(&self, conn: &mut Conn, names: &[impl redis::ToRedisArgs]) -> RedisResult<()> {
        let mut call = CHANGE.key(self.count_key());
        call.arg(self.key("changed", "")).arg(NOTED).arg(names);
        call.invoke(&mut conn.inner)
    }

    fn look(&self, key: &str) -> Result<Look, StoreError> {
        let looked = self.run(&LOOK, |call| {
            call.key(self.count_key())
                .key(key)
                .arg(self.key("changed", ""));
        })?;
        // Asked last: whoever could not note a change has said so before it was answered.
        if self.unnoted().is_empty() {
            Ok(looked)
        } else {
            Err(Fault::Unnoted.into())
        }
    }
}
