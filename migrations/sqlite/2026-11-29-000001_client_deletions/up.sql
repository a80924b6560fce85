-- Clients that were deleted and whose rows are still to be removed, of which there may be any number. The twin for PostgreSQL
-- has the same.
--
-- Expands only: a program that does not know the column takes such a client for one that is disabled. Should somebody enable it
-- there, it is deleted all the same for the programs that know the column.

-- From when on there is no such client for anybody.
ALTER TABLE clients ADD COLUMN deleted_at INTEGER;

CREATE INDEX clients_deleted ON clients (id) WHERE deleted_at IS NOT NULL;
