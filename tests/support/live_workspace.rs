//! A workspace whose templates call a host on this machine, with credentials in the environment.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::fault_server::FaultServer;

/// What must be neither written nor printed: credentials, and the forms they are sent in.
pub const SECRETS: [&str; 7] = [
    "s3cr3t-connect-token",
    "c0re-user-key",
    "c0re-passw0rd",
    // `c0re-user-key:c0re-passw0rd` in base64.
    "YzByZS11c2VyLWtleTpjMHJlLXBhc3N3MHJk",
    "k3y-of-the-template",
    "t0ken-in-the-url",
    "p4ssword-in-the-body",
];

pub struct Place {
    folder: TempDir,
}

#[allow(dead_code, reason = "each test file uses some of it")]
impl Place {
    pub fn new(server: &FaultServer) -> Place {
        let port = server.port;
        let place = Place { folder: tempfile::tempdir().expect("a folder") };
        place.write(
            "meniscus.toml",
            &format!(
                "[live]\nallow_hosts = [\"127.0.0.1\"]\nallow_ports = [{port}, 1]\nallow_addresses = [\"127.0.0.1/32\"]\n\
                 [live.credentials]\nconnect = {{ header = \"Authorization\", env = \"CONNECT_AUTHORIZATION\" }}\n\
                 core = {{ user_env = \"CORE_USER\", password_env = \"CORE_PASSWORD\" }}\n\
                 [redact]\njson = [\"$.user.email\", \"$.user.first_name\", \"$.user.id\", \"$.user.phone\", \"$.user.born\"]\n"
            ),
        );
        place.write(
            "templates/wallet.liquid",
            &format!(
                "{{% connected_content http://127.0.0.1:{port}/wallet :method post :body user_id={{{{custom_attribute.${{id}}}}}}&password=p4ssword-in-the-body :content_type application/json :basic_auth core :headers {{\"X-Api-Key\": \"k3y-of-the-template\"}} :save wallet %}}\
                 {{% connected_content http://127.0.0.1:{port}/profile?api_key=t0ken-in-the-url&x=1 :auth_credentials connect :save profile %}}\
                 {{% connected_content http://127.0.0.1:{port}/profile?api_key=t0ken-in-the-url&x=1 :auth_credentials connect :save again %}}\
                 {{{{wallet.user.first_name}}}} has {{{{wallet.points}}}} points and {{{{wallet.offers[0].name}}}}.\n"
            ),
        );
        place.write(
            "templates/plain.liquid",
            &format!("{{% connected_content http://127.0.0.1:{port}/plain :save plain %}}{{{{plain.points}}}}"),
        );
        place.write(
            "scenarios/ada.toml",
            "[custom_attribute]\nid = \"6b7e42b8-8fc3-406f-a3a4-20628f513077\"\n",
        );
        place
    }

    /// The same with a template, `many`, of so many calls.
    pub fn many(server: &FaultServer, count: usize) -> Place {
        let place = Place::new(server);
        let port = server.port;
        let calls = (0..count).map(|number| {
            format!("{{% connected_content http://127.0.0.1:{port}/n/{number} :save a %}}\n")
        });
        place.write("templates/many.liquid", &calls.collect::<String>());
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }

    fn ready(&self, mut command: Command) -> Command {
        command.current_dir(self.folder.path()).env_remove("COLUMNS").env("NO_COLOR", "1");
        command.env("CONNECT_AUTHORIZATION", "Bearer s3cr3t-connect-token");
        command.env("CORE_USER", "c0re-user-key").env("CORE_PASSWORD", "c0re-passw0rd");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_meniscus"));
        command.args(arguments);
        self.ready(command)
    }

    /// A script of the shell, in the same surroundings.
    pub fn shell(&self, script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        self.ready(command)
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program runs")
    }

    /// Every file of the workspace.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        collect(self.folder.path(), &mut found);
        found.sort();
        found
    }

    /// The recordings, by path from the workspace.
    pub fn recordings(&self) -> Vec<(String, String)> {
        let inside = |path: &PathBuf| {
            let name = path.strip_prefix(self.folder.path()).ok()?.display().to_string();
            let is_recording = name.starts_with("recordings/") && name.ends_with(".json");
            is_recording.then(|| Some((name, fs::read_to_string(path).ok()?))).flatten()
        };
        self.files().iter().filter_map(inside).collect()
    }
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() { collect(&path, found) } else { found.push(path) }
    }
}

pub fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
