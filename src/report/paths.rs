use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Label};
use crate::text::Source;

/// How files of a workspace are named for whoever started the program: relative to the folder that
/// it was started in, which for a hook or CI is that of the repository.
#[derive(Clone, Debug)]
pub struct Paths {
    root: PathBuf,
    start: PathBuf,
}

impl Paths {
    /// The paths of a workspace in the folder `root`, seen from the folder `start`; both absolute.
    #[must_use]
    pub fn new(root: &Path, start: &Path) -> Paths {
        Paths { root: root.to_owned(), start: start.to_owned() }
    }

    /// A file's path as it is seen from there, with `/`; `name` is relative to the workspace. A name
    /// that is not a path (`<stdin>`) stays as it is, and so does a file that neither lies below
    /// that folder nor in a workspace around it: its path is absolute.
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

    /// Names files in diagnostics as they are seen from there.
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
        // The sources are kept until the end: an address stands for one of them all the while.
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
