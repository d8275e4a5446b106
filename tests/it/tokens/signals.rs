//! Signals in the middle of a refresh.

use std::process::{Command, Stdio};
use std::time::Duration;

use vectis::sim::ion::{Fault, PathKind};

use super::ion;
use crate::support::program::Home;
use crate::support::vendor::eventually;

#[test]
fn no_signal_that_can_be_caught_loses_a_token() {
    let table: [&[&str]; 4] = [&["INT"], &["TERM"], &["HUP"], &["HUP", "HUP", "TERM"]];
    std::thread::scope(|scope| {
        for (verb, signals) in table.iter().flat_map(|s| [("sync", s), ("test", s)]) {
            scope.spawn(move || {
                let (home, ion) = (Home::new(), ion());
                ion.connect(&home).expect(0);
                ion.once(PathKind::Token, Fault::SlowBody { seconds: 2 });
                let args = match verb {
                    "sync" => vec!["sync"],
                    _ => vec!["connection", "test", "synnex"],
                };
                let database = home.database();
                let mut child = home
                    .command(args.into_iter().chain(["--database", &database]))
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .expect("the program starts");
                eventually("the token was spent", || {
                    ion.server.stats().tokens_issued == 1
                });
                for signal in *signals {
                    std::thread::sleep(Duration::from_millis(100));
                    let sent = Command::new("kill")
                        .args([format!("-{signal}"), child.id().to_string()])
                        .status();
                    assert!(
                        sent.is_ok_and(|s| s.success()),
                        "{verb} {signals:?}: it is gone already"
                    );
                }
                let code = child.wait().expect("the program ends").code();
                assert_eq!(code, Some(130), "{verb} {signals:?}");
                home.run(["connection", "test", "synnex"]).expect(0);
                let stats = ion.server.stats();
                assert_eq!(
                    (stats.tokens_issued, stats.token_reuse_attempts),
                    (1, 0),
                    "{verb} {signals:?}"
                );
            });
        }
    });
}
