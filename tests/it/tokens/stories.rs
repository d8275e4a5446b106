//! What a person is told when the refresh token is refused: what happened, exactly, and the way out.

use vectis::sim::ion::{Fault, PathKind};

use super::{ion, run_in, runtime, spend_elsewhere};
use crate::support::program::{Home, Ran};
use crate::support::vendor::{Ion, status};

fn connected() -> (Home, Ion) {
    let (home, ion) = (Home::new(), ion());
    ion.connect(&home).expect(0);
    home.run(["connection", "test", "synnex"]).expect(0);
    (home, ion)
}

/// Tests the connection when its access token has ended; the refresh token is refused.
fn refused(home: &Home, ion: &Ion, days: i64) -> Ran {
    ion.once(PathKind::Validate, Fault::ExpireAccess);
    run_in(home, days, ["connection", "test", "synnex", "--json"]).expect(4)
}

fn tells(ran: &Ran, words: &[&str]) {
    let error = ran.json()["error"].clone();
    let text = format!("{} {}", error["cause"], error["remedy"]);
    for word in words
        .iter()
        .chain(&["Settings → Users", "Request New Credentials"])
    {
        assert!(text.contains(word), "'{word}' in {error:#}");
    }
}

#[test]
fn another_program_that_used_the_token_is_suspected() {
    let (home, ion) = connected();
    runtime().block_on(spend_elsewhere(&ion));
    let ran = refused(&home, &ion, 0);
    tells(&ran, &["we have not spent it", "another program"]);
    let sent = ion.server.stats().of(PathKind::Token);
    let kept = run_in(&home, 20, ["connection", "keepalive", "--json"]).expect(4);
    assert_eq!(kept.json()[0]["outcome"], "refused", "{kept:#?}");
    assert_eq!(
        ion.server.stats().of(PathKind::Token),
        sent,
        "a refused token is not sent again"
    );
    let list = home.run(["connection", "list"]).expect(0);
    assert!(
        list.out.contains("rejected: paste a new one"),
        "{}",
        list.out
    );

    let pasted = home.file("new", &ion.server.current_refresh_token());
    home.run([
        "connection",
        "set",
        "synnex",
        "--refresh-token-file",
        &pasted,
    ])
    .expect(0);
    home.run(["connection", "test", "synnex"]).expect(0);
}

#[test]
fn a_restored_backup_is_recognised() {
    let (home, ion) = connected();
    let (data, backup) = (home.path("data"), home.path("backup"));
    let copy = |from: &std::path::Path, to: &std::path::Path| {
        let _ = std::fs::remove_dir_all(to);
        std::fs::create_dir(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap().flatten() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    };
    copy(&data, &backup);
    run_in(&home, 8, ["connection", "keepalive"]).expect(0);
    copy(&backup, &data);
    tells(
        &refused(&home, &ion, 9),
        &[
            "older than this machine remembers",
            "restored backup",
            "which is spent",
        ],
    );
}

#[test]
fn a_token_past_its_32_days_is_called_expired() {
    let (home, ion) = connected();
    ion.once(PathKind::Token, status(400));
    tells(
        &refused(&home, &ion, 40),
        &["40 days old", "32 days", "expired"],
    );
}

#[test]
fn a_lost_answer_is_asked_for_once_more_and_then_told() {
    let (home, ion) = connected();
    ion.once(PathKind::Token, Fault::AnswerLost);
    let before = ion.server.stats().of(PathKind::Token);
    tells(
        &refused(&home, &ion, 0),
        &["its answer was lost on the way", "the next one is lost"],
    );
    assert_eq!(ion.server.stats().of(PathKind::Token) - before, 2);
    // The next one who tries is told the same, not a new guess.
    let again = home.run(["sync", "--json"]).expect(4).json();
    let cause = again["runs"][0]["error"]["cause"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    assert!(
        cause.contains("A refresh of ours, begun at") && cause.contains("ana"),
        "{again:#}"
    );
}

#[test]
fn a_lost_answer_of_a_server_that_takes_a_repeat_harms_nothing() {
    let (home, ion) = connected();
    ion.once(PathKind::Validate, Fault::ExpireAccess);
    ion.once(PathKind::Token, Fault::Reset);
    home.run(["connection", "test", "synnex"]).expect(0);
    assert_eq!(ion.server.stats().token_reuse_attempts, 0);
}
