-- The audit log on PostgreSQL. Its twin for SQLite has the same tables, columns and indexes.
--
-- Expands only: a program that knows none of these tables goes on, and records nothing. None of them
-- refers to another table: what was done is told after whoever did it is gone.

CREATE TABLE audit_entries (
    id TEXT NOT NULL PRIMARY KEY,
    -- The number of the seal over it; 0 until there is one.
    seal BIGINT NOT NULL DEFAULT 0,
    happened_at BIGINT NOT NULL,
    action TEXT NOT NULL,
    outcome TEXT NOT NULL,
    actor TEXT NOT NULL,
    client_id TEXT,
    request_id TEXT,
    detail TEXT,
    -- What the seal covers of the columns below, which are set to null to erase a person.
    personal_hash BYTEA NOT NULL CHECK (length(personal_hash) = 32),
    salt BYTEA CHECK (length(salt) = 16),
    user_id TEXT,
    session_id TEXT,
    key_name TEXT,
    address TEXT,
    user_agent TEXT
);

CREATE INDEX audit_entries_seal ON audit_entries (seal, id);
CREATE INDEX audit_entries_user ON audit_entries (user_id, id) WHERE user_id IS NOT NULL;

CREATE TABLE audit_seals (
    number BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
    sealed_at BIGINT NOT NULL,
    previous BYTEA NOT NULL CHECK (length(previous) = 32),
    -- One line for each entry: its id and its digest in hex.
    members TEXT NOT NULL,
    head BYTEA NOT NULL CHECK (length(head) = 32),
    signature BYTEA NOT NULL
);

-- What is left of seals that expired. Only the last counts.
CREATE TABLE audit_checkpoints (
    number BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
    head BYTEA NOT NULL CHECK (length(head) = 32),
    entries BIGINT NOT NULL,
    expired_at BIGINT NOT NULL,
    signature BYTEA NOT NULL
);
