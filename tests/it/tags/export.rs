//! The file for SessionM.

use std::io::Write as _;
use std::process::Stdio;

use super::live_workspace::{Place, code, stderr, stdout};
use super::{place, sessionm};

fn workspace(segment: &[u8]) -> Place {
    let place = place(&sessionm(), []);
    std::fs::write(place.path("s.csv"), segment).expect("written");
    place
}

#[test]
fn a_row_is_written_for_each_customer_and_tag() {
    let place = workspace(
        "\u{feff}Email,User ID\r\na@x.example,\"b,1\"\r\nb@x.example, c2 \r\n".as_bytes(),
    );
    let output =
        place.run(&["tags", "--csv", "s.csv", "--tag", "spring", "two \"words\"", "--ttl", "60"]);
    assert_eq!((code(&output), &*stderr(&output)), (0, ""));
    assert_eq!(
        stdout(&output),
        "customer,tag,ttl\n\"b,1\",spring,60\n\"b,1\",\"two \"\"words\"\"\",60\nc2,spring,60\nc2,\"two \"\"words\"\"\",60\n"
    );
    let output = place.run(&["tags", "--csv", "s.csv", "--tag", "visits"]);
    assert_eq!(stdout(&output), "customer,tag,ttl\n\"b,1\",visits,\nc2,visits,\n");
}

#[test]
fn rows_that_name_nobody_are_told_and_do_not_stop_the_others() {
    let mut segment = b"n,external_id\n1,a\n2\n3,\n4,\"x\ny\"\n5,b\xff\n6,a\n7,+81\n".to_vec();
    segment.extend((0..30).flat_map(|_| b"8,\n".to_vec()));
    let place = workspace(&segment);
    let output = place.run(&["tags", "--csv", "s.csv", "--tag", "t"]);
    assert_eq!(code(&output), 1);
    assert_eq!(stdout(&output), "customer,tag,ttl\na,t,\n+81,t,\n");
    let said = stderr(&output);
    for line in [
        "not read: s.csv:3: the row has 1 field, but the first line has 2\n",
        "not read: s.csv:4: the customer ID is empty\n",
        "not read: s.csv:5: the ID contains a control character\n",
        "not read: s.csv:7: the ID isn't UTF-8\n",
        "not read: 14 more rows\n",
        "note: 1 row repeats the customer of an earlier row",
        "note: 1 ID begins with `=`, `+`, `-`, or `@`; IDs",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    let output = place.run(&["tags", "--csv", "s.csv", "--tag", "t", "--strict"]);
    assert_eq!((code(&output), &*stdout(&output)), (1, ""));
}

#[test]
fn files_are_joined_and_a_pipe_is_one_of_them() {
    let place = workspace(b"user_id\na\nb\n");
    place.write("more.csv", "customer_id;n\nb;1\nc;2\n");
    let mut command = place.command(&["tags", "--csv", "s.csv", "more.csv", "-", "--tag", "t"]);
    let mut child = command.stdin(Stdio::piped()).spawn().expect("it runs");
    child.stdin.take().expect("a pipe").write_all(b"external_id\nd\na\n").expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(
        stdout(&output),
        "customer,tag,ttl\na,t,\nb,t,\nc,t,\nd,t,\n",
        "{}",
        stderr(&output)
    );
}

#[test]
fn nothing_is_overwritten_and_nothing_half_written() {
    let place = workspace(b"user_id\na\n");
    let write = ["tags", "--csv", "s.csv", "--tag", "t", "--out", "out.csv"];
    let output = place.run(&write);
    assert_eq!((code(&output), &*stderr(&output)), (0, "wrote out.csv: 1 customer\n"));
    place.write("out.csv", "mine");
    let output = place.run(&write);
    assert_eq!(code(&output), 2);
    assert_eq!(
        stderr(&output),
        "error: `out.csv` already exists\nhelp: choose another file, or pass `--overwrite`\n"
    );
    assert_eq!(std::fs::read_to_string(place.path("out.csv")).expect("a text"), "mine");
    let output = place.run(&[&write[..], &["--overwrite"]].concat());
    assert_eq!(code(&output), 0);
    let written = std::fs::read_to_string(place.path("out.csv")).expect("a text");
    assert_eq!(written, "customer,tag,ttl\na,t,\n");
    let output = place.run(&["tags", "--csv", "s.csv", "--tag=t", "--out=./s.csv", "--overwrite"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("`./s.csv` is used twice"), "{}", stderr(&output));
    // No file may grow beyond a few blocks: the same to a program as a disk that is full.
    let rows = (0..9000).map(|id| format!("{id}\n")).collect::<String>();
    place.write("s.csv", &format!("user_id\n{rows}"));
    let program = env!("CARGO_BIN_EXE_meniscus");
    let script = format!(
        "trap '' XFSZ; ulimit -f 8; exec {program} tags --csv s.csv --tag t --out out.csv --overwrite"
    );
    let output = place.shell(&script).output().expect("it runs");
    assert_eq!(code(&output), 2, "{}", stderr(&output));
    assert!(stderr(&output).contains("can't write `out.csv`"), "{}", stderr(&output));
    assert_eq!(std::fs::read_to_string(place.path("out.csv")).expect("a text"), written);
    assert!(!place.files().iter().any(|path| path.extension().is_some_and(|e| e == "tmp")));
}

#[test]
fn what_is_wrong_with_the_question_is_said() {
    let place = workspace(b"Email,Loyalty\na@x.example,1\n");
    let run = |more: &[&str]| {
        let output = place.run(&[&["tags", "--csv", "s.csv"], more].concat());
        assert_eq!((code(&output), &*stdout(&output)), (2, ""), "{more:?}");
        stderr(&output)
    };
    assert!(run(&["--tag", "t"]).contains("`s.csv` has no column `external_id` or `user_id`"));
    assert!(run(&["--tag", "t", "--column", "loyalti"]).contains("did you mean `Loyalty`?"));
    assert!(run(&["--tag", ""]).contains("a tag is empty"));
    assert!(run(&["--tag", "t", "t"]).contains("the tag `t` is given twice"));
    assert!(run(&["--tag", "t", "--ttl", "0"]).contains("write seconds, such as `2592000`"));
    let output = place.run(&["tags", "--csv", "no.csv", "--tag", "t"]);
    assert!(stderr(&output).contains("can't read `no.csv`: No such file"), "{}", stderr(&output));
    let output = place.run(&["tags", "--csv", "s.csv", "--tag", "t", "--column", "Loyalty"]);
    assert_eq!(stdout(&output), "customer,tag,ttl\n1,t,\n");
}
