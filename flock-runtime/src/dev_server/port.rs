//! Ports on 127.0.0.1.

use std::{io::ErrorKind, net::TcpListener};

use super::DevServerError;

/// The port itself when nobody listens on it; a free one for 0.
pub(super) fn choose(port: u16) -> Result<u16, DevServerError> {
    let bound = TcpListener::bind(("127.0.0.1", port)).and_then(|listener| listener.local_addr());
    match bound {
        Ok(address) => Ok(address.port()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Err(DevServerError::PortTaken {
            address: format!("127.0.0.1:{port}"),
        }),
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
            choose(port),
            Err(DevServerError::PortTaken { .. })
        ));
    }

    #[test]
    fn zero_is_a_free_port() {
        assert_ne!(choose(0).unwrap(), 0);
    }
}
