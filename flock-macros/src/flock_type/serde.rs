//! What serde's attributes say about names.

use heck::{
    ToKebabCase, ToLowerCamelCase, ToShoutyKebabCase, ToShoutySnakeCase, ToSnakeCase,
    ToUpperCamelCase,
};
use proc_macro2::Ident;
use syn::{Attribute, Expr, ExprLit, Lit, Meta, Token, ext::IdentExt, punctuated::Punctuated};

/// What `#[serde(…)]` on the struct says.
pub(super) struct Container {
    rename_all: Option<String>,
    pub(super) has_default: bool,
    /// Written as something other than an object of its fields, or by rules of its own.
    pub(super) is_opaque: bool,
}

/// What `#[serde(…)]` on a field says.
pub(super) struct Field {
    rename: Option<String>,
    pub(super) has_default: bool,
    pub(super) is_skipped: bool,
    pub(super) is_flattened: bool,
}

impl Container {
    pub(super) fn read(attrs: &[Attribute]) -> Self {
        let items = items(attrs, "serde");
        let opaque = ["transparent", "from", "try_from", "into", "tag"];
        Self {
            rename_all: text(&items, "rename_all"),
            has_default: has(&items, "default"),
            is_opaque: opaque.iter().any(|key| has(&items, key)),
        }
    }

    /// The field's key in JSON.
    pub(super) fn name(&self, ident: &Ident, field: &Field) -> String {
        let name = ident.unraw().to_string();
        match (&field.rename, self.rename_all.as_deref()) {
            (Some(renamed), _) => renamed.clone(),
            (None, Some("camelCase")) => name.to_lower_camel_case(),
            (None, Some("PascalCase")) => name.to_upper_camel_case(),
            (None, Some("kebab-case")) => name.to_kebab_case(),
            (None, Some("SCREAMING_SNAKE_CASE")) => name.to_shouty_snake_case(),
            (None, Some("SCREAMING-KEBAB-CASE")) => name.to_shouty_kebab_case(),
            (None, Some("UPPERCASE")) => name.to_uppercase(),
            (None, Some("snake_case")) => name.to_snake_case(),
            (None, _) => name,
        }
    }
}

impl Field {
    pub(super) fn read(attrs: &[Attribute]) -> Self {
        let items = items(attrs, "serde");
        Self {
            rename: text(&items, "rename"),
            has_default: has(&items, "default"),
            is_skipped: has(&items, "skip")
                || has(&items, "skip_serializing")
                || has(&items, "skip_deserializing"),
            is_flattened: has(&items, "flatten"),
        }
    }
}

/// Whether `#[attribute(…)]` has `key`.
pub(super) fn says(attrs: &[Attribute], attribute: &str, key: &str) -> bool {
    has(&items(attrs, attribute), key)
}

/// What cannot be read is serde's to report.
fn items(attrs: &[Attribute], attribute: &str) -> Vec<Meta> {
    let lists = attrs.iter().filter(|attr| attr.path().is_ident(attribute));
    lists
        .filter_map(|attr| {
            attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
                .ok()
        })
        .flatten()
        .collect()
}

fn has(items: &[Meta], key: &str) -> bool {
    items.iter().any(|item| item.path().is_ident(key))
}

fn text(items: &[Meta], key: &str) -> Option<String> {
    items.iter().find_map(|item| match item {
        Meta::NameValue(pair) if pair.path.is_ident(key) => match &pair.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    })
}
