-- Rate limits, and what an administrator grants a client. The twin for PostgreSQL has the same.

-- None is `free`.
ALTER TABLE clients ADD COLUMN tier TEXT CHECK (tier IN ('free', 'paid', 'premium'));

-- Where limits are counted if no Redis is there. Moments are Unix microseconds.
CREATE TABLE rate_limits (
    -- The keyed hash of what the limit is about, in hex.
    key TEXT NOT NULL PRIMARY KEY CHECK (length(key) = 32),
    -- When everything that was taken is earned back.
    tat INTEGER NOT NULL,
    -- The latest moment that a node told.
    at INTEGER NOT NULL CHECK (at <= tat)
) STRICT;
