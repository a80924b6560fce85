//! Logouts that clients have still to be told of.

use diesel::prelude::*;
use hodlxxi_kernel::{SessionId, StoreError, Timestamp, UserId};
use hodlxxi_oauth::client::{Client, ClientMetadata};
use hodlxxi_oauth::grant::{LogoutDelivery, LogoutStore, Participant};

use crate::client_rows::ClientRow;
use crate::conn::{each_backend, locked_all, unheld};
use crate::database::Database;
use crate::fault::Fault;
use crate::row::{RowError, column, from_json};
use crate::schema::logout_deliveries::{self as d, table};
use crate::schema::{clients, session_clients as participants};

#[derive(Queryable, Insertable)]
#[diesel(table_name = d)]
struct DeliveryRow {
    id: String,
    client_id: String,
    user_id: String,
    session_id: String,
    attempts: i64,
    due_at: i64,
}

impl TryFrom<DeliveryRow> for LogoutDelivery {
    type Error = RowError;

    fn try_from(row: DeliveryRow) -> Result<Self, RowError> {
        let (client, user) = (row.client_id.try_into(), row.user_id.try_into());
        let (session, attempts) = (row.session_id.try_into(), row.attempts.try_into());
        Ok(Self {
            id: row.id,
            client: client.map_err(column("logout_deliveries", "client_id"))?,
            user: user.map_err(column("logout_deliveries", "user_id"))?,
            session: session.map_err(column("logout_deliveries", "session_id"))?,
            attempts: attempts.map_err(column("logout_deliveries", "attempts"))?,
        })
    }
}

fn participant((session, client): (String, ClientRow)) -> Result<Participant, Fault> {
    let session = SessionId::try_from(session);
    Ok(Participant {
        session: session.map_err(column("session_clients", "session_id"))?,
        client: Client::try_from(client)?,
    })
}

impl LogoutStore for Database {
    fn queue_logouts(
        &self,
        user: &UserId,
        session: &SessionId,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        self.write_tx(|conn| {
            let took_part = participants::table
                .filter(participants::session_id.eq(session.as_str()))
                .filter(participants::user_id.eq(user.as_str()));
            let ids: Vec<String> = diesel::delete(took_part)
                .returning(participants::client_id)
                .get_results(conn)?;
            // Locked, so that none is deleted before what is queued for it is there.
            let clients = clients::table
                .filter(clients::deleted_at.is_null())
                .filter(clients::id.eq_any(ids))
                .order(clients::id)
                .select((clients::id, clients::metadata));
            let clients: Vec<(String, String)> = locked_all!(conn, for_key_share, clients)?;
            let mut queued = 0;
            for (client, metadata) in clients {
                let metadata: ClientMetadata = from_json(&metadata, "clients", "metadata")?;
                if metadata.backchannel_logout_uri.is_none() {
                    continue;
                }
                let row = DeliveryRow {
                    id: format!("{session}.{client}"),
                    client_id: client,
                    user_id: user.to_string(),
                    session_id: session.to_string(),
                    attempts: 0,
                    due_at: now.as_unix(),
                };
                // One that is still to be delivered is enough.
                queued += each_backend!(conn, |conn| diesel::insert_into(table)
                    .values(row)
                    .on_conflict(d::id)
                    .do_nothing()
                    .execute(conn))?;
            }
            Ok(queued)
        })
    }

    fn participants(
        &self,
        sessions: &[SessionId],
        limit: u32,
    ) -> Result<Vec<Participant>, StoreError> {
        let sessions = sessions.iter().map(SessionId::as_str);
        let took_part = participants::table
            .inner_join(clients::table)
            .filter(clients::deleted_at.is_null())
            .filter(participants::session_id.eq_any(sessions))
            .order((
                participants::first_code_expires_at,
                participants::session_id,
                participants::client_id,
            ))
            .limit(i64::from(limit))
            .select((participants::session_id, clients::all_columns));
        self.read(|conn| {
            let rows: Vec<(String, ClientRow)> = took_part.load(conn)?;
            rows.into_iter().map(participant).collect()
        })
    }

    fn lease_logouts(
        &self,
        now: Timestamp,
        leased_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<LogoutDelivery>, StoreError> {
        let due = table
            .select(d::id)
            .filter(d::due_at.le(now.as_unix()))
            .order((d::due_at, d::id))
            .limit(i64::from(limit));
        self.write_tx(|conn| {
            let due: Vec<String> = unheld!(conn, due)?;
            if due.is_empty() {
                return Ok(Vec::new());
            }
            let rows: Vec<DeliveryRow> = diesel::update(table.filter(d::id.eq_any(due)))
                .set(d::due_at.eq(leased_until.as_unix()))
                .returning(d::all_columns)
                .get_results(conn)?;
            let deliveries = rows.into_iter().map(LogoutDelivery::try_from);
            Ok(deliveries.collect::<Result<_, _>>()?)
        })
    }

    fn finish_logout(&self, id: &str) -> Result<(), StoreError> {
        self.write(|conn| {
            diesel::delete(table.find(id)).execute(conn)?;
            Ok(())
        })
    }

    fn retry_logout(&self, id: &str, due: Timestamp) -> Result<(), StoreError> {
        let delivery = diesel::update(table.find(id))
            .set((d::due_at.eq(due.as_unix()), d::attempts.eq(d::attempts + 1)));
        self.write(|conn| {
            delivery.execute(conn)?;
            Ok(())
        })
    }
}
