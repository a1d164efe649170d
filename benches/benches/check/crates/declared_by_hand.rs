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
        Field {
            name: "topic",
            ty: "String",
            description: "What to write about",
            optional: false,
        },
        Field {
            name: "depth",
            ty: "u8",
            description: "",
            optional: true,
        },
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
        Field {
            name: "article",
            ty: "String",
            description: "Ready to print",
            optional: false,
        },
        Field {
            name: "sources",
            ty: "Vec<String>",
            description: "",
            optional: false,
        },
    ]);
}

impl From<(String, Vec<String>)> for Research00Output {
    fn from((article, sources): (String, Vec<String>)) -> Self {
        Self { article, sources }
    }
}

impl Flock for Research00 {
    const NAME: &'static str = "research00";
    const DESCRIPTOR: &'static FlockDescriptor = &FlockDescriptor {
        name: Self::NAME,
        rust_name: "Research00",
        description: "Research a topic, then write about it.",
        options: FlockOptions {
            task_queue: Some("research"),
            timeout: Some(Duration::from_secs(30 * 60)),
            ..FlockOptions::NONE
        },
        agent_defaults: AgentOptions {
            timeout: Some(Duration::from_secs(60)),
            ..AgentOptions::NONE
        },
        graph: &[Node::Agent {
            entry: &AgentEntry::of::<Researcher00>(),
            next: <<Researcher00 as Agent>::HandOff as Links<Depth>>::NODES,
        }],
        location: Location {
            file: file!(),
            line: line!(),
            module: module_path!(),
        },
    };
    type Input = Research00Input;
    type Output = Research00Output;

    fn run(
        context: FlockContext,
        input: Research00Input,
    ) -> LocalFuture<'static, Result<Research00Output>> {
        let output = match Research00Output::SHAPE {
            Shape::Fields(fields) => Output::Named(fields),
            Shape::Value => Output::Last,
        };
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
