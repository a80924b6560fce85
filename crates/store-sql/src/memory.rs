//! Since when what is used is remembered. A restored database has forgotten what was used since the
//! backup; it says so in `schema_info`, and what may have been used before then is refused, as after
//! Redis was emptied.

/// The one row of `schema_info`, if the memory reaches back to the moment `from`: what is inserted from it
/// is inserted only then.
macro_rules! remembering {
    (from $from:expr) => {{
        use $crate::schema::schema_info as s;
        let from = $from.as_unix().saturating_mul(1_000);
        s::table.filter(s::remembers_since.is_null().or(s::remembers_since.le(from)))
    }};
}

pub(crate) use remembering;
