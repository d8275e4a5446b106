//! A value bound to a statement, for either engine. A missing value keeps its type, which PostgreSQL wants to know.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo};
use sqlx::sqlite::{SqliteArgumentsBuffer, SqliteTypeInfo};
use sqlx::{Encode, Postgres, Sqlite, Type};

use super::columns::Day;
use crate::domain::ids::{
    ConnectionName, CustomerId, PsaId, Sku, SubscriptionId, TenantId, VendorCustomerId,
};
use crate::domain::money::{Currency, Money};
use crate::domain::time::{Ts, Week};

/// One bound value.
#[derive(Debug, Clone)]
pub(super) enum Arg<'a> {
    /// Whole number, or none.
    Int(Option<i64>),
    /// Truth, or none.
    Bool(Option<bool>),
    /// Probability, or none.
    Real(Option<f64>),
    /// Text, or none; without U+0000, which PostgreSQL refuses.
    Text(Option<Cow<'a, str>>),
    /// Sealed bytes, or none.
    Bytes(Option<&'a [u8]>),
    /// Instant, or none.
    Ts(Option<Ts>),
    /// Amount, or none.
    Money(Option<Money>),
    /// ISO week.
    Week(Week),
    /// Day, or none.
    Day(Option<Day>),
}

/// The values of one statement, in the order of `$1…`.
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::store::arg::Arg::from($value)),*] };
}
pub(super) use args;

macro_rules! encode_for {
    ($engine:ty, $buffer:ty, $info:ty) => {
        impl Encode<'_, $engine> for Arg<'_> {
            fn encode_by_ref(&self, buf: &mut $buffer) -> Result<IsNull, BoxDynError> {
                match self {
                    Arg::Int(v) => Encode::<$engine>::encode_by_ref(v, buf),
                    Arg::Bool(v) => Encode::<$engine>::encode_by_ref(v, buf),
                    Arg::Real(v) => Encode::<$engine>::encode_by_ref(v, buf),
                    Arg::Text(v) => Encode::<$engine>::encode(v.as_deref(), buf),
                    Arg::Bytes(v) => Encode::<$engine>::encode_by_ref(v, buf),
                    Arg::Ts(v) => Encode::<$engine>::encode_by_ref(v, buf),
                    Arg::Money(v) => Encode::<$engine>::encode_by_ref(v, buf),
                    Arg::Week(v) => Encode::<$engine>::encode_by_ref(v, buf),
                    Arg::Day(v) => Encode::<$engine>::encode_by_ref(v, buf),
                }
            }

            fn produces(&self) -> Option<$info> {
                Some(match self {
                    Arg::Int(_) => <i64 as Type<$engine>>::type_info(),
                    Arg::Bool(_) => <bool as Type<$engine>>::type_info(),
                    Arg::Real(_) => <f64 as Type<$engine>>::type_info(),
                    Arg::Text(_) => <str as Type<$engine>>::type_info(),
                    Arg::Bytes(_) => <[u8] as Type<$engine>>::type_info(),
                    Arg::Ts(_) => <Ts as Type<$engine>>::type_info(),
                    Arg::Money(_) => <Money as Type<$engine>>::type_info(),
                    Arg::Week(_) => <Week as Type<$engine>>::type_info(),
                    Arg::Day(_) => <Day as Type<$engine>>::type_info(),
                })
            }
        }

        /// Asked for by `bind`; [`Encode::produces`] tells the true type.
        impl Type<$engine> for Arg<'_> {
            fn type_info() -> $info {
                <str as Type<$engine>>::type_info()
            }
        }
    };
}

encode_for!(Sqlite, SqliteArgumentsBuffer, SqliteTypeInfo);
encode_for!(Postgres, PgArgumentBuffer, PgTypeInfo);

/// As SQLite would be given it, for the rows of a JSON text; bytes in hexadecimal digits.
impl Serialize for Arg<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Arg::Int(v) => v.serialize(to),
            Arg::Bool(v) => v.serialize(to),
            Arg::Real(v) => v.serialize(to),
            Arg::Text(v) => v.serialize(to),
            Arg::Bytes(v) => v.map(hex).serialize(to),
            Arg::Ts(v) => v.map(Ts::micros).serialize(to),
            Arg::Money(v) => v.map(Money::units).serialize(to),
            Arg::Week(v) => to.collect_str(&v.monday()),
            Arg::Day(v) => v.map(|day| day.0.to_string()).serialize(to),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// A text without U+0000, on both engines alike.
fn text(raw: &str) -> Cow<'_, str> {
    if raw.contains('\0') {
        Cow::Owned(raw.replace('\0', ""))
    } else {
        Cow::Borrowed(raw)
    }
}

macro_rules! from {
    ($($source:ty => |$v:ident| $arg:expr;)*) => {
        $(impl<'a> From<$source> for Arg<'a> {
            fn from($v: $source) -> Self {
                $arg
            }
        })*
    };
}

from! {
    i64 => |v| Arg::Int(Some(v));
    Option<i64> => |v| Arg::Int(v);
    u64 => |v| Arg::Int(Some(i64::try_from(v).unwrap_or(i64::MAX)));
    Option<u64> => |v| Arg::Int(v.map(|n| i64::try_from(n).unwrap_or(i64::MAX)));
    u32 => |v| Arg::Int(Some(i64::from(v)));
    Option<u32> => |v| Arg::Int(v.map(i64::from));
    CustomerId => |v| Arg::Int(Some(v.0));
    Option<CustomerId> => |v| Arg::Int(v.map(|id| id.0));
    bool => |v| Arg::Bool(Some(v));
    f64 => |v| Arg::Real(Some(v));
    Option<f64> => |v| Arg::Real(v);
    &'a str => |v| Arg::Text(Some(text(v)));
    Option<&'a str> => |v| Arg::Text(v.map(text));
    &'a String => |v| Arg::Text(Some(text(v)));
    String => |v| Arg::Text(Some(Cow::Owned(text(&v).into_owned())));
    &'a TenantId => |v| Arg::from(v.as_str());
    &'a ConnectionName => |v| Arg::from(v.as_str());
    Option<&'a ConnectionName> => |v| Arg::from(v.map(ConnectionName::as_str));
    &'a VendorCustomerId => |v| Arg::from(v.as_str());
    &'a SubscriptionId => |v| Arg::from(v.as_str());
    &'a Sku => |v| Arg::from(v.as_str());
    Option<&'a Sku> => |v| Arg::from(v.map(Sku::as_str));
    &'a PsaId => |v| Arg::from(v.as_str());
    Option<&'a PsaId> => |v| Arg::from(v.map(PsaId::as_str));
    &'a Currency => |v| Arg::from(v.as_str());
    Option<&'a Currency> => |v| Arg::from(v.map(Currency::as_str));
    &'a [u8] => |v| Arg::Bytes(Some(v));
    Option<&'a [u8]> => |v| Arg::Bytes(v);
    Ts => |v| Arg::Ts(Some(v));
    Option<Ts> => |v| Arg::Ts(v);
    Money => |v| Arg::Money(Some(v));
    Option<Money> => |v| Arg::Money(v);
    Week => |v| Arg::Week(v);
    Option<Day> => |v| Arg::Day(v);
}
