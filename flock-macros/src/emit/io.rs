//! The structs that carry inputs and outputs.

use heck::ToUpperCamelCase;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Attribute, Index, LitStr, Path, Type, Visibility, ext::IdentExt, spanned::Spanned};

use super::{at, fields};
use crate::{
    function::Role,
    grammar::{
        fields::{Field, is_plain, last_word},
        type_name::type_name,
    },
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
            role: "input",
            fields,
        }
    }

    /// What the item `ident` gives.
    pub(crate) fn output(ident: &Ident, role: Role, fields: Vec<Field>) -> Self {
        Self {
            ident: format_ident!("{}Output", pascal(ident)),
            doc: format!(" What {} `{ident}` gives.", role.word()),
            role: "output",
            fields,
        }
    }

    fn declaration(&self, attrs: &[Attribute], vis: &Visibility, private: &Path) -> TokenStream {
        let Self { ident, doc, .. } = self;
        let serde = in_string(private, "serde");
        let schemars = in_string(private, "schemars");
        let members = self
            .fields
            .iter()
            .map(|field| self.member(field, vis, private));
        let functions = self.functions(private);
        let shape = fields(&self.fields, private);
        let conversions = self.conversions();
        let is_plain = self.fields.iter().all(|field| is_plain(&field.ty));
        let values = is_plain.then(|| quote!(::core::fmt::Debug, ::core::clone::Clone,));
        let by_hand = (!is_plain).then(|| self.values(private));
        quote! {
            #[doc = #doc]
            #[derive(
                #values
                #private::serde::Serialize,
                #private::serde::Deserialize,
                #private::schemars::JsonSchema,
            )]
            #[serde(crate = #serde)]
            #[schemars(crate = #schemars)]
            #(#attrs)*
            #vis struct #ident {
                #(#members,)*
            }
            #(#attrs)*
            const _: () = {
                #functions
                #by_hand
                #[automatically_derived]
                impl #private::FlockType for #ident {
                    const SHAPE: #private::Shape = #private::Shape::Fields(#shape);
                }
                #conversions
            };
        }
    }

    /// `Debug` and `Clone`, which derived would report a field's type once more each.
    fn values(&self, private: &Path) -> TokenStream {
        let ident = &self.ident;
        let name = ident.to_string();
        let copies = self.fields.iter().map(|field| {
            let (name, value) = (&field.name, through(field, "copy", private));
            quote!(#name: #value)
        });
        let shown = self.fields.iter().map(|field| {
            let (key, value) = (field.key(), through(field, "shown", private));
            quote!(.field(#key, #value))
        });
        quote! {
            #[automatically_derived]
            impl ::core::clone::Clone for #ident {
                fn clone(&self) -> Self {
                    Self { #(#copies),* }
                }
            }
            #[automatically_derived]
            impl ::core::fmt::Debug for #ident {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.debug_struct(#name)#(#shown)*.finish()
                }
            }
        }
    }

    fn member(&self, field: &Field, vis: &Visibility, private: &Path) -> TokenStream {
        let Field { name, ty, .. } = field;
        let doc = match field.description.as_str() {
            "" => format!(" The {} `{}`.", self.role, field.key()),
            said => format!(" {said}"),
        };
        let carried = (!is_plain(ty)).then(|| carried(&self.ident, field, private));
        let default = match &field.default {
            Some(_) => {
                let path = format!("{}::{}", self.ident, default_fn(name));
                Some(quote!(#[serde(default = #path)]))
            }
            // Serde knows an `Option` only where it reads it itself.
            None if carried.is_some() && field.is_optional() => Some(quote!(#[serde(default)])),
            None => None,
        };
        quote! {
            #[doc = #doc]
            #default
            #carried
            #vis #name: #ty
        }
    }

    /// Functions that serde and schemars are told of.
    fn functions(&self, private: &Path) -> Option<TokenStream> {
        let ident = &self.ident;
        let defaults = self.fields.iter().filter_map(default);
        let schemas = self
            .fields
            .iter()
            .filter_map(|field| schema(field, private));
        let functions: Vec<_> = defaults.chain(schemas).collect();
        (!functions.is_empty()).then(|| {
            quote! {
                #[automatically_derived]
                impl #ident {
                    #(#functions)*
                }
            }
        })
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
fn pascal(ident: &Ident) -> String {
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

fn default_fn(name: &Ident) -> Ident {
    format_ident!("default_{}", name.unraw())
}

fn default(field: &Field) -> Option<TokenStream> {
    let Field {
        name, ty, default, ..
    } = field;
    let value = default.as_ref()?;
    let function = default_fn(name);
    // Text is most often at hand as a `&str`.
    let value = if last_word(ty).as_deref() == Some("String") {
        quote!(::core::convert::From::from(#value))
    } else {
        quote!(#value)
    };
    Some(quote! {
        fn #function() -> #ty {
            #value
        }
    })
}

/// Has the field's type carried by the runtime, whose error is the only one then.
fn carried(structure: &Ident, field: &Field, private: &Path) -> TokenStream {
    let Field { name, ty, .. } = field;
    let span = ty.span();
    let (ty, path) = (quote!(#ty).to_string(), written(private));
    let method = |name: &str| LitStr::new(&format!("<{ty} as {path}::Carry>::{name}"), span);
    let (write, read) = (method("write"), method("read"));
    let schema = format!("{structure}::{}", schema_fn(name));
    // For the default's value in the schema, schemars would look for a crate `serde`.
    let no_default = field.is_optional().then(|| quote!(skip_serializing,));
    quote! {
        #[serde(serialize_with = #write, deserialize_with = #read)]
        #[schemars(#no_default schema_with = #schema)]
    }
}

/// A field's value by a method of `Carry`, placed like its other uses, so that the errors are one.
fn through(field: &Field, method: &str, private: &Path) -> TokenStream {
    let Field { name, ty, .. } = field;
    let span = ty.span();
    let method = Ident::new(method, span);
    let ty = at(span, quote!(#ty));
    quote!(<#ty as #private::Carry>::#method(&self.#name))
}

fn schema_fn(name: &Ident) -> Ident {
    format_ident!("schema_{}", name.unraw())
}

/// Schemars takes no path that names a trait, so it is given a function.
fn schema(field: &Field, private: &Path) -> Option<TokenStream> {
    let Field { name, ty, .. } = field;
    let function = schema_fn(name);
    (!is_plain(ty)).then(|| {
        // As above, so that the two errors are one.
        let ty = at(ty.span(), quote!(#ty));
        quote! {
            fn #function(
                generator: &mut #private::schemars::SchemaGenerator,
            ) -> #private::schemars::Schema {
                <#ty as #private::Carry>::schema(generator)
            }
        }
    })
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
