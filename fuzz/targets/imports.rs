//! Any text is imported or refused with what to do, and what is written for it can be read.
#![no_main]

use std::collections::BTreeMap;
use std::path::Path;

use libfuzzer_sys::fuzz_target;
use meniscus::live::redact::{RedactOptions, Redactor};
use meniscus::import::{Asked, Input, files, read};

fuzz_target!(|input: (&str, bool)| {
    let (text, is_asked) = input;
    let asked = Asked { method: None, url: "https://api.example/x?y=1", body: None };
    let path = Path::new("notes.txt");
    let input = Input { path, shown: "notes.txt", text, asked: is_asked.then_some(asked) };
    match read(&input, None) {
        Ok(import) => {
            let mut redactor =
                Redactor::new(RedactOptions { detect: true, ..RedactOptions::default() });
            let made = files(&[import], &mut redactor, Path::new("recordings"), &BTreeMap::new());
            for file in made {
                serde_json::from_str::<serde_json::Value>(&file.contents).expect("JSON");
                assert!(file.path.split('/').all(|part| part != ".."), "{}", file.path);
            }
        }
        Err(error) => assert!(!error.to_string().is_empty() && !error.help.is_empty()),
    }
});
