//! The pages beneath the README, a module each.

#[doc = include_str!("../docs/flocks.md")]
pub mod flocks {}

#[doc = include_str!("../docs/tools.md")]
pub mod tools {}

#[doc = include_str!("../docs/models.md")]
pub mod models {}

#[doc = include_str!("../docs/patterns.md")]
pub mod patterns {}

#[doc = include_str!("../docs/blackboard.md")]
pub mod blackboard {}

#[doc = include_str!("../docs/streaming.md")]
pub mod streaming {}

#[doc = include_str!("../docs/mcp.md")]
pub mod mcp {}

#[doc = include_str!("../docs/limits.md")]
pub mod limits {}

#[doc = include_str!("../docs/flock-toml.md")]
pub mod flock_toml {}

#[doc = include_str!("../docs/workers.md")]
pub mod workers {}

#[doc = include_str!("../docs/pool.md")]
pub mod pool {}

#[doc = include_str!("../docs/deploy.md")]
pub mod deploy {}

#[doc = include_str!("../docs/running-temporal.md")]
pub mod running_temporal {}

#[doc = include_str!("../docs/scaling.md")]
pub mod scaling {}

#[doc = include_str!("../docs/encryption.md")]
pub mod encryption {}

#[doc = include_str!("../docs/large-values.md")]
pub mod large_values {}

#[doc = include_str!("../docs/observability.md")]
pub mod observability {}

#[doc = include_str!("../docs/rescue.md")]
pub mod rescue {}

#[doc = include_str!("../docs/testing.md")]
pub mod testing {}

#[doc = include_str!("../docs/embedding.md")]
pub mod embedding {}

#[doc = include_str!("../docs/compile-errors.md")]
pub mod compile_errors {}
