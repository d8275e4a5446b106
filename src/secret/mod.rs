//! Credentials: how they come in, and how they are sealed at rest. They never go to logs, errors or `Debug`.

mod encoding;
mod input;
mod key;
mod key_file;
mod name;
mod prompt;
mod seal;

pub use input::{Asking, InputError, from_kept_file, obtain};
pub use key::{Key, KeyError, KeyPlaces, KeySource, find_key};
pub use name::SecretName;
pub use prompt::{prompt, restore_terminal};
pub use seal::{Belongs, SealError, Sealer};
