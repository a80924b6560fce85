//! The bare server, which the product is compared with; `hodlxxi-load` starts it.

use clap::Parser;
use hodlxxi_load::bare::Bare;

/// The product's, so that what is compared is not the allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    bare: Bare,
}

fn main() -> std::io::Result<()> {
    Arguments::parse().bare.run()
}
