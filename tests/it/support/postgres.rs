//! A private PostgreSQL server for the tests: no TCP port, gone when the tests end.
//!
//! One server for the process, started at the first use; one database for each test. If no server can be had the tests
//! fail and say what to install: skipping them is how the support of an engine rots.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The account that runs the server where the tests run as root, which PostgreSQL refuses: nobody.
const NOBODY: &str = "65534";

/// A running server.
pub struct Server {
    bin: PathBuf,
    folder: PathBuf,
    as_nobody: bool,
    promise: Promise,
    /// Holds the pipe whose end stops the server.
    watcher: Option<Child>,
}

/// What a commit promises.
#[derive(Clone, Copy)]
enum Promise {
    /// It outlives a crash.
    Durable,
    /// Nothing, for speed: the server never crashes.
    Nothing,
}

static SERVER: OnceLock<Server> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// The address of a new, empty database on the tests' server.
pub fn fresh_database() -> String {
    SERVER
        .get_or_init(|| Server::start("", Promise::Nothing))
        .fresh_database()
}

impl Server {
    /// A server of a test's own, to be stopped and started.
    pub fn own(name: &str) -> Self {
        Self::start(name, Promise::Durable)
    }

    /// Stops it as a crash would.
    pub fn crash(&self) {
        run(self
            .command("pg_ctl")
            .arg("-D")
            .arg(self.folder.join("data"))
            .args(["-m", "immediate", "stop"])
            .stdout(Stdio::null()));
    }

    /// The address of a new, empty database on it.
    pub fn fresh_database(&self) -> String {
        let server = self;
        let name = format!("t{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        let made = server
            .command("psql")
            .args(["-h", &server.folder.display().to_string()])
            .args(["-U", "vectis", "-d", "postgres", "-q", "-c"])
            .arg(format!("CREATE DATABASE {name} OWNER app"))
            .status()
            .expect("psql starts");
        assert!(made.success(), "CREATE DATABASE {name} failed");
        format!(
            "postgres:///{name}?host={}&user=app",
            server.folder.display()
        )
    }

    fn start(name: &str, promise: Promise) -> Self {
        let bin = programs().expect(
            "the store's tests need a PostgreSQL server: apt-get install postgresql, or set PG_BIN to its programs",
        );
        // The path of a socket may have 107 bytes, so not the test's own temporary folder.
        let folder = PathBuf::from(format!("/tmp/vectis-pg-{}{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir(&folder).expect("a folder for the server");
        let as_nobody = is_root();
        if as_nobody {
            run(Command::new("chown").arg(NOBODY).arg(&folder));
        }
        let mut server = Self {
            bin,
            folder,
            as_nobody,
            promise,
            watcher: None,
        };
        server.initialise();
        // As a team's database should be used: a superuser would see through row-level security.
        run(server
            .command("psql")
            .args(["-h", &server.folder.display().to_string()])
            .args(["-U", "vectis", "-d", "postgres", "-q", "-c"])
            .arg("CREATE ROLE app LOGIN"));
        server.watch();
        server
    }

    fn initialise(&self) {
        let data = self.folder.join("data");
        run(self
            .command("initdb")
            .arg("-D")
            .arg(&data)
            .args([
                "-U",
                "vectis",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
            ])
            .stdout(Stdio::null()));
        self.run();
    }

    /// Starts it (again).
    pub fn run(&self) {
        let data = self.folder.join("data");
        let haste = match self.promise {
            Promise::Durable => "",
            Promise::Nothing => "-c fsync=off -c full_page_writes=off -c synchronous_commit=off",
        };
        let options = format!(
            "-c listen_addresses='' -c unix_socket_directories='{}' -c max_connections=300 {haste}",
            self.folder.display()
        );
        run(self
            .command("pg_ctl")
            .arg("-D")
            .arg(&data)
            .arg("-l")
            .arg(self.folder.join("log"))
            .args(["-w", "-t", "30", "-o", &options, "start"])
            .stdout(Stdio::null()));
    }

    /// Stops the server when this process has ended, however it ends (statics are never dropped): a shell reads from a
    /// pipe that closes with the process.
    fn watch(&mut self) {
        let script = format!(
            "cat >/dev/null; '{}' -D '{}' -m immediate stop; rm -rf '{}'",
            self.bin.join("pg_ctl").display(),
            self.folder.join("data").display(),
            self.folder.display()
        );
        let watcher = self
            .command("sh")
            .args(["-c", &script])
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a watcher for the server");
        self.watcher = Some(watcher);
    }

    /// One of the server's programs (or any other), as an account that PostgreSQL accepts.
    fn command(&self, program: &str) -> Command {
        let own = self.bin.join(program);
        let program = if own.exists() {
            own
        } else {
            PathBuf::from(program)
        };
        if !self.as_nobody {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"])
            .arg(program)
            .env("HOME", &self.folder)
            .current_dir(&self.folder);
        command
    }
}

fn run(command: &mut Command) {
    let status = command.status();
    assert!(
        status.as_ref().is_ok_and(|s| s.success()),
        "{command:?}: {status:?}"
    );
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id starts");
    id.stdout.trim_ascii() == b"0"
}

/// Where `initdb` is: `PG_BIN`, the search path, or Debian's folders, which are outside of it; the newest wins.
fn programs() -> Option<PathBuf> {
    let of_path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::var_os("PG_BIN")
        .map(PathBuf::from)
        .into_iter()
        .collect();
    folders.extend(std::env::split_paths(&of_path));
    let mut debian: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|e| Some((e.file_name().to_str()?.parse().ok()?, e.path().join("bin"))))
        .collect();
    debian.sort();
    folders.extend(debian.into_iter().rev().map(|(_, path)| path));
    folders.into_iter().find(|f| is_program(&f.join("initdb")))
}

fn is_program(path: &Path) -> bool {
    path.is_file()
}
