use flock::prelude::*;

#[signal(name = "__temporal_workflow_stream_publish")]
struct Published {
    items: Vec<String>,
}

fn main() {}
