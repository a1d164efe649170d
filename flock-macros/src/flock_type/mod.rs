//! `#[flock_type]`: types that travel whole.

mod derives;
mod plain;
mod shape;

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Data, DeriveInput, Fields, Path, parse_quote};

use self::shape::Shapes;
use crate::{
    diag::{Errors, say},
    emit,
    grammar::{
        fields::mend_noting,
        options::{self, options},
        values::Library,
    },
    role::Role,
    source,
};

options! {
    struct Written {
        library as "crate": Library = "crate = ::my::flock",
    }
}

/// Expands `#[flock_type]`.
pub(crate) fn flock_type(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let written: Written = options::read(options.clone(), &mut errors);
    let library = emit::library(&written.library);
    let private = emit::private(&written.library);
    let Ok(mut ty) = syn::parse2::<DeriveInput>(item.clone()) else {
        let first = item.clone().into_iter().next();
        let span = first.map_or_else(Span::call_site, |token| token.span());
        errors.at(span, say::flock_type_elsewhere());
        return errors.beside(item);
    };
    if let Some(again) = source::configured(&mut ty, &library, "flock_type", &options) {
        return again;
    }
    let travelling = travelling(ty, &private, &mut errors);
    errors.beside(travelling)
}

/// The type with what lets it travel.
pub(crate) fn travelling(mut ty: DeriveInput, private: &Path, errors: &mut Errors) -> TokenStream {
    if let Data::Union(data) = &ty.data {
        errors.at(data.union_token.span, say::flock_type_elsewhere());
        return quote!(#ty);
    }
    // What else is generic is known where it is used.
    if let Some(borrowed) = ty.generics.lifetimes().next() {
        errors.under(borrowed, say::lifetimes(Role::Type, &ty.ident.to_string()));
        return quote!(#ty);
    }
    owned(&ty, errors);
    if !errors.is_sound() {
        derives::strip(&mut ty);
        return quote!(#ty);
    }
    let (derives, plain) = match plain::is_plain(&ty) {
        true => (TokenStream::new(), Some(quote!(#[flock_plain]))),
        false => (derives::missing(&ty.attrs, private), None),
    };
    // A derive, because it sees the fields as serde's derives do: with each `cfg_attr` taken apart.
    quote! {
        #derives
        #[derive(#private::FlockType)]
        #[flock_private(#private)]
        #plain
        #ty
    }
}

/// Notes types of fields that no worker can be sent.
fn owned(ty: &DeriveInput, errors: &mut Errors) {
    let converts = ["from", "try_from", "into", "transparent"]
        .iter()
        .any(|key| derives::says(&ty.attrs, "serde", key));
    let Data::Struct(data) = &ty.data else { return };
    let Fields::Named(named) = &data.fields else {
        return;
    };
    for field in &named.named {
        let is_left_out = derives::says(&field.attrs, "serde", "skip")
            || field
                .attrs
                .iter()
                .any(|attr| attr.path().is_ident("cfg_attr"));
        if !converts && !is_left_out {
            mend_noting(&mut field.ty.clone(), errors);
        }
    }
}

/// Expands `#[derive(FlockType)]`, which `#[flock_type]` and `#[signal]` put on a type.
pub(crate) fn derive(item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let Ok(ty) = syn::parse2::<DeriveInput>(item) else {
        return TokenStream::new();
    };
    let private = ty
        .attrs
        .iter()
        .find(|attr| attr.path().is_ident("flock_private"))
        .and_then(|attr| attr.parse_args::<Path>().ok());
    let private = private.unwrap_or_else(|| parse_quote!(::flock::__private));
    let Shapes {
        read,
        written,
        checks,
    } = Shapes::of(&ty, &private, &mut errors);
    let is_plain = ty
        .attrs
        .iter()
        .any(|attr| attr.path().is_ident("flock_plain"));
    let carried = is_plain.then(|| plain::carried(&ty, &private));
    let written = written.map(|written| quote!(const WRITTEN: #private::Shape = #written;));
    let (ident, attrs) = (&ty.ident, emit::inherited(&ty.attrs));
    let (generics, arguments, bounds) = ty.generics.split_for_impl();
    // One that is generic travels where what it is made of does, and is checked where it is used.
    let (read, checks, bounds) = match ty.generics.params.is_empty() {
        true => (read, quote!(#(const _: () = #checks;)*), quote!(#bounds)),
        false => {
            let given = ty.generics.where_clause.iter();
            let given = given.flat_map(|bounds| bounds.predicates.iter());
            let bounds = quote!(where Self: #private::Travels, #(#given),*);
            (quote!({ #(#checks;)* #read }), TokenStream::new(), bounds)
        }
    };
    errors.beside(quote! {
        #(#attrs)*
        const _: () = {
            #[allow(unused_imports)]
            use #private::Required as _;
            #[automatically_derived]
            impl #generics #private::FlockType for #ident #arguments #bounds {
                const SHAPE: #private::Shape = #read;
                #written
            }
            #carried
            #checks
        };
    })
}
