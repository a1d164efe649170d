use flock::prelude::*;

fn number(text: &str) -> Result<u8> {
    let number = text.parse::<u8>().map_err(|_| "no number")?;
    Ok(number)
}

fn page(text: &str) -> Result<u8> {
    let number = text.parse::<u8>().map_err(|_| format!("no page {text}"))?;
    Ok(number)
}

fn odd() -> Result<u8> {
    Err("bad".into())
}

fn main() {}
