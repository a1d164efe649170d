//! A flock with every field resolved.

use std::mem;

use proc_macro2::Ident;
use syn::{Attribute, Fields, ItemFn, ItemStruct, Path, Visibility, parse_quote};

use super::{
    schedule::Schedule,
    stateful::{Handler, Methods},
    syntax::Written,
};
use crate::{
    clash::Generated,
    diag::{Errors, say},
    emit::{
        self,
        io::{Io, Struct},
    },
    function::{Function, Slot},
    grammar::{
        fields::{self, Field},
        options::{Given, Group, Settings, ToConstant},
        own,
        values::{Millis, SearchAttributes},
    },
    identity::Identity,
    options::{self, AgentOptions, Limits},
    role::Role,
};

/// A flock.
pub(crate) struct Flock {
    pub(super) identity: Identity,
    pub(super) names: Names,
    pub(super) set: Settings,
    pub(super) timeout: Option<Millis>,
    pub(super) run_timeout: Option<Millis>,
    pub(super) task_timeout: Option<Millis>,
    pub(super) search_attributes: SearchAttributes,
    /// For its agents that say nothing themselves.
    pub(super) agents: AgentOptions,
    pub(super) schedule: Option<Schedule>,
    pub(super) body: Body,
}

/// What sets them in the descriptor, and types, each in the place of its option.
pub(super) struct Names {
    pub(super) agent_defaults: Ident,
    pub(super) graph: Ident,
    pub(super) input: Ident,
    pub(super) output: Ident,
    pub(super) search_attributes: Ident,
    pub(super) schedule: Ident,
}

