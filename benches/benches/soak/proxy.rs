//! The network between the server and all others, on loopback: it can be slow, or cut.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    time::sleep,
};

/// How the network is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Network {
    Well,
    /// Each piece that is sent comes so much later.
    Slow(Duration),
    /// What was open is closed, and nothing new is let in.
    Cut,
}

/// A port that leads to the server. Ended when dropped.
pub(crate) struct Proxy {
    pub(crate) address: String,
    network: watch::Sender<Network>,
}

impl Proxy {
    pub(crate) async fn start(server: String) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let (network, now) = watch::channel(Network::Well);
        tokio::spawn(async move {
            let mut gone = now.clone();
            let serve = async {
                loop {
                    let Ok((stream, _)) = listener.accept().await else {
                        continue;
                    };
                    if *now.borrow() != Network::Cut {
                        tokio::spawn(pass(stream, server.clone(), now.clone()));
                    }
                }
            };
            tokio::select! {
                () = serve => {}
                () = async { while gone.changed().await.is_ok() {} } => {}
            }
        });
        Ok(Self { address, network })
    }

    pub(crate) fn set(&self, network: Network) {
        self.network.send_replace(network);
    }
}

/// Passes on what comes, until either side ends or the network is cut.
async fn pass(inner: TcpStream, server: String, network: watch::Receiver<Network>) {
    // While the server is down, its port refuses: so does this one.
    let Ok(outer) = TcpStream::connect(server).await else {
        return;
    };
    let (from_inner, to_inner) = inner.into_split();
    let (from_outer, to_outer) = outer.into_split();
    let mut cut = network.clone();
    tokio::select! {
        () = pour(from_inner, to_outer, &network) => {}
        () = pour(from_outer, to_inner, &network) => {}
        _ = cut.wait_for(|network| *network == Network::Cut) => {}
    }
}

async fn pour(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, network: &watch::Receiver<Network>) {
    let mut piece = vec![0; 16 * 1024];
    loop {
        let Ok(length @ 1..) = from.read(&mut piece).await else {
            return;
        };
        let network = *network.borrow();
        if let Network::Slow(delay) = network {
            sleep(delay).await;
        }
        if to.write_all(&piece[..length]).await.is_err() {
            return;
        }
    }
}
