//! `#[flock_type]`: types that travel whole.

mod derives;
mod serde;

use darling::FromMeta;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Data, DeriveInput, Fields, FieldsNamed, Path};

use crate::{
    diag::{Errors, say},
    emit,
    grammar::{
        docs,
        fields::{argument_of, mend_noting},
        options,
        type_name::type_name,
        values::{Given, Library},
    },
    source,
};

#[derive(Default, FromMeta)]
#[darling(default)]
struct Written {
    #[darling(rename = "crate")]
    library: Given<Library>,
}

/// Expands `#[flock_type]`.
pub(crate) fn flock_type(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let written: Written =
        options::read(options.clone(), &["crate"], &mut errors).unwrap_or_default();
    let library = emit::library(&written.library);
    let private = emit::private(written.library, &mut errors);
    let Ok(mut ty) = syn::parse2::<DeriveInput>(item.clone()) else {
        let first = item.clone().into_iter().next();
        let span = first.map_or_else(Span::call_site, |token| token.span());
        errors.at(span, say::flock_type_elsewhere());
        return errors.beside(item);
    };
    if let Some(again) =
        source::configured(&mut ty.attrs, || quote!(#library::flock_type(#options)))
    {
        return quote!(#again #ty);
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
    if !ty.generics.params.is_empty() {
        errors.under(&ty.generics, say::flock_type_generic(&ty.ident.to_string()));
        return quote!(#ty);
    }
    let shape = shape(&ty, private, errors);
    if !errors.is_empty() {
        derives::strip(&mut ty);
        return quote!(#ty);
    }
    let derives = derives::missing(&ty.attrs, private);
    let ident = &ty.ident;
    let attrs = emit::inherited(&ty.attrs);
    quote! {
        #derives
        #ty
        #(#attrs)*
        const _: () = {
            #[automatically_derived]
            impl #private::FlockType for #ident {
                const SHAPE: #private::Shape = #shape;
            }
        };
    }
}

/// Named fields where there are some, and serde writes them as they are.
fn shape(ty: &DeriveInput, private: &Path, errors: &mut Errors) -> TokenStream {
    let container = serde::Container::read(&ty.attrs);
    match &ty.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(named) if !container.is_opaque => {
                fields(named, &container, private, errors)
                    .map(|fields| quote!(#private::Shape::Fields(&[#(#fields),*])))
            }
            _ => None,
        },
        _ => None,
    }
    .unwrap_or_else(|| quote!(#private::Shape::Value))
}

/// None where a field is flattened: what it brings is not known here.
fn fields(
    named: &FieldsNamed,
    container: &serde::Container,
    private: &Path,
    errors: &mut Errors,
) -> Option<Vec<TokenStream>> {
    let mut fields = Vec::new();
    for field in &named.named {
        let ident = field.ident.as_ref()?;
        let written = serde::Field::read(&field.attrs);
        if written.is_flattened {
            return None;
        }
        if written.is_skipped {
            continue;
        }
        mend_noting(&mut field.ty.clone(), errors);
        let name = container.name(ident, &written);
        let ty = type_name(&field.ty);
        let description = docs::summary(&docs::text(&field.attrs));
        let optional = container.has_default
            || written.has_default
            || argument_of(&field.ty, "Option").is_some();
        let cfgs = field
            .attrs
            .iter()
            .filter(|attr| attr.path().is_ident("cfg"));
        fields.push(quote! {
            #(#cfgs)*
            #private::Field {
                name: #name,
                ty: #ty,
                description: #description,
                optional: #optional,
            }
        });
    }
    Some(fields)
}
