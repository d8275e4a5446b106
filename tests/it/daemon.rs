//! The daemon: what is due is done once, by one of several, and it stops cleanly.

use std::process::{Child, Command, Stdio};

use vectis::sim::ion::{IonOptions, PathKind};

use crate::support::database::{Database, Engine};
use crate::support::mail::{AUTHORITY, MailServer, Secrecy, readable};
use crate::support::program::{Home, Ran};
use crate::support::vendor::{Ion, eventually, status};

/// A Monday after the digest's time.
const MONDAY: &str = "2026-11-23T07:00:00Z";
const TUESDAY: &str = "2026-11-24T07:00:00Z";

/// A home with a connection and a PSA, nothing read yet.
fn ready(ion: &Ion) -> Home {
    let home = Home::new();
    ion.connect(&home).expect(0);
    ion.import_psa(&home).expect(0);
    home
}

fn daemon(home: &Home, now: &str, mail: Option<u16>) -> Command {
    let mut command = home.command(["daemon", "--database", &home.database()]);
    command
        .env("VECTIS_NOW", now)
        .env("VECTIS_SCHEDULE__TIME_ZONE", "Europe/Berlin");
    if let Some(port) = mail {
        by_mail(&mut command, now, port);
    }
    command
}

/// Configures the mail server on this port.
fn by_mail(command: &mut Command, now: &str, port: u16) {
    command
        .env("VECTIS_NOW", now)
        .env("VECTIS_MAIL__HOST", "127.0.0.1")
        .env("VECTIS_MAIL__PORT", port.to_string())
        .env("VECTIS_MAIL__SECURITY", "none")
        .env("VECTIS_MAIL__USER", "vectis")
        .env("VECTIS_MAIL__FROM", "Vectis <vectis@msp.example>")
        .env("VECTIS_MAIL__TO", "ana@msp.example, ben@msp.example")
        .env("VECTIS_MAIL_PASSWORD", "s3cret");
}

fn once(home: &Home, now: &str, mail: Option<u16>) -> Ran {
    let mut command = daemon(home, now, mail);
    command.args(["--once", "--json"]);
    command.output().expect("the program starts").into()
}

fn start(mut command: Command) -> Child {
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts")
}

fn stop(mut child: Child, signal: &str) -> Option<i32> {
    let sent = Command::new("kill")
        .args([format!("-{signal}"), child.id().to_string()])
        .status();
    assert!(sent.is_ok_and(|s| s.success()));
    child.wait().expect("the program ends").code()
}

fn listings(ion: &Ion) -> u64 {
    ion.server.stats().of(PathKind::Customers)
}

#[test]
fn what_is_due_is_done_once_and_again_when_it_is_due_again() {
    let (ion, mail) = (Ion::of(30), MailServer::start());
    let home = ready(&ion);
    let first = once(&home, MONDAY, Some(mail.port)).expect(0).json();
    assert_eq!(first["sync"]["runs"][0]["state"], "complete", "{first:#}");
    assert_eq!(first["digest"]["week"], "2026-W47");
    assert_eq!(first["digest"]["sent"].as_array().map(Vec::len), Some(2));
    let read = listings(&ion);

    let again = once(&home, MONDAY, Some(mail.port)).expect(0).json();
    assert!(
        again["sync"].is_null() && again["digest"].is_null(),
        "{again:#}"
    );
    assert_eq!(listings(&ion), read, "nothing was due");

    let next = once(&home, TUESDAY, Some(mail.port)).expect(0).json();
    assert_eq!(next["sync"]["runs"][0]["state"], "complete");
    assert!(next["digest"].is_null(), "the week's digest went out");
    let later = once(&home, "2026-12-16T07:00:00Z", Some(mail.port))
        .expect(0)
        .json();
    assert_eq!(
        later["digest"]["week"], "2026-W50",
        "of the missed weeks, the last one"
    );
    assert_eq!(mail.got().len(), 2);
}

#[test]
fn the_mail_is_whole_and_says_what_the_files_say() {
    let (ion, mail) = (Ion::of(30), MailServer::start());
    let home = ready(&ion);
    let done = once(&home, MONDAY, Some(mail.port)).expect(0).json();
    let got = mail.got().remove(0);
    assert_eq!(got.login, "vectis/s3cret");
    assert_eq!(got.from, "vectis@msp.example");
    assert_eq!(got.to, ["ana@msp.example", "ben@msp.example"]);
    assert_eq!(
        got.header("Subject").as_deref(),
        Some("Money found, 2026-W47")
    );
    let id = got.header("Message-ID").expect("an id");
    assert!(
        id.starts_with("<digest-2026-W47-0-") && id.ends_with("@msp.example>"),
        "{id}"
    );
    assert!(
        got.header("Content-Type")
            .is_some_and(|t| t.starts_with("multipart/alternative"))
    );
    let body = readable(&got.data);
    for file in done["digest"]["files"].as_array().expect("two files") {
        let file = std::fs::read_to_string(file.as_str().expect("a path")).expect("a file");
        let line = file
            .lines()
            .find(|l| l.contains("Open opportunity"))
            .expect("the sum");
        assert!(body.contains(line.trim()), "{line} in {body}");
    }
}

