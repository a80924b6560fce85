//! The contract suites of the crates that own the traits. What Redis does not keep, the stores in
//! memory do.

mod auth {
    use std::sync::Arc;

    use hodlxxi_auth::memory::MemoryStore;
    use hodlxxi_store_redis::PeopleCache;

    use crate::fixture::Fresh;

    fn people() -> PeopleCache {
        let store = Arc::new(MemoryStore::default());
        PeopleCache::new(Fresh::new().redis, store.clone(), store)
    }

    hodlxxi_auth::challenge_store_contract!(Fresh::new().redis);
    hodlxxi_auth::account_store_contract!(people());
}

mod limit {
    use crate::fixture::Fresh;

    hodlxxi_limit::limit_store_contract!(Fresh::new().redis);
}

mod lnurl {
    use crate::fixture::Fresh;

    hodlxxi_lnurl::auth_session_store_contract!(Fresh::new().redis);
}

mod oauth {
    use crate::fixture::Fresh;

    hodlxxi_oauth::store_contract!(Fresh::new());
}
