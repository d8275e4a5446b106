//! All signals in one place.

use tokio::sync::mpsc::UnboundedReceiver;

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// End, with exit status 128 + this number.
    End(u8),
    /// Give the terminal to the shell.
    Suspend,
    /// We are back: the terminal may show anything.
    Continued,
}

/// Listens to SIGTERM, SIGHUP, SIGINT, SIGTSTP and SIGCONT. Must be called inside a runtime.
#[cfg(unix)]
pub fn listen() -> std::io::Result<UnboundedReceiver<Asked>> {
    use tokio::signal::unix::{SignalKind, signal};

    // POSIX numbers; SIGTSTP and SIGCONT differ between systems and are asked of the system.
    let wanted = [
        (SignalKind::terminate(), Asked::End(15)),
        (SignalKind::hangup(), Asked::End(1)),
        (SignalKind::interrupt(), Asked::End(2)),
        (
            SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()),
            Asked::Suspend,
        ),
        (
            SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()),
            Asked::Continued,
        ),
    ];
    let (tell, told) = tokio::sync::mpsc::unbounded_channel();
    for (kind, asked) in wanted {
        let mut stream = signal(kind)?;
        let tell = tell.clone();
        tokio::spawn(
            async move { while stream.recv().await.is_some() && tell.send(asked).is_ok() {} },
        );
    }
    Ok(told)
}

/// Elsewhere Ctrl-C arrives as a key and the rest does not exist.
#[cfg(not(unix))]
pub fn listen() -> std::io::Result<UnboundedReceiver<Asked>> {
    Ok(tokio::sync::mpsc::unbounded_channel().1)
}
