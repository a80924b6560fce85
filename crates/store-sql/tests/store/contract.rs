//! The contract suites of the crates that own the traits, all of them, on both databases.

mod sqlite {
    mod auth {
        use crate::fixture::Fresh;

        hodlxxi_auth::challenge_store_contract!(Fresh::sqlite().database);
        hodlxxi_auth::challenge_purge_contract!(Fresh::sqlite().database);
        hodlxxi_auth::account_store_contract!(Fresh::sqlite().database);
    }

    mod oauth {
        use crate::fixture::Fresh;

        hodlxxi_oauth::store_contract!(Fresh::sqlite());
        hodlxxi_oauth::purge_contract!(Fresh::sqlite());
    }
}

mod postgres {
    mod auth {
        use crate::fixture::Fresh;

        hodlxxi_auth::challenge_store_contract!(Fresh::postgres().database);
        hodlxxi_auth::challenge_purge_contract!(Fresh::postgres().database);
        hodlxxi_auth::account_store_contract!(Fresh::postgres().database);
    }

    mod oauth {
        use crate::fixture::Fresh;

        hodlxxi_oauth::store_contract!(Fresh::postgres());
        hodlxxi_oauth::purge_contract!(Fresh::postgres());
    }
}
