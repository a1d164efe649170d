use flock::prelude::*;

#[agent]
async fn writer(report: Reprot) -> Result<String> {
    Ok(report.text)
}

fn main() {}
