//! Heavy, pure work beside the async threads.

use crate::domain::problem::{Problem, ProblemKind};

/// Runs a heavy, pure computation off the async threads.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        Problem::new(ProblemKind::Unexpected, "A computation broke off")
            .seen(error.to_string())
            .remedy("run `vectis doctor --bundle` and send it to support")
    })
}
