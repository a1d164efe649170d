//! Texts in quotes.

use darling::FromMeta;
use heck::ToSnakeCase;
use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Expr, Lit, LitStr, ext::IdentExt, spanned::Spanned};

use crate::{
    diag::{Errors, Sentence, say},
    grammar::{
        options::{Constant, Derived, Entry, Form, Given, ToConstant, Value},
        own::literal,
    },
};

/// A text that is not empty.
#[derive(Debug, Clone, FromMeta)]
pub(crate) struct Text(pub(crate) String);

impl Derived for Text {
    const FORM: Form = Form::Text;

    fn refused(entry: &Entry, _value: &Expr) -> Sentence {
        say::takes_text(entry.key(), entry.example())
    }
}

impl Given<Text> {
    /// The name that is given, or the item's in snake_case.
    pub(crate) fn or_name_of(&self, item: &Ident) -> String {
        match self.get() {
            Some(name) => name.0.clone(),
            None => item.unraw().to_string().to_snake_case(),
        }
    }
}

impl ToConstant for Text {
    fn constant(&self) -> Constant {
        Constant::Text(self.0.clone())
    }
}

/// Several texts, none of them empty.
#[derive(Debug, Clone, FromMeta)]
pub(crate) struct Texts(pub(crate) Vec<LitStr>);

impl Derived for Texts {
    const FORM: Form = Form::Texts;

    fn refused(entry: &Entry, _value: &Expr) -> Sentence {
        say::takes_texts(entry.key(), entry.example())
    }
}

impl ToConstant for Texts {
    fn constant(&self) -> Constant {
        Constant::Texts(self.0.clone())
    }
}

/// A text, or an expression that gives one: `include_str!("…")`.
#[derive(Debug, Clone)]
pub(crate) struct Prose(Expr);

impl Value for Prose {
    fn read(entry: &Entry, errors: &mut Errors) -> Option<Self> {
        let expr = errors.take(entry.value())?;
        let fault = match literal(expr) {
            None if !matches!(expr, Expr::Verbatim(_)) => return Some(Self(expr.clone())),
            Some(Lit::Str(text)) if !text.value().trim().is_empty() => {
                return Some(Self(expr.clone()));
            }
            Some(Lit::Str(_)) => say::empty(entry.key()),
            _ => say::takes_text(entry.key(), entry.example()),
        };
        errors.at(expr.span(), fault);
        None
    }
}

impl ToConstant for Prose {
    fn constant(&self) -> Constant {
        Constant::Prose(self.0.to_token_stream())
    }
}
