use flock::prelude::*;

#[flock_type]
struct Ticket {
    #[serde(rename(serialize = "written"))]
    subject: String,
    #[serde(rename(serialize = "prio"), alias = "prio")]
    priority: u8,
    #[cfg_attr(all(), serde(rename(deserialize = "owner")))]
    by: Option<String>,
}

#[flock_type]
#[serde(rename_all(deserialize = "camelCase"))]
struct Desk {
    open_since: u64,
}

fn main() {}
