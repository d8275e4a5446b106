//! Rings when a file beside the database is written: SQLite tells nobody of a change, but the kernel does.

use std::io;
use std::path::Path;

#[cfg(target_os = "linux")]
pub(super) use linux::Bell;

#[cfg(target_os = "linux")]
mod linux {
    use rustix::fs::inotify::{CreateFlags, WatchFlags, add_watch, init};
    use tokio::net::unix::pipe::Receiver;

    use super::{Path, io};

    /// Tells that something in a folder was written. The kernel's events are read like a pipe that they fill.
    pub(in crate::store) struct Bell(Receiver);

    impl Bell {
        /// Watches the folder of a database: its log is made anew now and then, so the file itself is not enough.
        ///
        /// # Errors
        /// If the kernel gives no more watches, or the folder cannot be read.
        pub(in crate::store) fn beside(database: &Path) -> io::Result<Self> {
            let folder = match database.parent() {
                Some(folder) if !folder.as_os_str().is_empty() => folder,
                _ => Path::new("."),
            };
            let events = init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
            add_watch(&events, folder, WatchFlags::MODIFY | WatchFlags::CREATE)?;
            Receiver::from_owned_fd_unchecked(events).map(Self)
        }

        /// Waits until something was written since it rang last.
        ///
        /// # Errors
        /// If the kernel's events cannot be waited for.
        pub(in crate::store) async fn rung(&self) -> io::Result<()> {
            self.0.readable().await?;
            let mut told = [0_u8; 4_096];
            // That something was written is all that counts.
            let end = loop {
                if let Err(error) = self.0.try_read(&mut told) {
                    break error;
                }
            };
            match end.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => Ok(()),
                _ => Err(end),
            }
        }
    }

    #[cfg(test)]
    mod tests {
        use std::time::Duration;

        use super::*;

        #[tokio::test]
        async fn it_rings_for_what_was_written_and_then_keeps_silent() {
            let folder = tempfile::tempdir().unwrap();
            let bell = Bell::beside(&folder.path().join("vectis.db")).unwrap();
            for text in ["one", "two"] {
                std::fs::write(folder.path().join("vectis.db-wal"), text).unwrap();
                bell.rung().await.unwrap();
                let silence = tokio::time::timeout(Duration::from_millis(20), bell.rung());
                assert!(silence.await.is_err(), "nothing was written since");
            }
        }
    }
}

/// Where the kernel cannot be asked in this way, the database is.
#[cfg(not(target_os = "linux"))]
pub(super) enum Bell {}

#[cfg(not(target_os = "linux"))]
impl Bell {
    pub(super) fn beside(_: &Path) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) async fn rung(&self) -> io::Result<()> {
        match *self {}
    }
}
