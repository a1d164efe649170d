//! The structs that carry inputs and outputs.

use heck::ToUpperCamelCase;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Attribute, Index, LitStr, Path, Type, Visibility, ext::IdentExt};

use super::carry::carried;
use crate::{
    grammar::{fields::Field, type_name::type_name},
    role::Role,
};

/// Longest tuple that converts into a struct.
const LONGEST_TUPLE: usize = 12;

/// What an agent or flock takes or gives.
pub(crate) enum Io {
    /// A struct of its own.
    Struct(Struct),
    /// A type that is there already.
    Type(Type),
}

/// A struct to generate.
pub(crate) struct Struct {
    pub(crate) ident: Ident,
    /// Its doc comment.
    pub(crate) doc: String,
    /// What it holds, for messages.
    pub(crate) holds: String,
    /// What a field is: `input` or `output`.
    pub(crate) role: &'static str,
    pub(crate) fields: Vec<Field>,
}

impl Io {
    /// Its type.
    pub(crate) fn ty(&self) -> TokenStream {
        match self {
            Self::Struct(structure) => {
                let ident = &structure.ident;
                quote!(#ident)
            }
            Self::Type(ty) => quote!(#ty),
        }
    }

    /// The struct, where there is one to generate.
    pub(crate) fn structure(&mut self) -> Option<&mut Struct> {
        match self {
            Self::Struct(structure) => Some(structure),
            Self::Type(_) => None,
        }
    }

    /// The struct as Rust, where there is one to generate.
    pub(crate) fn declaration(
        &self,
        attrs: &[Attribute],
        vis: &Visibility,
        private: &Path,
    ) -> TokenStream {
        match self {
            Self::Struct(structure) => structure.declaration(attrs, vis, private),
            Self::Type(_) => TokenStream::new(),
        }
    }
}

impl Struct {
    /// What the item `ident` takes.
    pub(crate) fn input(ident: &Ident, role: Role, fields: Vec<Field>) -> Self {
        Self {
            ident: format_ident!("{}Input", pascal(ident)),
            doc: format!(" What {} `{ident}` takes.", role.word()),
            holds: format!("what {} `{ident}` takes", role.word()),
            role: "input",
            fields,
        }
    }

    /// What the item `ident` gives.
    pub(crate) fn output(ident: &Ident, role: Role, fields: Vec<Field>) -> Self {
        Self {
            ident: format_ident!("{}Output", pascal(ident)),
            doc: format!(" What {} `{ident}` gives.", role.word()),
            holds: format!("what {} `{ident}` gives", role.word()),
            role: "output",
            fields,
        }
    }

    fn declaration(&self, attrs: &[Attribute], vis: &Visibility, private: &Path) -> TokenStream {
        let Self { ident, doc, .. } = self;
        let members = self.fields.iter().map(|field| self.member(field, vis));
        let carried = carried(self, private);
        let conversions = self.conversions();
        quote! {
            #[doc = #doc]
            #(#attrs)*
            #[allow(clippy::exhaustive_structs)]
            #vis struct #ident {
                #(#members,)*
            }
            #(#attrs)*
            const _: () = {
                #carried
                #conversions
            };
        }
    }

    fn member(&self, field: &Field, vis: &Visibility) -> TokenStream {
        let Field { name, ty, .. } = field;
        let doc = match field.description.as_str() {
            "" => format!(" The {} `{}`.", self.role, field.key()),
            said => format!(" {said}"),
        };
        quote! {
            #[doc = #doc]
            #vis #name: #ty
        }
    }

    /// From the value for one field, from a tuple for more.
    fn conversions(&self) -> TokenStream {
        let ident = &self.ident;
        let names: Vec<_> = self.fields.iter().map(|field| &field.name).collect();
        let types: Vec<_> = self.fields.iter().map(|field| &field.ty).collect();
        // Not by the fields' names: what they are called is a lint's concern once.
        let from = |ty: TokenStream, values: &[TokenStream]| {
            quote! {
                #[automatically_derived]
                impl ::core::convert::From<#ty> for #ident {
                    fn from(value: #ty) -> Self {
                        Self { #(#names: #values),* }
                    }
                }
            }
        };
        match self.fields.as_slice() {
            [] => quote! {
                #[automatically_derived]
                impl ::core::convert::From<()> for #ident {
                    fn from((): ()) -> Self {
                        Self {}
                    }
                }
            },
            [field] => {
                let Field { name, ty, .. } = field;
                let text = (type_name(ty) == "String").then(|| from_text(ident, name));
                let value = from(quote!(#ty), &[quote!(value)]);
                quote!(#value #text)
            }
            fields if fields.len() > LONGEST_TUPLE => TokenStream::new(),
            fields => {
                let values: Vec<_> = (0..fields.len())
                    .map(|at| {
                        let at = Index::from(at);
                        quote!(value.#at)
                    })
                    .collect();
                from(quote!((#(#types),*)), &values)
            }
        }
    }
}

/// Function names change their case; those of structs stay as they are.
pub(crate) fn pascal(ident: &Ident) -> String {
    let name = ident.unraw().to_string();
    match name.starts_with(char::is_uppercase) {
        true => name,
        false => name.to_upper_camel_case(),
    }
}

/// `&str` as well as `String`, so that a call may pass a literal.
fn from_text(ident: &Ident, name: &Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl ::core::convert::From<&str> for #ident {
            fn from(value: &str) -> Self {
                Self { #name: ::core::convert::From::from(value) }
            }
        }
    }
}

/// `path::module` as a literal, for attributes that take paths in strings.
pub(crate) fn in_string(path: &Path, module: &str) -> LitStr {
    let first = path.segments.first();
    let span = first.map_or_else(Span::call_site, |first| first.ident.span());
    LitStr::new(&format!("{}::{module}", written(path)), span)
}

fn written(path: &Path) -> String {
    let root = path.leading_colon.map_or("", |_| "::");
    let words: Vec<_> = path
        .segments
        .iter()
        .map(|word| word.ident.to_string())
        .collect();
    format!("{root}{}", words.join("::"))
}
