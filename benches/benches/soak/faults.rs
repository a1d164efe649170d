//! What goes wrong, drawn by chance.

use std::time::Duration;

use serde::Serialize;
use tokio::time::sleep;

use crate::{
    Result,
    proxy::{Network, Proxy},
    server::Server,
    workers::Workers,
};

/// How often what has gone wrong.
#[derive(Debug, Default, Clone, Copy, Serialize)]
pub(crate) struct Faults {
    pub(crate) workers_killed: u64,
    pub(crate) workers_frozen: u64,
    pub(crate) network_cut: u64,
    pub(crate) network_slow: u64,
    pub(crate) server_stopped: u64,
    pub(crate) server_killed: u64,
}

impl Faults {
    /// Makes one.
    pub(crate) async fn make(
        &mut self,
        chance: &mut fastrand::Rng,
        workers: &mut Workers,
        count: usize,
        proxy: &Proxy,
        server: &mut Server,
    ) -> Result<()> {
        // The first is spared.
        let victim = chance.usize(1..count);
        match chance.u32(0..20) {
            0..10 => {
                workers.kill(victim).await?;
                self.workers_killed += 1;
            }
            10..12 => {
                workers.freeze(victim, true).await?;
                // Longer than the heartbeats that are waited for: others take over what it has.
                sleep(Duration::from_secs(chance.u64(4..9))).await;
                workers.freeze(victim, false).await?;
                self.workers_frozen += 1;
            }
            12..15 => {
                proxy.set(Network::Cut);
                sleep(Duration::from_millis(chance.u64(500..8_000))).await;
                proxy.set(Network::Well);
                self.network_cut += 1;
            }
            15..18 => {
                proxy.set(Network::Slow(Duration::from_millis(chance.u64(20..250))));
                sleep(Duration::from_secs(chance.u64(5..15))).await;
                proxy.set(Network::Well);
                self.network_slow += 1;
            }
            18 => {
                server.restart(false).await?;
                self.server_stopped += 1;
            }
            _ => {
                server.restart(true).await?;
                self.server_killed += 1;
            }
        }
        Ok(())
    }
}
