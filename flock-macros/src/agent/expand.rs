//! An agent as Rust.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Path, Type};

use super::{
    hand_off::{HandOff, Rule},
    mcp,
    model::{Agent, Common, Kind},
    tools,
};
use crate::{
    emit::{
        self,
        io::Io,
        local,
        options::{agent_options, built, calls},
    },
    function::{Function, Slot},
    grammar::{fields::argument_of, type_name::type_name},
    identity::Identity,
    role::Role,
};

/// Everything beside the item. When the agent is at fault (not `sound`), its types are still there,
/// so that code which uses them gives no errors of its own.
pub(super) fn expand(agent: &Agent, sound: bool) -> TokenStream {
    let identity = &agent.common.identity;
    let Identity {
        private,
        attrs,
        vis,
        ..
    } = identity;
    let marker = match agent.kind {
        Kind::Function { .. } => identity.marker(agent.common.role.word()),
        Kind::Model(_) => TokenStream::new(),
    };
    let input = agent.input.declaration(attrs, vis, private);
    let output = agent.output.declaration(attrs, vis, private);
    let implementation = implementation(agent, sound);
    let tool = identity.tool("agent");
    let check = sound.then(|| tools::check(agent));
    let check_loop = sound.then(|| tools::check_loop(agent));
    let feature = sound.then(|| mcp::feature(agent));
    let template = sound.then(|| template(agent));
    let entry = sound.then(|| identity.entry("AgentEntry"));
    quote! {
        #marker
        #input
        #output
        #(#attrs)*
        const _: () = {
            #implementation
            #tool
            #check
            #check_loop
            #feature
            #template
            #entry
        };
    }
}

