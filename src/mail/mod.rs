//! Sends a letter through a mail server (SMTP, RFC 5321; submission, RFC 6409), and says in words what went wrong.

pub mod error;
pub mod letter;
pub mod post;

pub use error::{Lasts, MailError, Stage};
pub use letter::{Address, Letter};
pub use post::{Login, Posted, Security, Server, post};
