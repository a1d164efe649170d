//! The engine in this process.
use super::*;
use crate::runtime::Parts;
pub struct LocalEngine(Parts);
impl LocalEngine { pub fn new(parts: Parts) -> Self { Self(parts) } }
impl Engine for LocalEngine {
    fn name(&self) -> &'static str { "local" }
    fn start(&self, _: StartRequest) -> BoxFuture<'_, Result<RunId, RunError>> { todo!() }
    fn result<'a>(&'a self, _: &'a RunId) -> BoxFuture<'a, Result<Payload, RunError>> { todo!() }
    fn describe<'a>(&'a self, _: &'a RunId) -> BoxFuture<'a, Result<RunDescription, RunError>> { todo!() }
    fn cancel<'a>(&'a self, _: &'a RunId, _: &'a str) -> BoxFuture<'a, Result<(), RunError>> { todo!() }
    fn terminate<'a>(&'a self, _: &'a RunId, _: &'a str) -> BoxFuture<'a, Result<(), RunError>> { todo!() }
    fn list<'a>(&'a self, _: Option<&'a str>, _: usize) -> BoxFuture<'a, Result<Vec<RunDescription>, RunError>> { todo!() }
    fn steps(&self, _: &RunId) -> BoxStream<'static, StepEvent> { todo!() }
}
