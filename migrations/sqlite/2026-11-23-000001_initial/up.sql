-- The initial schema on SQLite. Its twin for PostgreSQL has the same tables, columns and indexes.
--
-- Times are Unix seconds; ids are text; hashes of secrets are 43 characters of base64url; JSON is text.

-- What this schema asks of the programs that use it.
CREATE TABLE schema_info (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    -- The newest migration that the oldest program still welcome here knows.
    oldest_version TEXT NOT NULL
) STRICT;

INSERT INTO schema_info (id, oldest_version) VALUES (1, '20261123000001');

-- People.

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT,
    granted_level TEXT CHECK (granted_level IN ('guest', 'limited', 'full', 'special')),
    is_guest INTEGER NOT NULL CHECK (is_guest IN (0, 1)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    disabled_at INTEGER
) STRICT;

CREATE INDEX users_guests ON users (id) WHERE is_guest;

CREATE TABLE linked_keys (
    identity TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    public_key TEXT,
    method TEXT NOT NULL,
    address TEXT,
    label TEXT,
    added_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    UNIQUE (user_id, identity)
) STRICT;

CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    secret_hash TEXT NOT NULL UNIQUE CHECK (length(secret_hash) = 43),
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The key it was opened with, which belongs to the same user; none for guests.
    identity TEXT,
    -- The address named at this sign-in.
    address TEXT,
    method TEXT NOT NULL,
    auth_time INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    user_agent TEXT,
    FOREIGN KEY (user_id, identity) REFERENCES linked_keys (user_id, identity) ON DELETE CASCADE
) STRICT;

CREATE INDEX sessions_user_key ON sessions (user_id, identity);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE spent_challenges (
    challenge_hash TEXT NOT NULL PRIMARY KEY CHECK (length(challenge_hash) = 43),
    failures INTEGER NOT NULL CHECK (failures >= 0),
    spent INTEGER NOT NULL CHECK (spent IN (0, 1)),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX spent_challenges_expiry ON spent_challenges (expires_at);

-- Clients.

CREATE TABLE clients (
    id TEXT NOT NULL PRIMARY KEY,
    secret_hash TEXT CHECK (length(secret_hash) = 43),
    registration_token_hash TEXT CHECK (length(registration_token_hash) = 43),
    metadata TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('registered', 'administrator')),
    verified INTEGER NOT NULL CHECK (verified IN (0, 1)),
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    disabled_at INTEGER
) STRICT;

CREATE INDEX clients_unused ON clients (created_at) WHERE last_used_at IS NULL;

CREATE TABLE initial_access_tokens (
    token_hash TEXT NOT NULL PRIMARY KEY CHECK (length(token_hash) = 43),
    uses_left INTEGER NOT NULL CHECK (uses_left >= 0),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Codes, grants and tokens.

CREATE TABLE authorization_codes (
    code_hash TEXT NOT NULL PRIMARY KEY CHECK (length(code_hash) = 43),
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    redirect_uri TEXT NOT NULL,
    redirect_uri_given INTEGER NOT NULL CHECK (redirect_uri_given IN (0, 1)),
    code_challenge TEXT,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    session_id TEXT NOT NULL,
    -- All that the person allowed, user and session among it: JSON.
    authorized TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX authorization_codes_client ON authorization_codes (client_id);
CREATE INDEX authorization_codes_user_client ON authorization_codes (user_id, client_id);
CREATE INDEX authorization_codes_expiry ON authorization_codes (expires_at);

-- Which clients took part in a session. It outlives the session until the logout is queued.
CREATE TABLE session_clients (
    session_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    -- When the first code that the client got in the session ends.
    first_code_expires_at INTEGER NOT NULL,
    PRIMARY KEY (session_id, client_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX session_clients_client ON session_clients (client_id);
CREATE INDEX session_clients_age ON session_clients (first_code_expires_at);

CREATE TABLE grants (
    id TEXT NOT NULL PRIMARY KEY,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    -- The person and what they allowed (JSON); neither for client credentials.
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    authorized TEXT,
    -- The code it came from: one code, one grant.
    code_hash TEXT UNIQUE CHECK (length(code_hash) = 43),
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    revoked_at INTEGER,
    -- From when on the row serves nothing any more: no token is live, no second use of the code has to be noticed.
    kept_until INTEGER NOT NULL,
    CHECK ((user_id IS NULL) = (authorized IS NULL))
) STRICT;

CREATE INDEX grants_client ON grants (client_id);
CREATE INDEX grants_user_client ON grants (user_id, client_id) WHERE user_id IS NOT NULL;
CREATE INDEX grants_age ON grants (kept_until);

CREATE TABLE access_tokens (
    token_hash TEXT NOT NULL PRIMARY KEY CHECK (length(token_hash) = 43),
    grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    scope TEXT NOT NULL,
    audience TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX access_tokens_grant ON access_tokens (grant_id);
CREATE INDEX access_tokens_expiry ON access_tokens (expires_at);

CREATE TABLE refresh_tokens (
    token_hash TEXT NOT NULL PRIMARY KEY CHECK (length(token_hash) = 43),
    grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    -- 0 for the first of a family; a successor's is one more than its predecessor's.
    generation INTEGER NOT NULL CHECK (generation >= 0),
    issued_at INTEGER NOT NULL,
    idle_expires_at INTEGER NOT NULL,
    family_expires_at INTEGER NOT NULL,
    rotated_at INTEGER,
    -- The answer of the rotation, sealed. Cleared by the successor's rotation, or by a purge an hour after this one.
    sealed_answer BLOB,
    UNIQUE (grant_id, generation)
) STRICT;

CREATE INDEX refresh_tokens_answers ON refresh_tokens (rotated_at) WHERE sealed_answer IS NOT NULL;
CREATE INDEX refresh_tokens_rotated ON refresh_tokens (idle_expires_at) WHERE rotated_at IS NOT NULL;

CREATE TABLE consents (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    scope TEXT NOT NULL,
    claims TEXT NOT NULL,
    first_allowed_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, client_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX consents_client ON consents (client_id);

CREATE TABLE replays (
    id_hash TEXT NOT NULL PRIMARY KEY CHECK (length(id_hash) = 43),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX replays_expiry ON replays (expires_at);

-- Logouts still to be told. The user may be gone by then: no foreign key.
CREATE TABLE logout_deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    due_at INTEGER NOT NULL
) STRICT;

CREATE INDEX logout_deliveries_client ON logout_deliveries (client_id);
CREATE INDEX logout_deliveries_due ON logout_deliveries (due_at);

CREATE TABLE signing_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    alg TEXT NOT NULL,
    generation INTEGER NOT NULL,
    sealed_private BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    signs_from INTEGER NOT NULL,
    retires_at INTEGER,
    UNIQUE (alg, generation)
) STRICT;
