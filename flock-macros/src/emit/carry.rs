//! How a generated struct is written, read, described, copied and shown.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Path, spanned::Spanned};

use super::{at, io::Struct};
use crate::grammar::fields::{Field, last_word};

/// What the runtime has to know of the struct.
pub(crate) fn carried(structure: &Struct, private: &Path) -> TokenStream {
    let Struct {
        ident,
        doc,
        role,
        fields,
    } = structure;
    let (name, doc) = (ident.to_string(), doc.trim());
    let keys = fields.iter().map(Field::key);
    let names: Vec<_> = fields.iter().map(|field| &field.name).collect();
    let values: Vec<_> = (0..fields.len())
        .map(|at| {
            let value = format_ident!("v{at}");
            quote!(#value)
        })
        .collect();
    let list = pairs(fields, &|field| carrier(field, private));
    let places = pairs(&names, &|name| quote!(&it.#name));
    let pattern = pairs(&values, &Clone::clone);
    let it = if fields.is_empty() {
        quote!(_)
    } else {
        quote!(it)
    };
    quote! {
        #[automatically_derived]
        impl #private::Carried for #ident {
            fn structure() -> impl #private::Fields<Self> {
                #private::Structure {
                    name: #name,
                    doc: #doc,
                    role: #role,
                    keys: &[#(#keys),*],
                    list: #list,
                    values: |#it: &Self| #places,
                    build: |#pattern| Self { #(#names: #values),* },
                }
            }
        }
        #private::carried!(#ident);
    }
}

/// What carries a field's value. It alone asks whether the type can travel, at the type, so that the
/// error is one.
fn carrier(field: &Field, private: &Path) -> TokenStream {
    let ty = &field.ty;
    let carrier = at(ty.span(), quote!(<#ty as #private::Carry>::CARRIER));
    let default = default(field).map(|default| quote!(.or(#default)));
    quote!(#carrier #default)
}

fn default(field: &Field) -> Option<TokenStream> {
    let Field { ty, default, .. } = field;
    let value = default.as_ref()?;
    // Text is most often at hand as a `&str`.
    let value = if last_word(ty).as_deref() == Some("String") {
        quote!(::core::convert::From::from(#value))
    } else {
        quote!(#value)
    };
    Some(quote!(|| -> #ty { #value }))
}

/// A tree of pairs, which the compiler has not to go deep into, however many there are.
fn pairs<T>(items: &[T], one: &impl Fn(&T) -> TokenStream) -> TokenStream {
    match items {
        [] => quote!(()),
        [item] => one(item),
        items => {
            let (before, after) = items.split_at(items.len().div_ceil(2));
            let (before, after) = (pairs(before, one), pairs(after, one));
            quote!((#before, #after))
        }
    }
}
