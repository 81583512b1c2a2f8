//! A strict reader of lcov tracefiles: every record whole, every sum right.

/// What a tracefile says of a file.
pub struct File {
    pub name: String,
    /// Block and branch, and how often it was taken; none where its block was not reached.
    pub branches: Vec<((usize, usize), Option<u64>)>,
    /// How often each line was.
    pub lines: Vec<(usize, u64)>,
}

/// The files of a tracefile.
pub fn read(text: &str) -> Vec<File> {
    let mut files: Vec<File> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        if line == "end_of_record" {
            assert!(open, "no record is open");
            open = false;
            continue;
        }
        let (key, value) = line.split_once(':').expect("a key");
        let number = |text: &str| text.parse::<u64>().expect("a number");
        if key == "SF" {
            assert!(!open, "a record is not closed");
            open = true;
            assert!(files.iter().all(|file| file.name != value), "{value} comes twice");
            files.push(File { name: value.to_owned(), branches: Vec::new(), lines: Vec::new() });
            continue;
        }
        if key == "TN" {
            assert!(value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'), "{value}");
            continue;
        }
        assert!(open, "{line} is of no file");
        let file = files.last_mut().expect("a file");
        let fields = value.split(',').collect::<Vec<_>>();
        match (key, &fields[..]) {
            ("FN", [line, _]) => assert!(number(line) > 0),
            ("FNDA", [count, _]) => drop(number(count)),
            ("FNF" | "FNH", [count]) => assert!(number(count) <= 1),
            ("BRDA", [line, block, branch, taken]) => {
                assert!(number(line) > 0);
                let place = (number(block) as usize, number(branch) as usize);
                assert!(file.branches.iter().all(|(known, _)| *known != place), "{place:?} twice");
                file.branches.push((place, (*taken != "-").then(|| number(taken))));
            }
            ("BRF", [found]) => assert_eq!(number(found), file.branches.len() as u64),
            ("BRH", [hit]) => {
                let taken = file.branches.iter().filter(|(_, taken)| taken.is_some_and(|n| n > 0));
                assert_eq!(number(hit), taken.count() as u64);
            }
            ("DA", [line, count]) => {
                let line = number(line) as usize;
                assert!(file.lines.last().is_none_or(|(last, _)| *last < line), "order of lines");
                file.lines.push((line, number(count)));
            }
            ("LF", [found]) => assert_eq!(number(found), file.lines.len() as u64),
            ("LH", [hit]) => {
                let hits = file.lines.iter().filter(|(_, count)| *count > 0).count();
                assert_eq!(number(hit), hits as u64);
            }
            _ => panic!("{line} is no line of lcov"),
        }
    }
    assert!(!open, "the last record is not closed");
    files
}
