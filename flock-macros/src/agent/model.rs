//! An agent with every field resolved.

use std::mem;

use proc_macro2::Ident;
use quote::quote;
use syn::{Attribute, ItemFn, ItemStruct, Type, Visibility, parse_quote};

use super::{Step, hand_off::HandOff, syntax::Written, tools::Tools};
use crate::{
    diag::{Errors, nearest, say},
    emit::{
        self,
        io::{Io, Struct},
    },
    function::Function,
    grammar::{
        docs,
        fields::{self, Field},
        options::{Constant, Given, Group, Setting, Settings},
        type_name::type_name,
        values::{Count, Decimal, Effect, Item, Loop, LostWorkers, Prose, Texts},
    },
    identity::Identity,
    options::{self, AgentOptions, Limits},
    role::Role,
};

/// An agent.
pub(crate) struct Agent {
    pub(super) common: Common,
    pub(super) kind: Kind,
    pub(super) input: Io,
    pub(super) output: Io,
    /// Whether one of the two was written and could not be read.
    pub(super) unclear_io: bool,
}

/// What both kinds of agents have.
pub(super) struct Common {
    /// An agent, or one that is for models to call.
    pub(super) role: Role,
    pub(super) identity: Identity,
    pub(super) names: Names,
    pub(super) options: AgentOptions,
    /// What it does outside, and who is asked before.
    pub(super) effects: Settings,
    pub(super) hand_off: Option<HandOff>,
    pub(super) loop_to: Given<Item>,
    pub(super) max_rounds: Given<Count>,
}

/// What sets them in the descriptor, each in the place of its option.
pub(super) struct Names {
    pub(super) inputs: Ident,
    pub(super) outputs: Ident,
    pub(super) hand_off: Ident,
    pub(super) loop_to: Ident,
    pub(super) max_rounds: Ident,
}

impl Names {
    fn of(written: &Written) -> Self {
        Self {
            inputs: written.input.named("inputs"),
            outputs: written.output.named("outputs"),
            hand_off: written.hand_off.named("hand_off"),
            loop_to: written.loop_to.named("loop_to"),
            max_rounds: written.max_rounds.named("max_rounds"),
        }
    }
}

/// What answers.
pub(super) enum Kind {
    Model(Model),
    Function {
        function: Function,
        /// Whether the one parameter is the whole input.
        whole: bool,
        /// What only a tool says, of one.
        of_tool: Option<Settings>,
    },
}

/// How a model is asked.
pub(super) struct Model {
    /// With its instructions, which may be in its doc comment.
    pub(super) set: Settings,
    pub(super) template: Given<Prose>,
    pub(super) temperature: Option<Decimal>,
    pub(super) tools: Given<Tools>,
    pub(super) mcp: Given<Texts>,
    pub(super) max_turns: Given<Count>,
    pub(super) looped: Given<Loop>,
}

impl Agent {
    pub(super) fn of_function(
        mut written: Written,
        step: Step,
        item: &ItemFn,
        function: Function,
        errors: &mut Errors,
    ) -> Self {
        if written.tools.get().is_some() {
            errors.at(written.tools.place(), say::option_of_struct("tools"));
        }
        for Setting { name, place, .. } in written.settings(Group::Model).0 {
            errors.at(place, say::option_of_struct(&name.to_string()));
        }
        let names = Names::of(&written);
        let (input, output, unclear_io) = written.io(errors);
        // The parameters tell better.
        let input = input.filter(|_| !unclear_io);
        let ident = &item.sig.ident;
        let role = step.role();
        let mut common = Common::new(written, role, names, &item.vis, ident, &item.attrs, errors);
        let of_tool = match step {
            Step::Agent => None,
            Step::Tool {
                only,
                has_no_effect,
            } => {
                let name = ident.to_string();
                if has_no_effect {
                    errors.at(ident.span(), say::no_effect(&name));
                }
                common.identity.prose = docs::constant(&item.attrs);
                if common.identity.prose.is_none() {
                    errors.at(ident.span(), say::no_description(&name));
                }
                Some(only)
            }
        };
        let whole = matches!(input, Some(fields::Io::Type(_)));
        let input = match input {
            Some(fields::Io::Type(ty)) => {
                whole_input(&ty, ident, &function.inputs, errors);
                Io::Type(ty)
            }
            Some(fields::Io::Fields(declared)) => {
                let fields = cross_check(declared, &function.inputs, errors);
                common.input(fields)
            }
            None => {
                let input = common.input(function.inputs.clone());
                own_name(&input, &function.inputs, role, ident, errors).unwrap_or(input)
            }
        };
        let output = match (output, &function.returns) {
            (Some(output), _) => common.output(output),
            (None, Some(returns)) => {
                let value = emit::value_of(returns, &common.identity.private);
                Io::Type(one_value(value, role, errors))
            }
            (None, None) => Io::Type(parse_quote!(())),
        };
        Self {
            common,
            kind: Kind::Function {
                function,
                whole,
                of_tool,
            },
            input,
            output,
            unclear_io,
        }
    }

