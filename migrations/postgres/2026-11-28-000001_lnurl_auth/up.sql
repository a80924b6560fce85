-- Sign-ins with Lightning wallets. The twin for SQLite has the same.

-- Sign-ins under way, until some time after their end.
CREATE TABLE lnurl_sessions (
    -- The hash of what the wallet signs.
    k1_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(k1_hash) = 43),
    -- The hash of the mark of the browser that asked.
    browser_hash TEXT COLLATE "C" NOT NULL CHECK (length(browser_hash) = 43),
    action TEXT NOT NULL CHECK (action IN ('register', 'login', 'link', 'auth')),
    -- The session that it is about. It may end before: no foreign key.
    session_id TEXT COLLATE "C",
    expires_at BIGINT NOT NULL,
    -- The key that approved it, and when, in microseconds.
    public_key TEXT COLLATE "C" CHECK (length(public_key) = 66),
    approved_at BIGINT,
    redeemed BOOLEAN NOT NULL,
    CHECK ((public_key IS NULL) = (approved_at IS NULL)),
    CHECK (approved_at IS NOT NULL OR NOT redeemed)
);

CREATE INDEX lnurl_sessions_approvals ON lnurl_sessions (approved_at) WHERE approved_at IS NOT NULL;
CREATE INDEX lnurl_sessions_expiry ON lnurl_sessions (expires_at);
