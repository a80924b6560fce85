-- One account with many keys, on SQLite. Its twin for PostgreSQL has the same tables, columns and indexes.
--
-- Expands only: a program that knows none of this goes on, and lets a frozen key in.

-- When another account was last merged into this one: only then may a client know the person by another id.
ALTER TABLE users ADD COLUMN merged_at INTEGER;
-- When the account is deleted, unless the person signs in before.
ALTER TABLE users ADD COLUMN deletes_at INTEGER;
-- When the person said that one key is enough for them.
ALTER TABLE users ADD COLUMN one_key_enough_at INTEGER;

CREATE INDEX users_deletions ON users (deletes_at) WHERE deletes_at IS NOT NULL;

-- Set for the key that made the account, or that the person chose since; where none is, the first one is the primary.
ALTER TABLE linked_keys ADD COLUMN primary_since INTEGER;
-- From when on the key signs nobody in.
ALTER TABLE linked_keys ADD COLUMN frozen_at INTEGER;
-- When the person said that they know of the key.
ALTER TABLE linked_keys ADD COLUMN acknowledged_at INTEGER;

UPDATE linked_keys SET acknowledged_at = added_at;

-- What signed in to an account so far.
CREATE TABLE devices (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- What the browser says of itself, without the numbers of its versions.
    mark TEXT NOT NULL,
    -- The same with them, as it was the first time.
    user_agent TEXT,
    -- The key that signed in then.
    identity TEXT,
    first_seen_at INTEGER NOT NULL,
    -- When the person said that they know of it.
    acknowledged_at INTEGER,
    PRIMARY KEY (user_id, mark)
) STRICT;

-- The accounts that were merged into others. They are gone, and so is any reference to them.
CREATE TABLE merged_accounts (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    merged_at INTEGER NOT NULL
) STRICT;

CREATE INDEX merged_accounts_user ON merged_accounts (user_id);

-- Of which account's id a client's subject for a person is made, where it is not their own.
CREATE TABLE subject_aliases (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    known_as TEXT NOT NULL,
    PRIMARY KEY (user_id, client_id)
) STRICT;

CREATE INDEX subject_aliases_client ON subject_aliases (client_id);
