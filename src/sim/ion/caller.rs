//! A client of the service for the tests, as plain as a person with curl.

use reqwest::{Client, Response};
use serde_json::Value;

use super::super::world::{World, shared};
use super::{IonOptions, IonServer, start};
use crate::http::network::bare_client;

/// The body as JSON; null if it is not.
pub(super) async fn read(answer: Response) -> Value {
    let text = answer.text().await.unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// A client that does what a person with curl would do.
pub(super) struct Caller {
    pub(super) http: Client,
    pub(super) server: IonServer,
    pub(super) access: String,
    pub(super) refresh: String,
}

impl Caller {
    pub(super) async fn new(customers: usize, options: IonOptions) -> Self {
        let world = World::new(1, customers, "2026-11-24T08:00:00Z".parse().unwrap());
        let server = start(shared(world), options).await.unwrap();
        let refresh = server.refresh_token().to_owned();
        let http = bare_client().no_proxy().build().unwrap();
        Self {
            http,
            server,
            access: String::new(),
            refresh,
        }
    }

    pub(super) async fn signed_in(customers: usize, options: IonOptions) -> Self {
        let mut caller = Self::new(customers, options).await;
        assert_eq!(caller.sign_in().await.0, 200);
        caller
    }

    pub(super) async fn sign_in(&mut self) -> (u16, Value) {
        self.try_sign_in().await.unwrap()
    }

    pub(super) async fn try_sign_in(&mut self) -> Result<(u16, Value), reqwest::Error> {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &self.refresh),
        ];
        let answer = self
            .http
            .post(self.url("/oauth/token"))
            .form(&form)
            .send()
            .await?;
        let (status, body) = (answer.status().as_u16(), read(answer).await);
        if let (Some(access), Some(refresh)) = (
            body["access_token"].as_str(),
            body["refresh_token"].as_str(),
        ) {
            (self.access, self.refresh) = (access.to_owned(), refresh.to_owned());
        }
        Ok((status, body))
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.base_url())
    }

    pub(super) async fn send(&self, path: &str) -> Result<Response, reqwest::Error> {
        let account = self.server.account_id();
        let url = self.url(&path.replace("{a}", &format!("/api/v3/accounts/{account}")));
        self.http.get(url).bearer_auth(&self.access).send().await
    }

    pub(super) async fn get(&self, path: &str) -> (u16, Value) {
        let answer = self.send(path).await.unwrap();
        (answer.status().as_u16(), read(answer).await)
    }
}

pub(super) fn unlimited() -> IonOptions {
    IonOptions {
        limit: 0,
        ..IonOptions::default()
    }
}
