//! How a generated struct is written, read, described, copied and shown.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Path, Type, ext::IdentExt, spanned::Spanned};

use super::{ends, io::Struct, optional};
use crate::grammar::{
    fields::{Field, is_plain, last_word},
    type_name::type_name,
};

/// What the runtime has to know of the struct.
pub(crate) fn carried(structure: &Struct, private: &Path) -> TokenStream {
    let Struct {
        ident,
        doc,
        role,
        fields,
        ..
    } = structure;
    let doc = doc.trim();
    let carriers: Vec<_> = fields.iter().map(|field| carrier(field, private)).collect();
    let parts = parts(
        fields.iter().map(|field| (&field.name, &field.ty)),
        &carriers,
    );
    let shape = fields.iter().map(|field| {
        let (key, ty, description) = (field.key(), type_name(&field.ty), &field.description);
        let optional = match field.default {
            Some(_) => quote!(true),
            None => optional(&field.ty, private).unwrap_or_else(|| quote!(false)),
        };
        quote!((#key, #ty, #description, #optional))
    });
    quote! {
        #private::carried! {
            #ident,
            #doc,
            #role,
            [#(#shape),*],
            #parts
        }
    }
}

/// What the runtime has to know of a plain struct under `#[flock_type]`: its fields by name, type and what
/// they say.
pub(crate) fn nested(
    ident: &Ident,
    doc: &str,
    fields: &[(&Ident, &Type, String)],
    private: &Path,
) -> TokenStream {
    let carriers: Vec<_> = fields
        .iter()
        .map(|(_, ty, _)| asked(ty, "Nests", "NESTED", private))
        .collect();
    let parts = parts(fields.iter().map(|(name, ty, _)| (*name, *ty)), &carriers);
    let said = fields.iter().map(|(name, _, said)| {
        let key = name.unraw().to_string();
        quote!((#key, #said))
    });
    quote! {
        #private::nested! {
            #ident,
            #doc,
            [#(#said),*],
            #parts
        }
    }
}

/// The fields' carriers, how to come by the fields' values, and how to make the struct of them.
fn parts<'f>(
    fields: impl Iterator<Item = (&'f Ident, &'f Type)>,
    carriers: &[TokenStream],
) -> TokenStream {
    let (names, types): (Vec<_>, Vec<_>) = fields.unzip();
    let values = (0..names.len()).map(|at| format_ident!("v{at}").into_token_stream());
    let values: Vec<_> = values.collect();
    let places: Vec<_> = names.iter().map(|name| quote!(&it.#name)).collect();
    // Not of the macro: within a pair rustc looks for what it has to say only where the parts are of
    // the same hand.
    let users = types.iter().find(|ty| !is_plain(ty));
    let users = users.map_or_else(Span::call_site, |ty| ty.span());
    let list = pairs(carriers, users);
    let places = pairs(&places, Span::call_site());
    let pattern = pairs(&values, Span::call_site());
    let it = match names.is_empty() {
        true => quote!(_),
        false => quote!(it),
    };
    quote! {
        #list,
        |#it: &Self| #places,
        |#pattern| Self { #(#names: #values),* },
    }
}

/// What carries a field's value. It begins and ends where the type does: whether that can travel is
/// asked here and once more by the runtime, and rustc says it once where the places are the same.
fn carrier(field: &Field, private: &Path) -> TokenStream {
    let carrier = asked(&field.ty, "Carry", "CARRIER", private);
    let default = default(field).map(|default| quote!(.or(#default)));
    quote!(#carrier #default)
}

fn asked(ty: &Type, by: &str, carrier: &str, private: &Path) -> TokenStream {
    let (first, last) = ends(ty);
    let open = quote_spanned!(first=> <);
    let by = format_ident!("{by}");
    let carrier = Ident::new(carrier, last);
    quote!(#open #ty as #private::#by>::#carrier)
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
fn pairs(items: &[TokenStream], place: Span) -> TokenStream {
    match items {
        [] => quote!(()),
        [item] => item.clone(),
        items => {
            let (before, after) = items.split_at(items.len().div_ceil(2));
            let (before, after) = (pairs(before, place), pairs(after, place));
            let mut pair = Group::new(Delimiter::Parenthesis, quote!(#before, #after));
            pair.set_span(place);
            quote!(#pair)
        }
    }
}
