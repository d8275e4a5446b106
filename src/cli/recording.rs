//! `--record DIR`: what the distributors answer during a verb is kept for `vectis replay`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::output::Output;
use crate::domain::problem::Problem;
use crate::engine::context::Context;
use crate::http::recording::{NewRecording, Tapes};

#[derive(Debug, Args)]
pub(super) struct RecordArgs {
    /// Keep what the distributors answer in this folder, for `vectis replay`; everything is read from the first page
    ///
    /// A recording holds business data: customers with addresses and contacts, subscriptions, prices. It holds no token,
    /// client secret or other credential. Only this user can read it. An older recording in the folder is replaced.
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
}

/// A recording under way; none where nobody asked for one.
pub(super) struct UnderWay(Option<Arc<NewRecording>>);

impl RecordArgs {
    /// Begins the recording that was asked for: from here on the answers are kept.
    pub fn begin(&self, ctx: &mut Context) -> Result<UnderWay, Problem> {
        let Some(folder) = &self.record else {
            return Ok(UnderWay(None));
        };
        let recording = Arc::new(NewRecording::create(folder, ctx.calendar.now())?);
        ctx.tapes = Tapes::Record(recording.clone());
        Ok(UnderWay(Some(recording)))
    }
}

impl UnderWay {
    /// True where answers are kept.
    pub fn is_wanted(&self) -> bool {
        self.0.is_some()
    }

    /// Ends it and says so. One whose run was cancelled stays without its end, which a replay tells.
    pub fn finish(self, ctx: &Context, cancel: &CancellationToken, output: Output) {
        let Some(recording) = self.0.filter(|_| !cancel.is_cancelled()) else {
            return;
        };
        match recording.finish(ctx.calendar.now()) {
            Ok(()) => output.note("recorded; it holds business data, no credentials"),
            Err(error) => output.note(&format!("the recording is not whole: {error}")),
        }
    }
}
