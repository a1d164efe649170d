//! Requests to people: what is asked and answered ([`request`]), the call in a flock's body (`call`), and
//! the requests of a run that are open (`open`).

mod call;
mod open;
pub(crate) mod request;

pub use call::Approval;
pub(super) use open::{Approvals, Closed};
pub use request::{Answer, ApprovalRequest, Decision};