/// Does the input have the fields that the template names? The compiler answers, under the key.
fn template(agent: &Agent) -> Option<TokenStream> {
    let Identity { private, ident, .. } = &agent.common.identity;
    let Kind::Model(model) = &agent.kind else {
        return None;
    };
    model.template.get()?;
    let check = model.template.named("template");
    let library = emit::private_at(check.span(), private);
    let asked = quote! {
        (<#ident as #private::Agent>::DESCRIPTOR, #private::input_shape::<#ident>())
    };
    let asked = emit::around(check.span(), asked);
    Some(quote! {
        const _: () = #library::#check #asked;
    })
}

fn implementation(agent: &Agent, sound: bool) -> TokenStream {
    let identity = &agent.common.identity;
    let Identity { private, ident, .. } = identity;
    let name = identity.name();
    let descriptor = descriptor(agent);
    let state = state(agent);
    let tools = tools::member(agent);
    // Of one at fault nothing is run.
    let turn = (sound && matches!(agent.kind, Kind::Model(_))).then(|| {
        quote! {
            const TURN: ::core::option::Option<#private::Turn> =
                ::core::option::Option::Some(#private::turn::<Self>);
        }
    });
    let talks = matches!(agent.kind, Kind::Model(_)).then(|| {
        quote! {
            #[automatically_derived]
            impl #private::ModelAgent for #ident {}
        }
    });
    let (input, output) = (agent.input.ty(), agent.output.ty());
    let hand_off = hand_off_type(agent);
    let (context_name, input_name) = parameters(agent, sound);
    let body = match (&agent.kind, sound) {
        (_, false) => quote!(::core::panic!()),
        (Kind::Model(_), _) => quote!(#private::ask::<Self>(#context_name, #input_name)),
        (
            Kind::Function {
                function, whole, ..
            },
            _,
        ) => call(agent, function, *whole),
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
            #name
            const DESCRIPTOR: &'static #private::AgentDescriptor = &#descriptor;
            #state
            #tools
            #turn
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
        #talks
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

/// What is known of it, by the runtime's builders: what says nothing calls none.
fn descriptor(agent: &Agent) -> TokenStream {
    let Common {
        identity,
        names,
        options,
        effects,
        ..
    } = &agent.common;
    let private = &identity.private;
    let new = identity.descriptor("AgentDescriptor");
    let kind = match &agent.kind {
        Kind::Model(model) => built("ModelOptions", calls(&model.set, private), private)
            .map(|built| quote!(.model(#built))),
        Kind::Function { of_tool, .. } => of_tool.as_ref().map(|settings| {
            let calls = calls(settings, private);
            quote!(.tool(#private::ToolOptions::NONE #calls))
        }),
    };
    // Half-known fields would only bring errors about what does not fit them.
    let fields = (!agent.unclear_io).then(|| {
        let (inputs_name, outputs_name) = (&names.inputs, &names.outputs);
        let value = value(&agent.output, private);
        quote! {
            .#inputs_name(#private::fields(#private::input_shape::<Self>(), &[]))
            .#outputs_name(#private::fields(#private::output_shape::<Self>(), #value))
        }
    });
    let options = agent_options(options, private).map(|options| quote!(.options(#options)));
    let effects = built("EffectOptions", calls(effects, private), private)
        .map(|effects| quote!(.effects(#effects)));
    let hand_off = hand_off(agent);
    quote!(#new #kind #fields #options #effects #hand_off)
}

/// The field that a value without fields flows as: under the agent's name.
fn value(output: &Io, private: &Path) -> TokenStream {
    match output {
        Io::Struct(_) => quote!(&[]),
        Io::Type(ty) => {
            let written = type_name(ty);
            quote!(const { &[#private::Field::new(Self::NAME, #written)] })
        }
    }
}

fn state(agent: &Agent) -> Option<TokenStream> {
    let private = &agent.common.identity.private;
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
    let Identity {
        private,
        ident,
        name,
        ..
    } = &agent.common.identity;
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
    let of = match agent.common.role {
        Role::Tool => quote!(of_tool),
        _ => quote!(of),
    };
    quote!(#private::InAttempt::#of(#name, #instead).await;)
}

/// The call of an agent's function.
fn call(agent: &Agent, function: &Function, whole: bool) -> TokenStream {
    let private = &agent.common.identity.private;
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
    let call = emit::call(&agent.common.identity.ident, &function.returns, &arguments);
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
    let private = &agent.common.identity.private;
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

fn hand_off(agent: &Agent) -> Option<TokenStream> {
    let common = &agent.common;
    let private = &common.identity.private;
    let names = &common.names;
    let loop_to = match (common.loop_to.get(), common.max_rounds.get()) {
        (Some(to), Some(rounds)) => {
            let (to, rounds) = (name_of(&to.0, private), rounds.get());
            let (loop_to, max_rounds) = (&names.loop_to, &names.max_rounds);
            Some(quote!(.#loop_to(#private::WayBack::to(#to).#max_rounds(#rounds))))
        }
        _ => None,
    };
    let next = match &common.hand_off {
        None if loop_to.is_none() => return None,
        None => quote!(END),
        Some(HandOff::To(next)) => {
            let next = name_of(next, private);
            quote!(new(#private::HandOffRule::Fixed, &[#next]))
        }
        Some(HandOff::Among { rule, among }) => {
            let rule = match rule {
                Rule::Route(_) => quote!(Route),
                Rule::Model(_) => quote!(Model),
            };
            let among = among.iter().map(|next| name_of(next, private));
            quote!(new(#private::HandOffRule::#rule, &[#(#among),*]))
        }
    };
    let hand_off = &names.hand_off;
    Some(quote!(.#hand_off(#private::HandOffDescriptor::#next #loop_to)))
}

/// An agent's name. Also where the compiler says that a path is no agent.
fn name_of(agent: &Path, private: &Path) -> TokenStream {
    quote!(<#agent as #private::Agent>::NAME)
}

fn route(agent: &Agent) -> Option<TokenStream> {
    let private = &agent.common.identity.private;
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
