//! What programs leave beside a file that is open in them.

use std::path::Path;

use super::UNFINISHED;

/// Whether a file is there only while another one is edited or written: a lock or a copy of Emacs
/// (`.#a.html`, `#a.html#`), a backup (`a.html~`), a swap file of Vim, the metadata of macOS
/// (`._a.html`), or an incomplete file of ours. A workspace doesn't have such files.
#[must_use]
pub fn is_beside(path: &Path) -> bool {
    let Some(name) = path.file_name().map(|name| name.to_string_lossy()) else { return false };
    let is_hidden = [UNFINISHED, ".#", "._"].iter().any(|start| name.starts_with(start));
    let is_swap = name.starts_with('.') && name.ends_with(".swp");
    let is_copy = name.len() > 2 && name.starts_with('#') && name.ends_with('#');
    is_hidden || is_swap || is_copy || name.ends_with('~')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_editors_are_beside_others() {
        for name in [".#a.html", "._a.html", "#a.html#", "a.html~", ".a.html.swp", ".meniscus-1"] {
            assert!(is_beside(&Path::new("templates").join(name)), "{name}");
        }
        for name in ["a.html", ".hidden.html", "#1.liquid", "a#", "a.swp", "#", "##", "._/a.html"] {
            assert!(!is_beside(&Path::new("templates").join(name)), "{name}");
        }
    }
}
