//! How the value of an option is read.

use darling::FromMeta;
use syn::{Expr, Lit, Meta, spanned::Spanned};

use super::{
    read,
    table::{Entry, Row, Table},
};
use crate::{
    diag::{Errors, Sentence, say},
    grammar::own::{agents, assigned, is_negative, literal, path, ungrouped, written},
};

/// What an option takes.
pub(crate) trait Value: Sized {
    /// Whether the key alone says enough.
    const IS_SWITCH: bool = false;
    /// Whether any brackets will do to go on with.
    const IN_ANY_BRACKETS: bool = false;
    /// The options between its parentheses.
    const WITHIN: &'static [Row] = &[];

    /// Reads it, or as much of it as is well; what is not is noted.
    fn read(entry: &Entry, errors: &mut Errors) -> Option<Self>;
}

/// A value in a form of Rust's own, which darling reads by its derive.
pub(crate) trait Derived: FromMeta {
    const FORM: Form;

    /// What to say where darling does not take it, although its form is right.
    fn refused(entry: &Entry, value: &Expr) -> Sentence;

    /// What is wrong with one that darling takes.
    fn fault(&self, _entry: &Entry) -> Option<Sentence> {
        None
    }
}

impl<T: Derived> Value for T {
    const IS_SWITCH: bool = matches!(T::FORM, Form::Switch);

    fn read(entry: &Entry, errors: &mut Errors) -> Option<Self> {
        errors.take(derived(entry))
    }
}

fn derived<T: Derived>(entry: &Entry) -> syn::Result<T> {
    T::FORM.check(entry)?;
    match (T::from_meta(&entry.meta), entry.value()) {
        (Ok(read), Ok(value)) => match read.fault(entry) {
            Some(fault) => Err(fault.at(value.span())),
            None => Ok(read),
        },
        (Ok(read), Err(_)) => Ok(read),
        (Err(_), value) => {
            let value = value?;
            Err(T::refused(entry, value).at(value.span()))
        }
    }
}

/// What a value has to look like. Darling takes more: numbers in quotes, for one.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    /// The key alone, or `true` or `false`.
    Switch,
    /// In quotes, and not empty.
    Text,
    /// In quotes, and one of a few.
    Word,
    Texts,
    /// In digits.
    Integer,
    /// Of an agent.
    Path,
    /// Of the library, which serde's users write in quotes.
    Library,
}

impl Form {
    pub(crate) fn check(self, entry: &Entry) -> syn::Result<()> {
        if matches!((self, &entry.meta), (Self::Switch, Meta::Path(_))) {
            return Ok(());
        }
        let value = entry.value()?;
        let fault = match self {
            Self::Switch => switch(entry, value),
            Self::Text => text(entry, value),
            Self::Word => word(entry, value),
            Self::Texts => return texts(entry, value),
            Self::Integer => integer(entry, value),
            Self::Path => agent(entry, value),
            Self::Library => None,
        };
        fault.map_or(Ok(()), |sentence| Err(sentence.at(value.span())))
    }
}

fn switch(entry: &Entry, value: &Expr) -> Option<Sentence> {
    match literal(value) {
        Some(Lit::Bool(_)) => None,
        _ => Some(say::takes_switch(entry.key())),
    }
}

fn text(entry: &Entry, value: &Expr) -> Option<Sentence> {
    let key = entry.key();
    match literal(value) {
        Some(Lit::Str(text)) if text.value().trim().is_empty() => Some(say::empty(key)),
        Some(Lit::Str(_)) => None,
        _ => Some(match value {
            Expr::Path(path) => say::takes_text(key, &format!("{key} = \"{}\"", written(path))),
            _ => say::takes_text(key, entry.example()),
        }),
    }
}

fn word(entry: &Entry, value: &Expr) -> Option<Sentence> {
    match literal(value) {
        Some(Lit::Str(_)) => None,
        _ => {
            let key = entry.key();
            let bare = path(value).and_then(|path| path.get_ident().cloned());
            let bare = bare.map(|word| format!("{key} = \"{word}\""));
            let meant = bare.as_deref().unwrap_or(entry.example());
            Some(say::takes_text(key, meant))
        }
    }
}

fn texts(entry: &Entry, value: &Expr) -> syn::Result<()> {
    let key = entry.key();
    let fault = |place: &Expr| {
        let meant = match agents(value).as_slice() {
            [] => entry.example().to_owned(),
            words => format!("{key} = [\"{}\"]", words.join("\", \"")),
        };
        say::takes_texts(key, &meant).at(place.span())
    };
    let Expr::Array(array) = value else {
        return Err(fault(value));
    };
    for elem in &array.elems {
        match literal(ungrouped(elem)) {
            Some(Lit::Str(text)) if text.value().trim().is_empty() => {
                return Err(say::empty(key).at(text.span()));
            }
            Some(Lit::Str(_)) => {}
            _ => return Err(fault(elem)),
        }
    }
    Ok(())
}

fn integer(entry: &Entry, value: &Expr) -> Option<Sentence> {
    let key = entry.key();
    match (value, literal(value)) {
        (_, Some(Lit::Int(number))) if !number.suffix().is_empty() => {
            let meant = format!("{key} = {}", number.base10_digits());
            Some(say::takes_integer(key, None, &meant))
        }
        (_, Some(Lit::Int(_))) => None,
        (_, Some(Lit::Str(text))) => {
            let quoted = Some(text.value()).filter(|text| text.parse::<u32>().is_ok());
            let sentence = say::takes_integer(key, quoted.as_deref(), entry.example());
            Some(sentence)
        }
        _ => Some(match is_negative(value) {
            true => say::negative(key, entry.example()),
            false => say::takes_integer(key, None, entry.example()),
        }),
    }
}

fn agent(entry: &Entry, value: &Expr) -> Option<Sentence> {
    if path(value).is_some() {
        return None;
    }
    let key = entry.key();
    let meant = match agents(value).first() {
        Some(agent) => format!("{key} = {agent}"),
        None => entry.example().to_owned(),
    };
    Some(match literal(value) {
        Some(Lit::Str(_)) => say::quoted_path(key, &meant),
        _ => say::takes_path(key, &meant),
    })
}

/// The options between an option's parentheses.
pub(crate) fn nested<T: Table>(entry: &Entry, errors: &mut Errors) -> Option<T> {
    let Meta::List(list) = &entry.meta else {
        errors.at(entry.place(), say::takes_list(entry.key(), entry.example()));
        return None;
    };
    Some(read(list.tokens.clone(), errors))
}

/// What is after `=`.
pub(super) fn after_equals(entry: &Entry) -> syn::Result<&Expr> {
    let (key, example) = (entry.key(), entry.example());
    match &entry.meta {
        Meta::NameValue(pair) => Ok(ungrouped(&pair.value)),
        Meta::Path(_) => Err(say::needs_value(key, example).at(entry.place())),
        Meta::List(list) => {
            let given = syn::parse2(list.tokens.clone()).ok();
            let meant = given.and_then(|value| assigned(key, &value));
            let meant = meant.as_deref().unwrap_or(example);
            Err(say::no_list(key, meant).at(entry.place()))
        }
    }
}
