//! For tests of this crate: a token row in memory that several "processes" share.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use secrecy::ExposeSecret;

use super::token::{
    Access, Attempt, RefreshedTokens, TokenState, TokenStore, TokenStoreError, Tokens,
};
use crate::domain::time::Ts;

/// What all processes see.
#[derive(Default)]
pub(crate) struct Row {
    pub tokens: Option<Tokens>,
    pub previous: Vec<String>,
    pub holder: Option<u32>,
    pub refresh_expires_at: Option<Ts>,
    /// The next so many commits fail.
    pub failing_commits: u32,
    /// The journal takes nothing.
    pub failing_journal: bool,
    /// Every step, in order.
    pub steps: Vec<String>,
}

/// One process's view.
#[derive(Clone)]
pub(crate) struct MemoryStore {
    pub row: Arc<Mutex<Row>>,
    owner: u32,
}

pub(crate) const NOW: &str = "2026-11-24T12:00:00Z";

impl MemoryStore {
    /// A freshly pasted refresh token.
    pub fn pasted(refresh: &str) -> Self {
        let tokens = Tokens {
            version: 1,
            refresh: refresh.into(),
            issued_at: NOW.parse().unwrap(),
            expires_at: None,
            access: None,
            state: TokenState::Good,
            attempt: None,
            newer_since: None,
        };
        let row = Row {
            tokens: Some(tokens),
            ..Row::default()
        };
        Self {
            row: Arc::new(Mutex::new(row)),
            owner: 0,
        }
    }

    /// A credential with a good access token.
    pub fn fresh(access: &str) -> Self {
        let store = Self::pasted("r0");
        let until = NOW.parse::<Ts>().unwrap().plus_seconds(7_000);
        store.edit(|t| {
            t.access = Some(Access {
                token: access.into(),
                expires_at: Some(until),
            })
        });
        store
    }

    /// Another process on the same row.
    pub fn other_process(&self, owner: u32) -> Self {
        Self {
            row: self.row.clone(),
            owner,
        }
    }

    pub fn edit(&self, change: impl FnOnce(&mut Tokens)) {
        change(self.row.lock().unwrap().tokens.as_mut().unwrap());
    }

    pub fn refresh(&self) -> String {
        self.row
            .lock()
            .unwrap()
            .tokens
            .as_ref()
            .unwrap()
            .refresh
            .expose_secret()
            .to_owned()
    }

    pub fn state(&self) -> TokenState {
        self.row.lock().unwrap().tokens.as_ref().unwrap().state
    }

    pub fn steps(&self) -> Vec<String> {
        self.row.lock().unwrap().steps.clone()
    }

    pub fn log(&self, step: &str) {
        self.row.lock().unwrap().steps.push(step.to_owned());
    }

    fn at(
        &self,
        version: i64,
        step: &str,
        change: impl FnOnce(&mut Tokens, &mut Vec<String>),
    ) -> bool {
        let mut row = self.row.lock().unwrap();
        row.steps.push(step.to_owned());
        let row = &mut *row;
        match row.tokens.as_mut().filter(|t| t.version == version) {
            Some(tokens) => {
                change(tokens, &mut row.previous);
                true
            }
            None => false,
        }
    }
}

#[async_trait]
impl TokenStore for MemoryStore {
    async fn load(&self) -> Result<Option<Tokens>, TokenStoreError> {
        Ok(self.row.lock().unwrap().tokens.clone())
    }

    async fn begin_refresh(&self, version: i64) -> Result<bool, TokenStoreError> {
        Ok(self.at(version, "begin", |t, _| {
            t.state = TokenState::Refreshing;
            t.attempt = Some(Attempt {
                at: NOW.parse().unwrap(),
                host: "here".into(),
            });
        }))
    }

    async fn journal(&self, _: &Tokens, _: &RefreshedTokens) -> Result<(), TokenStoreError> {
        let mut row = self.row.lock().unwrap();
        if row.failing_journal {
            return Err(TokenStoreError::Journal("read-only".into()));
        }
        row.steps.push("journal".into());
        Ok(())
    }

    async fn commit(&self, version: i64, new: &RefreshedTokens) -> Result<bool, TokenStoreError> {
        {
            let mut row = self.row.lock().unwrap();
            if row.failing_commits > 0 {
                row.failing_commits -= 1;
                return Err(TokenStoreError::Database("disk full".into()));
            }
        }
        Ok(self.at(version, "commit", |t, previous| {
            if let Some(refresh) = &new.refresh {
                previous.push(t.refresh.expose_secret().to_owned());
                t.refresh = refresh.clone();
                t.version += 1;
                t.issued_at = new.issued_at;
            }
            t.access = Some(new.access.clone());
            t.state = TokenState::Good;
            t.attempt = None;
        }))
    }

    async fn end(
        &self,
        version: i64,
        state: TokenState,
        attempt: Option<&Attempt>,
    ) -> Result<bool, TokenStoreError> {
        Ok(self.at(version, "end", |t, _| {
            t.state = state;
            t.attempt = attempt.cloned();
        }))
    }

    async fn learned(
        &self,
        version: i64,
        access: Ts,
        refresh: Option<Ts>,
    ) -> Result<(), TokenStoreError> {
        self.at(version, "learned", |t, _| {
            if let Some(stored) = &mut t.access {
                stored.expires_at = Some(access);
            }
        });
        self.row.lock().unwrap().refresh_expires_at = refresh;
        Ok(())
    }

    async fn try_lock(&self) -> Result<bool, TokenStoreError> {
        let holder = &mut self.row.lock().unwrap().holder;
        Ok(*holder.get_or_insert(self.owner) == self.owner)
    }

    async fn unlock(&self) -> Result<(), TokenStoreError> {
        let holder = &mut self.row.lock().unwrap().holder;
        if *holder == Some(self.owner) {
            *holder = None;
        }
        Ok(())
    }
}
