use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Label};
use crate::text::Source;

/// How a workspace's files are named for the user: relative to the working directory, which in a
/// hook or CI is the repository's root.
#[derive(Clone, Debug)]
pub struct Paths {
    root: PathBuf,
    start: PathBuf,
}

impl Paths {
    /// Makes paths of the workspace in `root` relative to `start`; both must be absolute.
    #[must_use]
    pub fn new(root: &Path, start: &Path) -> Paths {
        Paths { root: root.to_owned(), start: start.to_owned() }
    }

    /// Converts a name relative to the workspace to one relative to the working directory, with
    /// `/`. A name that isn't a path (`<stdin>`) is kept. A file that is neither below that folder
    /// nor in a workspace around it gets an absolute path.
    #[must_use]
    pub fn seen(&self, name: &str) -> String {
        if self.root == self.start || name.starts_with('<') || Path::new(name).is_absolute() {
            return name.to_owned();
        }
        let file = self.root.join(name);
        if let Ok(inner) = file.strip_prefix(&self.start) {
            return joined(inner);
        }
        if !self.start.starts_with(&self.root) {
            return joined(&file);
        }
        let up = self.start.components().count();
        let same = self.start.components().zip(file.components()).take_while(|(a, b)| a == b);
        let same = same.count();
        let rest = file.components().skip(same).collect::<PathBuf>();
        format!("{}{}", "../".repeat(up - same), joined(&rest))
    }

    /// Renames the files in diagnostics.
    pub fn name_in(&self, diagnostics: &mut [Diagnostic]) {
        if self.root == self.start {
            return;
        }
        let mut renamed: HashMap<*const Source, Arc<Source>> = HashMap::new();
        let mut rename = |label: &mut Label| {
            let entry = renamed.entry(Arc::as_ptr(&label.source));
            let source = entry
                .or_insert_with(|| Arc::new(label.source.renamed(self.seen(label.source.name()))));
            label.source = Arc::clone(source);
        };
        // The sources are kept until the end, so that addresses stay unique.
        let kept = diagnostics.to_vec();
        for diagnostic in diagnostics {
            rename(&mut diagnostic.primary);
            diagnostic.related.iter_mut().for_each(&mut rename);
        }
        drop(kept);
    }
}

fn joined(path: &Path) -> String {
    let mut text = String::new();
    for part in path.components() {
        match part {
            Component::RootDir => text.push('/'),
            part => {
                if !text.is_empty() && !text.ends_with('/') {
                    text.push('/');
                }
                text.push_str(&part.as_os_str().to_string_lossy());
            }
        }
    }
    text
}

#[cfg(all(test, unix))]
mod tests {
    use std::path::Path;

    use super::Paths;

    #[test]
    fn files_are_named_from_the_folder_of_the_start() {
        let seen = |root: &str, start: &str, name: &str| {
            Paths::new(Path::new(root), Path::new(start)).seen(name)
        };
        assert_eq!(seen("/r", "/r", "templates/a.liquid"), "templates/a.liquid");
        assert_eq!(seen("/r/x", "/r", "templates/a.liquid"), "x/templates/a.liquid");
        assert_eq!(seen("/r", "/r/templates", "templates/a.liquid"), "a.liquid");
        assert_eq!(seen("/r", "/r/docs/x", "templates/a.liquid"), "../../templates/a.liquid");
        assert_eq!(seen("/r", "/s", "a.liquid"), "/r/a.liquid");
        assert_eq!(seen("/r/x", "/r", "<stdin>"), "<stdin>");
        assert_eq!(seen("/r/x", "/r", "/y/a.liquid"), "/y/a.liquid");
    }
}
