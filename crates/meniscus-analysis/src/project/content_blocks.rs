use std::path::Path;
use std::sync::Arc;

use super::links;
use super::reading::read;
use super::unusable::Unusable;
use crate::dialect::BRAZE;
use crate::files::Files;
use crate::render::ContentBlock;
use crate::syntax::{ParseOptions, parse_after};
use crate::text::Source;

/// Returns the content blocks of a folder, by name: `NAME.liquid` or `NAME.html`. A missing folder
/// has none.
///
/// YAML front matter, as braze-sync writes it, isn't part of the block.
///
/// Unreadable files are included as errors.
pub(super) fn each(
    files: &dyn Files,
    root: &Path,
    shown: &str,
    options: ParseOptions,
) -> Vec<Result<(String, ContentBlock), Unusable>> {
    let mut blocks = Vec::new();
    let paths = match links::files_below(files, root, &root.join(shown)) {
        Ok(paths) => paths,
        Err(error) => {
            let (name, shown) = (shown.to_owned(), shown.to_owned());
            return vec![Err(Unusable { name, shown, error })];
        }
    };
    for path in paths {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if !matches!(ending, "liquid" | "html") {
            continue;
        }
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let (name, shown) = (name.to_owned(), format!("{shown}/{file}"));
        let source =
            links::refuse_unfit(files, root, &path).and_then(|()| read(files, &path, &shown));
        blocks.push(match source {
            Ok(source) => Ok((name, block_of(&source, options))),
            Err(error) => Err(Unusable { name, shown, error }),
        });
    }
    blocks
}

#[must_use]
pub fn block_of(source: &Arc<Source>, options: ParseOptions) -> ContentBlock {
    let start = front_matter(source.text());
    ContentBlock { template: Arc::new(parse_after(source, start, &BRAZE, options)) }
}

/// Returns where the text after YAML front matter starts.
fn front_matter(text: &str) -> usize {
    let Some(rest) = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n")) else {
        return 0;
    };
    let mut at = text.len() - rest.len();
    for line in rest.split_inclusive('\n') {
        at += line.len();
        if line.trim_end() == "---" {
            return at;
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::front_matter;

    #[test]
    fn front_matter_ends_at_its_second_line_of_dashes() {
        assert_eq!(front_matter("---\nname: x\n---\nHi"), 16);
        assert_eq!(front_matter("---\r\nname: x\r\n---\r\nHi"), 19);
        assert_eq!(front_matter("Hi\n---\n"), 0);
        assert_eq!(front_matter("---\nno end"), 0);
    }
}
