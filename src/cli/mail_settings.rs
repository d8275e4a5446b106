//! The mail server of the configuration, with its password from where secrets may lie.

use std::path::Path;

use secrecy::SecretString;

use super::session::Session;
use crate::config::{self, MailSecurity};
use crate::domain::ids::ConnectionName;
use crate::domain::problem::{Problem, ProblemKind};
use crate::mail::{Address, Login, Security, Server};
use crate::secret::{Asking, InputError, SecretName, from_kept_file, obtain};

/// The name of the systemd credential with the password.
const CREDENTIAL: &str = "vectis-mail-password";

/// Whom mail goes to, through what.
#[derive(Debug, Clone)]
pub(super) struct MailSettings {
    pub server: Server,
    pub from: Address,
    pub to: Vec<Address>,
}

/// The mail settings; none where no server is named.
pub(super) fn mail_settings(session: &Session) -> Result<Option<MailSettings>, Problem> {
    let mail = &session.config.mail;
    if mail.host.is_empty() {
        return Ok(None);
    }
    let security = match mail.security {
        MailSecurity::StartTls => Security::StartTls,
        MailSecurity::Tls => Security::Tls,
        MailSecurity::None => Security::None,
    };
    let to: Vec<Address> = mail
        .to
        .split(',')
        .filter(|part| !part.trim().is_empty())
        .map(|part| address("mail.to", part))
        .collect::<Result<_, _>>()?;
    if to.is_empty() {
        return Err(wrong("mail.to", "it names nobody"));
    }
    Ok(Some(MailSettings {
        server: Server {
            host: mail.host.clone(),
            port: u16::try_from(mail.port)
                .ok()
                .filter(|port| *port != 0)
                .unwrap_or_else(|| security.usual_port()),
            security,
            login: login(session, mail)?,
            authorities: session.authorities()?.unwrap_or_default(),
        },
        from: address("mail.from", &mail.from)?,
        to,
    }))
}

fn login(session: &Session, mail: &config::Mail) -> Result<Option<Login>, Problem> {
    if mail.user.is_empty() {
        return Ok(None);
    }
    let systemd = session
        .env
        .get("CREDENTIALS_DIRECTORY")
        .map(|folder| Path::new(folder).join(CREDENTIAL))
        .filter(|file| file.exists());
    Ok(Some(Login {
        user: mail.user.clone(),
        password: password(session, systemd.as_deref(), mail.password_file.as_deref())?,
    }))
}

/// From what systemd guards, a file of our own, or the environment.
fn password(
    session: &Session,
    systemd: Option<&Path>,
    file: Option<&Path>,
) -> Result<SecretString, Problem> {
    let obtained = match (systemd, file) {
        (None, Some(file)) => from_kept_file(file),
        (systemd, _) => {
            let owner = ConnectionName::from("mail");
            let variables = session.env.as_map();
            let name = SecretName::Password;
            obtain(name, &owner, systemd, variables, Asking::Never)
        }
    };
    obtained.map_err(|error| match error {
        InputError::Missing { variable, .. } => {
            wrong("mail.user", "there is no password for it").remedy(format!(
                "name its file in mail.password_file, set {variable}, or give the systemd credential {CREDENTIAL}"
            ))
        }
        error => Problem {
            kind: ProblemKind::Configuration,
            title: "The mail password cannot be taken".to_owned(),
            ..Problem::from(error)
        },
    })
}

fn address(key: &str, text: &str) -> Result<Address, Problem> {
    text.parse()
        .map_err(|error: crate::mail::letter::NotAnAddress| wrong(key, error.to_string()))
}

fn wrong(key: &str, seen: impl Into<String>) -> Problem {
    Problem::new(
        ProblemKind::Configuration,
        format!("Mail cannot be sent: {key}"),
    )
    .seen(seen)
    .remedy("correct the section mail of the configuration; config.example.toml explains each key")
}
