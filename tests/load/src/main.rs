//! Measures the built server, and prints the table.

use clap::Parser;
use hodlxxi_load::run::Run;

#[derive(Parser)]
#[command(about = "Measures the built server beside its bare stack")]
struct Arguments {
    #[command(flatten)]
    run: Run,
}

fn main() {
    Arguments::parse().run.run();
}
