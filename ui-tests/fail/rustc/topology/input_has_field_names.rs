use flock::prelude::*;

#[flock_type]
#[derive(Debug, Clone)]
enum Order {
    Tea,
    Coffee,
}

#[agent(input = Order, output = "cup: String")]
async fn barista(order: Order) -> Result<String> {
    Ok(format!("{order:?}"))
}

#[flock(start = barista)]
struct Cafe;

fn main() {}
