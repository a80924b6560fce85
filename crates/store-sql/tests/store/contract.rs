//! The contract suites of the crates that own the traits, all of them, on both databases.

mod sqlite {
    mod audit {
        use crate::fixture::Fresh;

        hodlxxi_audit::audit_store_contract!(Fresh::sqlite().database);
    }

    mod limit {
        use crate::fixture::Fresh;

        hodlxxi_limit::limit_store_contract!(Fresh::sqlite().database);
    }

    mod lnurl {
        use crate::fixture::Fresh;

        hodlxxi_lnurl::auth_session_store_contract!(Fresh::sqlite().database);
        hodlxxi_lnurl::auth_session_purge_contract!(Fresh::sqlite().database);
    }

    mod auth {
        use crate::fixture::Fresh;

        hodlxxi_auth::challenge_store_contract!(Fresh::sqlite().database);
        hodlxxi_auth::challenge_purge_contract!(Fresh::sqlite().database);
        hodlxxi_auth::account_store_contract!(Fresh::sqlite().database);
        hodlxxi_auth::account_acts_contract!(Fresh::sqlite().database);
    }

    mod oauth {
        use crate::fixture::Fresh;

        hodlxxi_oauth::store_contract!(Fresh::sqlite());
        hodlxxi_oauth::purge_contract!(Fresh::sqlite());
    }
}

mod postgres {
    mod audit {
        use crate::fixture::Fresh;

        hodlxxi_audit::audit_store_contract!(Fresh::postgres().database);
    }

    mod limit {
        use crate::fixture::Fresh;

        hodlxxi_limit::limit_store_contract!(Fresh::postgres().database);
    }

    mod lnurl {
        use crate::fixture::Fresh;

        hodlxxi_lnurl::auth_session_store_contract!(Fresh::postgres().database);
        hodlxxi_lnurl::auth_session_purge_contract!(Fresh::postgres().database);
    }

    mod auth {
        use crate::fixture::Fresh;

        hodlxxi_auth::challenge_store_contract!(Fresh::postgres().database);
        hodlxxi_auth::challenge_purge_contract!(Fresh::postgres().database);
        hodlxxi_auth::account_store_contract!(Fresh::postgres().database);
        hodlxxi_auth::account_acts_contract!(Fresh::postgres().database);
    }

    mod oauth {
        use crate::fixture::Fresh;

        hodlxxi_oauth::store_contract!(Fresh::postgres());
        hodlxxi_oauth::purge_contract!(Fresh::postgres());
    }
}
