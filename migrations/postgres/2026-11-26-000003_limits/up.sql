-- Rate limits, and what an administrator grants a client. The twin for SQLite has the same.

-- None is `free`.
ALTER TABLE clients ADD COLUMN tier TEXT CHECK (tier IN ('free', 'paid', 'premium'));

-- Where limits are counted if no Redis is there. Moments are Unix microseconds. No index on them: the rows are
-- updated all the time, in place as long as no index names what changes.
CREATE TABLE rate_limits (
    -- The keyed hash of what the limit is about, in hex.
    key TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(key) = 32),
    -- When everything that was taken is earned back.
    tat BIGINT NOT NULL,
    -- The latest moment that a node told.
    at BIGINT NOT NULL CHECK (at <= tat)
) WITH (fillfactor = 70);
