-- What a restored database remembers, on PostgreSQL. Its twin for SQLite has the same columns.
--
-- Expands only: a program that knows none of these columns goes on.

-- Since when every use of a challenge or an assertion is known, in milliseconds: what may have been used before is
-- refused. Null: since ever. Set by a restore, which forgets what was used since the backup.
ALTER TABLE schema_info ADD COLUMN remembers_since BIGINT;
