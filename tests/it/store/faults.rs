//! What a database can suffer: each has its words and its exit code, what was reported as done is there, and the work
//! goes on when the fault is gone.

use std::net::{Shutdown, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use vectis::sim::ion::{Fault, IonOptions, PathKind};

use crate::support::database::{Database, Engine};
use crate::support::postgres::Server;
use crate::support::program::{Home, Ran};
use crate::support::vendor::{Ion, eventually};
use crate::support::wire::{listen, twin};

/// Small pages: there is a middle in which something can break.
fn small_pages() -> Ion {
    Ion::with(
        60,
        IonOptions {
            limit: 0,
            subscriptions_cap: 50,
            ..IonOptions::default()
        },
    )
}

/// A tenant that is connected and knows its PSA.
fn ready() -> (Home, Ion) {
    let (home, ion) = (Home::new(), small_pages());
    ion.connect(&home).expect(0);
    ion.import_psa(&home).expect(0);
    (home, ion)
}

/// What a sync without any fault leaves behind.
fn calm() -> [String; 3] {
    let (home, _ion) = ready();
    home.run(["sync"]).expect(0);
    tables(&home)
}

fn tables(home: &Home) -> [String; 3] {
    ["licensing", "customers", "usage"].map(|table| home.run(["export", table]).expect(0).out)
}

/// Demands an exit code and the words of the failure, from the run or from the whole.
fn says(ran: Ran, code: i32, title: &str) {
    let ran = ran.expect(code);
    assert!(ran.out.contains(title), "'{title}' in {ran:#?}");
}

fn file(home: &Home) -> PathBuf {
    home.path("data/vectis.db")
}

#[test]
fn a_full_disk_stops_the_run_and_loses_nothing() {
    let (home, _ion) = ready();
    // No file may grow beyond 150 kB: the database is already larger, so that its log is what meets the limit.
    let mut sync = Command::new("sh");
    sync.args(["-c", "trap '' XFSZ; ulimit -f 300; exec \"$@\"", "sh"])
        .arg(env!("CARGO_BIN_EXE_vectis"))
        .args(["sync", "--json", "--database", &home.database()])
        .env_clear()
        .env("VECTIS_HOME", home.path("home"))
        .env("TMPDIR", home.path(""))
        .env("USER", "ana")
        .stdin(Stdio::null());
    says(
        sync.output().expect("it starts").into(),
        3,
        "The disk is full",
    );
    let again = home.run(["sync", "--json"]).expect(0).json();
    assert_eq!(again["runs"][0]["state"], "complete", "{again:#}");
    assert_eq!(tables(&home), calm());
}

#[test]
fn a_file_that_cannot_be_written_is_said_to_be_so() {
    let (home, _ion) = ready();
    let as_root = String::from_utf8(Command::new("id").arg("-u").output().expect("id").stdout);
    let as_root = as_root.expect("a number").trim() == "0";
    // Root may write everything: the program runs as nobody then.
    if as_root {
        let owned = Command::new("chown")
            .args(["-R", "65534"])
            .arg(home.path(""))
            .status();
        assert!(owned.is_ok_and(|s| s.success()));
    }
    let chmod = |mode: &str, path: PathBuf| {
        let done = Command::new("chmod").arg(mode).arg(path).status();
        assert!(done.is_ok_and(|s| s.success()));
    };
    let run = || -> Ran {
        let mut command = match as_root {
            true => {
                let mut command = Command::new("setpriv");
                command
                    .args(["--reuid", "65534", "--clear-groups"])
                    .arg(env!("CARGO_BIN_EXE_vectis"));
                command
            }
            false => Command::new(env!("CARGO_BIN_EXE_vectis")),
        };
        let command = command
            .args(["sync", "--json", "--database", &home.database()])
            .env_clear()
            .env("VECTIS_HOME", home.path("home"))
            .env("TMPDIR", home.path(""))
            .env("USER", "ana")
            .stdin(Stdio::null());
        command.output().expect("it starts").into()
    };
    chmod("400", file(&home));
    chmod("500", home.path("data"));
    says(run(), 3, "The database cannot be ");
    chmod("600", file(&home));
    chmod("700", home.path("data"));
    run().expect(0);
}

/// Another program's lock on the file.
async fn lock(home: &Home) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(file(home));
    let mut other = SqliteConnection::connect_with(&options)
        .await
        .expect("it opens");
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut other)
        .await
        .expect("it locks");
    other
}

#[test]
fn a_lock_of_another_program_is_waited_for_and_then_named() {
    let (home, _ion) = ready();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let held = runtime.block_on(lock(&home));
    std::thread::scope(|scope| {
        let sync = scope.spawn(|| home.run(["sync", "--json"]));
        std::thread::sleep(Duration::from_secs(3));
        runtime.block_on(held.close()).expect("it lets go");
        sync.join().expect("it ends").expect(0);
    });
    let held = runtime.block_on(lock(&home));
    says(
        home.run(["review", "undo", "--json"]),
        3,
        "Another program holds the database",
    );
    runtime.block_on(held.close()).expect("it lets go");
    home.run(["sync"]).expect(0);
}

#[test]
fn a_damaged_file_is_named_and_left_alone() {
    let (home, _ion) = ready();
    home.run(["sync"]).expect(0);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        // What lies in the write-ahead log would hide the damage.
        let options = SqliteConnectOptions::new().filename(file(&home));
        let mut other = SqliteConnection::connect_with(&options)
            .await
            .expect("it opens");
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&mut other)
            .await
            .expect("it is written back");
        other.close().await.expect("it closes");
    });
    let mut bytes = std::fs::read(file(&home)).expect("the file");
    let middle = bytes.len() / 4;
    let end = bytes.len();
    bytes[middle..end].fill(0x5a);
    std::fs::write(file(&home), &bytes).expect("the file");
    let ran = home.run(["export", "usage", "--json"]);
    assert!(ran.out.contains("The database is damaged"), "{ran:#?}");
    ran.expect(3);
    assert_eq!(std::fs::read(file(&home)).expect("the file"), bytes);
}

