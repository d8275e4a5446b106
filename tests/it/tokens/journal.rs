//! A token whose process died between the answer and the database, and a disk that takes nothing.

use vectis::distributor::token::{Access, RefreshedTokens, TokenStore, Tokens};
use vectis::domain::time::Calendar;
use vectis::engine::tokens::StoreTokens;

use super::{ion, journals, runtime, spend_elsewhere};
use crate::support::context::process_of;
use crate::support::program::Home;
use crate::support::vendor::Ion;

/// Spends the token and dies with its successor in the journal, as if the row read had been changed so.
fn die_after_the_answer(home: &Home, ion: &Ion, row: impl FnOnce(&mut Tokens)) {
    runtime().block_on(async {
        let ctx = process_of(home, Calendar::wall()).await;
        let connection = ctx
            .store
            .connection(&"synnex".into())
            .await
            .unwrap()
            .unwrap();
        let tokens = StoreTokens::new(ctx.clone(), &connection);
        let mut read = tokens.load().await.unwrap().unwrap();
        assert!(tokens.begin_refresh(read.version).await.unwrap());
        let pair = spend_elsewhere(ion).await;
        let text = |key: &str| pair[key].as_str().unwrap().into();
        let now = ctx.calendar.now();
        let refreshed = RefreshedTokens {
            refresh: Some(text("refresh_token")),
            refresh_expires_at: None,
            access: Access {
                token: text("access_token"),
                expires_at: Some(now.plus_seconds(7_200)),
            },
            issued_at: now,
        };
        row(&mut read);
        tokens.journal(&read, &refreshed).await.unwrap();
    });
    assert_eq!(journals(home), 1);
}

#[test]
fn a_token_left_in_the_journal_is_stored_by_the_next_process() {
    for first in [
        ["connection", "list"],
        ["sync", "--full"],
        ["connection", "keepalive"],
    ] {
        let (home, ion) = (Home::new(), ion());
        ion.connect(&home).expect(0);
        home.run(["connection", "test", "synnex"]).expect(0);
        die_after_the_answer(&home, &ion, |_| {});
        home.run(first).expect(0);
        assert_eq!(journals(&home), 0, "{first:?}");
        ion.once(
            vectis::sim::ion::PathKind::Validate,
            vectis::sim::ion::Fault::ExpireAccess,
        );
        home.run(["connection", "test", "synnex"]).expect(0);
        assert_eq!(ion.server.stats().token_reuse_attempts, 0, "{first:?}");
        assert_eq!(ion.server.stats().tokens_issued, 3);
    }
}

#[test]
fn a_journal_of_another_state_is_never_put_into_the_row() {
    let (home, ion) = (Home::new(), ion());
    ion.connect(&home).expect(0);
    home.run(["connection", "test", "synnex"]).expect(0);
    die_after_the_answer(&home, &ion, |row| row.version += 5);
    home.run(["connection", "list"]).expect(0);
    assert_eq!(journals(&home), 1, "a newer one is kept");
    let log = std::fs::read_dir(home.path("home/log")).unwrap().flatten();
    let told = log.map(|e| std::fs::read_to_string(e.path()).unwrap_or_default());
    assert!(
        told.collect::<String>()
            .contains("is newer than the database")
    );

    let (home, ion) = (Home::new(), super::ion());
    ion.connect(&home).expect(0);
    home.run(["connection", "test", "synnex"]).expect(0);
    die_after_the_answer(&home, &ion, |_| {});
    // A person was faster: what they pasted stands.
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
    assert_eq!(journals(&home), 0, "an older one is removed");
    assert_eq!(ion.server.stats().token_reuse_attempts, 0);
}

#[test]
fn no_token_is_spent_where_its_successor_has_no_place() {
    let (home, ion) = (Home::new(), ion());
    ion.connect(&home).expect(0);
    std::fs::write(home.path("home/tokens"), "a file in the way").unwrap();
    let error = home
        .run(["connection", "test", "synnex", "--json"])
        .expect(3)
        .json();
    let text = error.to_string();
    assert!(
        text.contains("home/tokens") && text.contains("Nothing was spent"),
        "{error:#}"
    );
    assert_eq!(ion.server.stats().total, 0);
    std::fs::remove_file(home.path("home/tokens")).unwrap();
    home.run(["connection", "test", "synnex"]).expect(0);
}
