//! What attributes declare, as constants: limits, retries and queues of agents ([`options`]), search
//! attributes ([`search`]), schedules ([`schedule`]), what becomes of running flocks when a new build
//! comes ([`versioning`]), and of a workflow id that is taken ([`id_policy`]).
//!
//! A new option of `#[agent]` begins in [`options`], a new kind of search attribute in [`search`].

pub mod id_policy;
pub mod options;
pub mod schedule;
pub mod search;
pub mod versioning;
