//! What agents and coded flocks have in common: a free `async fn` whose parameters are inputs.

use proc_macro2::Ident;
use syn::{
    Attribute, FnArg, ItemFn, Pat, PatType, Path, ReturnType, Safety, Signature, Type,
    spanned::Spanned,
};

use crate::{
    diag::{Errors, say},
    grammar::{
        docs,
        fields::{Field, argument_of, is_plain, last_word, owned, type_fault, ungrouped},
        type_name::type_name,
    },
};

/// Whether the function is an agent or a flock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Agent,
    Flock,
}

impl Role {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Flock => "flock",
        }
    }

    const fn context(self) -> &'static str {
        match self {
            Self::Agent => "AgentContext",
            Self::Flock => "FlockContext",
        }
    }
}

/// The function, understood.
pub(crate) struct Function {
    /// What it is called with, in order.
    pub(crate) slots: Vec<Slot>,
    /// Its inputs, by name.
    pub(crate) inputs: Vec<Field>,
    /// What it returns, a `Result` where all is well.
    pub(crate) returns: Option<Type>,
}

/// One parameter.
pub(crate) enum Slot {
    Context,
    /// Shared state of this type.
    State(Type),
    Input(Ident),
}

impl Function {
    /// Reads the function and takes the descriptions off its parameters, where rustc allows none.
    pub(crate) fn read(item: &mut ItemFn, role: Role, errors: &mut Errors) -> Self {
        qualifiers(&item.sig, role, errors);
        let mut function = Self {
            slots: Vec::new(),
            inputs: Vec::new(),
            returns: returns(&item.sig, role, errors),
        };
        let name = item.sig.ident.to_string();
        for parameter in &mut item.sig.inputs {
            match parameter {
                FnArg::Receiver(receiver) => {
                    errors.at(receiver.self_token.span, say::receiver(role.word(), &name));
                }
                FnArg::Typed(parameter) => function.parameter(parameter, &name, role, errors),
            }
        }
        function
    }

    fn parameter(&mut self, parameter: &mut PatType, name: &str, role: Role, errors: &mut Errors) {
        let description = docs::take(&mut parameter.attrs);
        let is_cfg = |attr: &&Attribute| attr.path().is_ident("cfg");
        if let Some(cfg) = parameter.attrs.iter().find(is_cfg) {
            errors.under(cfg, say::configured_parameter(role.word()));
        }
        let ty = &*parameter.ty;
        let slot = match last_word(ty).as_deref() {
            Some(found @ ("AgentContext" | "FlockContext")) => {
                self.context(parameter, found, name, role, errors)
            }
            Some("State") => self.state(ty, role, errors),
            _ => self.input(parameter, description, errors),
        };
        self.slots.extend(slot);
    }

    fn context(
        &self,
        parameter: &PatType,
        found: &str,
        name: &str,
        role: Role,
        errors: &mut Errors,
    ) -> Option<Slot> {
        let wanted = role.context();
        if found != wanted {
            errors.under(
                &parameter.ty,
                say::wrong_context(role.word(), wanted, found),
            );
        } else if self.slots.iter().any(|slot| matches!(slot, Slot::Context)) {
            errors.under(parameter, say::two_contexts(role.word(), name, wanted));
        } else if !self.slots.is_empty() {
            errors.under(parameter, say::context_not_first(wanted));
        }
        Some(Slot::Context)
    }

    fn state(&self, ty: &Type, role: Role, errors: &mut Errors) -> Option<Slot> {
        if role == Role::Flock {
            errors.under(ty, say::state_in_flock());
            return None;
        }
        if !self.inputs.is_empty() {
            errors.under(ty, say::state_after_input());
        }
        let state = argument_of(ty, "State").cloned();
        if state.is_none() {
            errors.under(ty, say::bare_state());
        }
        state.map(Slot::State)
    }

    fn input(
        &mut self,
        parameter: &PatType,
        description: String,
        errors: &mut Errors,
    ) -> Option<Slot> {
        let name = match &*parameter.pat {
            Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => pat.ident.clone(),
            pat => {
                errors.under(pat, say::pattern());
                return None;
            }
        };
        let mut ty = (*parameter.ty).clone();
        if let Some(fault) = type_fault(&ty) {
            errors.under(&ty, fault);
            ty = owned(&ty)?;
        }
        self.inputs.push(Field {
            name: name.clone(),
            ty,
            description,
            default: None,
        });
        Some(Slot::Input(name))
    }

    pub(crate) fn takes_context(&self) -> bool {
        matches!(self.slots.first(), Some(Slot::Context))
    }
}

fn qualifiers(sig: &Signature, role: Role, errors: &mut Errors) {
    let (what, name) = (role.word(), sig.ident.to_string());
    if let Some(constness) = &sig.constness {
        errors.at(constness.span, say::modifier(what, &name, "const"));
    } else if sig.asyncness.is_none() {
        errors.at(sig.fn_token.span, say::not_async(what, &name));
    }
    if let Safety::Unsafe(token) = &sig.safety {
        errors.at(token.span, say::modifier(what, &name, "unsafe"));
    }
    if let Some(abi) = &sig.abi {
        errors.under(abi, say::abi(what, &name));
    }
    if !sig.generics.params.is_empty() {
        errors.under(&sig.generics, say::generic(what, &name));
    }
    if let Some(clause) = &sig.generics.where_clause {
        errors.under(clause, say::where_clause(what, &name));
    }
    if let Some(variadic) = &sig.variadic {
        errors.under(variadic, say::variadic(what, &name));
    }
}

fn returns(sig: &Signature, role: Role, errors: &mut Errors) -> Option<Type> {
    match &sig.output {
        ReturnType::Type(_, ty) => match ungrouped(ty) {
            Type::ImplTrait(_) => {
                errors.at(ty.span(), say::impl_trait(&type_name(ty)));
                None
            }
            ty if is_never_result(ty) => {
                errors.under(ty, say::not_a_result(role.word(), &type_name(ty)));
                None
            }
            ty => Some(ty.clone()),
        },
        ReturnType::Default => {
            errors.at(
                sig.ident.span(),
                say::no_result(role.word(), &sig.ident.to_string()),
            );
            None
        }
    }
}

/// Whether the type is surely no alias of a `Result`.
fn is_never_result(ty: &Type) -> bool {
    let is = |word: &str| last_word(ty).as_deref() == Some(word);
    match ty {
        Type::Path(_) => is_plain(ty) || is("Option") || is("Vec") || is("Box"),
        Type::Reference(_) | Type::Tuple(_) | Type::Never(_) | Type::Array(_) => true,
        _ => false,
    }
}

/// The type of the value in what a function returns.
pub(crate) fn value_of(returns: &Type, private: &Path) -> Type {
    match argument_of(returns, "Result") {
        Some(value) => value.clone(),
        // An alias of another name: only the compiler knows.
        None => syn::parse_quote_spanned! {returns.span()=>
            <#returns as #private::Outcome>::Value
        },
    }
}
