//! An agent as Rust.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Path, Type};

use super::{
    hand_off::{HandOff, Rule},
    model::{Agent, Common, Kind, Model, Names},
};
use crate::{
    emit::{self, io::Io, local, options::Setter},
    function::{Function, Slot},
    grammar::{fields::argument_of, type_name::type_name},
};

/// Everything beside the item. When the agent is at fault (not `sound`), its types are still there,
/// so that code which uses them gives no errors of its own.
pub(super) fn expand(agent: &Agent, sound: bool) -> TokenStream {
    let common = &agent.common;
    let private = &common.private;
    let ident = &common.ident;
    let attrs = &common.attrs;
    let marker = match agent.kind {
        Kind::Function { .. } => emit::marker(attrs, &common.vis, ident, "agent"),
        Kind::Model(_) => TokenStream::new(),
    };
    let input = agent.input.declaration(attrs, &common.vis, private);
    let output = agent.output.declaration(attrs, &common.vis, private);
    let implementation = implementation(agent, sound);
    let entry = sound.then(|| {
        quote! {
            #private::inventory::submit! { #private::AgentEntry::of::<#ident>() }
        }
    });
    quote! {
        #marker
        #input
        #output
        #(#attrs)*
        const _: () = {
            #implementation
            #entry
        };
    }
}

fn implementation(agent: &Agent, sound: bool) -> TokenStream {
    let common = &agent.common;
    let private = &common.private;
    let ident = &common.ident;
    let name = &common.name;
    let descriptor = descriptor(agent);
    let state = state(agent);
    let (input, output) = (agent.input.ty(), agent.output.ty());
    let hand_off = hand_off_type(agent);
    let (context_name, input_name) = parameters(agent, sound);
    let body = match (&agent.kind, sound) {
        (_, false) => quote!(::core::panic!()),
        (Kind::Model(_), _) => quote!(#private::ask::<Self>(#context_name, #input_name)),
        (Kind::Function { function, whole }, _) => call(agent, function, *whole),
    };
    let route = sound.then(|| route(agent));
    let fault = (!sound).then(|| {
        quote!(
            const SOUND: bool = false;
        )
    });
    // Where only the compiler can tell whether it is a `Result`, everything that depends on it is
    // placed there: it then says one thing once.
    let (first, last) = match alias(agent) {
        Some(returns) => emit::ends(returns),
        None => (Span::call_site(), Span::call_site()),
    };
    let execute = quote_spanned!(first=> fn execute);
    let library = emit::private_at(first, private);
    let future = quote_spanned!(first=> #library::SendFuture);
    let close = quote_spanned!(last=> >);
    let mut body = Group::new(Delimiter::Brace, body);
    body.set_span(last);
    quote! {
        #[automatically_derived]
        impl #private::Agent for #ident {
            const NAME: &'static str = #name;
            // There may be nothing left to take from `NONE`.
            #[allow(clippy::needless_update)]
            const DESCRIPTOR: &'static #private::AgentDescriptor = &#descriptor;
            #state
            #fault
            type Input = #input;
            type Output = #output;
            #hand_off
            #execute(
                #context_name: #private::AgentContext,
                #input_name: #input,
            ) -> #future<'static, #private::Result<#output> #close #body
            #route
        }
    }
}

/// What the function returns, where its name does not tell that it is a `Result`.
fn alias(agent: &Agent) -> Option<&Type> {
    match &agent.kind {
        Kind::Function { function, .. } => function
            .returns
            .as_ref()
            .filter(|returns| argument_of(returns, "Result").is_none()),
        Kind::Model(_) => None,
    }
}