    pub(super) fn of_struct(mut written: Written, item: &ItemStruct, errors: &mut Errors) -> Self {
        for Setting { name, place, .. } in written.settings(Group::Effects).0 {
            errors.at(place, say::option_of_function(&name.to_string()));
        }
        let model = Model::new(&written, item, errors);
        let names = Names::of(&written);
        let (input, output, unclear_io) = written.io(errors);
        let common = Common::new(
            written,
            Role::Agent,
            names,
            &item.vis,
            &item.ident,
            &item.attrs,
            errors,
        );
        let input = match input {
            Some(fields::Io::Type(ty)) => Io::Type(ty),
            Some(fields::Io::Fields(fields)) => common.input(fields),
            None => common.input(Vec::new()),
        };
        let output = match output {
            Some(output) => common.output(output),
            // What a model says when it is asked for nothing in particular.
            None => Io::Type(parse_quote!(::std::string::String)),
        };
        Self {
            common,
            kind: Kind::Model(model),
            input,
            output,
            unclear_io,
        }
    }
}

impl Common {
    fn new(
        written: Written,
        role: Role,
        names: Names,
        vis: &Visibility,
        ident: &Ident,
        attrs: &[Attribute],
        errors: &mut Errors,
    ) -> Self {
        let limits = Limits {
            timeout: written.timeout.get().copied(),
            schedule_to_start: written.schedule_to_start.get().copied(),
            schedule_to_close: written.schedule_to_close.get().copied(),
            heartbeat: written.heartbeat.get().copied(),
            lost_workers: written.lost_workers.get().map(LostWorkers::span),
            queue: options::queue(&written.task_queue, &written.pool, errors),
            local: (written.local.get())
                .filter(|local| local.0)
                .map(|_| written.local.place()),
            is_write: matches!(written.effect.get(), Some(Effect::Write)),
        };
        let set = written.settings(Group::Options);
        let effects = written.settings(Group::Effects);
        let retry = options::retry(
            &written.retries,
            &written.max_attempts,
            written.retry,
            errors,
        );
        // With one at fault, the other is not alone.
        let (loop_to, max_rounds) =
            match written.loop_to.is_at_fault() || written.max_rounds.is_at_fault() {
                true => (Given::default(), Given::default()),
                false => (written.loop_to, written.max_rounds),
            };
        Self {
            role,
            identity: Identity::new(&written.library, &written.name, ident, vis, attrs),
            names,
            options: AgentOptions { set, retry, limits },
            effects,
            hand_off: written.hand_off.take(),
            loop_to,
            max_rounds,
        }
    }

    fn input(&self, fields: Vec<Field>) -> Io {
        Io::Struct(Struct::input(&self.identity.ident, self.role, fields))
    }

    fn output(&self, output: fields::Io) -> Io {
        match output {
            fields::Io::Fields(fields) => {
                Io::Struct(Struct::output(&self.identity.ident, self.role, fields))
            }
            fields::Io::Type(ty) => Io::Type(ty),
        }
    }
}

impl Model {
    fn new(written: &Written, item: &ItemStruct, errors: &mut Errors) -> Self {
        let mut set = written.settings(Group::Model);
        let given = &written.instructions;
        if given.get().is_none() {
            let docs = docs::constant(&item.attrs);
            if docs.is_none() && !given.is_named() {
                let name = item.ident.to_string();
                errors.at(item.ident.span(), say::no_instructions(&name));
            }
            let docs = docs.unwrap_or_else(|| quote!(""));
            set.set("instructions", given, Constant::Prose(docs));
        }
        if written.tools.get().is_some() {
            set.set("calls_tools", &written.tools, Constant::Switch(true));
        } else if written.mcp.get().is_some() {
            set.set("calls_tools", &written.mcp, Constant::Switch(true));
        }
        Self {
            set,
            template: written.template.clone(),
            temperature: written.temperature.get().copied(),
            tools: written.tools.clone(),
            mcp: written.mcp.clone(),
            max_turns: written.max_turns.clone(),
            looped: written.looped.clone(),
        }
    }
}

