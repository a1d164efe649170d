//! Ten agents in a row, each giving 20 KB: history must grow with the steps, not with their square.
//! And values that are too large for a server.

use flock::prelude::*;

fn page(n: usize) -> String {
    // Text that does not compress to nothing and is the same on every replay.
    (0..2_000)
        .map(|i| format!("{:09} ", (i + 1) * (n + 7) * 7_919 % 999_999_937))
        .collect()
}

macro_rules! pages {
    ($($agent:ident: $field:literal $(then $next:ident)?),* $(,)?) => {$(
        #[agent(output = $field $(, hand_off = $next)?)]
        pub(crate) async fn $agent(seed: u64) -> Result<String> {
            Ok(page(usize::try_from(seed).unwrap_or_default()))
        }
    )*};
}

pages! {
    page_one: "text_one: String" then page_two,
    page_two: "text_two: String" then page_three,
    page_three: "text_three: String" then page_four,
    page_four: "text_four: String" then page_five,
    page_five: "text_five: String" then page_six,
    page_six: "text_six: String" then page_seven,
    page_seven: "text_seven: String" then page_eight,
    page_eight: "text_eight: String" then page_nine,
    page_nine: "text_nine: String" then page_ten,
    page_ten: "text_ten: String",
}

/// Ten pages of 20 KB.
#[flock(start = page_one)]
pub(crate) struct Book;

/// A result that no server takes.
#[flock]
pub(crate) async fn swells(_ctx: FlockContext, bytes: u64) -> Result<String> {
    Ok("x".repeat(usize::try_from(bytes).unwrap_or_default()))
}

#[agent(output = "text: String")]
pub(crate) async fn bloated(bytes: u64) -> Result<String> {
    Ok("x".repeat(usize::try_from(bytes).unwrap_or_default()))
}

/// An agent's result that no server takes.
#[flock(start = bloated)]
pub(crate) struct Bloat;

#[agent(output = "length: u64")]
pub(crate) async fn measures(text: String) -> Result<u64> {
    Ok(text.len() as u64)
}

/// An agent's input that no server takes.
#[flock]
pub(crate) async fn overfeeds(ctx: FlockContext, bytes: u64) -> Result<u64> {
    let text = "x".repeat(usize::try_from(bytes).unwrap_or_default());
    Ok(ctx.run::<measures>(text).await?.length)
}
