//! Search attributes, by which runs are found: `flock_name`, `start_agent`, `session_id`. They are a
//! convenience: where the server does not have them, runs start without.

use std::time::{Duration, Instant};

use temporalio_client::{Client, NamespacedClient, tonic::IntoRequest};
use temporalio_common::{
    protos::temporal::api::{
        common::v1::SearchAttributes as Proto,
        enums::v1::IndexedValueType,
        operatorservice::v1::{AddSearchAttributesRequest, ListSearchAttributesRequest},
    },
    search_attributes::SearchAttributes,
};
use tokio::sync::Mutex;

use super::wire;
use crate::{engine::StartRequest, flock::FlockDescriptor, payload::Payload, topology::Node};

const FLOCK: &str = "flock_name";
const START_AGENT: &str = "start_agent";
const SESSION: &str = "session_id";

/// How long a server that lacks them is not asked again.
const PAUSE: Duration = Duration::from_secs(30);

/// What is known about the server's search attributes.
#[derive(Default)]
pub(super) struct Search(Mutex<State>);

#[derive(Default, Clone, Copy)]
enum State {
    #[default]
    Unknown,
    Present,
    Absent(Instant),
}

impl Search {
    /// Whether runs can carry them.
    pub(super) async fn present(&self, client: &Client) -> bool {
        let mut state = self.0.lock().await;
        match *state {
            State::Present => return true,
            State::Absent(since) if since.elapsed() < PAUSE => return false,
            State::Unknown | State::Absent(_) => {}
        }
        let missing = missing(client).await;
        let present = missing.is_ok_and(|missing| missing.is_empty());
        *state = if present {
            State::Present
        } else {
            State::Absent(Instant::now())
        };
        present
    }

    /// Creates those that are missing, where this program may.
    pub(super) async fn create(&self, client: &Client) {
        let mut state = self.0.lock().await;
        *state = match create(client).await {
            Ok(()) => State::Present,
            Err(reason) => {
                tracing::warn!(
                    "runs will carry no search attributes ({reason}); create `flock_name`, `start_agent` and `session_id` as Keyword to find runs by them"
                );
                State::Absent(Instant::now())
            }
        };
    }

    /// A start was refused for their sake.
    pub(super) async fn refused(&self) {
        *self.0.lock().await = State::Absent(Instant::now());
    }
}

/// The search attributes of a run.
pub(super) fn of(request: &StartRequest) -> SearchAttributes {
    let session = request.options.session_id.as_deref();
    attributes(request.flock.descriptor, session)
}

/// The search attributes of a child: none where its parent has none, since a server that does not know
/// them would refuse the command, and with it the workflow task, for ever.
pub(super) fn of_child(
    parent: &SearchAttributes,
    flock: &FlockDescriptor,
) -> Option<SearchAttributes> {
    parent.raw_payload(FLOCK)?;
    let session = parent.raw_payload(SESSION).and_then(|session| {
        let session = wire::read(vec![session.clone()]).ok()?;
        session.decode::<String>().ok()
    });
    Some(attributes(flock, session.as_deref()))
}

fn attributes(flock: &FlockDescriptor, session: Option<&str>) -> SearchAttributes {
    let first = flock.graph.iter().find_map(|node| match node {
        Node::Agent { entry, .. } => Some(entry.descriptor.name),
        _ => None,
    });
    let values = [
        (FLOCK, Some(flock.name)),
        (START_AGENT, first),
        (SESSION, session),
    ];
    let fields = values.into_iter().filter_map(|(name, value)| {
        // Without the type, which the SDK's own builder adds: the server knows it, and it would
        // stand in every history.
        let value = Payload::encode(value?).ok()?;
        Some((name.to_owned(), wire::write(&value)))
    });
    SearchAttributes::from_proto(&Proto {
        indexed_fields: fields.collect(),
    })
}

async fn missing(client: &Client) -> Result<Vec<&'static str>, String> {
    let request = ListSearchAttributesRequest {
        namespace: client.namespace(),
    };
    let mut operator = client.connection().operator_service();
    let response = operator
        .list_search_attributes(request.into_request())
        .await
        .map_err(|status| status.message().to_owned())?;
    let custom = response.into_inner().custom_attributes;
    let names = [FLOCK, START_AGENT, SESSION];
    Ok(names
        .into_iter()
        .filter(|name| !custom.contains_key(*name))
        .collect())
}

async fn create(client: &Client) -> Result<(), String> {
    let missing = missing(client).await?;
    if missing.is_empty() {
        return Ok(());
    }
    let keyword = IndexedValueType::Keyword.into();
    let request = AddSearchAttributesRequest {
        namespace: client.namespace(),
        search_attributes: missing
            .iter()
            .map(|name| ((*name).to_owned(), keyword))
            .collect(),
    };
    let mut operator = client.connection().operator_service();
    let added = operator.add_search_attributes(request.into_request()).await;
    added
        .map(drop)
        .map_err(|status| status.message().to_owned())
}
