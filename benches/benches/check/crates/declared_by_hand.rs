use flock::__private::{
    Output, follow,
    topology::{self, Depth, Links, Node},
};

/// Research a topic, then write about it.
pub struct Research00;

/// What flock `Research00` takes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(crate = "flock::__private::serde")]
#[schemars(crate = "flock::__private::schemars")]
pub struct Research00Input {
    /// What to write about
    pub topic: String,
    /// The input `depth`.
    #[serde(default = "Research00Input::default_depth")]
    pub depth: u8,
}

impl Research00Input {
    fn default_depth() -> u8 {
        2
    }
}

impl FlockType for Research00Input {
    const SHAPE: Shape = Shape::Fields(&[
        Field::new("topic", "String").description("What to write about"),
        Field::new("depth", "u8").optional(true),
    ]);
}

impl From<(String, u8)> for Research00Input {
    fn from((topic, depth): (String, u8)) -> Self {
        Self { topic, depth }
    }
}

/// What flock `Research00` gives.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(crate = "flock::__private::serde")]
#[schemars(crate = "flock::__private::schemars")]
pub struct Research00Output {
    /// Ready to print
    pub article: String,
    /// The output `sources`.
    pub sources: Vec<String>,
}

impl FlockType for Research00Output {
    const SHAPE: Shape = Shape::Fields(&[
        Field::new("article", "String").description("Ready to print"),
        Field::new("sources", "Vec<String>"),
    ]);
}

impl From<(String, Vec<String>)> for Research00Output {
    fn from((article, sources): (String, Vec<String>)) -> Self {
        Self { article, sources }
    }
}

impl Flock for Research00 {
    const NAME: &'static str = "research00";
    const DESCRIPTOR: &'static FlockDescriptor = &FlockDescriptor::new(
        Self::NAME,
        "Research00",
        Location::new(file!(), line!(), module_path!()),
    )
    .description("Research a topic, then write about it.")
    .options(
        FlockOptions::NONE
            .task_queue("research")
            .timeout(Duration::from_secs(30 * 60)),
    )
    .agent_defaults(AgentOptions::NONE.timeout(Duration::from_secs(60)))
    .graph(&[Node::Agent {
        entry: &Researcher00::ENTRY,
        next: <<Researcher00 as Agent>::HandOff as Links<Depth>>::NODES,
    }]);
    type Input = Research00Input;
    type Output = Research00Output;

    fn run(
        context: FlockContext,
        input: Research00Input,
    ) -> LocalFuture<'static, Result<Research00Output>> {
        let output = Output::of(Research00Output::SHAPE);
        Box::pin(follow(context, Self::DESCRIPTOR.graph, input, output))
    }
}

const _: () = topology::check(
    Research00::NAME,
    Research00::DESCRIPTOR.graph,
    Research00Input::SHAPE,
    Some(Research00Output::SHAPE),
);

flock::__private::inventory::submit! { FlockEntry::of::<Research00>() }
