//! The bare server, which the product is compared with; `hodlxxi-load` starts it.

use clap::Parser;
use hodlxxi_load::bare::Bare;

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    bare: Bare,
}

fn main() -> std::io::Result<()> {
    Arguments::parse().bare.run()
}
