//! What people have been told: the devices and the keys that they know of.

use diesel::prelude::*;
use hodlxxi_auth::account::{
    Acknowledgement, Device, DeviceMark, LinkedKey, NewSession, News, NewsStore, ProvenKey,
};
use hodlxxi_auth::identity::Identity;
use hodlxxi_kernel::{StoreError, Timestamp, UserId};

use crate::audit;
use crate::conn::{Conn, each_backend};
use crate::database::Database;
use crate::fault::Fault;
use crate::people::{self, KeyRow};
use crate::row::{RowError, column};
use crate::schema::devices::{self as d, table};
use crate::schema::{linked_keys, users};

#[derive(Queryable, Insertable)]
#[diesel(table_name = d, treat_none_as_default_value = false)]
struct DeviceRow {
    user_id: String,
    mark: String,
    user_agent: Option<String>,
    identity: Option<String>,
    first_seen_at: i64,
    acknowledged_at: Option<i64>,
}

impl TryFrom<DeviceRow> for Device {
    type Error = RowError;

    fn try_from(row: DeviceRow) -> Result<Self, RowError> {
        let identity = row.identity.map(|text| text.parse::<Identity>());
        Ok(Self {
            mark: DeviceMark::of(Some(&row.mark)),
            user_agent: row.user_agent,
            identity: identity
                .transpose()
                .map_err(column("devices", "identity"))?,
            first_seen_at: Timestamp::from_unix(row.first_seen_at),
        })
    }
}

/// Notes what signs in, if it is new. The first device of an account needs no acknowledgement; nor does
/// that of an account which a version without devices made.
pub(crate) fn see(
    conn: &mut Conn,
    user: &str,
    key: &ProvenKey,
    session: &NewSession,
    is_first: bool,
) -> Result<(), Fault> {
    let now = session.auth_time.as_unix();
    let mark = DeviceMark::of(session.user_agent.as_deref());
    let row = DeviceRow {
        user_id: user.to_owned(),
        mark: mark.as_str().to_owned(),
        user_agent: session.user_agent.clone(),
        identity: Some(key.identity.to_string()),
        first_seen_at: now,
        acknowledged_at: is_first.then_some(now),
    };
    let inserted = each_backend!(conn, |conn| diesel::insert_into(table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    if inserted == 1 && !is_first {
        let theirs = table.filter(d::user_id.eq(user));
        let known: i64 = theirs.count().get_result(conn)?;
        if known == 1 {
            diesel::update(theirs)
                .set(d::acknowledged_at.eq(now))
                .execute(conn)?;
        }
    }
    Ok(())
}

/// What `user` was not told of their devices, but `from`.
macro_rules! new_devices {
    ($user:expr, $from:expr) => {
        table
            .filter(d::user_id.eq($user.as_str()))
            .filter(d::mark.ne($from.as_str()))
            .filter(d::acknowledged_at.is_null())
    };
}

/// What `user` was not told of their keys, but those that were frozen meanwhile: there is nothing left to refuse.
macro_rules! new_keys {
    ($user:expr) => {
        linked_keys::table
            .filter(linked_keys::user_id.eq($user.as_str()))
            .filter(linked_keys::acknowledged_at.is_null())
            .filter(linked_keys::frozen_at.is_null())
    };
}

impl NewsStore for Database {
    fn news(&self, user: &UserId, from: &DeviceMark) -> Result<News, StoreError> {
        self.read(|conn| {
            let devices = new_devices!(user, from).order(d::first_seen_at);
            let devices: Vec<DeviceRow> = devices.load(conn)?;
            let keys = new_keys!(user).order(linked_keys::added_at);
            let keys: Vec<KeyRow> = keys.load(conn)?;
            let devices: Result<_, RowError> = devices.into_iter().map(Device::try_from).collect();
            let keys: Result<_, RowError> = keys.into_iter().map(LinkedKey::try_from).collect();
            Ok(News {
                keys: keys?,
                devices: devices?,
            })
        })
    }

    fn devices(&self, user: &UserId) -> Result<Vec<Device>, StoreError> {
        let theirs = table.filter(d::user_id.eq(user.as_str()));
        self.read(|conn| {
            let rows: Vec<DeviceRow> = theirs.order((d::first_seen_at, d::mark)).load(conn)?;
            let devices: Result<_, RowError> = rows.into_iter().map(Device::try_from).collect();
            Ok(devices?)
        })
    }

    fn acknowledge(&self, said: &Acknowledgement) -> Result<bool, StoreError> {
        let (user, until, now) = (&said.user, said.until.as_unix(), said.now.as_unix());
        let devices = new_devices!(user, said.from).filter(d::first_seen_at.le(until));
        let devices = diesel::update(devices).set(d::acknowledged_at.eq(now));
        let with = said.with.as_ref().map(ToString::to_string);
        let keys = new_keys!(user)
            .filter(linked_keys::added_at.le(until))
            .filter(linked_keys::identity.ne(with.unwrap_or_default()));
        let keys = diesel::update(keys).set(linked_keys::acknowledged_at.eq(now));
        self.write_tx(|conn| {
            people::lock(conn, user)?;
            let told = devices.execute(conn)? + keys.execute(conn)?;
            audit::insert_if(conn, told > 0, &said.act)
        })
    }

    fn forget_device(&self, user: &UserId, mark: &DeviceMark) -> Result<bool, StoreError> {
        let device = table.find((user.as_str(), mark.as_str()));
        self.write(|conn| Ok(diesel::delete(device).execute(conn)? == 1))
    }

    fn accept_one_key(&self, user: &UserId, now: Timestamp) -> Result<(), StoreError> {
        let account = diesel::update(users::table.find(user.as_str()));
        let accepted = account.set(users::one_key_enough_at.eq(now.as_unix()));
        self.write(|conn| {
            accepted.execute(conn)?;
            Ok(())
        })
    }
}
