//! The program, run as people run it.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A run of the program in a folder, with nothing of this machine's settings.
pub fn meniscus(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meniscus"));
    command.current_dir(folder).args(arguments);
    command.env_remove("COLUMNS").env_remove("CI").env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    meniscus(folder, arguments).output().expect("the program runs")
}

/// Runs it with something on standard input.
#[allow(dead_code, reason = "not all tests write to standard input")]
pub fn run_with(folder: &Path, arguments: &[&str], stdin: &str) -> Output {
    let mut command = meniscus(folder, arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    child.stdin.take().expect("a pipe").write_all(stdin.as_bytes()).expect("it reads");
    child.wait_with_output().expect("it ends")
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

pub fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

/// A workspace of these files.
pub fn workspace(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        put(folder.path(), name, text);
    }
    folder
}

/// Writes a file, with the folders it needs.
pub fn put(folder: &Path, name: &str, text: &str) {
    put_bytes(folder, name, text.as_bytes());
}

/// Writes a file of any bytes below a folder.
pub fn put_bytes(root: &Path, name: &str, bytes: &[u8]) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
    fs::write(path, bytes).expect("the file is written");
}
