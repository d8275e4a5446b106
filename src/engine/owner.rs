//! Which process holds a lease, and whether it still lives.

use std::fs;
use std::path::Path;

/// A name for this process that no other has: `ana@host#4711-0f3c…`.
pub(super) fn name(actor: &str) -> String {
    format!("{actor}#{}-{:08x}", std::process::id(), fastrand::u32(..))
}

/// The part of an owner that people know: `ana@host`.
pub(super) fn actor(owner: &str) -> &str {
    owner.split('#').next().unwrap_or_default()
}

/// True if `owner` was a process of this machine and is certainly gone, so that its leases need not be waited for.
pub(super) fn is_dead(owner: &str, ours: &str) -> bool {
    is_dead_in(Path::new("/proc"), owner, ours)
}

fn is_dead_in(proc: &Path, owner: &str, ours: &str) -> bool {
    let host = |o: &str| actor(o).rsplit_once('@').map(|(_, host)| host.to_owned());
    let pid = |o: &str| {
        let (_, rest) = o.split_once('#')?;
        rest.split('-').next()?.parse::<u32>().ok()
    };
    let (Some(theirs), Some(here)) = (host(owner), host(ours)) else {
        return false;
    };
    let (Some(their_pid), Some(our_pid)) = (pid(owner), pid(ours)) else {
        return false;
    };
    let program = |pid: u32| fs::read_to_string(proc.join(pid.to_string()).join("comm"));
    // Without our own entry there is no /proc to trust; a number that another program has got since is a dead owner too.
    match (program(our_pid), program(their_pid)) {
        (Ok(us), Ok(them)) => theirs == here && us != them,
        (Ok(_), Err(_)) => theirs == here,
        (Err(_), _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_vanished_process_of_this_machine_is_dead() {
        let proc = tempfile::tempdir().unwrap();
        for (pid, program) in [("10", "vectis"), ("11", "vectis"), ("12", "bash")] {
            fs::create_dir(proc.path().join(pid)).unwrap();
            fs::write(proc.path().join(pid).join("comm"), program).unwrap();
        }
        let dead = |owner| is_dead_in(proc.path(), owner, "ana@a#10-1");
        assert!(dead("ana@a#99-1"));
        assert!(
            dead("ben@a#12-1"),
            "the number belongs to another program now"
        );
        assert!(!dead("ben@a#11-1"), "it lives");
        assert!(
            !dead("ana@b#99-1"),
            "another machine's processes cannot be seen"
        );
        assert!(!dead("nonsense"));
        assert!(!is_dead_in(
            Path::new("/nowhere"),
            "ana@a#99-1",
            "ana@a#10-1"
        ));
    }
}
