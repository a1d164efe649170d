//! A flock with state: `#[flock]` on an `impl`, with handlers beside the method that is run.

mod context;
mod expand;
mod handler;
mod kind;
mod mark;

use proc_macro2::Ident;
use syn::{
    Attribute, FnArg, ImplItem, ImplItemFn, ItemImpl, Path, Signature, Type, Visibility,
    parse_quote,
};

pub(super) use self::{
    expand::{expand, list},
    handler::Handler,
};
use self::{handler::Validator, mark::Mark};
use super::{body, replay};
use crate::{
    diag::{Errors, say},
    emit,
    function::{Function, Slot},
    grammar::fields::last_word,
    role::Role,
};

/// The methods that matter.
pub(super) struct Methods {
    pub(super) run: Run,
    pub(super) handlers: Vec<Handler>,
}

/// The method that is the flock.
pub(super) struct Run {
    pub(super) vis: Visibility,
    pub(super) attrs: Vec<Attribute>,
    pub(super) ident: Ident,
    pub(super) function: Function,
}

/// The name of the type whose `impl` this is; none where that is no flock, which is then noted.
pub(super) fn state_of(block: &ItemImpl, errors: &mut Errors) -> Option<Ident> {
    if let Some((path, _)) = &block.trait_ {
        errors.under(path, say::flock_of_trait(&named(&block.self_ty)));
        return None;
    }
    if !block.generics.params.is_empty() {
        errors.under(
            &block.generics,
            say::generic(Role::Flock, &named(&block.self_ty)),
        );
        return None;
    }
    match &*block.self_ty {
        Type::Path(ty) if ty.qself.is_none() => match ty.path.get_ident() {
            Some(ident) => Some(ident.clone()),
            None => {
                errors.under(ty, say::flock_of_no_name());
                None
            }
        },
        ty => {
            errors.under(ty, say::flock_of_no_name());
            None
        }
    }
}

fn named(ty: &Type) -> String {
    crate::grammar::type_name::type_name(ty)
}

/// Takes our attributes off the methods, where nothing else will be said of them.
pub(super) fn strip(block: &mut ItemImpl) {
    for item in &mut block.items {
        if let ImplItem::Fn(method) = item {
            method.attrs.retain(|attr| !mark::is_ours(attr));
        }
    }
}

impl Methods {
    /// Reads the methods and takes our attributes off them. None where there is nothing to run, which
    /// is noted.
    pub(super) fn read(
        ident: &Ident,
        block: &mut ItemImpl,
        library: &Path,
        errors: &mut Errors,
    ) -> Option<Self> {
        let flock = ident.to_string();
        let mut run = None;
        let mut handlers = Vec::<Handler>::new();
        let mut validators = Vec::<Validator>::new();
        let mut unmarked = None;
        for item in &mut block.items {
            let ImplItem::Fn(method) = item else { continue };
            let Some((mark, place)) = mark::take(method, errors) else {
                unmarked = unmarked.or_else(|| could_run(&method.sig));
                continue;
            };
            replay::check(&*method, errors);
            body::mend(&method.sig, &mut method.block, library, errors);
            match mark {
                Mark::Run if run.is_some() => errors.at(place, say::run_twice(&flock)),
                Mark::Run => run = Some(Run::read(ident, method, errors)),
                Mark::Handler(kind, named) => {
                    handlers.push(Handler::read(ident, kind, named, method, errors));
                }
                Mark::Validate(update) => {
                    validators.push(Validator::read(update, method, errors));
                }
            }
            method.attrs.push(allowed(&method.sig));
        }
        handler::pair(&mut handlers, validators, errors);
        handler::check_names(&handlers, errors);
        if run.is_none() {
            match unmarked {
                Some(method) => {
                    errors.at(
                        method.span(),
                        say::run_unmarked(&flock, &method.to_string()),
                    );
                }
                None => errors.at(ident.span(), say::no_run(&flock)),
            }
        }
        Some(Self {
            run: run?,
            handlers,
        })
    }
}

/// The name of a method without an attribute that could well be the one to run.
fn could_run(sig: &Signature) -> Option<Ident> {
    let takes_context = |input: &FnArg| matches!(input, FnArg::Typed(input) if last_word(&input.ty).as_deref() == Some("FlockContext"));
    let is_like_run = sig.asyncness.is_some() && sig.inputs.first().is_some_and(takes_context);
    is_like_run.then(|| sig.ident.clone())
}

/// What clippy has against methods that are as they are for the flock's sake.
fn allowed(sig: &Signature) -> Attribute {
    match sig.asyncness {
        Some(_) => parse_quote! {
            #[allow(clippy::future_not_send, clippy::same_name_method, clippy::unused_async)]
        },
        None => parse_quote! {
            #[allow(
                clippy::missing_const_for_fn,
                clippy::needless_pass_by_value,
                clippy::same_name_method,
                clippy::unnecessary_wraps,
                clippy::unused_self
            )]
        },
    }
}

impl Run {
    fn read(flock: &Ident, method: &mut ImplItemFn, errors: &mut Errors) -> Self {
        context::check(flock, method, Role::Flock, errors);
        let receiver = method.sig.inputs.iter().find_map(|input| match input {
            FnArg::Receiver(receiver) => Some(receiver.self_token.span),
            FnArg::Typed(_) => None,
        });
        if let Some(place) = receiver {
            errors.at(place, say::run_takes_self());
        }
        // The receiver is spoken of already.
        let mut sig = method.sig.clone();
        sig.inputs = sig
            .inputs
            .into_iter()
            .filter(|input| matches!(input, FnArg::Typed(_)))
            .collect();
        let mut function = Function::read(&mut sig, Role::Flock, errors);
        undescribed(&mut method.sig.inputs);
        if !function.takes_context() {
            // Where there is a `self`, it was meant for what is missing.
            if receiver.is_none() {
                errors.at(
                    sig.ident.span(),
                    say::run_without_context(&sig.ident.to_string()),
                );
            }
            function.slots.insert(0, Slot::Context);
        }
        Self {
            vis: method.vis.clone(),
            attrs: emit::inherited(&method.attrs),
            ident: method.sig.ident.clone(),
            function,
        }
    }
}

/// Takes the descriptions off parameters, where rustc allows none.
fn undescribed<P>(inputs: &mut syn::punctuated::Punctuated<FnArg, P>) {
    for input in inputs {
        if let FnArg::Typed(parameter) = input {
            parameter
                .attrs
                .retain(|attr: &Attribute| !attr.path().is_ident("doc"));
        }
    }
}
