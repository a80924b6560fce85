//! Logouts that clients have still to be told of.

use hodlxxi_kernel::{SessionId, StoreError, Timestamp, UserId};

use super::{MemoryStore, as_count};
use crate::grant::{LogoutDelivery, LogoutStore, Participant};

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
        for ((_, _, client), _) in state
            .participants
            .extract_if(|(of, in_session, _), _| of == user && in_session == session)
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

    fn participants(
        &self,
        sessions: &[SessionId],
        limit: u32,
    ) -> Result<Vec<Participant>, StoreError> {
        let state = self.state();
        let took_part = state.participants.iter();
        let mut took_part: Vec<_> = took_part
            .filter(|((_, session, _), _)| sessions.contains(session))
            .map(|((_, session, client), since)| (*since, session, client))
            .collect();
        took_part.sort();
        let told = took_part.into_iter().filter_map(|(_, session, client)| {
            Some(Participant {
                session: session.clone(),
                client: state.clients.get(client)?.clone(),
            })
        });
        Ok(told.take(as_count(limit)).collect())
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
