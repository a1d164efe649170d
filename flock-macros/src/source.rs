//! The item under an attribute.

mod defaults;

use std::collections::VecDeque;

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::{
    Attribute, Block, DeriveInput, Expr, Fields, FnModifiers, Generics, ImplItem, ImplItemFn,
    ItemFn, ItemImpl, ItemStruct, Path, Stmt, TraitItemFn, Visibility, braced,
    parse::{ParseStream, Parser, discouraged::Speculative},
};

use crate::{
    diag::{Errors, say},
    function::generics,
    role::Role,
};

pub(crate) use defaults::ParameterDefault;

/// The item under an attribute.
pub(crate) enum Source {
    Function(ItemFn),
    Struct(ItemStruct),
    Impl(Box<ItemImpl>),
    /// None of these: its keyword, and where that is.
    Other(String, Span),
}

impl Source {
    /// Reads the item, without the defaults that its functions' parameters have in other languages.
    pub(crate) fn read(item: TokenStream) -> (Self, Vec<ParameterDefault>) {
        let mut defaults = Vec::new();
        match Self::sound(item.clone()) {
            Self::Other(word, place) => match Self::sound(defaults::take(item, &mut defaults)) {
                Self::Other(..) => (Self::Other(word, place), Vec::new()),
                source => (source, defaults),
            },
            source => (source, defaults),
        }
    }

    fn sound(item: TokenStream) -> Self {
        if let Ok(function) = function.parse2(item.clone()) {
            return Self::Function(function);
        }
        if let Ok(structure) = syn::parse2(item.clone()) {
            return Self::Struct(structure);
        }
        if let Ok(block) = block(item.clone()) {
            return Self::Impl(Box::new(block));
        }
        let keyword = |input: ParseStream<'_>| {
            input.call(Attribute::parse_outer)?;
            input.parse::<Visibility>()?;
            let keyword = (input.to_string(), input.span());
            input.parse::<TokenStream>()?;
            Ok(keyword)
        };
        let (rest, span) = keyword
            .parse2(item)
            .unwrap_or((String::new(), Span::call_site()));
        let word = rest.split_whitespace().next().unwrap_or_default();
        Self::Other(word.to_owned(), span)
    }
}

/// A function whose body is kept as it is: it is the compiler's to read, and half of it is enough
/// for an editor.
fn function(input: ParseStream<'_>) -> syn::Result<ItemFn> {
    Ok(ItemFn {
        attrs: input.call(Attribute::parse_outer)?,
        vis: input.parse()?,
        modifiers: FnModifiers::default(),
        sig: input.parse()?,
        block: Box::new(body(input)?),
    })
}

/// An `impl` whose methods are kept likewise.
fn block(item: TokenStream) -> syn::Result<ItemImpl> {
    let mut tokens: Vec<TokenTree> = item.into_iter().collect();
    let items = match tokens.last_mut() {
        Some(TokenTree::Group(last)) if last.delimiter() == Delimiter::Brace => {
            let items = last.stream();
            let mut empty = Group::new(Delimiter::Brace, TokenStream::new());
            empty.set_span(last.span());
            *last = empty;
            items
        }
        _ => TokenStream::new(),
    };
    let mut block: ItemImpl = syn::parse2(tokens.into_iter().collect())?;
    let all = |input: ParseStream<'_>| {
        block.attrs.extend(input.call(Attribute::parse_inner)?);
        while !input.is_empty() {
            block.items.push(impl_item(input)?);
        }
        Ok(())
    };
    all.parse2(items)?;
    Ok(block)
}

fn impl_item(input: ParseStream<'_>) -> syn::Result<ImplItem> {
    let ahead = input.fork();
    match function(&ahead) {
        Ok(method) => {
            input.advance_to(&ahead);
            Ok(ImplItem::Fn(ImplItemFn {
                attrs: method.attrs,
                vis: method.vis,
                modifiers: method.modifiers,
                sig: method.sig,
                block: *method.block,
            }))
        }
        Err(_) => input.parse(),
    }
}

fn body(input: ParseStream<'_>) -> syn::Result<Block> {
    let body;
    let brace_token = braced!(body in input);
    let body = Stmt::Expr(Expr::Verbatim(body.parse()?), None);
    Ok(Block {
        brace_token,
        stmts: vec![body],
    })
}

/// Puts a statement before all others of a body, and after what is said of the body itself.
pub(crate) fn begin_with(body: &mut Block, statement: TokenStream) {
    let mut rest: VecDeque<TokenTree> = std::mem::take(&mut body.stmts)
        .into_iter()
        .flat_map(ToTokens::into_token_stream)
        .collect();
    let mut tokens = TokenStream::new();
    while is_inner(&rest) {
        tokens.extend(rest.drain(..3));
    }
    tokens.extend(statement);
    tokens.extend(rest);
    body.stmts = vec![Stmt::Expr(Expr::Verbatim(tokens), None)];
}

