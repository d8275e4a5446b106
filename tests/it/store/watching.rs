//! Learning what others changed: told, asked, and when the connection to the server breaks.

use std::time::{Duration, Instant};

use vectis::store::Store;
use vectis::store::feed::Area;
use vectis::store::watch::{News, Watch};

use crate::support::database::{Database, Engine, on, on_both_engines};
use crate::support::rows::{account, ion, now, synced};

/// The next change, within a second.
async fn next(watch: &mut Watch) -> Vec<Area> {
    let began = Instant::now();
    let changes = tokio::time::timeout(Duration::from_secs(10), watch.next())
        .await
        .expect("a change is seen")
        .expect("the database answers");
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
    changes.into_iter().map(|c| c.area).collect()
}

async fn touch(store: &Store) {
    store.put_secret("ion", "s", b"x").await.unwrap();
}

on_both_engines! {
    async fn only_what_others_change_is_seen(db: Database) {
        let (ours, theirs, foreign) = (db.open().await, db.open().await, db.open_as("another").await);
        let mut watch = theirs.watch().await.unwrap();
        touch(&theirs).await;
        touch(&foreign).await;
        let quiet = tokio::time::timeout(Duration::from_millis(700), watch.next()).await;
        assert!(quiet.is_err(), "{quiet:?}");
        touch(&ours).await;
        assert_eq!(next(&mut watch).await, [Area::Connections]);
        // What is changed while nobody waits is not lost.
        touch(&ours).await;
        ours.set_finding_state("none", vectis::domain::finding::FindingState::Open, None, "", "ann", now()).await.unwrap();
        synced(&ours, &[account("a", "Contoso")], &[]).await;
        ours.remove_connection(&ion()).await.unwrap();
        assert_eq!(next(&mut watch).await, [Area::Connections]);
    }
}

#[test]
fn a_server_whose_notifications_do_not_come_through_is_asked() {
    on(Engine::Postgres, async |db: Database| {
        let (ours, theirs) = (db.open().await, db.open().await);
        assert_eq!(theirs.watch().await.unwrap().news(), News::Told);
        // What a pooler does that lends its connections for one transaction: LISTEN is taken, and nothing comes.
        let pool = sqlx::PgPool::connect(&db.url).await.unwrap();
        for sql in [
            "CREATE FUNCTION public.pg_notify(text, text) RETURNS void LANGUAGE sql AS ''",
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database()); END $$",
        ] {
            sqlx::query(sql).execute(&pool).await.unwrap();
        }
        pool.close().await;
        let (ours, theirs) = (anew(&db, ours).await, anew(&db, theirs).await);
        let mut watch = theirs.watch().await.unwrap();
        assert_eq!(watch.news(), News::Deaf);
        touch(&ours).await;
        assert_eq!(next(&mut watch).await, [Area::Connections]);
    });
}

async fn anew(db: &Database, old: Store) -> Store {
    old.close().await;
    db.open().await
}

#[test]
fn a_listener_that_was_cut_off_misses_nothing() {
    on(Engine::Postgres, async |db: Database| {
        let (ours, theirs) = (db.open().await, db.open().await);
        let mut watch = theirs.watch().await.unwrap();
        let pool = sqlx::PgPool::connect(&db.url).await.unwrap();
        let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let cut: i64 = sqlx::query_scalar(cut).fetch_one(&pool).await.unwrap();
        assert!(cut >= 2);
        touch(&ours).await;
        assert_eq!(next(&mut watch).await, [Area::Connections]);
        touch(&ours).await;
        assert_eq!(next(&mut watch).await, [Area::Connections]);
    });
}
