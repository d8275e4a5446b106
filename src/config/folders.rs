//! Where our files are.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use super::environment::Environment;
use super::error::ConfigError;

/// The folders of this user. Nothing is made here; whoever writes makes what is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// Holds `config.toml` and, in a folder of its own, the key.
    pub config: PathBuf,
    /// Holds the databases of those who use SQLite.
    pub data: PathBuf,
    /// Holds the log.
    pub state: PathBuf,
}

impl Folders {
    /// One folder for everything where `VECTIS_HOME` names it, else where the system keeps such things.
    ///
    /// # Errors
    /// When the user has no home folder.
    pub fn find(env: &Environment) -> Result<Self, ConfigError> {
        if let Some(home) = env.get("VECTIS_HOME") {
            return Ok(Self::all_in(Path::new(home)));
        }
        let dirs = ProjectDirs::from("", "", "vectis").ok_or(ConfigError::NoHome)?;
        Ok(Self {
            config: dirs.config_dir().to_owned(),
            data: dirs.data_local_dir().to_owned(),
            state: dirs
                .state_dir()
                .unwrap_or_else(|| dirs.data_local_dir())
                .to_owned(),
        })
    }

    /// One folder for everything.
    pub fn all_in(home: &Path) -> Self {
        Self {
            config: home.to_owned(),
            data: home.to_owned(),
            state: home.to_owned(),
        }
    }

    /// The configuration file.
    pub fn config_file(&self) -> PathBuf {
        self.config.join("config.toml")
    }

    /// Our own key file, in a folder of its own that only the user may enter.
    pub fn key_file(&self) -> PathBuf {
        self.config.join("key").join("vectis.key")
    }

    /// The database file of a profile, or of those who have none.
    pub fn database_file(&self, profile: Option<&str>) -> PathBuf {
        self.data
            .join(format!("{}.db", profile.unwrap_or("vectis")))
    }

    /// The folder of new refresh tokens that the database does not have yet.
    pub fn tokens(&self) -> PathBuf {
        self.data.join("tokens")
    }

    /// Where weekly digests are written.
    pub fn digests(&self) -> PathBuf {
        self.data.join("digests")
    }

    /// Where QBR sections are written from the console.
    pub fn qbr(&self) -> PathBuf {
        self.data.join("qbr")
    }

    /// Where acceptance reports are written from the console.
    pub fn acceptance(&self) -> PathBuf {
        self.data.join("acceptance")
    }

    /// Where views are saved from the console.
    pub fn exports(&self) -> PathBuf {
        self.data.join("exports")
    }

    /// What the console remembers of a profile, or of those who have none.
    pub fn console_memory(&self, profile: Option<&str>) -> PathBuf {
        let name = format!("{}.json", profile.unwrap_or("vectis"));
        self.state.join("console").join(name)
    }

    /// The log's folder.
    pub fn log(&self) -> PathBuf {
        self.state.join("log")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_folder_can_hold_everything() {
        let env: Environment = [("VECTIS_HOME", "/srv/v")].into_iter().collect();
        let folders = Folders::find(&env).unwrap();
        assert_eq!(folders.config_file(), Path::new("/srv/v/config.toml"));
        assert_eq!(folders.database_file(None), Path::new("/srv/v/vectis.db"));
        assert_eq!(
            folders.database_file(Some("acme")),
            Path::new("/srv/v/acme.db")
        );
        assert_eq!(folders.log(), Path::new("/srv/v/log"));
    }
}
