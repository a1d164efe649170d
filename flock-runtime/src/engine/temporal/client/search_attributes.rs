//! Search attributes, by which runs are found: `flock_name`, `start_agent`, `session_id` on every run,
//! and those that flocks declare. The former are a convenience: where the server does not have them,
//! runs start without. The latter must be there: a workflow task that sets an unknown one is refused
//! and tried again for ever.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use temporalio_client::{
    Client, NamespacedClient,
    errors::WorkflowStartError,
    tonic::{Code, IntoRequest, Status},
};
use temporalio_common::{
    protos::temporal::api::{
        common::v1::SearchAttributes as Proto,
        enums::v1::IndexedValueType,
        operatorservice::v1::{AddSearchAttributesRequest, ListSearchAttributesRequest},
    },
    search_attributes::{SearchAttributeKey, SearchAttributeUpdate, SearchAttributes},
};

use crate::{
    declare::search::{SearchAttribute, SearchKind, SearchValue},
    engine::{StartOptions, StartRequest, temporal::wire},
    error::{Error, Result as Checked, RunError},
    flock::{
        FlockDescriptor,
        registry::Registry,
        search::{self, FLOCK, SESSION, START_AGENT},
    },
    value::payload::Payload,
};

/// Those that every run carries.
const BUILT_IN: [(&str, SearchKind); 3] = [
    (FLOCK, SearchKind::Keyword),
    (START_AGENT, SearchKind::Keyword),
    (SESSION, SearchKind::Keyword),
];

/// How long a server that lacks them is not asked again.
const PAUSE: Duration = Duration::from_secs(30);

/// What is known about the server's search attributes.
#[derive(Default)]
pub(crate) struct Search(Mutex<State>);

#[derive(Default, Clone, Copy)]
enum State {
    #[default]
    Unknown,
    Present,
    Absent(Instant),
}

impl Search {
    /// Whether runs can carry them.
    ///
    /// # Errors
    /// When the server cannot say, being slow or away: that is no answer, and the next who asks asks
    /// again. Those who ask at the same time ask on their own, and wait for nobody else.
    pub(crate) async fn present(&self, client: &Client) -> Result<bool, Status> {
        match self.state() {
            State::Present => return Ok(true),
            State::Absent(since) if since.elapsed() < PAUSE => return Ok(false),
            State::Unknown | State::Absent(_) => {}
        }
        match missing(client, &BUILT_IN).await {
            Ok(missing) if missing.is_empty() => {
                self.learn(State::Present);
                Ok(true)
            }
            // A server that says no to the question says nothing else to the next.
            Err(Refused::Asking(status)) if !is_final(&status) => Err(status),
            _ => {
                self.learn(State::Absent(Instant::now()));
                Ok(false)
            }
        }
    }

    /// Creates those that are missing, where this program may.
    pub(crate) async fn create(&self, client: &Client) {
        self.learn(match create(client, &BUILT_IN).await {
            Ok(()) => State::Present,
            Err(reason) => {
                tracing::warn!(
                    "runs will carry no search attributes ({reason}); create `flock_name`, `start_agent` and `session_id` as Keyword to find runs by them"
                );
                match reason {
                    Refused::Asking(status) if !is_final(&status) => State::Unknown,
                    _ => State::Absent(Instant::now()),
                }
            }
        });
    }

    /// A start was refused for their sake.
    pub(crate) fn refused(&self) {
        self.learn(State::Absent(Instant::now()));
    }

