//! Preference centers: their pages, which aren't messages, and their settings.

use serde_json::{Value as Json, json};

use super::files::{Pulled, PulledFile};

/// The folder of all preference centers, in the workspace.
const FOLDER: &str = "preference_centers";

/// The pages: the file, and the member of Braze's document.
const PAGES: [(&str, &str); 3] = [
    ("page.html", "preference_center_page_html"),
    ("confirmation.html", "confirmation_page_html"),
    ("redirect.html", "redirect_page_html"),
];

/// Returns a preference center as files: a file for each page, and `settings.json`.
///
/// # Errors
/// If it has no page: an answer without one isn't one with an empty page.
pub(super) fn files(json: &Json, place: &str) -> Result<Pulled, String> {
    let page = |member: &str| json.get(member).and_then(Json::as_str);
    if page(PAGES[0].1).is_none() {
        return Err(format!("it has no string `{}`", PAGES[0].1));
    }
    let file = |name: &str, contents: String| PulledFile {
        path: format!("{FOLDER}/{place}/{name}"),
        contents,
        is_placeholder: false,
    };
    let pages = PAGES.iter().filter_map(|(name, member)| {
        let contents = page(member).filter(|contents| !contents.is_empty())?;
        Some(file(name, contents.to_owned()))
    });
    let settings = json!({
        "title": json.get("preference_center_title"),
        "state": json.get("state"),
        "options": json.get("preference_center_options"),
    });
    let settings = file("settings.json", format!("{settings:#}\n"));
    Ok(Pulled { files: pages.chain([settings]).collect(), gaps: Vec::new() })
}