impl Names {
    fn of(written: &Written) -> Self {
        Self {
            agent_defaults: written.agents.named("agent_defaults"),
            graph: written.start.named("graph"),
            input: written.input.named("Input"),
            output: written.output.named("Output"),
            search_attributes: written.search_attributes.named("search_attributes"),
            schedule: written.schedule.named("schedule"),
        }
    }
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
        written: Written,
        item: &ItemFn,
        function: Function,
        errors: &mut Errors,
    ) -> Self {
        let identity = written.identity(&item.sig.ident, &item.vis, &item.attrs);
        Self::coded(written, identity, function, None, errors)
    }

    pub(super) fn of_impl(
        written: Written,
        ident: Ident,
        attrs: &[Attribute],
        methods: Methods,
        errors: &mut Errors,
    ) -> Self {
        let Methods { run, mut handlers } = methods;
        let mut identity = written.identity(&ident, &run.vis, attrs);
        for handler in &mut handlers {
            handler.attrs = emit::joined(&identity.attrs, &handler.attrs);
        }
        identity.attrs = emit::joined(&identity.attrs, &run.attrs);
        let method = Some((run.ident, handlers));
        Self::coded(written, identity, run.function, method, errors)
    }

    fn coded(
        mut written: Written,
        identity: Identity,
        function: Function,
        method: Option<(Ident, Vec<Handler>)>,
        errors: &mut Errors,
    ) -> Self {
        let names = Names::of(&written);
        let ident = &identity.ident;
        if let Some(start) = written.start.get() {
            let first = own::written(&start.0);
            errors.at(written.start.place(), say::start_of_function(&first));
        }
        if written.input.get().is_some() {
            errors.at(written.input.place(), say::input_of_function());
        }
        let is_context = |slot: &Slot| matches!(slot, Slot::Context);
        if !function.slots.iter().any(is_context) {
            errors.at(ident.span(), say::no_flock_context(&ident.to_string()));
        }
        let output = match (output(ident, &mut written, errors), &function.returns) {
            (Some(output), _) => output,
            (None, Some(returns)) => Io::Type(emit::value_of(returns, &identity.private)),
            (None, None) => Io::Type(parse_quote!(())),
        };
        let body = Body::Coded {
            input: input(ident, function.inputs.clone()),
            function,
            method,
            output,
        };
        Self::new(written, names, identity, body, errors)
    }

    pub(super) fn of_struct(mut written: Written, item: &ItemStruct, errors: &mut Errors) -> Self {
        let ident = &item.ident;
        let names = Names::of(&written);
        // Where the agents are listed, that has been said.
        let is_unit = matches!(item.fields, Fields::Unit);
        if is_unit && !written.start.is_named() && !written.agents.is_at_fault() {
            errors.at(ident.span(), say::no_start(&ident.to_string()));
        }
        let start = mem::take(&mut written.start).take().map(|start| start.0);
        let (given, _) = mem::take(&mut written.input).read_so_far();
        let output = output(ident, &mut written, errors);
        let input = given.map(|given| match given {
            fields::Io::Fields(fields) => input(ident, fields),
            fields::Io::Type(ty) => Io::Type(ty),
        });
        let identity = written.identity(ident, &item.vis, &item.attrs);
        let body = Body::Declared {
            start,
            input,
            output,
        };
        Self::new(written, names, identity, body, errors)
    }

    /// What is generated beside it.
    pub(super) fn structs(&mut self) -> Vec<Generated<'_>> {
        let place = self.identity.ident.span();
        match &mut self.body {
            Body::Declared { input, output, .. } => {
                let io = input.iter_mut().chain(output);
                io.map(|io| (place, io)).collect()
            }
            Body::Coded {
                input,
                output,
                method,
                ..
            } => {
                let messages = method.iter_mut().flat_map(|(_, handlers)| handlers);
                let messages =
                    messages.map(|handler| (handler.method.span(), &mut handler.message));
                let io = [input, output].into_iter().map(|io| (place, io));
                io.chain(messages).collect()
            }
        }
    }

    fn new(
        written: Written,
        names: Names,
        identity: Identity,
        body: Body,
        errors: &mut Errors,
    ) -> Self {
        let schedule = Schedule::resolve(&written, errors);
        let mut set = written.settings(Group::Options);
        let timeout = written.timeout.get().cloned().unwrap_or_default();
        match &timeout.alone {
            Some(limit) => set.set("timeout", &written.timeout, limit.constant()),
            None => set.add("timeout", &timeout.parts.execution),
        }
        let agents = written.agents.take().unwrap_or_default().0;
        if let (Some(_), Some(twice)) = (timeout.parts.agent.get(), agents.timeout.get()) {
            errors.at(twice.span, say::timeout_twice());
        }
        let mut agents_set = agents.settings(Group::Options);
        if agents.timeout.get().is_none() {
            agents_set.add("timeout", &timeout.parts.agent);
        }
        // Noted where both are given.
        options::queue(&written.task_queue, &written.pool, errors);
        let retry = options::retry(
            &written.retries,
            &written.max_attempts,
            written.retry,
            errors,
        );
        let limit = |given: &Given<Millis>| given.get().copied();
        Self {
            identity,
            names,
            set,
            timeout: timeout.alone.or(limit(&timeout.parts.execution)),
            run_timeout: limit(&written.run_timeout),
            task_timeout: limit(&written.task_timeout),
            search_attributes: written.search_attributes.take().unwrap_or_default(),
            agents: AgentOptions {
                set: agents_set,
                retry,
                limits: Limits {
                    timeout: limit(&timeout.parts.agent).or(limit(&agents.timeout)),
                    schedule_to_start: limit(&agents.schedule_to_start),
                    schedule_to_close: limit(&agents.schedule_to_close),
                    heartbeat: limit(&agents.heartbeat),
                    ..Limits::default()
                },
            },
            schedule,
            body,
        }
    }
}

impl Written {
    fn identity(&self, ident: &Ident, vis: &Visibility, attrs: &[Attribute]) -> Identity {
        Identity::new(&self.library, &self.name, ident, vis, attrs)
    }
}

fn input(ident: &Ident, fields: Vec<Field>) -> Io {
    Io::Struct(Struct::input(ident, Role::Flock, fields))
}

fn output(ident: &Ident, written: &mut Written, errors: &mut Errors) -> Option<Io> {
    Some(match mem::take(&mut written.output).read_so_far().0? {
        fields::Io::Fields(fields) => {
            fields::no_defaults(&fields, errors);
            Io::Struct(Struct::output(ident, Role::Flock, fields))
        }
        fields::Io::Type(ty) => Io::Type(ty),
    })
}
