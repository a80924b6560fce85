-- The audit log on SQLite. Its twin for PostgreSQL has the same tables, columns and indexes.
--
-- Expands only: a program that knows none of these tables goes on, and records nothing. None of them
-- refers to another table: what was done is told after whoever did it is gone.

CREATE TABLE audit_entries (
    id TEXT NOT NULL PRIMARY KEY,
    -- The number of the seal over it; 0 until there is one.
    seal INTEGER NOT NULL DEFAULT 0,
    happened_at INTEGER NOT NULL,
    action TEXT NOT NULL,
    outcome TEXT NOT NULL,
    actor TEXT NOT NULL,
    client_id TEXT,
    request_id TEXT,
    detail TEXT,
    -- What the seal covers of the columns below, which are set to null to erase a person.
    personal_hash BLOB NOT NULL CHECK (length(personal_hash) = 32),
    salt BLOB CHECK (length(salt) = 16),
    user_id TEXT,
    session_id TEXT,
    key_name TEXT,
    address TEXT,
    user_agent TEXT
) STRICT;

CREATE INDEX audit_entries_seal ON audit_entries (seal, id);
CREATE INDEX audit_entries_user ON audit_entries (user_id, id) WHERE user_id IS NOT NULL;

CREATE TABLE audit_seals (
    number INTEGER NOT NULL PRIMARY KEY CHECK (number > 0),
    sealed_at INTEGER NOT NULL,
    previous BLOB NOT NULL CHECK (length(previous) = 32),
    -- One line for each entry: its id and its digest in hex.
    members TEXT NOT NULL,
    head BLOB NOT NULL CHECK (length(head) = 32),
    signature BLOB NOT NULL
) STRICT;

-- What is left of seals that expired. Only the last counts.
CREATE TABLE audit_checkpoints (
    number INTEGER NOT NULL PRIMARY KEY CHECK (number > 0),
    head BLOB NOT NULL CHECK (length(head) = 32),
    entries INTEGER NOT NULL,
    expired_at INTEGER NOT NULL,
    signature BLOB NOT NULL
) STRICT;
