use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;
use url::Url;

use crate::project::normal;

/// Returns the path of a file; `None` for what isn't on this machine's disk, such as `untitled:`.
pub(super) fn path_of(uri: &Uri) -> Option<PathBuf> {
    let url = Url::parse(uri.as_ref()).ok().filter(|url| url.scheme() == "file")?;
    url.to_file_path().ok().map(|path| normal(&path))
}

/// Returns the address of a file.
pub(super) fn uri_of(path: &Path) -> Option<Uri> {
    Url::from_file_path(path).ok().map(|url| Uri(url.into()))
}
