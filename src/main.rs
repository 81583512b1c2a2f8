//! The command line of meniscus.

fn main() {}
