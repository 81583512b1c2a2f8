use super::summary;
use super::{Findings, option_of};
use crate::diagnostic::Diagnostic;
use crate::report::human::{Drawer, Look};

/// Most diagnostics drawn for one file.
const MAX_DRAWN: usize = 100;

/// Appends each diagnostic drawn by miette, with its fix, and a summary line.
pub fn human(findings: &Findings<'_>, look: Look, out: &mut String) {
    let mut drawer = Drawer::new(look).hiding(findings.diagnostics);
    let of_one_file =
        |a: &Diagnostic, b: &Diagnostic| a.primary.source.name() == b.primary.source.name();
    for diagnostics in findings.diagnostics.chunk_by(of_one_file) {
        for diagnostic in diagnostics.iter().take(MAX_DRAWN) {
            drawer.draw(diagnostic, help(diagnostic), out);
            out.push('\n');
        }
        let more = diagnostics.len().saturating_sub(MAX_DRAWN);
        if more > 0 {
            let name = diagnostics[0].primary.source.name();
            out.push_str(&format!(
                "note: {more} more in {name}; see all with `--format compact`\n\n"
            ));
        }
    }
    out.push_str(&summary::line(&summary::counts(findings)));
    out.push('\n');
}

/// Combines help and fix, once if both say the same.
fn help(diagnostic: &Diagnostic) -> Option<String> {
    let Some(fix) = &diagnostic.fix else { return diagnostic.help.clone() };
    let option = option_of(fix);
    match &diagnostic.help {
        Some(help) if *help != fix.title => {
            Some(format!("{help}\nfix: {} (`{option}`)", fix.title))
        }
        _ => Some(format!("{} (`{option}`)", fix.title)),
    }
}
