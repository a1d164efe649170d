//! What attributes declare, as constants: limits, retries and queues of agents ([`options`]), search
//! attributes ([`search`]), schedules ([`schedule`]), what becomes of running flocks when a new build
//! comes ([`versioning`]), of a workflow id that is taken ([`id_policy`]), and of a step that was begun and never
//! ended ([`effect`]). [`pool`] is what workers go by on the task queues of a class. [`budget`] is what asking models may cost, [`reasoning`] how much they
//! think, [`looped`] where a conversation with tools is held.
//!
//! A new option of `#[agent]` is a line in [`options`], a new kind of search attribute begins in [`search`].
//! `settings` makes of such lines what the attributes' expansions set and the engines read.

pub mod budget;
pub mod effect;
pub mod id_policy;
pub mod looped;
pub mod options;
pub mod pool;
pub mod reasoning;
pub mod schedule;
pub mod search;
pub(crate) mod settings;
pub mod versioning;