#[test]
fn a_server_that_was_away_gets_it_once_when_it_is_back() {
    let ion = Ion::of(20);
    let home = ready(&ion);
    let port = MailServer::free_port();
    let child = start(daemon(&home, MONDAY, Some(port)));
    let page = home.path("home/digests/digest-2026-W47.html");
    eventually("the digest is in its file", || page.exists());
    let mail = MailServer::at(port);
    eventually("it was sent", || !mail.got().is_empty());
    assert_eq!(stop(child, "TERM"), Some(0));
    let after = once(&home, MONDAY, Some(port)).expect(0).json();
    assert!(after["digest"].is_null());
    assert_eq!(mail.got().len(), 1);
}

#[test]
fn refusals_are_told_and_nobody_gets_it_twice() {
    let (ion, mail) = (Ion::of(20), MailServer::start());
    let home = ready(&ion);
    home.run(["sync"]).expect(0);
    for (command, answer, code, words) in [
        ("AUTH", "535 5.7.8 no", 4, "refused the login"),
        ("AUTH", "454 4.7.0 busy", 8, "could not check the login"),
        ("MAIL", "550 5.7.1 not you", 8, "refused the sender"),
        ("RCPT", "550 5.1.1 nobody", 8, "refused ana@msp.example"),
        ("DATA", "451 4.3.0 full", 8, "did not take the digest"),
        ("CONTENT", "552 5.3.4 too big", 8, "did not take the digest"),
        ("CONNECT", "554 5.7.1 go away", 8, "does not answer"),
    ] {
        mail.refuse(command, answer);
        let ran = once(&home, MONDAY, Some(mail.port)).expect(code);
        assert!(ran.err.contains(words), "{answer}: {}", ran.err);
        assert!(ran.err.contains(&answer[4..]), "{}", ran.err);
        assert!(!ran.err.contains("s3cret") && !ran.out.contains("s3cret"));
        mail.accept();
    }
    for security in ["tls", "starttls"] {
        let mut command = daemon(&home, MONDAY, Some(mail.port));
        let command = command.arg("--once").env("VECTIS_MAIL__SECURITY", security);
        let ran = Ran::from(command.output().expect("the program starts"));
        assert!(ran.err.contains("No secure connection"), "{}", ran.err);
    }
    assert_eq!(mail.got(), []);
    mail.refuse("RCPT TO:<BEN", "450 4.2.1 later");
    once(&home, MONDAY, Some(mail.port)).expect(8);
    mail.accept();
    once(&home, MONDAY, Some(mail.port)).expect(0);
    once(&home, MONDAY, Some(mail.port)).expect(0);
    let to: Vec<_> = mail.got().into_iter().map(|g| g.to).collect();
    assert_eq!(to, [["ana@msp.example"], ["ben@msp.example"]]);
}

#[test]
fn it_is_sent_over_tls_to_a_server_whose_authority_is_trusted() {
    let ion = Ion::of(20);
    let home = ready(&ion);
    home.run(["sync"]).expect(0);
    for (secrecy, security) in [(Secrecy::Tls, "tls"), (Secrecy::StartTls, "starttls")] {
        let mail = MailServer::secret(secrecy);
        let send = |authority: &str| {
            let args = ["digest", "--send", "--database", &home.database()].map(str::to_owned);
            let mut command = home.command(args);
            by_mail(&mut command, MONDAY, mail.port);
            command
                .env("VECTIS_MAIL__HOST", "localhost")
                .env("VECTIS_MAIL__SECURITY", security)
                .env("VECTIS_NETWORK__CA_FILE", authority);
            Ran::from(command.output().expect("the program starts"))
        };
        let unknown = send("").expect(8).err;
        assert!(unknown.contains("No secure connection"), "{unknown}");
        assert!(unknown.contains("network.ca_file"), "{unknown}");
        assert_eq!(mail.got(), []);
        send(AUTHORITY).expect(0);
        let got = mail.got();
        assert_eq!(got.len(), 1, "{security}");
        assert_eq!(got[0].login, "vectis/s3cret");
        assert_eq!(got[0].to, ["ana@msp.example", "ben@msp.example"]);
    }
}

