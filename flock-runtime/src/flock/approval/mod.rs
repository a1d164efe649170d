//! Requests to people: what is asked and answered ([`request`]), the call in a flock's body (`call`), and
//! the requests of a run that are open (`open`). `names` are lists of people, however written.

mod call;
mod names;
mod open;
pub(crate) mod request;

pub use call::Approval;
pub use names::Names;
pub(super) use open::{Approvals, Closed};
pub use request::{Answer, ApprovalRequest, Decision};
