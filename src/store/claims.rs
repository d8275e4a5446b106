//! Who looks at which review item. A claim is a word to the others, no lock: whoever decides first has decided.

use sqlx::AssertSqlSafe;

use super::arg::args;
use super::db::transact;
use super::feed::Area;
use super::{Store, StoreError};
use crate::domain::ids::AccountKey;

/// A claim lives this long unless it is renewed.
const CLAIM_MS: i64 = 120_000;

/// Somebody looks at an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Which.
    pub key: AccountKey,
    /// Who: `ana@host`.
    pub actor: String,
}

impl Store {
    /// Says that a person looks at this item and at no other, for two minutes; at none if there is no key. An item that
    /// somebody else looks at stays theirs.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn claim(&self, key: Option<&AccountKey>, actor: &str) -> Result<(), StoreError> {
        transact!(self, |tx| {
            let clock = tx.engine().clock_ms();
            let mut changed = tx
                .execute(
                    "DELETE FROM review_claims WHERE tenant = $1 AND writer = $2
                         AND NOT (connection = $3 AND vendor_customer_id = $4)",
                    args![
                        self.tenant(),
                        self.writer.0,
                        key.map_or("", |k| k.connection.as_str()),
                        key.map_or("", |k| k.vendor_customer_id.as_str())
                    ],
                )
                .await?;
            if let Some(key) = key {
                let sql = format!(
                    "INSERT INTO review_claims (tenant, connection, vendor_customer_id, writer, actor, until_ms)
                     VALUES ($1, $2, $3, $4, $5, {clock} + $6)
                     ON CONFLICT (tenant, connection, vendor_customer_id) DO UPDATE SET writer = excluded.writer,
                         actor = excluded.actor, until_ms = excluded.until_ms
                     WHERE review_claims.writer = excluded.writer OR review_claims.until_ms <= {clock}"
                );
                changed += tx
                    .execute(
                        AssertSqlSafe(sql),
                        args![
                            self.tenant(),
                            &key.connection,
                            &key.vendor_customer_id,
                            self.writer.0,
                            actor,
                            CLAIM_MS
                        ],
                    )
                    .await?;
            }
            if changed > 0 {
                tx.changed(self, &[Area::Claims]).await?;
            }
            Ok(())
        })
    }

    /// What other processes look at.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn claims_of_others(&self) -> Result<Vec<Claim>, StoreError> {
        let sql = format!(
            "SELECT connection, vendor_customer_id, actor FROM review_claims
             WHERE tenant = $1 AND writer <> $2 AND until_ms > {}",
            self.engine().clock_ms()
        );
        self.db
            .all(AssertSqlSafe(sql), args![self.tenant(), self.writer.0])
            .await?
            .iter()
            .map(|row| {
                let mut c = row.cells();
                Ok(Claim {
                    key: AccountKey::new(c.take::<String>()?, c.take::<String>()?),
                    actor: c.take()?,
                })
            })
            .collect()
    }
}
