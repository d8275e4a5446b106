//! What passes by itself, in the words of a PSA: unlike a distributor's run, a reading that breaks off is not kept.

use crate::domain::problem::{Problem, ProblemKind};
use crate::http::error::ApiError;

/// The failure in words that fit every service, with what becomes of a reading.
pub(super) fn passing(error: &ApiError, service: &str) -> Problem {
    let problem = error.to_problem(service);
    match problem.kind {
        ProblemKind::RateLimited => problem.remedy(
            "Give this console a client of its own, or lower --requests-per-minute. What was read last stays in use; the next \
             sync, or `vectis psa sync`, reads the PSA from its beginning.",
        ),
        ProblemKind::Unreachable | ProblemKind::ServerFailure if problem.remedy.contains("what was read is kept") => problem
            .remedy(
                "Nothing was changed: what was read last stays in use. The next sync reads the PSA from its beginning; try again \
                 in some minutes: vectis psa sync",
            ),
        _ => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::error::{ErrorKind, Waited};
    use crate::http::observe::Call;

    #[test]
    fn no_remedy_promises_that_a_broken_reading_goes_on() {
        for kind in [
            ErrorKind::OutOfPatience(120),
            ErrorKind::Timeout(Waited::Whole, 60),
            ErrorKind::Cut("reset".to_owned()),
            ErrorKind::Status(503),
        ] {
            let error = ApiError {
                call: Call {
                    method: "GET",
                    path: "/api/Client".to_owned(),
                    query: String::new(),
                },
                kind,
                tries: 5,
                said: None,
                request_id: None,
            };
            let problem = passing(&error, "HaloPSA");
            let remedy = &problem.remedy;
            assert!(
                !remedy.contains("goes on from there") && !remedy.contains("run is kept"),
                "{remedy}"
            );
        }
    }
}