impl Written {
    fn io(&mut self, errors: &mut Errors) -> (Option<fields::Io>, Option<fields::Io>, bool) {
        let (input, unclear_input) = mem::take(&mut self.input).read_so_far();
        let (output, unclear_output) = mem::take(&mut self.output).read_so_far();
        if let Some(fields::Io::Fields(fields)) = &output {
            fields::no_defaults(fields, errors);
        }
        (input, output, unclear_input || unclear_output)
    }
}

/// Notes a parameter of a type that has the name of the struct which is to hold it. It is the whole input
/// then: two types of one name would be told of many times.
fn own_name(
    input: &Io,
    parameters: &[Field],
    role: Role,
    item: &Ident,
    errors: &mut Errors,
) -> Option<Io> {
    let Io::Struct(Struct { ident, .. }) = input else {
        return None;
    };
    let name = ident.to_string();
    let own = |field: &&Field| type_name(&field.ty) == name;
    let field = parameters.iter().find(own)?;
    errors.under(&field.ty, say::own_name(&name, role, &item.to_string()));
    Some(Io::Type(field.ty.clone()))
}

/// Notes parameters that are not the one value of type `ty`.
fn whole_input(ty: &Type, ident: &Ident, parameters: &[Field], errors: &mut Errors) {
    let declared = type_name(ty);
    match parameters {
        [one] => {
            let taken = type_name(&one.ty);
            if taken != declared {
                errors.under(&one.ty, say::whole_type_differs(&declared, &taken));
            }
        }
        [_, second, ..] => errors.at(second.name.span(), say::one_parameter(&declared)),
        [] => errors.at(ident.span(), say::one_parameter(&declared)),
    }
}

/// What an agent gives that names no outputs; several are noted.
fn one_value(value: Type, role: Role, errors: &mut Errors) -> Type {
    const NAMES: [&str; 4] = ["first", "second", "third", "fourth"];
    match fields::ungrouped(&value) {
        Type::Tuple(tuple) if !tuple.elems.is_empty() => {
            let named = NAMES.iter().zip(&tuple.elems);
            let named: Vec<_> = named
                .map(|(name, ty)| format!("{name}: {}", type_name(ty)))
                .collect();
            let more = if tuple.elems.len() > NAMES.len() {
                ", …"
            } else {
                ""
            };
            let output = format!("output({}{more})", named.join(", "));
            errors.under(&value, say::several_outputs(role, &output));
            parse_quote!(())
        }
        _ => value,
    }
}

/// The inputs as declared, after comparing them with the parameters.
fn cross_check(declared: Vec<Field>, parameters: &[Field], errors: &mut Errors) -> Vec<Field> {
    let matching = |field: &Field| parameters.iter().find(|other| other.key() == field.key());
    // What a declared input without a parameter was probably meant to be.
    let meant = |field: &Field| {
        let key = field.key();
        let alone = parameters
            .iter()
            .map(Field::key)
            .filter(|parameter| declared.iter().all(|field| field.key() != *parameter));
        let alone: Vec<_> = alone.collect();
        nearest(&key, alone.iter().map(String::as_str))
            .first()
            .map(|near| (*near).to_owned())
    };
    let guesses: Vec<_> = declared
        .iter()
        .map(|field| matching(field).is_none().then(|| meant(field)).flatten())
        .collect();
    // Where it is left out of the list, code that passes it is still right.
    let mut left_out = Vec::new();
    for parameter in parameters {
        let ty = type_name(&parameter.ty);
        match declared.iter().find(|field| field.key() == parameter.key()) {
            None if guesses.contains(&Some(parameter.key())) => {}
            None => {
                errors.at(
                    parameter.name.span(),
                    say::parameter_without_input(&parameter.key(), &ty),
                );
                left_out.push(parameter.clone());
            }
            Some(field) if type_name(&field.ty) != ty => errors.under(
                &parameter.ty,
                say::types_differ(&field.key(), &type_name(&field.ty), &ty),
            ),
            Some(_) => {}
        }
    }
    let fields = declared
        .into_iter()
        .zip(guesses)
        .map(|(field, guess)| match matching(&field) {
            None => {
                let ty = type_name(&field.ty);
                errors.at(
                    field.name.span(),
                    say::input_without_parameter(&field.key(), &ty, guess.as_deref()),
                );
                field
            }
            Some(parameter) if field.description.is_empty() => Field {
                description: parameter.description.clone(),
                ..field
            },
            Some(_) => field,
        });
    fields.chain(left_out).collect()
}
