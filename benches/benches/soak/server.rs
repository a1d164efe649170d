//! The server: a dev server with a database, which is stopped, or killed, and started again.

use std::path::{Path, PathBuf};

use flock::dev_server::{DevServer, DevServerOptions};
use serde_json::Value;

use crate::{Result, process};

pub(crate) struct Server {
    server: Option<DevServer>,
    db: PathBuf,
    port: u16,
    pub(crate) address: String,
}

impl Server {
    pub(crate) async fn start(folder: &Path) -> Result<Self> {
        let db = folder.join("soak.db");
        let server = DevServer::start(DevServerOptions::default().db(&db)).await?;
        let address = server.address().to_owned();
        let (_, port) = address
            .rsplit_once(':')
            .ok_or("an address without a port")?;
        Ok(Self {
            port: port.parse()?,
            server: Some(server),
            db,
            address,
        })
    }

    /// As the server has left it beside its database.
    pub(crate) fn process(&self) -> Result<u32> {
        let text = std::fs::read(self.db.with_extension("db.server"))?;
        let record: Value = serde_json::from_slice(&text)?;
        let process = record["pid"].as_u64().ok_or("no process is recorded")?;
        Ok(u32::try_from(process)?)
    }

    /// Ends it, at once where it is to be `killed`, and starts it again where it was.
    pub(crate) async fn restart(&mut self, killed: bool) -> Result<()> {
        if let Some(server) = self.server.take() {
            if killed {
                process::signal("-KILL", self.process()?).await?;
            }
            // Waits for its end in any case.
            let _ = server.stop().await;
        }
        let options = DevServerOptions::default().db(&self.db).port(self.port);
        let mut tries = 0;
        self.server = loop {
            match DevServer::start(options.clone()).await {
                Ok(server) => break Some(server),
                Err(error) if tries == 20 => return Err(error.into()),
                // Its port, or its database, is not free yet.
                Err(_) => tries += 1,
            }
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        };
        Ok(())
    }

    pub(crate) async fn stop(mut self) -> Result<()> {
        match self.server.take() {
            Some(server) => Ok(server.stop().await?),
            None => Ok(()),
        }
    }
}