    fn state(&self) -> State {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn learn(&self, state: State) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

/// Whether the server has said no, and would again.
fn is_final(status: &Status) -> bool {
    matches!(
        status.code(),
        Code::PermissionDenied | Code::Unimplemented | Code::Unauthenticated
    )
}

/// The search attributes of a run, those that every run carries if they are `built_in`.
pub(crate) fn of(request: &StartRequest, built_in: bool) -> Option<SearchAttributes> {
    // Without the type, which the SDK's own builder adds: the server knows it, and it would stand in
    // every history.
    let write = |value: Checked<Payload>| Some(wire::write(&value.ok()?));
    let everywhere = request.built_in().filter(|_| built_in);
    let everywhere = everywhere
        .filter_map(|(name, value)| Some((name.to_owned(), write(Payload::encode(value))?)));
    let given = request.options.search_attributes.iter();
    let given =
        given.filter_map(|(name, value)| Some((name.clone(), write(Payload::encode(value))?)));
    let fields = everywhere.chain(given).collect::<HashMap<_, _>>();
    (!fields.is_empty()).then(|| {
        SearchAttributes::from_proto(&Proto {
            indexed_fields: fields,
        })
    })
}

/// The search attributes of a child: none where its parent has none, since a server that does not know
/// them would refuse the command, and with it the workflow task, for ever.
pub(crate) fn of_child(
    parent: &SearchAttributes,
    flock: &FlockDescriptor,
) -> Option<SearchAttributes> {
    parent.raw_payload(FLOCK)?;
    let session = parent.raw_payload(SESSION).and_then(|session| {
        let session = wire::read(vec![session.clone()]).ok()?;
        session.decode::<String>().ok()
    });
    let fields = search::built_in(flock, session.as_deref()).filter_map(|(name, value)| {
        let value = Payload::encode(value).ok()?;
        Some((name.to_owned(), wire::write(&value)))
    });
    Some(SearchAttributes::from_proto(&Proto {
        indexed_fields: fields.collect(),
    }))
}

/// What the server said, where it refused a start for the sake of a search attribute.
pub(crate) fn refusal<T>(started: &Result<T, WorkflowStartError>) -> Option<&str> {
    match started {
        Err(WorkflowStartError::Rpc(status))
            if status.code() == Code::InvalidArgument
                && status.message().contains("earch attribute") =>
        {
            Some(status.message())
        }
        _ => None,
    }
}

/// The same for people.
pub(crate) fn explain(flock: &FlockDescriptor, options: &StartOptions, refusal: &str) -> String {
    let declared = flock.options.search_attributes;
    let given = declared
        .iter()
        .filter(|attribute| options.search_attributes.contains_key(attribute.name));
    let commands: Vec<_> = given.map(|one| command(one.name, one.kind)).collect();
    format!(
        "the server refused a search attribute ({refusal}): start a worker, which creates it, or run `{}`",
        commands.join("` and `")
    )
}

fn command(name: &str, kind: SearchKind) -> String {
    let kind = kind.as_str();
    format!("temporal operator search-attribute create --name {name} --type {kind}")
}

/// Creates those that flocks declare.
pub(crate) async fn create_declared(client: &Client, registry: &Registry) -> Result<(), RunError> {
    let mut wanted = BTreeMap::new();
    for flock in registry.flocks() {
        let flock = flock.descriptor;
        for attribute in flock.options.search_attributes {
            let first = wanted.insert(attribute.name, (attribute.kind, flock.name));
            if let Some((kind, other)) = first
                && kind != attribute.kind
            {
                return Err(RunError::Engine(format!(
                    "search attribute `{}` is {} in flock `{other}` and {} in flock `{}`: a server has one of a name",
                    attribute.name,
                    kind.as_str(),
                    attribute.kind.as_str(),
                    flock.name
                )));
            }
        }
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let kinds: Vec<_> = wanted
        .iter()
        .map(|(name, (kind, _))| (*name, *kind))
        .collect();
    let created = create(client, &kinds).await;
    let kinds = match &created {
        Ok(()) => return Ok(()),
        // A server that does not even let itself be asked may have them.
        Err(Refused::Asking(status)) => {
            let reason = status.message();
            tracing::warn!("cannot tell whether the search attributes of flocks exist: {reason}");
            return Ok(());
        }
        Err(Refused::Creating { missing, .. }) => missing,
        Err(Refused::OtherKind { name, found }) => {
            return Err(RunError::Engine(format!(
                "search attribute `{name}` exists on the server as {found}, and is declared otherwise: give it another name"
            )));
        }
    };
    let commands: Vec<_> = kinds
        .iter()
        .map(|(name, kind)| command(name, *kind))
        .collect();
    let reason = created.err().map(|refused| refused.to_string());
    Err(RunError::Engine(format!(
        "flocks set search attributes that the server does not have and this program may not create ({}): run `{}`",
        reason.unwrap_or_default(),
        commands.join("` and `")
    )))
}

/// The change of a running flock's attribute.
pub(crate) fn update(
    attribute: &'static SearchAttribute,
    value: Option<SearchValue>,
) -> Checked<SearchAttributeUpdate> {
    let name = attribute.name;
    // The SDK's keys are typed by Rust's types; the server goes by the type it knows.
    let update = match value {
        // The SDK's own way to take a value off is refused by servers (1.32: `value from <>`), and
        // tried again for ever; a list of nothing is taken, whatever the type.
        None => SearchAttributeKey::keyword_list(name).try_value_set(Vec::new()),
        Some(SearchValue::Text(text)) => SearchAttributeKey::keyword(name).try_value_set(text),
        Some(SearchValue::Int(number)) => SearchAttributeKey::int(name).try_value_set(number),
        Some(SearchValue::Double(number)) => SearchAttributeKey::float(name).try_value_set(number),
        Some(SearchValue::Bool(on)) => SearchAttributeKey::bool(name).try_value_set(on),
        Some(SearchValue::Time(time)) => {
            SearchAttributeKey::datetime(name).try_value_set(time.into())
        }
        Some(SearchValue::List(words)) => {
            SearchAttributeKey::keyword_list(name).try_value_set(words)
        }
    };
    update.map_err(Error::invalid)
}

/// Why attributes could not be created.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("{}", .0.message())]
    Asking(Status),
    #[error("{reason}")]
    Creating {
        missing: Vec<(&'static str, SearchKind)>,
        reason: String,
    },
    #[error("`{name}` exists as {found}")]
    OtherKind {
        name: &'static str,
        found: &'static str,
    },
}

async fn missing(
    client: &Client,
    wanted: &[(&'static str, SearchKind)],
) -> Result<Vec<(&'static str, SearchKind)>, Refused> {
    let request = ListSearchAttributesRequest {
        namespace: client.namespace(),
    };
    let mut operator = client.connection().operator_service();
    let response = operator
        .list_search_attributes(request.into_request())
        .await
        .map_err(Refused::Asking)?;
    let custom = response.into_inner().custom_attributes;
    let mut missing = Vec::new();
    for (name, kind) in wanted {
        match custom.get(*name) {
            None => missing.push((*name, *kind)),
            Some(found) if *found == indexed(*kind) as i32 => {}
            Some(found) => {
                let found = IndexedValueType::try_from(*found).unwrap_or_default();
                let found = found.as_str_name();
                return Err(Refused::OtherKind { name, found });
            }
        }
    }
    Ok(missing)
}

async fn create(client: &Client, wanted: &[(&'static str, SearchKind)]) -> Result<(), Refused> {
    let missing = missing(client, wanted).await?;
    if missing.is_empty() {
        return Ok(());
    }
    let kinds = missing
        .iter()
        .map(|(name, kind)| ((*name).to_owned(), indexed(*kind).into()));
    let request = AddSearchAttributesRequest {
        namespace: client.namespace(),
        search_attributes: kinds.collect(),
    };
    let mut operator = client.connection().operator_service();
    let added = operator.add_search_attributes(request.into_request()).await;
    added.map(drop).map_err(|status| Refused::Creating {
        missing,
        reason: status.message().to_owned(),
    })
}

fn indexed(kind: SearchKind) -> IndexedValueType {
    match kind {
        SearchKind::Keyword => IndexedValueType::Keyword,
        SearchKind::KeywordList => IndexedValueType::KeywordList,
        SearchKind::Text => IndexedValueType::Text,
        SearchKind::Int => IndexedValueType::Int,
        SearchKind::Double => IndexedValueType::Double,
        SearchKind::Bool => IndexedValueType::Bool,
        SearchKind::Datetime => IndexedValueType::Datetime,
    }
}
