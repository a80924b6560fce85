//! The tables as diesel knows them, in types that both databases have.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    schema_info (id) {
        id -> BigInt,
        oldest_version -> Text,
        deployment -> Nullable<Text>,
        remembers_since -> Nullable<BigInt>,
    }
}

table! {
    users (id) {
        id -> Text,
        name -> Nullable<Text>,
        granted_level -> Nullable<Text>,
        is_guest -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
        disabled_at -> Nullable<BigInt>,
        merged_at -> Nullable<BigInt>,
        deletes_at -> Nullable<BigInt>,
        one_key_enough_at -> Nullable<BigInt>,
    }
}

table! {
    linked_keys (identity) {
        identity -> Text,
        user_id -> Text,
        public_key -> Nullable<Text>,
        method -> Text,
        address -> Nullable<Text>,
        label -> Nullable<Text>,
        added_at -> BigInt,
        last_used_at -> BigInt,
        primary_since -> Nullable<BigInt>,
        frozen_at -> Nullable<BigInt>,
        acknowledged_at -> Nullable<BigInt>,
    }
}

table! {
    devices (user_id, mark) {
        user_id -> Text,
        mark -> Text,
        user_agent -> Nullable<Text>,
        identity -> Nullable<Text>,
        first_seen_at -> BigInt,
        acknowledged_at -> Nullable<BigInt>,
    }
}

table! {
    merged_accounts (id) {
        id -> Text,
        user_id -> Text,
        merged_at -> BigInt,
    }
}

table! {
    subject_aliases (user_id, client_id) {
        user_id -> Text,
        client_id -> Text,
        known_as -> Text,
    }
}

table! {
    sessions (id) {
        id -> Text,
        secret_hash -> Text,
        user_id -> Text,
        identity -> Nullable<Text>,
        address -> Nullable<Text>,
        method -> Text,
        auth_time -> BigInt,
        last_seen_at -> BigInt,
        expires_at -> BigInt,
        user_agent -> Nullable<Text>,
    }
}

table! {
    spent_challenges (challenge_hash) {
        challenge_hash -> Text,
        failures -> BigInt,
        spent -> Bool,
        expires_at -> BigInt,
    }
}

table! {
    lnurl_sessions (k1_hash) {
        k1_hash -> Text,
        browser_hash -> Text,
        action -> Text,
        session_id -> Nullable<Text>,
        expires_at -> BigInt,
        public_key -> Nullable<Text>,
        approved_at -> Nullable<BigInt>,
        redeemed -> Bool,
    }
}

table! {
    clients (id) {
        id -> Text,
        secret_hash -> Nullable<Text>,
        registration_token_hash -> Nullable<Text>,
        metadata -> Text,
        origin -> Text,
        verified -> Bool,
        created_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
        disabled_at -> Nullable<BigInt>,
        disabled_count -> BigInt,
        tier -> Nullable<Text>,
        owner_user_id -> Nullable<Text>,
        previous_secret_hash -> Nullable<Text>,
        previous_secret_until -> Nullable<BigInt>,
        deleted_at -> Nullable<BigInt>,
    }
}

table! {
    initial_access_tokens (token_hash) {
        token_hash -> Text,
        uses_left -> BigInt,
        expires_at -> BigInt,
    }
}

table! {
    authorization_codes (code_hash) {
        code_hash -> Text,
        client_id -> Text,
        redirect_uri -> Text,
        redirect_uri_given -> Bool,
        code_challenge -> Nullable<Text>,
        user_id -> Text,
        session_id -> Text,
        authorized -> Text,
        expires_at -> BigInt,
        client_disabled_count -> BigInt,
    }
}

table! {
    session_clients (session_id, client_id) {
        session_id -> Text,
        user_id -> Text,
        client_id -> Text,
        first_code_expires_at -> BigInt,
    }
}

table! {
    grants (id) {
        id -> Text,
        client_id -> Text,
        user_id -> Nullable<Text>,
        authorized -> Nullable<Text>,
        code_hash -> Nullable<Text>,
        created_at -> BigInt,
        last_used_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
        kept_until -> BigInt,
    }
}

table! {
    access_tokens (token_hash) {
        token_hash -> Text,
        grant_id -> Text,
        scope -> Text,
        audience -> Text,
        issued_at -> BigInt,
        expires_at -> BigInt,
    }
}

table! {
    refresh_tokens (token_hash) {
        token_hash -> Text,
        grant_id -> Text,
        generation -> BigInt,
        issued_at -> BigInt,
        idle_expires_at -> BigInt,
        family_expires_at -> BigInt,
        rotated_at -> Nullable<BigInt>,
        sealed_answer -> Nullable<Binary>,
    }
}

table! {
    consents (user_id, client_id) {
        user_id -> Text,
        client_id -> Text,
        scope -> Text,
        claims -> Text,
        first_allowed_at -> BigInt,
        consent_id -> Nullable<Text>,
    }
}

table! {
    replays (id_hash) {
        id_hash -> Text,
        expires_at -> BigInt,
    }
}

table! {
    rate_limits (key) {
        key -> Text,
        tat -> BigInt,
        at -> BigInt,
    }
}

table! {
    logout_deliveries (id) {
        id -> Text,
        client_id -> Text,
        user_id -> Text,
        session_id -> Text,
        attempts -> BigInt,
        due_at -> BigInt,
    }
}

table! {
    signing_keys (kid) {
        kid -> Text,
        alg -> Text,
        generation -> BigInt,
        sealed_private -> Binary,
        created_at -> BigInt,
        signs_from -> BigInt,
        retires_at -> Nullable<BigInt>,
    }
}

table! {
    audit_entries (id) {
        id -> Text,
        seal -> BigInt,
        happened_at -> BigInt,
        action -> Text,
        outcome -> Text,
        actor -> Text,
        client_id -> Nullable<Text>,
        request_id -> Nullable<Text>,
        detail -> Nullable<Text>,
        personal_hash -> Binary,
        salt -> Nullable<Binary>,
        user_id -> Nullable<Text>,
        session_id -> Nullable<Text>,
        key_name -> Nullable<Text>,
        address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
    }
}

table! {
    audit_seals (number) {
        number -> BigInt,
        sealed_at -> BigInt,
        previous -> Binary,
        members -> Text,
        head -> Binary,
        signature -> Binary,
    }
}

table! {
    audit_checkpoints (number) {
        number -> BigInt,
        head -> Binary,
        entries -> BigInt,
        expired_at -> BigInt,
        signature -> Binary,
    }
}

joinable!(linked_keys -> users (user_id));
joinable!(sessions -> users (user_id));
joinable!(authorization_codes -> clients (client_id));
joinable!(authorization_codes -> users (user_id));
joinable!(session_clients -> clients (client_id));
joinable!(grants -> clients (client_id));
joinable!(grants -> users (user_id));
joinable!(access_tokens -> grants (grant_id));
joinable!(refresh_tokens -> grants (grant_id));
joinable!(consents -> clients (client_id));

allow_tables_to_appear_in_same_query!(
    users,
    linked_keys,
    sessions,
    clients,
    authorization_codes,
    session_clients,
    grants,
    access_tokens,
    refresh_tokens,
    consents,
    devices,
    merged_accounts,
    subject_aliases,
);
allow_tables_to_appear_in_same_query!(audit_entries, audit_seals);
