//! Fields as constants.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Path;

use crate::grammar::{fields::Field, type_name::type_name};

/// `&[Field { … }]`.
pub(crate) fn fields(fields: &[Field], private: &Path) -> TokenStream {
    let fields = fields.iter().map(|field| {
        let name = field.key();
        let ty = type_name(&field.ty);
        let description = &field.description;
        let optional = field.is_optional();
        quote! {
            #private::Field {
                name: #name,
                ty: #ty,
                description: #description,
                optional: #optional,
            }
        }
    });
    quote!(&[#(#fields),*])
}
