//! The life of a connection as it is the same at every distributor that gives tokens for the asking.

use serde_json::Value;
use vectis::sim::server::Service;

use super::program::{Home, Ran};
use super::stand::Stand;

/// A distributor's service that a home is connected to.
pub trait Partner: Service + Sized {
    /// What the connection is called.
    const NAME: &'static str;
    /// The member of the service's first line that is the secret.
    const SECRET: &'static str;

    /// Connects a home, with the secret that is right or another one.
    fn set(stand: &Stand<Self>, home: &Home, secret: &str) -> Ran;
}

impl<S: Partner> Stand<S> {
    /// Connects a home.
    pub fn connect(&self, home: &Home) -> Ran {
        self.connect_with(home, self.secret())
    }

    /// Connects a home with this secret.
    pub fn connect_with(&self, home: &Home, secret: &str) -> Ran {
        S::set(self, home, secret)
    }

    /// The secret that is right.
    pub fn secret(&self) -> &str {
        self.server.told(S::SECRET)
    }

    /// What Test says.
    pub fn test(&self, home: &Home) -> String {
        let ran = home.run(["connection", "test", S::NAME]).expect(0);
        ran.out.trim().to_owned()
    }

    /// The error of a Test with a secret that is wrong; it does not show it.
    pub fn test_fails(&self, home: &Home) -> Value {
        let ran = home
            .run(["connection", "test", S::NAME, "--json"])
            .expect(4);
        assert!(!format!("{ran:?}").contains("not-the-"), "{ran:?}");
        ran.json()["error"].clone()
    }

    /// An acceptance run asks the vendor's own question, and none of Ion's.
    pub fn is_onboarded(&self, home: &Home, question: &str) {
        let report = home.run(["onboard", S::NAME, "--json"]).expect(0).json();
        let answers = report["answers"].as_array().expect("answers");
        let asks = |id: &str| answers.iter().any(|a| a["id"] == id);
        assert!(asks(question) && !asks("lost_token_answer"), "{answers:?}");
    }

    /// A recorded sync is replayed to the same numbers; nothing is sent for it, and no secret is kept.
    pub fn is_recorded_and_replayed(&self, home: &Home) {
        let folder = home.path("recording");
        let folder = folder.to_str().expect("a path");
        let recorded = home.run(["sync", "--full", "--record", folder, "--json"]);
        let recorded = recorded.expect(0).json();
        let before = self.server.stats().total;
        let replayed = Home::new().run(["replay", folder, "--json"]);
        let replayed = replayed.expect(0).json();
        for key in ["customers", "subscriptions", "quarantined", "requests"] {
            assert_eq!(replayed["runs"][0][key], recorded["runs"][0][key], "{key}");
        }
        assert_eq!(self.server.stats().total, before, "nothing was sent");
        for file in std::fs::read_dir(folder).expect("a folder") {
            let text = std::fs::read_to_string(file.expect("a file").path()).expect("text");
            assert!(!text.contains(self.secret()));
        }
    }
}

/// Syncs everything a home is connected to; the run of its only connection.
pub fn sync(home: &Home, code: i32) -> Value {
    run_of(home.run(["sync", "--json"]), code)
}

/// The same, from the first page.
pub fn sync_full(home: &Home, code: i32) -> Value {
    run_of(home.run(["sync", "--full", "--json"]), code)
}

fn run_of(ran: Ran, code: i32) -> Value {
    ran.expect(code).json()["runs"][0].clone()
}
