//! The handlers of a flock, and the validators of its updates.

use heck::ToUpperCamelCase;
use proc_macro2::{Ident, Span, TokenStream};
use quote::format_ident;
use syn::{Attribute, FnArg, ImplItemFn, Path, ReceiverKind, Type, Visibility, ext::IdentExt};

use super::{kind::Kind, mark::Named};
use crate::{
    agreed::RESERVED,
    diag::{Errors, say},
    emit::{
        self,
        io::{Io, Struct},
    },
    function::{Function, Slot},
    grammar::{docs, fields::argument_of},
    role::Role,
};

/// A signal, a query or an update.
pub(in crate::flock) struct Handler {
    pub(super) kind: Kind,
    pub(in crate::flock) method: Ident,
    pub(super) name: String,
    /// The constant that is its name.
    pub(super) constant: Ident,
    pub(super) description: String,
    vis: Visibility,
    /// What goes over to everything generated.
    pub(in crate::flock) attrs: Vec<Attribute>,
    pub(in crate::flock) message: Io,
    pub(super) function: Function,
    pub(super) is_async: bool,
    /// Of an update.
    pub(super) validator: Option<Validator>,
}

/// The validator of an update.
pub(super) struct Validator {
    update: Option<Ident>,
    pub(super) attrs: Vec<Attribute>,
    pub(super) method: Ident,
    pub(super) function: Function,
}

impl Handler {
    pub(super) fn read(
        flock: &Ident,
        kind: Kind,
        named: Named,
        method: &mut ImplItemFn,
        errors: &mut Errors,
    ) -> Self {
        let ident = method.sig.ident.clone();
        let role = kind.role();
        receiver(method, role, errors);
        super::context::check(flock, method, role, errors);
        let function = Function::read(&mut method.sig, role, errors);
        context(method, &function, role, errors);
        let description = docs::summary(&docs::text(&method.attrs));
        let message = Struct {
            ident: format_ident!("{flock}{}", ident.unraw().to_string().to_upper_camel_case()),
            doc: match description.as_str() {
                "" => format!(" The {} `{ident}` of flock `{flock}`.", role.word()),
                said => format!(" {said}"),
            },
            holds: format!("the message of {} `{ident}`", role.word()),
            role: "input",
            fields: function.inputs.clone(),
        };
        Self {
            kind,
            name: named.name.unwrap_or_else(|| ident.unraw().to_string()),
            constant: named.constant,
            method: ident,
            description,
            vis: method.vis.clone(),
            attrs: emit::inherited(&method.attrs),
            message: Io::Struct(message),
            is_async: method.sig.asyncness.is_some(),
            function,
            validator: None,
        }
    }

    /// The struct that is the message.
    pub(in crate::flock) fn declaration(&self, private: &Path) -> TokenStream {
        self.message.declaration(&self.attrs, &self.vis, private)
    }

    /// Whether it says itself whether it went well.
    pub(super) fn is_fallible(&self) -> bool {
        let returns = self.function.returns.as_ref();
        self.kind.is_fallible() || returns.is_some_and(|ty| argument_of(ty, "Result").is_some())
    }

    /// What it answers.
    pub(super) fn output(&self, private: &Path) -> Option<Type> {
        let returns = self.function.returns.as_ref()?;
        Some(match self.is_fallible() {
            true => emit::value_of(returns, private),
            false => returns.clone(),
        })
    }
}

impl Validator {
    pub(super) fn read(
        update: Option<Ident>,
        method: &mut ImplItemFn,
        errors: &mut Errors,
    ) -> Self {
        receiver(method, Role::Validator, errors);
        let function = Function::read(&mut method.sig, Role::Validator, errors);
        context(method, &function, Role::Validator, errors);
        Self {
            update,
            attrs: emit::inherited(&method.attrs),
            method: method.sig.ident.clone(),
            function,
        }
    }
}

