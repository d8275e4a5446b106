//! The words of the field as types. No I/O; known to every other room, knows none.

pub mod acceptance;
pub mod agreement;
pub mod commitment;
pub mod company_choice;
pub mod finding;
pub mod guid;
pub mod hub;
pub mod ids;
pub mod log;
pub mod money;
pub mod party;
pub mod problem;
pub mod product;
pub mod quota;
pub mod shown;
pub mod subscription;
pub mod text;
pub mod time;
pub mod vendor;