/// Whether an inner attribute, `#![…]`, comes first.
fn is_inner(tokens: &VecDeque<TokenTree>) -> bool {
    let is = |at: usize, mark| matches!(tokens.get(at), Some(TokenTree::Punct(found)) if found.as_char() == mark);
    is(0, '#') && is(1, '!') && matches!(tokens.get(2), Some(TokenTree::Group(_)))
}

/// Notes a function without a body, as in a trait, and gives it one where the compiler would ask for
/// it too. Whether it was one.
pub(crate) fn no_body(item: &mut TokenStream, role: Role, errors: &mut Errors) -> bool {
    let Ok(function) = syn::parse2::<TraitItemFn>(item.clone()) else {
        return false;
    };
    let name = function.sig.ident.to_string();
    errors.at(function.sig.ident.span(), say::no_body(role, &name));
    // Among foreign functions, none of which is async, it must have none.
    if function.sig.asyncness.is_some() {
        let TraitItemFn { attrs, sig, .. } = function;
        let vis = visibility(item);
        *item = quote! {
            #(#attrs)*
            #[allow(unused_variables)]
            #vis #sig {
                ::core::panic!()
            }
        };
    }
    true
}

fn visibility(item: &TokenStream) -> Option<Visibility> {
    let read = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        input.parse::<TokenStream>()?;
        Ok(vis)
    };
    read.parse2(item.clone()).ok()
}

/// Notes what a struct that stands for an agent or a flock cannot have, and takes off what the
/// compiler would refuse as well. Whether code can still be generated for it.
pub(crate) fn unit(item: &mut ItemStruct, role: Role, errors: &mut Errors) -> bool {
    let name = item.ident.to_string();
    match &item.fields {
        Fields::Unit => generics(&item.generics, role, &name, errors),
        // Without fields there is no use for parameters either.
        fields if role == Role::Flock => errors.under(fields, say::state_of_flock(&name)),
        fields => errors.under(fields, say::not_unit(role, &name)),
    }
    if matches!(item.fields, Fields::Unit) {
        // Parameters that no field uses.
        item.generics = Generics::default();
    }
    item.generics.params.is_empty()
}

/// The item with its `#[cfg]` before our `attribute`, where it came after: what is generated beside the
/// item then goes when the item goes.
pub(crate) fn configured(
    item: &mut impl Attributed,
    library: &Path,
    attribute: &str,
    options: &TokenStream,
) -> Option<TokenStream> {
    let attrs = item.attrs()?;
    let is_cfg = |attr: &Attribute| attr.path().is_ident("cfg");
    let (cfgs, rest): (Vec<_>, Vec<_>) = attrs.drain(..).partition(is_cfg);
    *attrs = rest;
    let attribute = format_ident!("{attribute}");
    (!cfgs.is_empty()).then(|| quote!(#(#cfgs)* #[#library::#attribute(#options)] #item))
}

/// What attributes stand on.
pub(crate) trait Attributed: ToTokens {
    /// Its attributes, where it can have ours among them.
    fn attrs(&mut self) -> Option<&mut Vec<Attribute>>;
}

impl Attributed for DeriveInput {
    fn attrs(&mut self) -> Option<&mut Vec<Attribute>> {
        Some(&mut self.attrs)
    }
}

impl Attributed for ItemStruct {
    fn attrs(&mut self) -> Option<&mut Vec<Attribute>> {
        Some(&mut self.attrs)
    }
}

impl Attributed for Source {
    fn attrs(&mut self) -> Option<&mut Vec<Attribute>> {
        match self {
            Self::Function(item) => Some(&mut item.attrs),
            Self::Struct(item) => Some(&mut item.attrs),
            Self::Impl(item) => Some(&mut item.attrs),
            Self::Other(..) => None,
        }
    }
}

impl ToTokens for Source {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Function(item) => item.to_tokens(tokens),
            Self::Struct(item) => item.to_tokens(tokens),
            Self::Impl(item) => item.to_tokens(tokens),
            Self::Other(..) => {}
        }
    }
}

/// Takes a second `#[agent]`, `#[tool]` or `#[flock]` off an item, so that it is not expanded again. Of an item that
/// is meant to be both, how many faults are noted by then: what else is amiss with it nobody can tell.
pub(crate) fn only_one(
    attrs: &mut Vec<Attribute>,
    role: Role,
    errors: &mut Errors,
) -> Option<usize> {
    let mut is_one = true;
    attrs.retain(|attr| {
        let word = attr
            .path()
            .segments
            .last()
            .map(|last| last.ident.to_string());
        let second = match word.as_deref() {
            Some("agent") => Role::Agent,
            Some("tool") => Role::Tool,
            Some("flock") => Role::Flock,
            _ => return true,
        };
        is_one &= second == role;
        errors.under(
            attr.path(),
            match second == role {
                true => say::applied_twice(role),
                false => say::two_roles(role, second),
            },
        );
        false
    });
    (!is_one).then(|| errors.count())
}
