//! Logouts that clients have still to be told of.

use hodlxxi_kernel::{SessionId, StoreError, Timestamp, UserId};

use super::{MemoryStore, as_count};
use crate::grant::{LogoutDelivery, LogoutStore};

pub(super) struct Row {
    pub(super) delivery: LogoutDelivery,
    due: Timestamp,
}

impl LogoutStore for MemoryStore {
    fn queue_logouts(
        &self,
        user: &UserId,
        session: &SessionId,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let state = &mut *self.state();
        let mut queued = 0;
        for (_, _, client) in state
            .participants
            .extract_if(|(of, in_session, _)| of == user && in_session == session)
        {
            let registered = state.clients.get(&client);
            if registered.is_none_or(|client| client.metadata.backchannel_logout_uri.is_none()) {
                continue;
            }
            state.logouts_made += 1;
            let id = format!("{:020}", state.logouts_made);
            let delivery = LogoutDelivery {
                id: id.clone(),
                client,
                user: user.clone(),
                session: session.clone(),
                attempts: 0,
            };
            state.logouts.insert(id, Row { delivery, due: now });
            queued += 1;
        }
        Ok(queued)
    }

    fn lease_logouts(
        &self,
        now: Timestamp,
        leased_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<LogoutDelivery>, StoreError> {
        let mut state = self.state();
        let due = state.logouts.values_mut().filter(|row| row.due <= now);
        let lease = |row: &mut Row| {
            row.due = leased_until;
            row.delivery.clone()
        };
        Ok(due.take(as_count(limit)).map(lease).collect())
    }

    fn finish_logout(&self, id: &str) -> Result<(), StoreError> {
        self.state().logouts.remove(id);
        Ok(())
    }

    fn retry_logout(&self, id: &str, due: Timestamp) -> Result<(), StoreError> {
        if let Some(row) = self.state().logouts.get_mut(id) {
            row.due = due;
            row.delivery.attempts += 1;
        }
        Ok(())
    }
}
