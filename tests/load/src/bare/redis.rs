//! One value asked for by its key, through a pool.

use redis::{Client, Commands as _, Connection, RedisError};

const KEY: &str = "bare";

struct Manager(Client);

impl r2d2::ManageConnection for Manager {
    type Connection = Connection;
    type Error = RedisError;

    fn connect(&self) -> Result<Connection, RedisError> {
        self.0.get_connection()
    }

    fn is_valid(&self, _: &mut Connection) -> Result<(), RedisError> {
        Ok(())
    }

    fn has_broken(&self, _: &mut Connection) -> bool {
        false
    }
}

/// A pool of connections.
pub(super) struct Redis(r2d2::Pool<Manager>);

impl Redis {
    /// Opens it, and keeps the value.
    pub(super) fn open(url: &str, size: u32) -> Self {
        let manager = Manager(Client::open(url).expect("a URL"));
        let pool = r2d2::Pool::builder()
            .max_size(size)
            .test_on_check_out(false)
            .build(manager)
            .expect("a pool");
        let kept: Result<(), RedisError> = pool.get().expect("a connection").set(KEY, &[b'x'; 300]);
        kept.expect("it is kept");
        Self(pool)
    }

    /// Asks for the value.
    pub(super) fn get(&self) {
        let mut conn = self.0.get().expect("a connection");
        let value: Vec<u8> = conn.get(KEY).expect("the value");
        assert_eq!(value.len(), 300);
    }
}
