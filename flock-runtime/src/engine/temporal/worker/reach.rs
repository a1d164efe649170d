//! Whether the server is there, for those who look at the log: once when it is lost, once when it is back. The
//! SDK's polls wait for it themselves.

use std::time::{Duration, Instant};

use temporalio_client::tonic::{Code, IntoRequest, Status};
use temporalio_common::protos::temporal::api::workflowservice::v1::GetSystemInfoRequest;

use crate::{
    engine::temporal::client::{TemporalEngine, describe},
    value::duration,
};

/// How often it is asked while all is well.
const PERIOD: Duration = Duration::from_secs(5);
/// A server that restarts may be back at once.
const AGAIN: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(10);
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// One look of so many asks what takes a key. A server's own info it tells everybody, but that is in its memory, where
/// namespaces are in its database.
const KEY: u32 = 6;

/// Looks, until it is dropped.
pub(super) async fn watch(engine: TemporalEngine) {
    let mut looks = 0_u32;
    let mut doubt = false;
    // Since when, and whether it refuses us.
    let mut lost: Option<(Instant, bool)> = None;
    let mut pause = PERIOD;
    loop {
        tokio::time::sleep(pause).await;
        looks = looks.wrapping_add(1);
        let with_key = doubt || lost.is_some() || looks.is_multiple_of(KEY);
        match (ask(&engine, with_key).await, lost) {
            (Ok(()), since) => {
                if let Some((since, _)) = since {
                    let away = duration::display(Duration::from_secs(since.elapsed().as_secs()));
                    tracing::info!(
                        "Temporal at {} is back after {away}: the worker goes on",
                        engine.address()
                    );
                }
                (doubt, lost, pause) = (false, None, PERIOD);
            }
            (Err(_), None) if !doubt => (doubt, pause) = (true, AGAIN),
            (Err(status), None) => {
                tell(&engine, &status);
                (lost, pause) = (Some((Instant::now(), refuses_key(&status))), AGAIN);
            }
            (Err(status), Some((since, refused))) => {
                // One that is back may refuse a key that was good before.
                if refuses_key(&status) && !refused {
                    tell(&engine, &status);
                    lost = Some((since, true));
                }
                pause = (pause * 2).min(LONGEST);
            }
        }
    }
}

async fn ask(engine: &TemporalEngine, with_key: bool) -> Result<(), Status> {
    let client = engine.client();
    let asked = async {
        match with_key {
            true => describe::namespace(client).await,
            false => {
                let mut service = client.connection().workflow_service();
                let info = service.get_system_info(GetSystemInfoRequest {}.into_request());
                info.await.map(drop)
            }
        }
    };
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Err(status)) if !matches!(status.code(), Code::Unimplemented) => Err(status),
        Ok(_) => Ok(()),
        Err(_) => Err(Status::deadline_exceeded("no answer within 5 seconds")),
    }
}

/// Whether the server does not take our key: Temporal Cloud says of a revoked one that it has no permission.
pub(super) fn refuses_key(status: &Status) -> bool {
    matches!(
        status.code(),
        Code::Unauthenticated | Code::PermissionDenied
    )
}

fn tell(engine: &TemporalEngine, status: &Status) {
    let address = engine.address();
    match (refuses_key(status), engine.key_file()) {
        (true, Some(file)) => tracing::error!(
            "Temporal at {address} refuses the API key of this worker ({}): put another into {}; it is read each second, and the worker goes on",
            status.message(),
            file.display()
        ),
        (true, None) => tracing::error!(
            "{}; the worker ends where that lasts a minute",
            engine.fault(status)
        ),
        (false, _) => tracing::warn!(
            "Temporal at {address} is lost ({}): the worker waits for it, and tries again",
            status.message()
        ),
    }
}
