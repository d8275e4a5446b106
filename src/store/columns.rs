//! How the domain's values are kept on each engine: instants, money, weeks, days.
//!
//! | value | PostgreSQL | SQLite |
//! | --- | --- | --- |
//! | [`Ts`] | `timestamptz` | integer of microseconds since 1970 |
//! | [`Money`] | `numeric(20,8)` | integer of 10⁻⁸ units |
//! | [`Week`], [`Day`] | `date` | `yyyy-mm-dd` |

use jiff::civil::Date;
use rust_decimal::Decimal;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef};
use sqlx::sqlite::{SqliteArgumentsBuffer, SqliteTypeInfo, SqliteValueRef};
use sqlx::{Decode, Encode, Postgres, Sqlite, Type};

use crate::domain::money::Money;
use crate::domain::time::{Ts, Week};

/// Object ids of built-in types, fixed in PostgreSQL's catalogue (`pg_type.dat`).
const TIMESTAMPTZ: Oid = Oid(1184);
const DATE: Oid = Oid(1082);

/// PostgreSQL counts from 2000-01-01: in microseconds, and in days, after 1970-01-01.
const PG_EPOCH_MICROS: i64 = 946_684_800_000_000;
const PG_EPOCH: Date = jiff::civil::date(2000, 1, 1);
/// 4714-11-24 BC, the first instant that PostgreSQL keeps; anything earlier becomes `-infinity`.
const PG_FIRST_MICROS: i64 = -211_813_488_000_000_000;

/// The same day, in days from [`PG_EPOCH`]: nothing earlier can be asked for either.
const PG_FIRST_DAY: i32 = -2_451_545;

/// A day without a time, as agreements have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day(pub(super) Date);

impl Type<Sqlite> for Ts {
    fn type_info() -> SqliteTypeInfo {
        <i64 as Type<Sqlite>>::type_info()
    }
    fn compatible(ty: &SqliteTypeInfo) -> bool {
        <i64 as Type<Sqlite>>::compatible(ty)
    }
}

impl Encode<'_, Sqlite> for Ts {
    fn encode_by_ref(&self, buf: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Sqlite>::encode(self.micros(), buf)
    }
}

impl<'r> Decode<'r, Sqlite> for Ts {
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        <i64 as Decode<Sqlite>>::decode(value).map(Ts::from_micros)
    }
}

impl Type<Postgres> for Ts {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(TIMESTAMPTZ)
    }
}

impl Encode<'_, Postgres> for Ts {
    fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let micros = match self.micros() {
            i64::MAX => i64::MAX,
            us => us.saturating_sub(PG_EPOCH_MICROS),
        };
        let kept = if micros < PG_FIRST_MICROS {
            i64::MIN
        } else {
            micros
        };
        Encode::<Postgres>::encode(kept, buf)
    }
}

impl<'r> Decode<'r, Postgres> for Ts {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let bytes: [u8; 8] = value.as_bytes()?.try_into()?;
        Ok(Ts::from_micros(match i64::from_be_bytes(bytes) {
            end @ (i64::MIN | i64::MAX) => end,
            us => us.saturating_add(PG_EPOCH_MICROS),
        }))
    }
}

impl Type<Sqlite> for Money {
    fn type_info() -> SqliteTypeInfo {
        <i64 as Type<Sqlite>>::type_info()
    }
    fn compatible(ty: &SqliteTypeInfo) -> bool {
        <i64 as Type<Sqlite>>::compatible(ty)
    }
}

impl Encode<'_, Sqlite> for Money {
    fn encode_by_ref(&self, buf: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Sqlite>::encode(self.units(), buf)
    }
}

impl<'r> Decode<'r, Sqlite> for Money {
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        <i64 as Decode<Sqlite>>::decode(value).map(Money::from_units)
    }
}

impl Type<Postgres> for Money {
    fn type_info() -> PgTypeInfo {
        <Decimal as Type<Postgres>>::type_info()
    }
}

impl Encode<'_, Postgres> for Money {
    fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Postgres>::encode(self.to_decimal(), buf)
    }
}

impl<'r> Decode<'r, Postgres> for Money {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let decimal = <Decimal as Decode<Postgres>>::decode(value)?;
        Money::from_decimal(decimal)
            .ok_or_else(|| format!("{decimal} is more money than can be kept").into())
    }
}

impl Type<Sqlite> for Day {
    fn type_info() -> SqliteTypeInfo {
        <str as Type<Sqlite>>::type_info()
    }
}

impl Encode<'_, Sqlite> for Day {
    fn encode_by_ref(&self, buf: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Sqlite>::encode(self.0.to_string(), buf)
    }
}

impl<'r> Decode<'r, Sqlite> for Day {
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Day(<&str as Decode<Sqlite>>::decode(value)?.parse()?))
    }
}

impl Type<Postgres> for Day {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(DATE)
    }
}

impl Encode<'_, Postgres> for Day {
    fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let days = self.0.since((jiff::Unit::Day, PG_EPOCH))?.get_days();
        Encode::<Postgres>::encode(days.max(PG_FIRST_DAY), buf)
    }
}

impl<'r> Decode<'r, Postgres> for Day {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let bytes: [u8; 4] = value.as_bytes()?.try_into()?;
        let days = jiff::Span::new().try_days(i32::from_be_bytes(bytes))?;
        Ok(Day(PG_EPOCH.checked_add(days)?))
    }
}

impl Type<Sqlite> for Week {
    fn type_info() -> SqliteTypeInfo {
        <Day as Type<Sqlite>>::type_info()
    }
}

impl Encode<'_, Sqlite> for Week {
    fn encode_by_ref(&self, buf: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Sqlite>::encode(Day(self.monday()), buf)
    }
}

impl<'r> Decode<'r, Sqlite> for Week {
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        <Day as Decode<Sqlite>>::decode(value).map(|day| Week::of(day.0))
    }
}

impl Type<Postgres> for Week {
    fn type_info() -> PgTypeInfo {
        <Day as Type<Postgres>>::type_info()
    }
}

impl Encode<'_, Postgres> for Week {
    fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Postgres>::encode(Day(self.monday()), buf)
    }
}

impl<'r> Decode<'r, Postgres> for Week {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        <Day as Decode<Postgres>>::decode(value).map(|day| Week::of(day.0))
    }
}
