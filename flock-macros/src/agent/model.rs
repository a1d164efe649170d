//! An agent with every field resolved.

use heck::ToSnakeCase;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Attribute, ItemFn, ItemStruct, Path, Type, Visibility, ext::IdentExt, parse_quote};

use super::{hand_off::HandOff, syntax::Written};
use crate::{
    diag::{Errors, nearest, say},
    emit::{
        self, Keys,
        io::{Io, Struct},
    },
    function::{self, Function},
    grammar::{
        docs,
        fields::{self, Field, Partial},
        type_name::type_name,
        values::{Count, Decimal, Given, Item, Keyed, Text},
    },
    options::{AgentOptions, Retry},
    role::Role,
};

/// An agent.
pub(super) struct Agent {
    pub(super) common: Common,
    pub(super) kind: Kind,
    pub(super) input: Io,
    pub(super) output: Io,
    /// Whether one of the two was written and could not be read.
    pub(super) unclear_io: bool,
}

/// What both kinds of agents have.
pub(super) struct Common {
    pub(super) private: Path,
    pub(super) keys: Keys,
    /// What goes over to everything generated.
    pub(super) attrs: Vec<Attribute>,
    pub(super) vis: Visibility,
    pub(super) ident: Ident,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) options: AgentOptions,
    pub(super) hand_off: Option<HandOff>,
    pub(super) loop_to: Option<Keyed<Item>>,
    pub(super) max_rounds: Option<Keyed<Count>>,
}

/// What answers.
pub(super) enum Kind {
    Model(Model),
    Function {
        function: Function,
        /// Whether the one parameter is the whole input.
        whole: bool,
    },
}

/// How a model is asked.
pub(super) struct Model {
    pub(super) instructions: TokenStream,
    pub(super) model: Option<Text>,
    pub(super) temperature: Option<Decimal>,
    pub(super) max_tokens: Option<u32>,
}

impl Agent {
    pub(super) fn of_function(
        mut written: Written,
        item: &ItemFn,
        function: Function,
        errors: &mut Errors,
    ) -> Self {
        for_structs("instructions", &mut written.instructions, errors);
        for_structs("model", &mut written.model, errors);
        for_structs("temperature", &mut written.temperature, errors);
        for_structs("max_tokens", &mut written.max_tokens, errors);
        let (input, output, unclear_io) = written.io(errors);
        // The parameters tell better.
        let input = input.filter(|_| !unclear_io);
        let ident = &item.sig.ident;
        let common = Common::new(written, &item.vis, ident, &item.attrs, errors);
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
                own_name(&input, &function.inputs, ident, errors).unwrap_or(input)
            }
        };
        let output = match (output, &function.returns) {
            (Some(output), _) => common.output(output),
            (None, Some(returns)) => {
                let value = function::value_of(returns, &common.private);
                Io::Type(one_value(value, errors))
            }
            (None, None) => Io::Type(parse_quote!(())),
        };
        Self {
            common,
            kind: Kind::Function { function, whole },
            input,
            output,
            unclear_io,
        }
    }

    pub(super) fn of_struct(mut written: Written, item: &ItemStruct, errors: &mut Errors) -> Self {
        let model = Model::new(&mut written, item, errors);
        let (input, output, unclear_io) = written.io(errors);
        let common = Common::new(written, &item.vis, &item.ident, &item.attrs, errors);
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
        vis: &Visibility,
        ident: &Ident,
        attrs: &[Attribute],
        errors: &mut Errors,
    ) -> Self {
        let name = errors.take(written.name);
        let has_way_back =
            !matches!(written.loop_to, Some(Err(_))) && !matches!(written.max_rounds, Some(Err(_)));
        let loop_to = errors.take(written.loop_to);
        let max_rounds = errors.take(written.max_rounds);
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
            options: AgentOptions {
                timeout: errors.take(written.timeout),
                schedule_to_start: errors.take(written.schedule_to_start),
                schedule_to_close: errors.take(written.schedule_to_close),
                heartbeat: errors.take(written.heartbeat),
                retry,
                lost_workers: errors.take(written.lost_workers),
                task_queue: errors.take(written.task_queue),
                priority: errors.take(written.priority),
                local: errors.take(written.local),
            },
            hand_off: errors.take(written.hand_off),
            // With one at fault, the other is not alone.
            loop_to: loop_to.filter(|_| has_way_back),
            max_rounds: max_rounds.filter(|_| has_way_back),
        }
    }

    fn input(&self, fields: Vec<Field>) -> Io {
        Io::Struct(Struct::input(&self.ident, Role::Agent, fields))
    }

    fn output(&self, output: fields::Io) -> Io {
        match output {
            fields::Io::Fields(fields) => {
                Io::Struct(Struct::output(&self.ident, Role::Agent, fields))
            }
            fields::Io::Type(ty) => Io::Type(ty),
        }
    }
}

impl Model {
    fn new(written: &mut Written, item: &ItemStruct, errors: &mut Errors) -> Self {
        let docs = docs::constant(&item.attrs);
        let given = written.instructions.take();
        let was_given = given.is_some();
        let instructions = match errors.take(given) {
            Some(prose) => {
                let expr = prose.value.0;
                quote!(#expr)
            }
            None => {
                if docs.is_none() && !was_given {
                    let name = item.ident.to_string();
                    errors.at(item.ident.span(), say::no_instructions(&name));
                }
                docs.unwrap_or_else(|| quote!(""))
            }
        };
        Self {
            instructions,
            model: errors.take(written.model.take()).map(|model| model.value),
            temperature: errors
                .take(written.temperature.take())
                .map(|number| number.value),
            max_tokens: errors
                .take(written.max_tokens.take())
                .map(|count| count.value.0),
        }
    }
}

impl Written {
    fn io(&mut self, errors: &mut Errors) -> (Option<fields::Io>, Option<fields::Io>, bool) {
        let (input, unclear_input) = Partial::take(self.input.take(), errors);
        let (output, unclear_output) = Partial::take(self.output.take(), errors);
        if let Some(fields::Io::Fields(fields)) = &output {
            fields::no_defaults(fields, errors);
        }
        (input, output, unclear_input || unclear_output)
    }
}

/// Notes an option that only agents have which a model answers for.
fn for_structs<T>(key: &str, given: &mut Given<Keyed<T>>, errors: &mut Errors) {
    if let Some(value) = errors.take(given.take()) {
        errors.at(value.key, say::option_of_struct(key));
    }
}

/// Notes a parameter of a type that has the name of the struct which is to hold it. It is the whole input
/// then: two types of one name would be told of many times.
fn own_name(input: &Io, parameters: &[Field], agent: &Ident, errors: &mut Errors) -> Option<Io> {
    let Io::Struct(Struct { ident, .. }) = input else {
        return None;
    };
    let name = ident.to_string();
    let own = |field: &&Field| type_name(&field.ty) == name;
    let field = parameters.iter().find(own)?;
    errors.under(&field.ty, say::own_name(&name, &agent.to_string()));
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
fn one_value(value: Type, errors: &mut Errors) -> Type {
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
            errors.under(&value, say::several_outputs(&output));
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
