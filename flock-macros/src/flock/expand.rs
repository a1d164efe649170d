//! A flock as Rust.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{Path, spanned::Spanned};

use super::model::{Body, Flock};
use crate::{
    emit::{
        self,
        io::Io,
        options::{Setter, agent_options},
    },
    function::{Function, Slot},
};

/// Everything beside the item. When the flock is at fault (not `sound`), its types are still there,
/// so that code which uses them gives no errors of its own.
pub(super) fn expand(flock: &Flock, sound: bool) -> TokenStream {
    let Flock { private, vis, ident, .. } = flock;
    let marker = match flock.body {
        Body::Coded { .. } => emit::marker(vis, ident, "flock"),
        Body::Declared { .. } => TokenStream::new(),
    };
    let structs = structs(flock);
    let implementation = implementation(flock, sound);
    let check = sound.then(|| check(flock));
    let entry = sound.then(|| {
        quote! {
            #private::inventory::submit! { #private::FlockEntry::of::<#ident>() }
        }
    });
    quote! {
        #marker
        #structs
        const _: () = {
            #implementation
            #check
            #entry
        };
    }
}

fn structs(flock: &Flock) -> TokenStream {
    let declaration = |io: &Io| io.declaration(&flock.vis, &flock.private);
    match &flock.body {
        Body::Declared { input, output, .. } => {
            input.iter().chain(output).map(declaration).collect()
        }
        Body::Coded { input, output, .. } => {
            [input, output].into_iter().map(declaration).collect()
        }
    }
}

fn implementation(flock: &Flock, sound: bool) -> TokenStream {
    let Flock { private, ident, name, description, .. } = flock;
    let rust_name = ident.to_string();
    let options = options(flock);
    let agent_defaults = agent_options(&flock.agents, private);
    let graph = graph(flock, sound);
    let (input, output) = types(flock);
    let (context_name, input_name, body) = match &flock.body {
        _ if !sound => (quote!(_context), quote!(_input), quote!(::core::panic!())),
        Body::Declared { output, .. } => {
            (quote!(context), quote!(input), follow(flock, output.as_ref()))
        }
        Body::Coded { function, .. } => {
            let input = format_ident!("{}", match function.inputs.is_empty() {
                true => "_input",
                false => "input",
            });
            (quote!(context), quote!(#input), orchestrate(flock, function))
        }
    };
    quote! {
        #[automatically_derived]
        impl #private::Flock for #ident {
            const NAME: &'static str = #name;
            const DESCRIPTOR: &'static #private::FlockDescriptor = &#private::FlockDescriptor {
                name: Self::NAME,
                rust_name: #rust_name,
                description: #description,
                options: #options,
                agent_defaults: #agent_defaults,
                graph: #graph,
                location: #private::Location {
                    file: ::core::file!(),
                    line: ::core::line!(),
                },
            };
            type Input = #input;
            type Output = #output;
            fn run(
                #context_name: #private::FlockContext,
                #input_name: Self::Input,
            ) -> #private::LocalFuture<'static, #private::Result<Self::Output>> {
                #body
            }
        }
    }
}

fn options(flock: &Flock) -> TokenStream {
    let private = &flock.private;
    let queue = flock.task_queue.as_ref().map(|queue| &queue.value);
    Setter::new(quote!(#private::FlockOptions))
        .set("task_queue", queue.map(|queue| quote!(#queue)))
        .limit("timeout", flock.timeout)
        .limit("run_timeout", flock.run_timeout)
        .limit("task_timeout", flock.task_timeout)
        .finish()
}

/// The hand-offs from `start` on, as a type that the compiler follows.
fn links(start: &Path, private: &Path) -> TokenStream {
    quote! {
        <#private::To<#start> as #private::topology::Links<#private::topology::Depth>>
    }
}

fn graph(flock: &Flock, sound: bool) -> TokenStream {
    match &flock.body {
        Body::Declared { start: Some(start), .. } if sound => {
            let links = links(start, &flock.private);
            quote!(#links::NODES)
        }
        _ => quote!(&[]),
    }
}

fn types(flock: &Flock) -> (TokenStream, TokenStream) {
    let private = &flock.private;
    match &flock.body {
        Body::Coded { input, output, .. } => (input.ty(), output.ty()),
        Body::Declared { start, input, output } => {
            let first = || match start {
                Some(start) => quote!(<#start as #private::Agent>::Input),
                None => quote!(()),
            };
            let last = || match start {
                Some(start) => {
                    let links = links(start, private);
                    quote!(#links::Last)
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

fn follow(flock: &Flock, output: Option<&Io>) -> TokenStream {
    let private = &flock.private;
    let output = match output {
        None => quote!(#private::Output::Last),
        Some(io) => {
            let ty = io.ty();
            quote! {
                match <#ty as #private::FlockType>::SHAPE {
                    #private::Shape::Fields(fields) => #private::Output::Named(fields),
                    #private::Shape::Value => #private::Output::Last,
                }
            }
        }
    };
    quote! {
        ::std::boxed::Box::pin(#private::follow(
            context,
            Self::DESCRIPTOR.graph,
            input,
            #output,
        ))
    }
}

fn orchestrate(flock: &Flock, function: &Function) -> TokenStream {
    let Flock { private, ident, .. } = flock;
    let arguments = function.slots.iter().map(|slot| match slot {
        Slot::Input(name) => quote!(input.#name),
        Slot::Context | Slot::State(_) => quote!(context),
    });
    quote! {
        ::std::boxed::Box::pin(#private::orchestrate(#ident(#(#arguments),*)))
    }
}

/// Does each agent get what it needs? The compiler answers, under the name of the first agent.
fn check(flock: &Flock) -> Option<TokenStream> {
    let Flock { private, ident, name, .. } = flock;
    let Body::Declared { start: Some(start), output, .. } = &flock.body else {
        return None;
    };
    let output = emit::option(output.as_ref().map(|output| {
        let ty = output.ty();
        quote!(<#ty as #private::FlockType>::SHAPE)
    }));
    Some(quote_spanned! {start.span()=>
        const _: () = #private::topology::check(
            #name,
            <#ident as #private::Flock>::DESCRIPTOR.graph,
            <<#ident as #private::Flock>::Input as #private::FlockType>::SHAPE,
            #output,
        );
    })
}
