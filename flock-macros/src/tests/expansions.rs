//! What the macros write, as Rust. `UPDATE_EXPECT=1 cargo test -p flock-macros` writes it anew.

use expect_test::{ExpectFile, expect_file};
use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    agent::agent,
    flock::flock,
    flock_type::{derive, flock_type},
    signal::signal,
    tool::tool,
};

fn shows(expected: &ExpectFile, expansion: TokenStream) {
    let file = match syn::parse2(expansion.clone()) {
        Ok(file) => file,
        Err(error) => panic!("{error}: {expansion}"),
    };
    expected.assert_eq(&prettyplease::unparse(&file));
}

#[test]
fn agent_on_a_struct() {
    let expansion = agent(
        quote! {
            input = "topic: String | The topic to research, depth: u8 = 2",
            output(/** Research findings */ findings: Vec<Finding>),
            model = "openai/gpt-4o",
            retries = 3,
            timeout = "1m",
            hand_off = summarizer,
        },
        quote! {
            /// You are a meticulous researcher.
            /// Cite every source.
            ///
            /// Say nothing else.
            pub struct Researcher;
        },
    );
    shows(&expect_file!["expansions/agent_on_a_struct.rs"], expansion);
}

#[test]
fn agent_on_a_function() {
    let expansion = agent(
        quote! {
            output = "summary: String | Concise summary, words: u32",
            local,
            hand_off(route, among = [Billing, Support]),
            loop_to = Researcher,
            max_rounds = 2,
        },
        quote! {
            /// Sums up.
            async fn summarizer(
                ctx: AgentContext,
                State(pool): State<Pool>,
                /// What to sum up
                findings: String,
            ) -> Result<(String, u32)> {
                sum_up(ctx, pool, findings)
            }
        },
    );
    shows(
        &expect_file!["expansions/agent_on_a_function.rs"],
        expansion,
    );
}

#[test]
fn agent_with_tools() {
    let item = quote! {
        /// You are a meticulous researcher.
        struct Researcher;
    };
    shows(
        &expect_file!["expansions/agent_with_tools.rs"],
        agent(
            quote!(tools = [web::search, Summarizer], max_turns = 10),
            item,
        ),
    );
}

#[test]
fn agent_with_servers() {
    let item = quote! {
        /// You are a meticulous researcher.
        struct Researcher;
    };
    shows(
        &expect_file!["expansions/agent_with_servers.rs"],
        agent(quote!(mcp = ["files", "web"]), item),
    );
}

#[test]
fn tool_on_a_function() {
    let expansion = tool(
        quote!(
            effect = "write",
            needs_approval,
            max_result = 4096,
            timeout = "1m"
        ),
        quote! {
            /// Books a table.
            ///
            /// Ask for another day when there is none.
            pub async fn book_table(
                ctx: AgentContext,
                State(desk): State<Desk>,
                /// Of how many
                seats: u8,
                day: Option<String>,
            ) -> Result<Booking> {
                desk.book(ctx, seats, day)
            }
        },
    );
    shows(&expect_file!["expansions/tool_on_a_function.rs"], expansion);
}

#[test]
fn agent_that_takes_and_gives_nothing() {
    let item = quote! {
        pub(crate) async fn idle() -> Result<()> {
            Ok(())
        }
    };
    shows(
        &expect_file!["expansions/agent_that_takes_and_gives_nothing.rs"],
        agent(quote!(), item),
    );
}

#[test]
fn flock_on_a_struct() {
    let expansion = flock(
        quote! {
            start = Researcher,
            input(topic: String),
            output(summary: String),
            task_queue = "research",
            timeout(execution = "30m", agent = "1m"),
            retry(initial = "2s", non_retryable = ["ValueError"]),
        },
        quote! {
            /// Research a topic, then sum it up.
            pub struct Research;
        },
    );
    shows(&expect_file!["expansions/flock_on_a_struct.rs"], expansion);
}

#[test]
fn flock_on_a_schedule() {
    let expansion = flock(
        quote! {
            schedule = "0 9 * * MON-FRI",
            time_zone = "Europe/Vienna",
            overlap = "buffer_one",
            jitter = "5m",
        },
        quote! {
            async fn report(ctx: FlockContext, topic: Option<String>) -> Result<String> {
                written(ctx, topic).await
            }
        },
    );
    shows(
        &expect_file!["expansions/flock_on_a_schedule.rs"],
        expansion,
    );
}

#[test]
fn flock_on_a_function() {
    let expansion = flock(
        quote!(crate = elsewhere::flock),
        quote! {
            /// Compares two topics.
            async fn compare(ctx: FlockContext, left: String, right: String) -> Result<Comparison> {
                compared(ctx, left, right).await
            }
        },
    );
    shows(
        &expect_file!["expansions/flock_on_a_function.rs"],
        expansion,
    );
}

#[test]
fn flock_on_an_impl() {
    let expansion = flock(
        quote!(),
        quote! {
            /// Waits for a person.
            impl Approval {
                #[run]
                pub async fn run(ctx: FlockContext<Self>, draft: String) -> Result<String> {
                    waited(ctx, draft).await
                }
                /// A person said yes.
                #[signal]
                pub fn approve(&mut self, by: String) {
                    self.by = Some(by);
                }
                #[query]
                pub fn approver(&self) -> Option<String> {
                    self.by.clone()
                }
                #[update]
                pub async fn ask(ctx: FlockContext<Self>, whom: String) -> Result<bool> {
                    asked(ctx, whom).await
                }
                #[validate(ask)]
                fn knows(&self, whom: String) -> Result<()> {
                    known(&self, whom)
                }
            }
        },
    );
    shows(&expect_file!["expansions/flock_on_an_impl.rs"], expansion);
}

#[test]
fn signal_on_a_struct() {
    let expansion = signal(
        quote!(),
        quote! {
            pub struct Approve {
                /// Who did.
                by: String,
            }
        },
    );
    shows(&expect_file!["expansions/signal_on_a_struct.rs"], expansion);
}

#[test]
fn flock_type_on_a_struct() {
    let item = quote! {
        #[derive(Debug, Serialize)]
        #[serde(rename_all = "camelCase")]
        pub struct Ticket {
            /// In a line.
            subject_line: String,
            #[serde(rename = "prio", default)]
            priority: u8,
            #[serde(skip)]
            cache: Vec<u8>,
            due: Option<String>,
        }
    };
    shows(
        &expect_file!["expansions/flock_type_on_a_struct.rs"],
        flock_type(quote!(), item),
    );
}

#[test]
fn fields_of_a_flock_type() {
    let item = quote! {
        #[flock_private(::flock::__private)]
        #[serde(rename_all = "camelCase")]
        pub struct Ticket {
            /// In a line.
            subject_line: String,
            #[serde(rename = "prio", default)]
            priority: u8,
            #[serde(skip)]
            cache: Vec<u8>,
            #[serde(skip_serializing)]
            due: Maybe<String>,
        }
    };
    shows(
        &expect_file!["expansions/fields_of_a_flock_type.rs"],
        derive(item),
    );
}

#[test]
fn agent_at_fault_keeps_its_types() {
    let item = quote! {
        async fn writer(text: &str) -> Result<String> {
            Ok(text.to_owned())
        }
    };
    let expansion = agent(quote!(retrys = 3, timeout = "5 mins"), item);
    shows(
        &expect_file!["expansions/agent_at_fault_keeps_its_types.rs"],
        expansion,
    );
}