fn on_server(home: &Home, url: &str, args: &[&str]) -> Ran {
    let all = args.iter().copied().chain(["--database", url]);
    home.command(all).output().expect("it starts").into()
}

/// A sync on a server, during which something happens once three pages were read.
fn during(url: &str, happens: impl FnOnce()) {
    let (home, ion) = (Home::new(), small_pages());
    let token = home.file("token", ion.server.refresh_token());
    let (base, account) = (ion.server.base_url(), ion.server.account_id());
    #[rustfmt::skip]
    let set = [
        "connection", "set", "synnex", "--vendor", "synnex", "--base-url", base.as_str(), "--account-id",
        account.as_str(), "--refresh-token-file", token.as_str(), "--requests-per-minute", "300",
    ];
    on_server(&home, url, &set).expect(0);
    // Slow enough that there is a middle.
    ion.always(PathKind::Subscriptions, Fault::SlowBody { seconds: 1 });
    let mut sync = home
        .command(["sync", "--json", "--database", url])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a sync starts");
    eventually("three pages were read", || {
        ion.server.stats().of(PathKind::Subscriptions) >= 3
    });
    happens();
    // However long the fault lasts, nobody waits for ever.
    let begun = Instant::now();
    let code = loop {
        if let Some(status) = sync.try_wait().expect("its state") {
            break status.code();
        }
        if begun.elapsed() > Duration::from_secs(180) {
            sync.kill().expect("it stops");
            panic!("the sync does not end");
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    if code != Some(0) {
        // A transaction's end that got no answer is not repeated: then the run stops, and the next one goes on.
        assert_eq!(code, Some(3));
        let again = on_server(&home, url, &["sync", "--json"]).expect(0).json();
        assert_eq!(again["runs"][0]["resumed"], true, "{again:#}");
    }
    let usage = on_server(&home, url, &["export", "usage"]).expect(0).out;
    let (other, calm) = (small_pages(), Home::new());
    other.connect(&calm).expect(0);
    calm.run(["sync"]).expect(0);
    assert_eq!(usage, calm.run(["export", "usage"]).expect(0).out);
    let pages = ion.server.stats().of(PathKind::Subscriptions);
    assert!(pages <= 10, "{pages} requests for 9 pages");
}

#[test]
fn a_server_that_restarts_in_mid_run_does_not_end_it() {
    let server = Server::own("r");
    during(&server.fresh_database(), || {
        server.crash();
        std::thread::sleep(Duration::from_secs(2));
        server.run();
    });
}

#[test]
fn connections_that_are_cut_do_not_end_a_run() {
    let database = Database::new(Engine::Postgres);
    during(&database.url, || {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let pool = sqlx::PgPool::connect(&database.url)
                .await
                .expect("it opens");
            let mut all = 0;
            for _ in 0..5 {
                let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()";
                let gone: i64 = sqlx::query_scalar(cut)
                    .fetch_one(&pool)
                    .await
                    .expect("it cuts");
                all += gone;
                tokio::time::sleep(Duration::from_millis(150)).await;
            }
            assert!(all >= 1, "no connection was cut");
        });
    });
}

/// A way to a server over the network, which learns nothing of it when the way is cut. While it is, whoever comes is let
/// in and put out again, as by a load balancer whose server is away.
struct Way {
    url: String,
    cut: Arc<AtomicBool>,
    ends: Arc<Mutex<Vec<TcpStream>>>,
}

impl Way {
    fn to(url: &str) -> Self {
        let (name, place) = url
            .trim_start_matches("postgres:///")
            .split_once("?host=")
            .expect("a socket");
        let folder = place.split('&').next().expect("its folder");
        let socket = format!("{folder}/.s.PGSQL.5432");
        let (cut, ends) = (
            Arc::<AtomicBool>::default(),
            Arc::<Mutex<Vec<_>>>::default(),
        );
        let (is_cut, all) = (Arc::clone(&cut), Arc::clone(&ends));
        let address = listen(move |client| {
            if is_cut.load(Ordering::SeqCst) {
                return;
            }
            let Ok(server) = UnixStream::connect(&socket) else {
                return;
            };
            all.lock().expect("not poisoned").push(twin(&client));
            let (mut from, mut to) = (twin(&client), server.try_clone().expect("a socket"));
            std::thread::spawn(move || std::io::copy(&mut from, &mut to));
            let (mut from, mut to) = (server, client);
            let _ = std::io::copy(&mut from, &mut to);
        });
        Way {
            url: format!("postgres://app@{address}/{name}"),
            cut,
            ends,
        }
    }

    fn cut_for(&self, time: Duration) {
        self.cut.store(true, Ordering::SeqCst);
        for end in self.ends.lock().expect("not poisoned").drain(..) {
            let _ = end.shutdown(Shutdown::Both);
        }
        std::thread::sleep(time);
        self.cut.store(false, Ordering::SeqCst);
    }
}

/// What the run held in the database as the network went, it does not hold against itself.
#[test]
fn a_network_that_is_cut_does_not_end_a_run() {
    let database = Database::new(Engine::Postgres);
    let way = Way::to(&database.url);
    during(&way.url, || way.cut_for(Duration::from_secs(3)));
}
