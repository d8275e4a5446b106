//! A database and a key that are gone with the command.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use crate::domain::problem::{Problem, ProblemKind};
use crate::secret::{KeyPlaces, Sealer, find_key};
use crate::store::Store;

/// What the engine needs to work on, and the folder that holds it.
pub(super) struct ThrowAway {
    pub store: Store,
    pub sealer: Sealer,
    /// Removed when it is dropped.
    pub folder: tempfile::TempDir,
}

impl ThrowAway {
    /// Makes them for a purpose in one word, which is the tenant's name too.
    pub async fn open(purpose: &str) -> Result<Self, Problem> {
        let folder = tempfile::Builder::new()
            .prefix(&format!("vectis-{purpose}-"))
            .permissions(Permissions::from_mode(0o700))
            .tempdir()
            .map_err(|e| {
                Problem::new(
                    ProblemKind::Database,
                    format!("There is no folder for the {purpose}'s database"),
                )
                .seen(e.to_string())
                .remedy("set TMPDIR to a folder that can be written")
            })?;
        let file = folder.path().join(format!("{purpose}.db"));
        let store = Store::open(&format!("sqlite://{}", file.display()), purpose.into()).await?;
        let (key, _) = find_key(&KeyPlaces {
            systemd: None,
            configured: None,
            own: folder.path().join("key"),
            environment: None,
        })?;
        Ok(Self {
            store,
            sealer: Sealer::new(&key),
            folder,
        })
    }
}
