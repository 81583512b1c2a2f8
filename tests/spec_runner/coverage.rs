use std::collections::BTreeSet;
use std::path::Path;

use libtest_mimic::{Failed, Trial};
use meniscus::dialect::families::FAMILIES;
use meniscus::dialect::filters::FILTERS;
use meniscus::dialect::tags::{CONNECTED_CONTENT_OPTIONS, TAGS};

/// Tests that everything in the dialect's lists has its page, and that every page is in a list.
pub fn trials(spec: &Path) -> Vec<Trial> {
    let tags = TAGS.iter().map(|tag| match tag.syntax.name {
        "#" => "inline_comment",
        name => name,
    });
    let families = FAMILIES.iter().map(|family| match family.name {
        "" => "profile",
        name => name,
    });
    let filters = FILTERS.iter().map(|filter| filter.name);
    vec![
        pages_match(spec, "tags", tags.collect()),
        pages_match(spec, "filters", filters.collect()),
        pages_match(spec, "families", families.collect()),
        options_are_used(spec),
    ]
}

fn pages_match(spec: &Path, folder: &'static str, listed: BTreeSet<&'static str>) -> Trial {
    let path = spec.join(folder);
    Trial::test(format!("every one of the {folder} has its page"), move || {
        let mut problems = Vec::new();
        for name in &listed {
            if !path.join(format!("{name}.md")).is_file() {
                problems.push(format!("create tests/spec/{folder}/{name}.md"));
            }
        }
        for entry in std::fs::read_dir(&path)?.flatten() {
            let file = entry.path();
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            if !listed.contains(&*name) {
                problems.push(format!("tests/spec/{folder}/{name}.md is about nothing there is"));
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(Failed::from(problems.join("\n"))) }
    })
}

fn options_are_used(spec: &Path) -> Trial {
    let path = spec.join("connected_content");
    Trial::test("every option of connected_content is on a page", move || {
        let mut text = String::new();
        for entry in std::fs::read_dir(&path)?.flatten() {
            text.push_str(&std::fs::read_to_string(entry.path())?);
        }
        let unused = CONNECTED_CONTENT_OPTIONS
            .iter()
            .filter(|option| {
                let used = |close| text.contains(&format!(" :{}{close}", option.name));
                ![" ", "\n", "%"].into_iter().any(used)
            })
            .map(|option| {
                format!("use `:{}` on a page of tests/spec/connected_content", option.name)
            })
            .collect::<Vec<_>>();
        if unused.is_empty() { Ok(()) } else { Err(Failed::from(unused.join("\n"))) }
    })
}