/// How the method takes the state.
fn receiver(method: &ImplItemFn, role: Role, errors: &mut Errors) {
    let sig = &method.sig;
    let name = sig.ident.to_string();
    let only_looks = !role.changes();
    if let (true, Some(token)) = (only_looks, &sig.asyncness) {
        errors.at(token.span, say::cannot_wait(role, &name));
        return;
    }
    let receiver = match sig.inputs.first() {
        Some(FnArg::Receiver(receiver)) => receiver,
        _ if sig.asyncness.is_some() => return,
        _ => {
            errors.at(sig.ident.span(), say::handler_without_self(role, &name));
            return;
        }
    };
    let place = receiver.self_token.span;
    if sig.asyncness.is_some() {
        errors.at(place, say::self_while_waiting(role, &name));
        return;
    }
    match &receiver.kind {
        ReceiverKind::Reference(_, _, Some(_)) if only_looks => {
            errors.at(place, say::read_only(role, &name));
        }
        ReceiverKind::Reference(..) => {}
        _ => errors.at(place, say::self_by_value(role, &name)),
    }
}

/// A context is for handlers that wait, and these need one.
fn context(method: &ImplItemFn, function: &Function, role: Role, errors: &mut Errors) {
    let sig = &method.sig;
    let name = sig.ident.to_string();
    let has_self = sig.receiver().is_some();
    let place = sig.inputs.iter().find_map(|input| match input {
        FnArg::Typed(parameter) => Some(parameter),
        FnArg::Receiver(_) => None,
    });
    let takes_context = function
        .slots
        .iter()
        .any(|slot| matches!(slot, Slot::Context));
    match (sig.asyncness.is_some(), takes_context) {
        (false, true) if has_self => {
            if let Some(parameter) = place {
                errors.under(parameter, say::context_beside_self(role, &name));
            }
        }
        (true, false) if !has_self && role.changes() => {
            errors.at(sig.ident.span(), say::handler_without_context(role, &name));
        }
        _ => {}
    }
}

/// Gives each update its validator.
pub(super) fn pair(handlers: &mut [Handler], validators: Vec<Validator>, errors: &mut Errors) {
    let updates: Vec<String> = handlers
        .iter()
        .filter(|handler| handler.kind == Kind::Update)
        .map(|handler| handler.method.to_string())
        .collect();
    let updates: Vec<&str> = updates.iter().map(String::as_str).collect();
    for validator in validators {
        let Some(update) = &validator.update else {
            continue;
        };
        let name = update.to_string();
        let is_it = |handler: &&mut Handler| handler.kind == Kind::Update && handler.method == name;
        let Some(handler) = handlers.iter_mut().find(is_it) else {
            errors.at(update.span(), say::no_such_update(&name, &updates));
            continue;
        };
        if handler.validator.is_some() {
            errors.at(update.span(), say::validated_twice(&name));
        }
        let known: Vec<_> = handler
            .function
            .inputs
            .iter()
            .map(crate::grammar::fields::Field::key)
            .collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        for field in &validator.function.inputs {
            let key = field.key();
            if !known.contains(&key.as_str()) {
                errors.at(
                    field.name.span(),
                    say::validator_parameter(&key, &name, &known),
                );
            }
        }
        handler.validator = Some(validator);
    }
}

/// Two handlers of one kind need two names.
pub(super) fn check_names(handlers: &[Handler], errors: &mut Errors) {
    for (at, handler) in handlers.iter().enumerate() {
        let (role, name) = (handler.kind.role(), handler.name.as_str());
        let place: Span = handler.method.span();
        if handler.kind.built_in() == Some(name) {
            errors.at(place, say::built_in(role, name));
        }
        if name.starts_with(RESERVED) {
            errors.at(place, say::reserved(role, name));
        }
        let same = |other: &Handler| other.kind == handler.kind && other.name == name;
        if handlers[..at].iter().any(same) {
            errors.at(place, say::two_handlers(role, name));
        }
    }
}