fn descriptor(agent: &Agent) -> TokenStream {
    let common = &agent.common;
    let private = &common.private;
    let rust_name = common.ident.to_string();
    let description = &common.description;
    let kind = match &agent.kind {
        Kind::Function { .. } => quote!(#private::AgentKind::Function),
        Kind::Model(model) => model_kind(model, private),
    };
    // Half-known fields would only bring errors about what does not fit them.
    let (inputs, outputs) = match agent.unclear_io {
        true => (quote!(&[]), quote!(&[])),
        false => (inputs(private), outputs(&agent.output, private)),
    };
    let options = emit::options::agent_options(&common.options, private);
    let hand_off = hand_off(agent);
    let Names {
        name,
        inputs: inputs_name,
        outputs: outputs_name,
        hand_off: hand_off_name,
        ..
    } = &common.names;
    quote! {
        #private::AgentDescriptor {
            #name: Self::NAME,
            rust_name: #rust_name,
            description: #description,
            kind: #kind,
            #inputs_name: #inputs,
            #outputs_name: #outputs,
            options: #options,
            #hand_off_name: #hand_off,
            location: #private::Location {
                file: ::core::file!(),
                line: ::core::line!(),
                module: ::core::module_path!(),
            },
        }
    }
}

fn model_kind(model: &Model, private: &Path) -> TokenStream {
    let options = Setter::new("ModelOptions", private)
        .settings(&model.set)
        .finish();
    quote!(#private::AgentKind::Model(#options))
}

/// The fields that flow in.
fn inputs(private: &Path) -> TokenStream {
    quote!(#private::fields(#private::input_shape::<Self>(), &[]))
}

/// The fields that flow out. A value without fields flows under the agent's name.
fn outputs(io: &Io, private: &Path) -> TokenStream {
    let value = match io {
        Io::Struct(_) => quote!(&[]),
        Io::Type(ty) => {
            let written = type_name(ty);
            quote! {
                &[#private::Field {
                    name: Self::NAME,
                    ty: #written,
                    description: "",
                    optional: false,
                }]
            }
        }
    };
    quote!(#private::fields(#private::output_shape::<Self>(), #value))
}

fn state(agent: &Agent) -> Option<TokenStream> {
    let private = &agent.common.private;
    let Kind::Function { function, .. } = &agent.kind else {
        return None;
    };
    let keys: Vec<_> = states(function)
        .map(|ty| quote!(#private::state_key::<#ty>))
        .collect();
    (!keys.is_empty()).then(|| {
        quote! {
            const STATE: &'static [#private::StateKey] = &[#(#keys),*];
        }
    })
}

fn states(function: &Function) -> impl Iterator<Item = &syn::Type> {
    function.slots.iter().filter_map(|slot| match slot {
        Slot::State(ty) => Some(ty),
        _ => None,
    })
}

/// Names for `execute`'s parameters that give no warning when they are not used.
fn parameters(agent: &Agent, sound: bool) -> (syn::Ident, syn::Ident) {
    let (context, input) = match &agent.kind {
        _ if !sound => (false, false),
        Kind::Model(_) => (true, true),
        Kind::Function { function, .. } => (
            function.takes_context() || states(function).next().is_some(),
            !function.inputs.is_empty(),
        ),
    };
    let name = |name: &str, used: bool| match used {
        true => local(name),
        false => local(&format!("_{name}")),
    };
    (name("context", context), name("input", input))
}

/// The first line of an agent's function: in a flock's body, where it is no step, it goes no further.
pub(super) fn in_attempt(agent: &Agent) -> TokenStream {
    let Common {
        private,
        ident,
        name,
        ..
    } = &agent.common;
    let Kind::Function { function, .. } = &agent.kind else {
        return TokenStream::new();
    };
    let inputs: Vec<_> = function
        .inputs
        .iter()
        .map(|input| input.name.to_string())
        .collect();
    let input = match inputs.as_slice() {
        [input] => input.clone(),
        inputs => format!("({})", inputs.join(", ")),
    };
    let instead = format!("ctx.run::<{ident}>({input}).await?");
    quote!(#private::InAttempt::of(#name, #instead).await;)
}

/// The call of an agent's function.
fn call(agent: &Agent, function: &Function, whole: bool) -> TokenStream {
    let private = &agent.common.private;
    let (context, input) = (local("context"), local("input"));
    let mut extracted = TokenStream::new();
    let mut arguments = Vec::new();
    for slot in &function.slots {
        arguments.push(match slot {
            Slot::Context => quote!(#context),
            Slot::State(ty) => {
                let name = local(&format!("state_{}", arguments.len()));
                extracted.extend(quote! {
                    let #name = match #context.state::<#ty>() {
                        ::core::result::Result::Ok(state) => state,
                        ::core::result::Result::Err(error) => {
                            return ::std::boxed::Box::pin(::core::future::ready(
                                ::core::result::Result::Err(error),
                            ));
                        }
                    };
                });
                quote!(#name)
            }
            Slot::Input(_) if whole => quote!(#input),
            Slot::Input(name) => quote!(#input.#name),
        });
    }
    let call = emit::call(&agent.common.ident, &function.returns, &arguments);
    let future = match alias(agent) {
        Some(returns) => {
            let outcome = emit::outcome(returns, "outcome", private);
            let (first, last) = emit::ends(returns);
            let head = quote_spanned!(first=> async move);
            let mut list = Group::new(Delimiter::Parenthesis, quote!(#call.await));
            list.set_span(last);
            let mut body = Group::new(Delimiter::Brace, quote!(#outcome #list));
            body.set_span(last);
            quote!(#head #body)
        }
        None => call,
    };
    quote! {
        #extracted
        #private::call(#future)
    }
}

/// Who is next, as a type. The compiler reports an agent that is less visible at its name.
fn hand_off_type(agent: &Agent) -> TokenStream {
    let private = &agent.common.private;
    let (place, ty) = match &agent.common.hand_off {
        // Where the fields are unknown, nothing can be said about those that follow.
        Some(HandOff::To(next)) if !agent.unclear_io => {
            (emit::place(next), quote!(#private::To<#next>))
        }
        Some(HandOff::Among { among, .. }) if !agent.unclear_io => {
            let place = among.first().map_or_else(Span::call_site, emit::place);
            (place, quote!(#private::Among<(#(#among,)*)>))
        }
        _ => (Span::call_site(), quote!(#private::End<Self>)),
    };
    emit::around(place, quote!(type HandOff = #ty;))
}

fn hand_off(agent: &Agent) -> TokenStream {
    let common = &agent.common;
    let private = &common.private;
    let way_back = match (common.loop_to.get(), common.max_rounds.get()) {
        (Some(to), Some(rounds)) => {
            let (to, rounds) = (name_of(&to.0, private), rounds.get());
            let (to_name, rounds_name) = (&common.names.to, &common.names.max_rounds);
            Some(quote!(#private::WayBack { #to_name: #to, #rounds_name: #rounds }))
        }
        _ => None,
    };
    if common.hand_off.is_none() && way_back.is_none() {
        return quote!(#private::HandOffDescriptor::END);
    }
    let way_back = emit::option(way_back);
    let (rule, among) = match &common.hand_off {
        None => (quote!(Fixed), Vec::new()),
        Some(HandOff::To(next)) => (quote!(Fixed), vec![name_of(next, private)]),
        Some(HandOff::Among { rule, among }) => {
            let rule = match rule {
                Rule::Route(_) => quote!(Route),
                Rule::Model(_) => quote!(Model),
            };
            (
                rule,
                among.iter().map(|next| name_of(next, private)).collect(),
            )
        }
    };
    quote! {
        #private::HandOffDescriptor {
            rule: #private::HandOffRule::#rule,
            among: &[#(#among),*],
            way_back: #way_back,
        }
    }
}

/// An agent's name. Also where the compiler says that a path is no agent.
fn name_of(agent: &Path, private: &Path) -> TokenStream {
    quote!(<#agent as #private::Agent>::NAME)
}

fn route(agent: &Agent) -> Option<TokenStream> {
    let private = &agent.common.private;
    let Some(HandOff::Among {
        rule: Rule::Route(function),
        ..
    }) = &agent.common.hand_off
    else {
        return None;
    };
    let output = local("output");
    Some(quote! {
        fn route(#output: &Self::Output) -> #private::Next {
            #private::route(#output, #function)
        }
    })
}
