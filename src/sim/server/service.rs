//! What makes one simulated service different from the others.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::super::world::SharedWorld;
use super::asked::{Asked, Call};
use super::reply::Reply;
use super::stats::Stats;

/// The kinds of paths of a service: what is counted, and what faults can be aimed at. Spelt in snake case in JSON.
pub trait Kind: Copy + Ord + Debug + Serialize + DeserializeOwned + Send + 'static {
    /// True for the call that gives out tokens: chance never loses its answer.
    fn is_token(self) -> bool;
}

/// A simulated service. One request at a time; counting, the limit and faults are done before it is asked.
pub trait Service: Send + 'static {
    /// Its kinds of paths.
    type Kind: Kind;

    /// The kind of a request's path.
    fn kind(&self, asked: &Asked) -> Self::Kind;

    /// The right answer. The service itself counts in `stats` what only it can know: tokens.
    fn answer(
        &mut self,
        asked: &Asked,
        call: &Call<Self::Kind>,
        stats: &mut Stats<Self::Kind>,
    ) -> Reply;

    /// An error of any status, with the vendor's body for that kind of path; a 429 without a hint when to come back.
    fn refuse(&mut self, status: u16, call: &Call<Self::Kind>) -> Reply;

    /// The 429 of the limit, with the vendor's own hint, if it gives any, that there is room again in so many seconds.
    fn limited(&mut self, seconds: u64, call: &Call<Self::Kind>) -> Reply;

    /// Ends every access token at once.
    fn expire_access(&mut self);

    /// The world that it shows.
    fn world(&self) -> &SharedWorld;

    /// What scripts need to use it: credentials and counts, members of the first line.
    fn introduction(&self) -> Map<String, Value>;

    /// The last touch to every answer, faulty ones included: headers that all have, compression.
    fn finish(&mut self, reply: Reply, _asked: &Asked, _call: &Call<Self::Kind>) -> Reply {
        reply
    }

    /// A control path of its own, after `/sim/`; none if it knows no such path.
    fn control(&mut self, _method: &str, _path: &str) -> Option<Reply> {
        None
    }
}
