use flock::__private::orchestrate;

/// Research two topics at once.
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

/// The flock `compare_00`, as a type.
#[allow(non_camel_case_types)]
pub enum compare_00 {}

/// What flock `compare_00` takes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(crate = "flock::__private::serde")]
#[schemars(crate = "flock::__private::schemars")]
pub struct Compare00Input {
    /// The input `left`.
    pub left: String,
    /// The input `right`.
    pub right: String,
}

impl FlockType for Compare00Input {
    const SHAPE: Shape =
        Shape::Fields(&[Field::new("left", "String"), Field::new("right", "String")]);
}

impl From<(String, String)> for Compare00Input {
    fn from((left, right): (String, String)) -> Self {
        Self { left, right }
    }
}

impl Flock for compare_00 {
    const NAME: &'static str = "compare_00";
    const DESCRIPTOR: &'static FlockDescriptor = &FlockDescriptor::new(
        Self::NAME,
        "compare_00",
        Location::new(file!(), line!(), module_path!()),
    )
    .description("Research two topics at once.")
    .options(FlockOptions::NONE.timeout(Duration::from_secs(30 * 60)));
    type Input = Compare00Input;
    type Output = String;

    fn run(context: FlockContext, input: Compare00Input) -> LocalFuture<'static, Result<String>> {
        Box::pin(orchestrate(compare_00(context, input.left, input.right)))
    }
}

flock::__private::inventory::submit! { FlockEntry::of::<compare_00>() }
