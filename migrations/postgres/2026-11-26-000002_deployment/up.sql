-- What codes and Redis ask of the database, on PostgreSQL. Its twin for SQLite has the same columns.
--
-- Expands only: a program that knows none of these columns goes on.

-- The name under which the nodes of this database keep what they share in Redis: whoever starts first sets it.
ALTER TABLE schema_info ADD COLUMN deployment TEXT;

-- How often the client was disabled: a code from before the last time is worthless.
ALTER TABLE clients ADD COLUMN disabled_count BIGINT NOT NULL DEFAULT 0;
ALTER TABLE authorization_codes ADD COLUMN client_disabled_count BIGINT NOT NULL DEFAULT 0;

-- Another one after the consent was withdrawn and given again: a code rests on one of them.
ALTER TABLE consents ADD COLUMN consent_id TEXT;
