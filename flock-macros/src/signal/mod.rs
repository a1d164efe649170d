//! `#[signal]` on a struct: what a flock is told while it runs.

use heck::ToSnakeCase;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{ItemEnum, ItemStruct, ext::IdentExt};

use crate::{
    agreed::RESERVED,
    diag::{Errors, say},
    emit,
    flock_type::travelling,
    grammar::{
        options::{self, options},
        values::{Library, Text},
    },
    identity::Identity,
    role::Role,
    source,
};

options! {
    struct Written {
        name: Text = "name = \"writer\"",
        library as "crate": Library = "crate = ::my::flock",
    }
}

/// Expands `#[signal]`.
pub(crate) fn signal(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let written: Written = options::read(options.clone(), &mut errors);
    let library = emit::library(&written.library);
    let Ok(mut structure) = syn::parse2::<ItemStruct>(item.clone()) else {
        let first = item.clone().into_iter().next();
        let span = first.map_or_else(Span::call_site, |token| token.span());
        let sentence = match syn::parse2::<ItemEnum>(item.clone()) {
            Ok(choice) => {
                let name = choice.ident.unraw().to_string();
                say::signal_of_enum(&name, &name.to_snake_case())
            }
            Err(_) => say::signal_elsewhere(),
        };
        errors.at(span, sentence);
        return errors.beside(item);
    };
    if let Some(again) = source::configured(&mut structure, &library, "signal", &options) {
        return again;
    }
    let identity = Identity::new(
        &written.library,
        &written.name,
        &structure.ident,
        &structure.vis,
        &structure.attrs,
    );
    let Identity {
        private,
        attrs,
        ident,
        description,
        ..
    } = &identity;
    if !structure.generics.params.is_empty() {
        let said = say::generic(Role::Signal, &ident.to_string());
        errors.under(&structure.generics, said);
        return errors.beside(quote!(#structure));
    }
    if identity.name.starts_with(RESERVED) {
        errors.at(ident.span(), say::reserved(Role::Signal, &identity.name));
    }
    let name = identity.name();
    let travelling = travelling(structure.into(), private, &mut errors);
    let message = errors.is_sound().then(|| {
        quote! {
            #(#attrs)*
            const _: () = {
                #[automatically_derived]
                impl #private::Signal for #ident {
                    #name
                }
                #private::inventory::submit! {
                    #private::SignalEntry::of::<#ident>(#description)
                }
            };
        }
    });
    errors.beside(quote!(#travelling #message))
}
