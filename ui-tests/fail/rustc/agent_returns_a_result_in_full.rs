use flock::prelude::*;

pub mod desk {
    pub struct Report<T>(pub T);
}

#[agent]
async fn writer(text: String) -> desk::Report<String> {
    desk::Report(text)
}

fn main() {}
