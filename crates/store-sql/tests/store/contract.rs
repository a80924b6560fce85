//! The contract suites of the crates that own the traits, all of them.

mod auth {
    use crate::fixture::Fresh;

    hodlxxi_auth::challenge_store_contract!(Fresh::new().database);
    hodlxxi_auth::account_store_contract!(Fresh::new().database);
}

mod oauth {
    use crate::fixture::Fresh;

    hodlxxi_oauth::store_contract!(Fresh::new());
}
