//! The conversation with the mail server. Each step is done by hand, so that a failure knows where it happened and one
//! refused recipient does not keep the letter from the others.

use std::net::IpAddr;
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use secrecy::{ExposeSecret, SecretString};

use super::error::{MailError, Stage};
use super::letter::{Address, Letter};

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(20);
/// Longest conversation up to the letter, and then again until the server has taken it. RFC 5321 (4.5.3.2) would wait
/// for ten minutes; a server that scans so long is tried again instead.
const HALF: Duration = Duration::from_secs(60);

/// How the conversation is kept secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Begins in the clear; nothing is said before TLS (RFC 3207).
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// In the clear, to this machine only.
    None,
}

impl Security {
    /// The usual port (RFC 6409, RFC 8314, RFC 5321).
    pub fn usual_port(self) -> u16 {
        match self {
            Security::StartTls => 587,
            Security::Tls => 465,
            Security::None => 25,
        }
    }
}

/// Who logs in.
#[derive(Debug, Clone)]
pub struct Login {
    /// The account.
    pub user: String,
    /// Its password.
    pub password: SecretString,
}

/// A mail server.
#[derive(Debug, Clone)]
pub struct Server {
    /// Its name, which its certificate must hold.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How it is spoken to.
    pub security: Security,
    /// Who logs in; none where nobody need.
    pub login: Option<Login>,
    /// Certificate authorities (PEM) to trust besides the system's; empty for none.
    pub authorities: Vec<u8>,
}

impl Server {
    fn tls(&self) -> Result<TlsParameters, lettre::transport::smtp::Error> {
        let mut tls = TlsParameters::builder(self.host.clone());
        if !self.authorities.is_empty() {
            tls = tls.add_root_certificate(Certificate::from_pem(&self.authorities)?);
        }
        tls.build()
    }
}

/// What the server did with a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The addresses that it took the letter for.
    pub taken: Vec<String>,
    /// The addresses that it refused, each with why.
    pub refused: Vec<MailError>,
}

/// Hands a letter over for these recipients, in one transaction. When it returns without an error the server has taken
/// the letter for all but the refused ones.
///
/// # Errors
/// [`MailError`] where nobody got it.
pub async fn post(server: &Server, letter: &Letter, to: &[Address]) -> Result<Posted, MailError> {
    if server.security == Security::None && !is_here(&server.host) {
        return Err(MailError::own(
            Stage::Settings,
            "mail.security is \"none\", which is for a server on this machine only",
        ));
    }
    let message = letter.message()?;
    let mut stage = Stage::Connect;
    let opened = tokio::time::timeout(HALF, open(server, letter, to, &mut stage)).await;
    let (mut talk, posted) = opened.map_err(|_| MailError::slow(stage, HALF.as_secs()))??;
    if posted.taken.is_empty() {
        talk.abort().await;
        let first = posted.refused.into_iter().next();
        return Err(first.unwrap_or_else(|| MailError::own(Stage::Settings, "nobody to send to")));
    }
    let sent = tokio::time::timeout(HALF, talk.message(&message)).await;
    sent.map_err(|_| MailError::slow(Stage::Content, HALF.as_secs()))?
        .map_err(|e| MailError::of(Stage::Content, &e))?;
    // It has taken the letter: how it says goodbye is its own affair.
    let _ = tokio::time::timeout(Duration::from_secs(2), talk.quit()).await;
    Ok(posted)
}

/// Up to the server's "go ahead". Leaves in `stage` where it is.
async fn open(
    server: &Server,
    letter: &Letter,
    to: &[Address],
    stage: &mut Stage,
) -> Result<(AsyncSmtpConnection, Posted), MailError> {
    let hello = ClientId::Domain(letter.from.domain().to_owned());
    let tls = || server.tls().map_err(|e| MailError::of(Stage::Tls, &e));
    let at_once = match server.security {
        Security::Tls => Some(tls()?),
        Security::StartTls | Security::None => None,
    };
    let place = (server.host.as_str(), server.port);
    let mut talk = AsyncSmtpConnection::connect_tokio1(place, Some(CONNECT), &hello, at_once, None)
        .await
        .map_err(|e| MailError::of(Stage::Connect, &e))?;
    if server.security == Security::StartTls {
        *stage = Stage::Tls;
        talk.starttls(tls()?, &hello)
            .await
            .map_err(|e| MailError::of(Stage::Tls, &e))?;
    }
    if let Some(login) = &server.login {
        *stage = Stage::Login;
        let password = login.password.expose_secret().to_owned();
        let credentials = Credentials::new(login.user.clone(), password);
        talk.auth(DEFAULT_MECHANISMS, &credentials)
            .await
            .map_err(|e| MailError::of(Stage::Login, &e))?;
    }
    *stage = Stage::Sender;
    talk.command(Mail::new(Some(letter.from.0.email.clone()), Vec::new()))
        .await
        .map_err(|e| MailError::of(Stage::Sender, &e))?;
    let mut posted = Posted {
        taken: Vec::new(),
        refused: Vec::new(),
    };
    for address in to {
        *stage = Stage::Recipient(address.email());
        match talk
            .command(Rcpt::new(address.0.email.clone(), Vec::new()))
            .await
        {
            Ok(_) => posted.taken.push(address.email()),
            // An answer is about this recipient; without one the conversation is over.
            Err(e) if e.status().is_some() => posted.refused.push(MailError::of(stage.clone(), &e)),
            Err(e) => return Err(MailError::of(stage.clone(), &e)),
        }
    }
    if !posted.taken.is_empty() {
        *stage = Stage::Content;
        talk.command(Data)
            .await
            .map_err(|e| MailError::of(Stage::Content, &e))?;
    }
    Ok((talk, posted))
}

/// True for a name of this machine.
fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_spoken_to_in_the_clear() {
        for (host, here) in [
            ("localhost", true),
            ("127.0.0.1", true),
            ("::1", true),
            ("127.0.0.1.example.com", false),
            ("10.0.0.1", false),
            ("smtp.example.com", false),
        ] {
            assert_eq!(is_here(host), here, "{host}");
        }
    }

    #[tokio::test]
    async fn nothing_is_sent_in_the_clear_to_elsewhere() {
        let server = Server {
            host: "mail.example.com".to_owned(),
            port: 25,
            security: Security::None,
            login: None,
            authorities: Vec::new(),
        };
        let from: Address = "a@example.com".parse().unwrap();
        let letter = Letter {
            from: from.clone(),
            to: vec![from.clone()],
            subject: String::new(),
            text: String::new(),
            html: String::new(),
            id: "x".to_owned(),
            at: crate::domain::time::Ts::default(),
        };
        let error = post(&server, &letter, &[from]).await.unwrap_err();
        assert_eq!(error.stage, Stage::Settings);
        assert_eq!(error.problem("x").kind.exit_code(), 3);
    }
}
