//! Signals to a child.

use std::process::{Child, Command};

/// Sends one by its name.
pub fn send(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .args([format!("-{name}"), child.id().to_string()])
        .status();
    assert!(sent.is_ok_and(|s| s.success()));
}
