//! Reads with an access token that the keeper keeps alive.

use std::sync::Arc;

use serde_json::Value;

use super::customers::NotAListing;
use crate::distributor::keeper::{Keeper, TokenError};
use crate::distributor::token::Access;
use crate::http::auth::Auth;
use crate::http::client::ApiClient;
use crate::http::error::ApiError;
use crate::http::pacing::Class;
use crate::http::request::Get;

/// The client and the tokens of one credential.
pub(super) struct Session {
    pub client: Arc<ApiClient>,
    pub keeper: Keeper,
}

/// Why a read brought nothing.
pub(super) enum Failed {
    Token(TokenError),
    Api(ApiError),
    Shape(NotAListing),
}

impl Session {
    /// Reads a path. One 401 is answered with another token and one repeat.
    pub async fn get(
        &self,
        path: &str,
        query: &[(&'static str, String)],
        class: Class,
    ) -> Result<Value, Failed> {
        let access = self.keeper.access().await.map_err(Failed::Token)?;
        match self.send(path, query, &access, class).await {
            Err(error) if error.status() == Some(401) => {
                let renewed = self
                    .keeper
                    .renew(&access.token)
                    .await
                    .map_err(Failed::Token)?;
                self.send(path, query, &renewed, class)
                    .await
                    .map_err(Failed::Api)
            }
            other => other.map_err(Failed::Api),
        }
    }

    async fn send(
        &self,
        path: &str,
        query: &[(&'static str, String)],
        access: &Access,
        class: Class,
    ) -> Result<Value, ApiError> {
        let auth = Auth::bearer(&access.token);
        let answer = self
            .client
            .get(Get {
                path,
                query,
                auth: &auth,
                class,
            })
            .await?;
        Ok(answer.json)
    }
}
