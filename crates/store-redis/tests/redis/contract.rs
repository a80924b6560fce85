//! The contract suites of the crates that own the traits. What Redis does not keep, the stores in
//! memory do.

mod auth {
    use crate::fixture::Fresh;

    hodlxxi_auth::challenge_store_contract!(Fresh::new().redis);
}

mod oauth {
    use crate::fixture::Fresh;

    hodlxxi_oauth::store_contract!(Fresh::new());
}
