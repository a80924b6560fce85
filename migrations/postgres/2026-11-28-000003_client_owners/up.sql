-- Clients that belong to people, and secrets that are rotated with an overlap. The twin for SQLite has the
-- same.
--
-- Expands only: a program that knows none of these columns goes on, and takes the last secret alone.

-- A client goes with its owner's account; none belongs to a client that registered itself, or that an
-- administrator made.
ALTER TABLE clients ADD COLUMN owner_user_id TEXT REFERENCES users (id) ON DELETE CASCADE;
-- The secret before the last, and from when on it is worth nothing.
ALTER TABLE clients ADD COLUMN previous_secret_hash TEXT CHECK (length(previous_secret_hash) = 43);
ALTER TABLE clients ADD COLUMN previous_secret_until BIGINT;

CREATE INDEX clients_owner ON clients (owner_user_id, id) WHERE owner_user_id IS NOT NULL;
