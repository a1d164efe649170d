//! A flock as Rust.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Ident, Path};

use super::{
    model::{Body, Flock, Names},
    stateful::{self, Handler},
};
use crate::{
    emit::{
        self,
        io::Io,
        local,
        options::{agent_options, built, calls},
    },
    function::{Function, Slot},
    identity::Identity,
};

/// Everything beside the item. When the flock is at fault (not `sound`), its types are still there,
/// so that code which uses them gives no errors of its own.
pub(super) fn expand(flock: &Flock, sound: bool) -> TokenStream {
    let identity = &flock.identity;
    let attrs = &identity.attrs;
    let marker = match flock.body {
        Body::Coded { method: None, .. } => identity.marker("flock"),
        Body::Coded { .. } | Body::Declared { .. } => TokenStream::new(),
    };
    let handlers = stateful::expand(flock, sound);
    let structs = structs(flock);
    let implementation = implementation(flock, sound);
    let tool = identity.tool("flock");
    let check = sound.then(|| check(flock));
    let scheduled = flock.schedule.as_ref().filter(|_| sound);
    let scheduled = scheduled.map(|schedule| schedule.check(flock));
    let entry = sound.then(|| identity.entry("FlockEntry"));
    quote! {
        #marker
        #structs
        #(#attrs)*
        const _: () = {
            #implementation
            #tool
            #handlers
            #check
            #scheduled
            #entry
        };
    }
}

fn structs(flock: &Flock) -> TokenStream {
    let Identity {
        private,
        attrs,
        vis,
        ..
    } = &flock.identity;
    let declaration = |io: &Io| io.declaration(attrs, vis, private);
    match &flock.body {
        Body::Declared { input, output, .. } => {
            input.iter().chain(output).map(declaration).collect()
        }
        Body::Coded {
            input,
            output,
            method,
            ..
        } => {
            let messages = method.iter().flat_map(|(_, handlers)| handlers);
            let messages = messages.map(|handler| handler.declaration(private));
            let io = [input, output].into_iter().map(declaration);
            io.chain(messages).collect()
        }
    }
}

fn implementation(flock: &Flock, sound: bool) -> TokenStream {
    let Identity { private, ident, .. } = &flock.identity;
    let name = flock.identity.name();
    let descriptor = descriptor(flock, sound);
    let Names {
        input: input_type,
        output: output_type,
        ..
    } = &flock.names;
    let (input, output) = types(flock);
    let handlers = sound.then(|| stateful::list(flock));
    let (context_name, input_name, body) = match &flock.body {
        _ if !sound => ("_context", "_input", quote!(::core::panic!())),
        Body::Declared { start, output, .. } => {
            let place = start.as_ref().map_or_else(Span::call_site, emit::place);
            ("context", "input", follow(flock, place, output.as_ref()))
        }
        Body::Coded {
            function, method, ..
        } => {
            let input = if function.inputs.is_empty() {
                "_input"
            } else {
                "input"
            };
            (
                "context",
                input,
                orchestrate(flock, function, method.as_ref()),
            )
        }
    };
    let (context_name, input_name) = (local(context_name), local(input_name));
    // What the first agent takes and gives is asked at its name: one that is no agent is then reported
    // there, each time in the same words, which rustc shows once.
    let first = match &flock.body {
        Body::Declared {
            start: Some(start), ..
        } => emit::place(start),
        _ => Span::call_site(),
    };
    let types = [(input_type, input), (output_type, output)]
        .map(|(name, ty)| quote_spanned!(first=> type #name = #ty;));
    let library = emit::private_at(first, private);
    let run = quote_spanned! {first=>
        fn run(
            #context_name: #library::FlockContext,
            #input_name: Self::Input,
        ) -> #library::LocalFuture<'static, #library::Result<Self::Output>> {
            #body
        }
    };
    quote! {
        #[automatically_derived]
        impl #private::Flock for #ident {
            #name
            const DESCRIPTOR: &'static #private::FlockDescriptor = &#descriptor;
            #handlers
            #(#types)*
            #run
        }
    }
}

