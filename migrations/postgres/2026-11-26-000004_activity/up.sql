-- What a person sees of the audit log: failed sign-ins, which anybody can add to, by themselves. The twin for
-- SQLite has the same.
--
-- Two indexes in place of one, so that each entry is in one of them as before, and a page of either part reads no entry
-- of the other. A program that does not know of them goes on.

DROP INDEX audit_entries_user;
CREATE INDEX audit_entries_acts ON audit_entries (user_id, id) WHERE user_id IS NOT NULL AND action <> 'auth.sign_in_failed';
CREATE INDEX audit_entries_failures ON audit_entries (user_id, id) WHERE user_id IS NOT NULL AND action = 'auth.sign_in_failed';
