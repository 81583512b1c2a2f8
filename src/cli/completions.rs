use anyhow::Result;
use clap::CommandFactory;

use super::Verdict;
use super::arguments::Arguments;

pub(super) fn run(shell: clap_complete::Shell) -> Result<Verdict> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "meniscus", &mut text);
    super::terminal::print_exact(&String::from_utf8_lossy(&text))?;
    Ok(Verdict::Fine)
}
