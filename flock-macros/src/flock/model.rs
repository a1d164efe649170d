//! A flock with every field resolved.

use heck::ToSnakeCase;
use proc_macro2::Ident;
use syn::{Attribute, Fields, ItemFn, ItemStruct, Path, Visibility, ext::IdentExt, parse_quote};

use super::{
    schedule::Schedule,
    stateful::{Handler, Methods},
    syntax::Written,
};
use crate::{
    diag::{Errors, say},
    emit::{
        self, Keys,
        io::{Io, Struct},
    },
    function::{self, Function, Slot},
    grammar::{
        docs,
        fields::{self, Field, Partial},
        values::{
            Count, IdReuse, Millis, SearchAttributes, Text, Versioning, written as written_path,
        },
    },
    options::{AgentOptions, Retry},
    role::Role,
};

/// A flock.
pub(super) struct Flock {
    pub(super) private: Path,
    pub(super) keys: Keys,
    /// What goes over to everything generated.
    pub(super) attrs: Vec<Attribute>,
    pub(super) vis: Visibility,
    pub(super) ident: Ident,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) task_queue: Option<Text>,
    pub(super) timeout: Option<Millis>,
    pub(super) run_timeout: Option<Millis>,
    pub(super) task_timeout: Option<Millis>,
    pub(super) version: Option<Count>,
    pub(super) versioning: Option<Versioning>,
    pub(super) id_reuse: Option<IdReuse>,
    pub(super) search_attributes: SearchAttributes,
    /// For its agents that say nothing themselves.
    pub(super) agents: AgentOptions,
    pub(super) schedule: Option<Schedule>,
    pub(super) body: Body,
}

/// How it goes on.
pub(super) enum Body {
    Declared {
        /// Left out only where that has been noted.
        start: Option<Path>,
        /// The first agent's when left out.
        input: Option<Io>,
        /// The last agent's when left out.
        output: Option<Io>,
    },
    Coded {
        function: Function,
        /// In an `impl`: the method that is run, and the handlers beside it.
        method: Option<(Ident, Vec<Handler>)>,
        input: Io,
        output: Io,
    },
}

impl Flock {
    pub(super) fn of_function(
        mut written: Written,
        item: &ItemFn,
        function: Function,
        errors: &mut Errors,
    ) -> Self {
        let ident = &item.sig.ident;
        if let Some(start) = errors.take(written.start.take()) {
            let first = written_path(&start.value.0);
            errors.at(start.key, say::start_of_function(&first));
        }
        if let Some(input) = errors.take(written.input.take()) {
            errors.at(input.key, say::input_of_function());
        }
        let is_context = |slot: &Slot| matches!(slot, Slot::Context);
        if !function.slots.iter().any(is_context) {
            errors.at(ident.span(), say::no_flock_context(&ident.to_string()));
        }
        let output = output(ident, &mut written, errors);
        let mut flock = Self::new(written, &item.vis, ident, &item.attrs, errors);
        let output = match (output, &function.returns) {
            (Some(output), _) => output,
            (None, Some(returns)) => Io::Type(function::value_of(returns, &flock.private)),
            (None, None) => Io::Type(parse_quote!(())),
        };
        flock.body = Body::Coded {
            input: input(ident, function.inputs.clone()),
            function,
            method: None,
            output,
        };
        flock
    }

    pub(super) fn of_impl(
        written: Written,
        ident: Ident,
        attrs: &[Attribute],
        methods: Methods,
        errors: &mut Errors,
    ) -> Self {
        let Methods { run, mut handlers } = methods;
        let named = parse_quote!(async fn #ident() {});
        let mut flock = Self::of_function(written, &named, run.function, errors);
        flock.vis = run.vis;
        let inherited = emit::inherited(attrs);
        for handler in &mut handlers {
            handler.attrs = emit::joined(&inherited, &handler.attrs);
        }
        flock.attrs = emit::joined(&inherited, &run.attrs);
        flock.description = docs::summary(&docs::text(attrs));
        if let Body::Coded { method, .. } = &mut flock.body {
            *method = Some((run.ident, handlers));
        }
        flock
    }

    pub(super) fn of_struct(mut written: Written, item: &ItemStruct, errors: &mut Errors) -> Self {
        let ident = &item.ident;
        let start = written.start.take();
        // Where the agents are listed, that has been said.
        let is_unit = matches!(item.fields, Fields::Unit);
        // Named without an `=`, it has been spoken of too.
        let is_named = written.keys.has("graph");
        if start.is_none() && is_unit && !is_named && !matches!(written.agents, Some(Err(_))) {
            errors.at(ident.span(), say::no_start(&ident.to_string()));
        }
        let start = errors.take(start).map(|start| start.value.0);
        let given = errors.take(written.input.take());
        let given = given.and_then(|given| Partial::take(Some(Ok(given.value)), errors).0);
        let output = output(ident, &mut written, errors);
        let mut flock = Self::new(written, &item.vis, ident, &item.attrs, errors);
        let input = given.map(|given| match given {
            fields::Io::Fields(fields) => input(ident, fields),
            fields::Io::Type(ty) => Io::Type(ty),
        });
        flock.body = Body::Declared {
            start,
            input,
            output,
        };
        flock
    }

    fn new(
        mut written: Written,
        vis: &Visibility,
        ident: &Ident,
        attrs: &[Attribute],
        errors: &mut Errors,
    ) -> Self {
        let schedule = Schedule::resolve(&mut written, errors);
        let name = errors.take(written.name);
        let timeout = errors.take(written.timeout).unwrap_or_default();
        let agents = errors.take(written.agents).unwrap_or_default().0;
        if let (Some(_), Some(twice)) = (timeout.agent, agents.timeout) {
            errors.at(twice.span, say::timeout_twice());
        }
        let retry = Retry::resolve(written.retries, written.max_attempts, written.retry, errors);
        Self {
            private: emit::private(written.library, errors),
            keys: written.keys,
            attrs: emit::inherited(attrs),
            vis: vis.clone(),
            ident: ident.clone(),
            name: name.map_or_else(
                || ident.unraw().to_string().to_snake_case(),
                |name| name.value,
            ),
            description: docs::summary(&docs::text(attrs)),
            task_queue: errors.take(written.task_queue),
            timeout: timeout.execution,
            run_timeout: errors.take(written.run_timeout),
            task_timeout: errors.take(written.task_timeout),
            version: errors.take(written.version),
            versioning: errors.take(written.versioning),
            id_reuse: errors.take(written.id_reuse),
            search_attributes: errors.take(written.search_attributes).unwrap_or_default(),
            agents: AgentOptions {
                timeout: timeout.agent.or(agents.timeout),
                schedule_to_start: agents.schedule_to_start,
                schedule_to_close: agents.schedule_to_close,
                heartbeat: agents.heartbeat,
                retry,
                lost_workers: agents.lost_workers,
                priority: agents.priority,
                ..AgentOptions::default()
            },
            schedule,
            body: Body::Declared {
                start: None,
                input: None,
                output: None,
            },
        }
    }
}

fn input(ident: &Ident, fields: Vec<Field>) -> Io {
    Io::Struct(Struct::input(ident, Role::Flock, fields))
}

fn output(ident: &Ident, written: &mut Written, errors: &mut Errors) -> Option<Io> {
    Some(match Partial::take(written.output.take(), errors).0? {
        fields::Io::Fields(fields) => {
            fields::no_defaults(&fields, errors);
            Io::Struct(Struct::output(ident, Role::Flock, fields))
        }
        fields::Io::Type(ty) => Io::Type(ty),
    })
}
