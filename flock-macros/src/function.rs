//! What agents and coded flocks have in common: a free `async fn` whose parameters are inputs.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Attribute, FnArg, GenericParam, Generics, Pat, PatType, ReturnType, Safety, Signature, Type,
    parse_quote, spanned::Spanned,
};

use crate::{
    diag::{Errors, say},
    grammar::{
        docs,
        fields::{Fault, Field, argument_of, is_plain, last_word, mend, mend_noting, ungrouped},
        type_name::type_name,
    },
    role::Role,
};

/// The function, understood.
pub(crate) struct Function {
    /// What it is called with, in order.
    pub(crate) slots: Vec<Slot>,
    /// Its inputs, by name.
    pub(crate) inputs: Vec<Field>,
    /// What it returns, a `Result` where all is well.
    pub(crate) returns: Option<Type>,
    /// Of its own, which is noted: what is borrowed for them needs no word of its own.
    has_lifetimes: bool,
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
    pub(crate) fn read(sig: &mut Signature, role: Role, errors: &mut Errors) -> Self {
        qualifiers(sig, role, errors);
        let mut function = Self {
            slots: Vec::new(),
            inputs: Vec::new(),
            has_lifetimes: sig.generics.lifetimes().next().is_some(),
            returns: match role {
                Role::Signal => nothing(sig, errors),
                Role::Query => answer(sig, errors),
                Role::Agent
                | Role::Tool
                | Role::Flock
                | Role::Update
                | Role::Validator
                | Role::Type => returns(sig, role, errors),
            },
        };
        let name = sig.ident.to_string();
        for parameter in &mut sig.inputs {
            match parameter {
                // Handlers have one: see `flock::stateful`.
                FnArg::Receiver(receiver) => {
                    if role.runs() {
                        errors.at(receiver.self_token.span, say::receiver(role, &name));
                    }
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
            errors.under(cfg, say::configured_parameter(role));
        }
        let (ty, is_borrowed) = match ungrouped(&parameter.ty) {
            Type::Reference(reference) => (&*reference.elem, true),
            ty => (ty, false),
        };
        let slot = match last_word(ty).as_deref() {
            Some("AgentContext" | "FlockContext" | "State") if is_borrowed => {
                let (written, meant) = (type_name(&parameter.ty), type_name(ty));
                errors.under(&parameter.ty, say::by_value(&written, &meant));
                // It is there, for what else is asked of the function.
                (last_word(ty).as_deref() == Some(role.context())).then_some(Slot::Context)
            }
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
            errors.under(&parameter.ty, say::wrong_context(role, wanted, found));
        } else if self.slots.iter().any(|slot| matches!(slot, Slot::Context)) {
            errors.under(parameter, say::two_contexts(role, name, wanted));
        } else if !self.slots.is_empty() {
            errors.under(parameter, say::context_not_first(wanted));
        }
        Some(Slot::Context)
    }

    fn state(&self, ty: &Type, role: Role, errors: &mut Errors) -> Option<Slot> {
        if !role.is_step() {
            errors.under(ty, say::state_in_flock());
            return None;
        }
        if !self.inputs.is_empty() {
            errors.under(ty, say::state_after_input());
        }
        let state = argument_of(ty, "State").cloned();
        if state.is_none() {
            errors.leave_to_rustc();
        }
        state.map(Slot::State)
    }

    fn input(
        &mut self,
        parameter: &mut PatType,
        description: String,
        errors: &mut Errors,
    ) -> Option<Slot> {
        let name = match &*parameter.pat {
            Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => pat.ident.clone(),
            Pat::TupleStruct(pat) => {
                errors.under(&pat.path, say::extractor(&type_name(&pat.path)));
                return None;
            }
            pat => {
                errors.under(pat, say::pattern());
                return None;
            }
        };
        if self.inputs.iter().any(|input| input.name == name) {
            // As a parameter too it is there twice.
            errors.leave_to_rustc();
            return None;
        }
        let mut ty = (*parameter.ty).clone();
        let is_inferred = matches!(ungrouped(&ty), Type::Infer(_));
        let faults = mend(&mut ty);
        if faults.iter().any(Fault::is_unsized) {
            // Else the compiler says so too.
            *parameter.ty = ty.clone();
        }
        if is_inferred {
            errors.leave_to_rustc();
        } else if !self.has_lifetimes {
            faults.into_iter().for_each(|fault| fault.note(errors));
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

/// Notes what the function cannot be, and takes off what the compiler would refuse as well.
fn qualifiers(sig: &mut Signature, role: Role, errors: &mut Errors) {
    let name = sig.ident.to_string();
    if let Some(constness) = &sig.constness {
        errors.at(constness.span, say::modifier(role, &name, "const"));
        if sig.asyncness.is_some() {
            sig.constness = None;
        }
    } else if sig.asyncness.is_none() && role.runs() {
        errors.at(sig.fn_token.span, say::not_async(role, &name));
    }
    if let Safety::Unsafe(token) = &sig.safety {
        errors.at(token.span, say::modifier(role, &name, "unsafe"));
    }
    if let Some(abi) = &sig.abi {
        errors.under(abi, say::abi(role, &name));
    }
    generics(&sig.generics, role, &name, errors);
    if let Some(variadic) = sig.variadic.take() {
        errors.under(&variadic, say::variadic(role, &name));
    }
}

/// Notes parameters for types and lifetimes, and the clause about them.
pub(crate) fn generics(generics: &Generics, role: Role, name: &str, errors: &mut Errors) {
    let is_lifetime = |param: &GenericParam| matches!(param, GenericParam::Lifetime(_));
    if generics.params.is_empty() {
        // An empty `<>` does no harm.
    } else if generics.params.iter().all(is_lifetime) {
        errors.under(generics, say::lifetimes(role, name));
    } else {
        errors.under(generics, say::generic(role, name));
    }
    if let Some(clause) = &generics.where_clause {
        errors.under(clause, say::where_clause(role, name));
    }
}

/// Whether the function is surely one of an `impl` block or a trait.
pub(crate) fn is_associated(sig: &Signature) -> bool {
    let mentions = |ty: &Type| mentions_self(ty.to_token_stream());
    sig.receiver().is_some()
        || matches!(&sig.output, ReturnType::Type(_, ty) if mentions(ty))
        || sig
            .inputs
            .iter()
            .any(|input| matches!(input, FnArg::Typed(input) if mentions(&input.ty)))
}

fn mentions_self(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == "Self",
        TokenTree::Group(group) => mentions_self(group.stream()),
        _ => false,
    })
}

fn returns(sig: &Signature, role: Role, errors: &mut Errors) -> Option<Type> {
    match &sig.output {
        ReturnType::Type(_, ty) => match ungrouped(ty) {
            // That it is not `async` says it all.
            Type::ImplTrait(_) if sig.asyncness.is_none() && role.runs() => None,
            Type::ImplTrait(_) => {
                errors.at(ty.span(), say::unnamed_type(&type_name(ty)));
                None
            }
            ty if is_never_result(ty) => {
                let mut value = match ty {
                    Type::Never(_) => parse_quote!(()),
                    ty => ty.clone(),
                };
                mend(&mut value);
                let sentence = say::not_a_result(role, &type_name(ty), &type_name(&value));
                errors.under(ty, sentence);
                Some(parse_quote!(Result<#value>))
            }
            ty => Some(value_at_fault(ty, errors).unwrap_or_else(|| ty.clone())),
        },
        ReturnType::Default => {
            errors.at(
                sig.ident.span(),
                say::no_result(role, &sig.ident.to_string()),
            );
            None
        }
    }
}

/// A signal gives nothing.
fn nothing(sig: &Signature, errors: &mut Errors) -> Option<Type> {
    if let ReturnType::Type(_, ty) = &sig.output {
        errors.under(ty, say::signal_returns(&sig.ident.to_string()));
    }
    None
}

/// A query gives a value, in a `Result` or as it is.
fn answer(sig: &Signature, errors: &mut Errors) -> Option<Type> {
    let ReturnType::Type(_, ty) = &sig.output else {
        let sentence = say::query_returns_nothing(&sig.ident.to_string());
        errors.at(sig.ident.span(), sentence);
        return None;
    };
    let mut answer = (**ty).clone();
    mend_noting(&mut answer, errors);
    Some(answer)
}

/// The `Result` with what was meant in it, where its value cannot travel, which is noted.
fn value_at_fault(returns: &Type, errors: &mut Errors) -> Option<Type> {
    let mut value = argument_of(returns, "Result")?.clone();
    if matches!(ungrouped(&value), Type::Infer(_)) {
        errors.leave_to_rustc();
        mend(&mut value);
    } else if !mend_noting(&mut value, errors) {
        return None;
    }
    Some(parse_quote!(Result<#value>))
}

/// Whether the type is surely no alias of a `Result`.
fn is_never_result(ty: &Type) -> bool {
    const KNOWN: [&str; 10] = [
        "Option", "Vec", "Box", "Arc", "Rc", "Cow", "HashMap", "BTreeMap", "HashSet", "BTreeSet",
    ];
    let is = |word: &str| last_word(ty).as_deref() == Some(word);
    match ty {
        Type::Path(_) => is_plain(ty) || KNOWN.iter().any(|known| is(known)),
        Type::Reference(_) | Type::Tuple(_) | Type::Never(_) | Type::Array(_) => true,
        _ => false,
    }
}
