-- The initial schema on PostgreSQL. Its twin for SQLite has the same tables, columns and indexes.
--
-- Times are Unix seconds; ids are text; hashes of secrets are 43 characters of base64url; JSON is text.
-- Ids and hashes sort by their bytes, as they do on SQLite.

-- What this schema asks of the programs that use it.
CREATE TABLE schema_info (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    -- The newest migration that the oldest program still welcome here knows.
    oldest_version TEXT NOT NULL
);

INSERT INTO schema_info (id, oldest_version) VALUES (1, '20261123000001');

-- People.

CREATE TABLE users (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT,
    granted_level TEXT CHECK (granted_level IN ('guest', 'limited', 'full', 'special')),
    is_guest BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    disabled_at BIGINT
);

CREATE INDEX users_guests ON users (id) WHERE is_guest;

CREATE TABLE linked_keys (
    identity TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    public_key TEXT,
    method TEXT NOT NULL,
    address TEXT,
    label TEXT,
    added_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    UNIQUE (user_id, identity)
);

CREATE TABLE sessions (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    secret_hash TEXT COLLATE "C" NOT NULL UNIQUE CHECK (length(secret_hash) = 43),
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The key it was opened with, which belongs to the same user; none for guests.
    identity TEXT COLLATE "C",
    -- The address named at this sign-in.
    address TEXT,
    method TEXT NOT NULL,
    auth_time BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    user_agent TEXT,
    FOREIGN KEY (user_id, identity) REFERENCES linked_keys (user_id, identity) ON DELETE CASCADE
);

CREATE INDEX sessions_user_key ON sessions (user_id, identity);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE spent_challenges (
    challenge_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(challenge_hash) = 43),
    failures BIGINT NOT NULL CHECK (failures >= 0),
    spent BOOLEAN NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX spent_challenges_expiry ON spent_challenges (expires_at);

-- Clients.

CREATE TABLE clients (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    secret_hash TEXT COLLATE "C" CHECK (length(secret_hash) = 43),
    registration_token_hash TEXT COLLATE "C" CHECK (length(registration_token_hash) = 43),
    metadata TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('registered', 'administrator')),
    verified BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    disabled_at BIGINT
);

CREATE INDEX clients_unused ON clients (created_at) WHERE last_used_at IS NULL;

CREATE TABLE initial_access_tokens (
    token_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(token_hash) = 43),
    uses_left BIGINT NOT NULL CHECK (uses_left >= 0),
    expires_at BIGINT NOT NULL
);

-- Codes, grants and tokens.

CREATE TABLE authorization_codes (
    code_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(code_hash) = 43),
    client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    redirect_uri TEXT NOT NULL,
    redirect_uri_given BOOLEAN NOT NULL,
    code_challenge TEXT,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    session_id TEXT COLLATE "C" NOT NULL,
    -- All that the person allowed, user and session among it: JSON.
    authorized TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX authorization_codes_client ON authorization_codes (client_id);
CREATE INDEX authorization_codes_user_client ON authorization_codes (user_id, client_id);
CREATE INDEX authorization_codes_expiry ON authorization_codes (expires_at);

-- Which clients took part in a session. It outlives the session until the logout is queued.
CREATE TABLE session_clients (
    session_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    -- When the first code that the client got in the session ends.
    first_code_expires_at BIGINT NOT NULL,
    PRIMARY KEY (session_id, client_id)
);

CREATE INDEX session_clients_client ON session_clients (client_id);
CREATE INDEX session_clients_age ON session_clients (first_code_expires_at);

CREATE TABLE grants (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    -- The person and what they allowed (JSON); neither for client credentials.
    user_id TEXT COLLATE "C" REFERENCES users (id) ON DELETE CASCADE,
    authorized TEXT,
    -- The code it came from: one code, one grant.
    code_hash TEXT COLLATE "C" UNIQUE CHECK (length(code_hash) = 43),
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    revoked_at BIGINT,
    -- From when on the row serves nothing any more: no token is live, no second use of the code has to be noticed.
    kept_until BIGINT NOT NULL,
    CHECK ((user_id IS NULL) = (authorized IS NULL))
);

CREATE INDEX grants_client ON grants (client_id);
CREATE INDEX grants_user_client ON grants (user_id, client_id) WHERE user_id IS NOT NULL;
CREATE INDEX grants_age ON grants (kept_until);

CREATE TABLE access_tokens (
    token_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(token_hash) = 43),
    grant_id TEXT COLLATE "C" NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    scope TEXT NOT NULL,
    audience TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX access_tokens_grant ON access_tokens (grant_id);
CREATE INDEX access_tokens_expiry ON access_tokens (expires_at);

CREATE TABLE refresh_tokens (
    token_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(token_hash) = 43),
    grant_id TEXT COLLATE "C" NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    -- 0 for the first of a family; a successor's is one more than its predecessor's.
    generation BIGINT NOT NULL CHECK (generation >= 0),
    issued_at BIGINT NOT NULL,
    idle_expires_at BIGINT NOT NULL,
    family_expires_at BIGINT NOT NULL,
    rotated_at BIGINT,
    -- The answer of the rotation, sealed. Cleared by the successor's rotation, or by a purge an hour after this one.
    sealed_answer BYTEA,
    UNIQUE (grant_id, generation)
);

CREATE INDEX refresh_tokens_answers ON refresh_tokens (rotated_at) WHERE sealed_answer IS NOT NULL;
CREATE INDEX refresh_tokens_rotated ON refresh_tokens (idle_expires_at) WHERE rotated_at IS NOT NULL;

CREATE TABLE consents (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    scope TEXT NOT NULL,
    claims TEXT NOT NULL,
    first_allowed_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, client_id)
);

CREATE INDEX consents_client ON consents (client_id);

CREATE TABLE replays (
    id_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(id_hash) = 43),
    expires_at BIGINT NOT NULL
);

CREATE INDEX replays_expiry ON replays (expires_at);

-- Logouts still to be told. The user may be gone by then: no foreign key.
CREATE TABLE logout_deliveries (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    user_id TEXT COLLATE "C" NOT NULL,
    session_id TEXT COLLATE "C" NOT NULL,
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    due_at BIGINT NOT NULL
);

CREATE INDEX logout_deliveries_client ON logout_deliveries (client_id);
CREATE INDEX logout_deliveries_due ON logout_deliveries (due_at);

CREATE TABLE signing_keys (
    kid TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    alg TEXT COLLATE "C" NOT NULL,
    generation BIGINT NOT NULL,
    sealed_private BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    signs_from BIGINT NOT NULL,
    retires_at BIGINT,
    UNIQUE (alg, generation)
);
