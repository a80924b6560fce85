//! What becomes of the service when a part of it is lost: real servers are stopped, hung, filled up and killed.

mod clock;
mod database;
mod disk;
mod kill;
mod master_key;
mod stop;

use hodlxxi_tests::node::Settings;

/// Settings of a node that is asked more than a person would.
fn settings(more: &[(&str, &str)]) -> Settings {
    let all = [("HODLXXI_RATE_LIMITS", "off")];
    let all = all.iter().chain(more);
    all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}
