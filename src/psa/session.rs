//! Reads of one PSA with its proof, and why one brought nothing.

use serde_json::Value;

use crate::http::auth::Auth;
use crate::http::client::ApiClient;
use crate::http::error::ApiError;
use crate::http::pacing::Class;
use crate::http::request::Get;

/// Why something was not read.
#[derive(Debug)]
pub(super) enum Failed {
    /// The request failed for good.
    Api(ApiError),
    /// The answer is not what was asked for, in words.
    Shape(String),
}

/// A client with its proof.
pub(super) struct Session {
    pub client: ApiClient,
    pub auth: Auth,
}

impl Session {
    /// One document.
    pub async fn get(
        &self,
        path: &str,
        query: &[(&'static str, String)],
        class: Class,
    ) -> Result<Value, Failed> {
        let get = Get {
            path,
            query,
            auth: &self.auth,
            class,
        };
        let answer = self.client.get(get).await.map_err(Failed::Api)?;
        Ok(answer.json)
    }
}
