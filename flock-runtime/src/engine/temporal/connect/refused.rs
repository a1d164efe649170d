//! Why there is no connection, in words that say what to do.

use std::{error::Error, io, time::Duration};

use rustls::{CertificateError, Error as TlsError};
use temporalio_client::{
    errors::ClientConnectError,
    tonic::{Code, Status},
};

use crate::{
    error::{RunError, StartError},
    value::duration,
};

/// Who shows a certificate on the way to a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// Nobody: there is no TLS.
    None,
    /// The server.
    Server,
    /// The server and this program.
    Both,
}

/// What `error` means to somebody who wanted to reach `address`; `None` is silence.
pub(super) fn told(
    address: &str,
    shown: Shown,
    error: Option<ClientConnectError>,
    patience: Duration,
) -> StartError {
    let address = address.to_owned();
    let Some(error) = error else {
        let patience = duration::display(patience);
        let message = format!("no answer within {patience}");
        return RunError::Unreachable { address, message }.into();
    };
    match error {
        ClientConnectError::InvalidUri(error) => StartError::Setting {
            name: format!("the address `{address}`"),
            message: error.to_string(),
        },
        ClientConnectError::InvalidHeaders(_) | ClientConnectError::InvalidConfig(_) => {
            StartError::Setting {
                name: "the Temporal configuration".to_owned(),
                message: error.to_string(),
            }
        }
        ClientConnectError::SystemInfoCallError(status) => match denied(&address, &status) {
            Some(denied) => denied.into(),
            None => lost(address, shown, &status, status.message()).into(),
        },
        other => lost(address, shown, &other, &other.to_string()).into(),
    }
}

/// The server's word that it knows this program, and will not have it.
pub(in crate::engine::temporal) fn denied(address: &str, status: &Status) -> Option<RunError> {
    matches!(
        status.code(),
        Code::Unauthenticated | Code::PermissionDenied
    )
    .then(|| RunError::Denied {
        address: address.to_owned(),
        message: status.message().to_owned(),
    })
}

fn lost(address: String, shown: Shown, error: &(dyn Error + 'static), said: &str) -> RunError {
    let (innermost, tls) = beneath(error);
    let message = tls.map(by_tls).or_else(|| by_alert(&innermost));
    if let Some(message) = message.or_else(|| by_silence(&innermost, shown)) {
        return RunError::Tls { address, message };
    }
    let mut message = if innermost.is_empty() {
        said.to_owned()
    } else {
        innermost
    };
    // What answered in another language than ours may have spoken TLS.
    let silent = ["refused", "lookup", "unreachable", "timed out"];
    if shown == Shown::None && !silent.iter().any(|word| message.contains(word)) {
        message += "; if it speaks TLS, add `--tls` (TEMPORAL_TLS=true)";
    }
    RunError::Unreachable { address, message }
}

/// The innermost cause, which says what happened (the layers above it say "transport error"), and
/// the fault of TLS, where it is one.
fn beneath<'a>(error: &'a (dyn Error + 'static)) -> (String, Option<&'a TlsError>) {
    let mut innermost = String::new();
    let mut next = error.source();
    while let Some(cause) = next {
        innermost = cause.to_string();
        if let Some(tls) = cause.downcast_ref::<TlsError>() {
            return (innermost, Some(tls));
        }
        // The source of an I/O error is the source of what it holds.
        let held = cause
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        next = match held {
            Some(held) => Some(held as &(dyn Error + 'static)),
            None => cause.source(),
        };
    }
    (innermost, None)
}

fn by_tls(error: &TlsError) -> String {
    use CertificateError as Certificate;

    match error {
        TlsError::InvalidCertificate(fault) => match fault {
            // The signature is another's where two authorities share a name.
            Certificate::UnknownIssuer | Certificate::BadSignature => {
                "its certificate is of an authority that is not known here; name the certificate of that \
                 authority by `--tls-ca-path` (TEMPORAL_TLS_SERVER_CA_CERT_PATH)"
                    .to_owned()
            }
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => format!(
                "its certificate is for another name ({fault}); if the server is the right one, say its name \
                 by `--tls-server-name` (TEMPORAL_TLS_SERVER_NAME)"
            ),
            Certificate::Expired | Certificate::ExpiredContext { .. } => {
                format!("its certificate has expired ({fault}); it has to be renewed at the server")
            }
            Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => {
                format!("its certificate is not valid yet ({fault}); is the clock of this machine right?")
            }
            other => format!("its certificate is not in order ({other})"),
        },
        TlsError::AlertReceived(alert) => by_alert(&format!("fatal alert: {alert:?}"))
            .unwrap_or_else(|| error.to_string()),
        TlsError::InvalidMessage(_) => {
            "it does not speak TLS; turn TLS off by `--tls false` (TEMPORAL_TLS=false), or look at the port"
                .to_owned()
        }
        other => other.to_string(),
    }
}

/// What a server says that wants to know who asks. It comes after the handshake, through layers that
/// keep its words alone.
fn by_alert(said: &str) -> Option<String> {
    let alert = said.split("fatal alert: ").nth(1)?;
    Some(match alert.trim() {
        "CertificateRequired" | "NoCertificate" => {
            "it wants a certificate of this program; name it by `--tls-cert-path` and `--tls-key-path` \
             (TEMPORAL_TLS_CLIENT_CERT_PATH, TEMPORAL_TLS_CLIENT_KEY_PATH)"
                .to_owned()
        }
        alert @ ("BadCertificate" | "UnknownCA" | "CertificateUnknown" | "CertificateExpired"
        | "CertificateRevoked" | "UnsupportedCertificate" | "AccessDenied" | "DecryptError") => {
            format!("it refuses the certificate of this program ({alert})")
        }
        alert => format!("it ended the handshake ({alert})"),
    })
}

/// A server that wants to know who asks may be gone before its words arrive.
fn by_silence(said: &str, shown: Shown) -> Option<String> {
    let ends = ["closed", "reset", "broken pipe", "eof"];
    let said_so = said.to_lowercase();
    if !ends.iter().any(|end| said_so.contains(end)) {
        return None;
    }
    match shown {
        Shown::None => None,
        Shown::Server => Some(format!(
            "it ended the connection ({said}), as servers do that want a certificate of this program; name \
             it by `--tls-cert-path` and `--tls-key-path` (TEMPORAL_TLS_CLIENT_CERT_PATH, \
             TEMPORAL_TLS_CLIENT_KEY_PATH)"
        )),
        Shown::Both => Some(format!(
            "it ended the connection ({said}), as servers do that refuse the certificate of this program"
        )),
    }
}
