use super::*;

fn now() -> Ts {
    "2026-11-24T06:00:00Z".parse().unwrap()
}

fn subject(name: &str) -> Subject {
    Subject {
        name: ConnectionName::from(name),
        vendor: Vendor::Synnex,
        base_path: String::new(),
        token_path: String::new(),
        settings: BTreeMap::new(),
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn only_the_owner_can_read_it() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("a/b");
    let new = NewRecording::create(&folder, now()).unwrap();
    // A name that looks like a path stays a name.
    let _recorder = new.recorder(subject("..")).unwrap();
    new.finish(now()).unwrap();
    assert_eq!(mode(&folder), 0o700);
    for entry in fs::read_dir(&folder).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
    let read = Recording::open(&folder).unwrap();
    assert_eq!((read.started_at(), read.is_whole()), (now(), true));
    assert_eq!(read.subjects(), [subject("..")]);
    assert!(read.player(&ConnectionName::from("x")).is_err());
}

#[test]
fn it_replaces_its_like_and_nothing_else() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path();
    let first = NewRecording::create(folder, now()).unwrap();
    first.recorder(subject("a")).unwrap();
    let second = NewRecording::create(folder, now()).unwrap();
    second.recorder(subject("b")).unwrap();
    assert_eq!(Recording::open(folder).unwrap().subjects(), [subject("b")]);

    fs::write(folder.join("thesis.txt"), "years of work").unwrap();
    let refused = NewRecording::create(folder, now()).err().unwrap();
    assert!(matches!(refused, RecordingError::Occupied(_)), "{refused}");
    assert!(folder.join("thesis.txt").exists() && folder.join(MANIFEST).exists());
    let file = folder.join("thesis.txt");
    assert!(NewRecording::create(&file, now()).is_err());
}

#[test]
fn what_is_no_recording_is_said() {
    let home = tempfile::tempdir().unwrap();
    let words = |text: Option<&[u8]>| {
        if let Some(text) = text {
            fs::write(home.path().join(MANIFEST), text).unwrap();
        }
        Recording::open(home.path()).err().unwrap().to_string()
    };
    assert!(words(None).contains("no recording.json"));
    assert!(words(Some(b"\xff\xfe")).contains("no text"));
    assert!(words(Some(b"{\"recording\": 1")).contains("line 1"));
    assert!(words(Some(b"{\"recording\": 1, \"started_at\": 1e999}")).contains("line 1"));
    assert!(words(Some(b"{\"recording\": 2, \"x\": 1}")).contains("format 2"));
    assert!(matches!(
        Recording::open(Path::new("/nowhere")).err().unwrap(),
        RecordingError::NotARecording(..)
    ));
}
