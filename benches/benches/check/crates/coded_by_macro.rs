/// Research two topics at once.
#[flock(timeout = "30m")]
pub async fn compare_00(ctx: FlockContext, left: String, right: String) -> Result<String> {
    let (a, b) = flock::join!(
        ctx.run::<Researcher00>((left, 2)),
        ctx.run::<Researcher00>((right, 2)),
    );
    let (a, b) = flock::join!(
        ctx.run::<summarizer_00>(a?.findings),
        ctx.run::<summarizer_00>(b?.findings),
    );
    Ok(format!("{}\n{}", a?.summary, b?.summary))
}
