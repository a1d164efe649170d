//! Requests to people: what is asked and answered ([`request`]), the call in a flock's body (`call`), and
//! the requests of a run that are open (`open`). `resolution` is what a person says of a step that was begun and
//! never ended. `names` are lists of people, however written.

mod call;
mod names;
mod open;
pub(crate) mod request;
mod resolution;

pub use call::Approval;
pub use names::Names;
pub(super) use open::{Approvals, Closed};
pub use request::{Answer, ApprovalRequest, Decision};
pub(crate) use resolution::RESOLVE;
pub use resolution::Resolution;