#[test]
fn a_person_sends_it_and_the_schedule_does_not_repeat_it() {
    let (ion, mail) = (Ion::of(20), MailServer::start());
    let home = ready(&ion);
    home.run(["sync"]).expect(0);
    let none = home.run(["digest", "--send", "--json"]).expect(3).json();
    assert!(
        none["error"]["remedy"]
            .as_str()
            .is_some_and(|r| r.contains("config.example.toml"))
    );
    let send = |extra: &[&str]| {
        let args = ["digest", "--send", "--database", &home.database()].map(str::to_owned);
        let mut command = home.command(args);
        by_mail(command.args(extra), MONDAY, mail.port);
        Ran::from(command.output().expect("the program starts"))
    };
    let ran = send(&[]).expect(0);
    assert!(
        ran.out.contains("sent to ana@msp.example, ben@msp.example"),
        "{}",
        ran.out
    );
    let again = send(&["--json"]).expect(0).json();
    assert_eq!(
        again["sent"].as_array().map(Vec::len),
        Some(2),
        "asked is asked"
    );
    let ids: Vec<_> = mail.got().iter().map(|g| g.header("Message-ID")).collect();
    assert_ne!(ids[0], ids[1]);
    once(&home, MONDAY, Some(mail.port)).expect(0);
    assert_eq!(mail.got().len(), 2);
}

#[test]
fn of_two_daemons_one_works() {
    two_daemons(Home::new());
}

#[test]
fn of_two_daemons_on_postgres_one_works() {
    let database = Database::new(Engine::Postgres);
    two_daemons(Home::on(&database.url));
}

fn two_daemons(home: Home) {
    let (ion, mail) = (Ion::of(20), MailServer::start());
    ion.connect(&home).expect(0);
    ion.import_psa(&home).expect(0);
    let first = start(daemon(&home, MONDAY, Some(mail.port)));
    let second = start(daemon(&home, MONDAY, Some(mail.port)));
    eventually("the digest was sent", || !mail.got().is_empty());
    let doctor = |now: &str| {
        let mut command = home.command(["doctor", "--json", "--database", &home.database()]);
        command.env("VECTIS_NOW", now);
        Ran::from(command.output().expect("the program starts")).out
    };
    let seen = doctor(MONDAY);
    assert!(
        seen.contains("runs on ana@") && seen.contains("next sync 2026-11-24T01:30:00Z"),
        "{seen}"
    );
    assert!(
        doctor(TUESDAY).contains("none runs"),
        "one not seen for long does not run"
    );
    let held = once(&home, MONDAY, Some(mail.port)).expect(10).json();
    assert_eq!(held["error"]["code"], "run_held");
    assert_eq!(stop(first, "TERM"), Some(0));
    assert_eq!(stop(second, "HUP"), Some(0));
    assert!(doctor(MONDAY).contains("none runs"));
    assert_eq!(listings(&ion), 1, "one of them synced");
    assert_eq!(mail.got().len(), 1);
}

#[test]
fn a_stopped_sync_goes_on_and_a_rejected_credential_waits_for_the_next_night() {
    let ion = Ion::with(
        60,
        IonOptions {
            limit: 0,
            subscriptions_cap: 50,
            ..IonOptions::default()
        },
    );
    let home = Home::new();
    ion.connect_at(&home, "300").expect(0);
    ion.import_psa(&home).expect(0);
    let child = start(daemon(&home, MONDAY, None));
    eventually("three pages were read", || {
        ion.server.stats().of(PathKind::Subscriptions) >= 3
    });
    assert_eq!(stop(child, "TERM"), Some(0));
    let resumed = once(&home, "2026-11-23T07:02:00Z", None).expect(0).json();
    assert_eq!(resumed["sync"]["runs"][0]["resumed"], true, "{resumed:#}");

    ion.always(PathKind::Customers, status(403));
    once(&home, TUESDAY, None).expect(5);
    let read = listings(&ion);
    let again = once(&home, "2026-11-24T20:00:00Z", None).expect(0).json();
    assert!(again["sync"].is_null());
    assert_eq!(listings(&ion), read);
    once(&home, "2026-11-25T03:00:00Z", None).expect(5);
}

#[test]
fn a_password_file_that_others_may_read_is_refused() {
    let (home, mail) = (Home::new(), MailServer::start());
    let file = home.file("password", "s3cret");
    let send = |mode| -> Ran {
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(mode);
        std::fs::set_permissions(&file, permissions).expect("the mode can be set");
        let database = home.database();
        let mut command = home.command(["digest", "--send", "--database", &database]);
        by_mail(&mut command, MONDAY, mail.port);
        command.env_remove("VECTIS_MAIL_PASSWORD");
        command.env("VECTIS_MAIL__PASSWORD_FILE", &file);
        command.output().expect("the program starts").into()
    };
    let refused = send(0o644).expect(3);
    assert!(refused.err.contains("chmod 600"), "{refused:#?}");
    assert!(mail.got().is_empty());
    send(0o600).expect(0);
    assert!(!mail.got().is_empty());
}
