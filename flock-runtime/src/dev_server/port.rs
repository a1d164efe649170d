//! Ports on 127.0.0.1.

use std::{io::ErrorKind, net::TcpListener};

use super::DevServerError;

/// What a port is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Clients and workers.
    Clients,
    /// The Web UI.
    Ui,
}

/// The port itself when nobody listens on it; a free one for 0.
pub(super) fn choose(port: u16, purpose: Purpose) -> Result<u16, DevServerError> {
    let bound = TcpListener::bind(("127.0.0.1", port)).and_then(|listener| listener.local_addr());
    match bound {
        Ok(address) => Ok(address.port()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            let address = format!("127.0.0.1:{port}");
            Err(match purpose {
                Purpose::Clients => DevServerError::PortTaken { address },
                Purpose::Ui => DevServerError::UiPortTaken { address },
            })
        }
        Err(error) => Err(DevServerError::Io {
            doing: format!("cannot listen on 127.0.0.1:{port}"),
            error,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_refused() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(matches!(
            choose(port, Purpose::Clients),
            Err(DevServerError::PortTaken { .. })
        ));
        assert!(matches!(
            choose(port, Purpose::Ui),
            Err(DevServerError::UiPortTaken { .. })
        ));
    }

    #[test]
    fn zero_is_a_free_port() {
        assert_ne!(choose(0, Purpose::Clients).unwrap(), 0);
    }
}