/// What is known of it, by the runtime's builders: what says nothing calls none.
fn descriptor(flock: &Flock, sound: bool) -> TokenStream {
    let (private, names) = (&flock.identity.private, &flock.names);
    let new = flock.identity.descriptor("FlockDescriptor");
    let options = options(flock).map(|options| quote!(.options(#options)));
    let agents = agent_options(&flock.agents, private).map(|options| {
        let agent_defaults = &names.agent_defaults;
        quote!(.#agent_defaults(#options))
    });
    let graph = graph(flock, sound);
    quote!(#new #options #agents #graph)
}

fn options(flock: &Flock) -> Option<TokenStream> {
    let (private, names) = (&flock.identity.private, &flock.names);
    let set = calls(&flock.set, private);
    let attributes = &flock.search_attributes.0;
    let attribute = |(name, kind): &(String, &'static str)| {
        let kind = format_ident!("{kind}");
        quote!(#private::SearchAttribute::new(#name, #private::SearchKind::#kind))
    };
    let search_attributes = (!attributes.is_empty()).then(|| {
        let search_attributes = &names.search_attributes;
        let attributes = attributes.iter().map(attribute);
        quote!(.#search_attributes(const { &[#(#attributes),*] }))
    });
    let schedule = flock.schedule.as_ref().map(|schedule| {
        let (name, schedule) = (&names.schedule, schedule.expand(private));
        quote!(.#name(#schedule))
    });
    built(
        "FlockOptions",
        quote!(#set #search_attributes #schedule),
        private,
    )
}

/// What follows the agent `start`, as types that the compiler follows. By way of `Agent`: a path that
/// is none is then reported as that and nothing else.
fn links(start: &Path, private: &Path) -> TokenStream {
    let place = emit::place(start);
    let private = emit::private_at(place, private);
    quote_spanned! {place=>
        <<#start as #private::Agent>::HandOff
            as #private::topology::Links<#private::topology::Depth>>
    }
}

fn graph(flock: &Flock, sound: bool) -> Option<TokenStream> {
    let private = &flock.identity.private;
    let Body::Declared {
        start: Some(start), ..
    } = &flock.body
    else {
        return None;
    };
    let graph = &flock.names.graph;
    let links = links(start, private);
    let place = emit::place(start);
    let library = emit::private_at(place, private);
    let entry = quote_spanned!(place=> <#start as #library::Agent>::ENTRY);
    sound.then(|| {
        quote! {
            .#graph(&[#private::topology::Node::Agent {
                entry: &#entry,
                next: #links::NODES,
            }])
        }
    })
}

fn types(flock: &Flock) -> (TokenStream, TokenStream) {
    let private = &flock.identity.private;
    match &flock.body {
        Body::Coded { input, output, .. } => (input.ty(), output.ty()),
        Body::Declared {
            start,
            input,
            output,
        } => {
            let first = || match start {
                Some(start) => {
                    let place = emit::place(start);
                    let private = emit::private_at(place, private);
                    quote_spanned!(place=> <#start as #private::Agent>::Input)
                }
                None => quote!(()),
            };
            let last = || match start {
                Some(start) => {
                    let links = links(start, private);
                    quote_spanned!(emit::place(start)=> #links::Last)
                }
                None => quote!(()),
            };
            (
                input.as_ref().map_or_else(first, Io::ty),
                output.as_ref().map_or_else(last, Io::ty),
            )
        }
    }
}

fn follow(flock: &Flock, place: Span, output: Option<&Io>) -> TokenStream {
    let private = emit::private_at(place, &flock.identity.private);
    let output = match output {
        None => quote_spanned!(place=> #private::Output::Last),
        Some(io) => {
            let ty = io.ty();
            quote_spanned!(place=> #private::Output::of(<#ty as #private::FlockType>::SHAPE))
        }
    };
    let (context, input) = (local("context"), local("input"));
    quote_spanned! {place=>
        ::std::boxed::Box::pin(#private::follow(
            #context,
            Self::DESCRIPTOR.graph,
            #input,
            #output,
        ))
    }
}

fn orchestrate(
    flock: &Flock,
    function: &Function,
    method: Option<&(Ident, Vec<Handler>)>,
) -> TokenStream {
    let private = &flock.identity.private;
    let (context, input) = (local("context"), local("input"));
    let arguments = function.slots.iter().map(|slot| match slot {
        Slot::Input(name) => quote!(#input.#name),
        Slot::Context | Slot::State(_) if method.is_some() => {
            quote!(#private::stateful(#context))
        }
        Slot::Context | Slot::State(_) => quote!(#context),
    });
    let arguments: Vec<_> = arguments.collect();
    let call = match method {
        Some((method, _)) => emit::method_call(method, &function.returns, &arguments),
        None => emit::call(&flock.identity.ident, &function.returns, &arguments),
    };
    quote!(#private::orchestrate(#call))
}

/// Does each agent get what it needs? The compiler answers, under the name of the first agent.
fn check(flock: &Flock) -> Option<TokenStream> {
    let Identity {
        private,
        ident,
        name,
        ..
    } = &flock.identity;
    let Body::Declared {
        start: Some(start),
        output,
        ..
    } = &flock.body
    else {
        return None;
    };
    let place = emit::place(start);
    let private = emit::private_at(place, private);
    let output = emit::option(output.as_ref().map(|output| {
        let ty = output.ty();
        quote_spanned!(place=> <#ty as #private::FlockType>::SHAPE)
    }));
    Some(quote_spanned! {place=>
        const _: () = #private::topology::check(
            #name,
            <#ident as #private::Flock>::DESCRIPTOR.graph,
            <<#ident as #private::Flock>::Input as #private::FlockType>::WRITTEN,
            #output,
        );
    })
}
