//! Requests to people: what is asked and answered ([`request`]), the call in a flock's body (`call`), and
//! the requests of a run that are open (`open`). `resolution` is what a person says of a step that was begun and
//! never ended, `extension` what one gives that has used up its budget, `elicited` what an MCP server wants to know. `names` are lists of people, however written.

mod call;
mod elicited;
mod extension;
mod names;
mod open;
pub(crate) mod request;
mod resolution;

pub use call::Approval;
pub(crate) use elicited::ASKED;
pub use elicited::Elicited;
pub(crate) use extension::EXTEND;
pub use extension::Extension;
pub use names::Names;
pub(super) use open::{Approvals, Closed};
pub use request::{Answer, ApprovalRequest, Decision};
pub(crate) use resolution::RESOLVE;
pub use resolution::Resolution;
