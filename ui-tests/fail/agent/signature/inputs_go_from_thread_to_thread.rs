use flock::prelude::*;

#[agent]
async fn writer(text: std::rc::Rc<String>) -> Result<String> {
    Ok(text.to_string())
}

fn main() {}
