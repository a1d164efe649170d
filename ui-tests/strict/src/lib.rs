//! Agents and flocks of every form, under the strictest lints: what the macros write gives no
//! warning in the crate of a user who denies them all. It is enough that this compiles.
//!
//! What is denied is kept to by what is written here by hand, so that no `allow` hides it in what is
//! generated: types are `non_exhaustive`, attributes have reasons. Lints that only ever speak of what
//! is written by hand (`implicit_return`, the order of items, `#[inline]`) are not in the list.
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    rustdoc::all,
    unused,
    unreachable_pub,
    unused_crate_dependencies,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    let_underscore_drop,
    meta_variable_misuse,
    non_ascii_idents,
    non_camel_case_types,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    variant_size_differences,
    future_incompatible,
    nonstandard_style,
    rust_2018_idioms,
    keyword_idents,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::absolute_paths,
    clippy::allow_attributes_without_reason,
    clippy::default_numeric_fallback,
    clippy::else_if_without_else,
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    clippy::indexing_slicing,
    clippy::missing_docs_in_private_items,
    clippy::missing_trait_methods,
    clippy::panic,
    clippy::pattern_type_mismatch,
    clippy::same_name_method,
    clippy::shadow_reuse,
    clippy::shadow_same,
    clippy::shadow_unrelated,
    clippy::single_char_lifetime_names,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core,
    clippy::unwrap_used
)]
#![allow(
    clippy::question_mark_used,
    clippy::module_name_repetitions,
    reason = "about what the user writes here"
)]

pub mod agents;
pub mod flocks;
mod private;
pub mod stateful;
