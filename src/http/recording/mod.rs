//! Recordings of what a distributor answered: kept redacted while a run goes on, and answered from later without a
//! network.
//!
//! A replay is a second source of answers inside the client, not a server on loopback: nothing else differs from a live
//! run, failures come back as exactly what they were, and no socket is ever opened.

mod exchange;
mod folder;
mod lines;
mod masked;
mod player;
mod recorder;
mod standins;

use std::sync::Arc;

pub use folder::{NewRecording, Recording, RecordingError, Subject};
pub use player::{Player, Unpaced};
pub use recorder::Recorder;

pub(super) use exchange::{Asked, Exchange, Seen};
pub(super) use player::Taken;

/// What becomes of the exchanges of one connection.
#[derive(Clone, Default)]
pub enum Tape {
    /// They go over the network and are forgotten.
    #[default]
    Off,
    /// They go over the network and are kept.
    Record(Arc<Recorder>),
    /// They are answered from a recording; nothing is sent.
    Replay(Arc<Player>),
}

impl Tape {
    /// A recorder remembers secrets that are about to be sent, so that they are found wherever a server repeats them.
    pub(super) fn learn<'a>(&self, secrets: impl Iterator<Item = &'a str>) {
        if let Tape::Record(recorder) = self {
            recorder.learn(secrets);
        }
    }
}

/// What becomes of the exchanges of all connections.
#[derive(Clone, Default)]
pub enum Tapes {
    /// They go over the network and are forgotten.
    #[default]
    Off,
    /// They are kept in a new recording.
    Record(Arc<NewRecording>),
    /// They are answered from a recording.
    Replay(Arc<Recording>),
}

impl Tapes {
    /// The tape of one connection.
    ///
    /// # Errors
    /// When its part of the recording cannot be written, or there is none to read.
    pub fn tape(&self, subject: Subject) -> Result<Tape, RecordingError> {
        Ok(match self {
            Tapes::Off => Tape::Off,
            Tapes::Record(recording) => Tape::Record(recording.recorder(subject)?),
            Tapes::Replay(recording) => Tape::Replay(recording.player(&subject.name)?),
        })
    }
}

#[cfg(test)]
mod tests;
