//! Each flock of each example: how it ends, and what it then says.

/// A run of an example's flock, the same in its own process and on Temporal.
pub(super) struct Case {
    pub(super) example: &'static str,
    pub(super) flock: &'static str,
    /// What is given with `--input`.
    pub(super) inputs: &'static [&'static str],
    pub(super) end: End,
}

/// How a run must end.
pub(super) enum End {
    /// With a result that has these texts.
    Gives(&'static [&'static str]),
    /// With exit code 1 and these texts.
    Fails(&'static [&'static str]),
    /// With a result once somebody has told it something.
    Told(Told),
}

/// What a flock is told that does not end by itself.
pub(super) struct Told {
    /// Flags of `run` in its own process, and the exit code.
    pub(super) here: (&'static [&'static str], i32),
    /// The command that tells it on Temporal; `{id}` is the run.
    pub(super) by: &'static [&'static str],
    /// What the result then has.
    pub(super) gives: &'static [&'static str],
}

use End::{Fails, Gives};

const fn case(
    example: &'static str,
    flock: &'static str,
    inputs: &'static [&'static str],
    end: End,
) -> Case {
    Case {
        example,
        flock,
        inputs,
        end,
    }
}

pub(super) const CASES: &[Case] = &[
    case(
        "quickstart",
        "digest",
        &[],
        Gives(&[
            "Ships steer by it",
            "Fire burned at its top",
            "A light without a log was a light that nobody could trust.",
        ]),
    ),
    case(
        "streaming",
        "story",
        &["about=a gull"],
        Gives(&["words", "27"]),
    ),
    case(
        "research",
        "research",
        &[],
        Gives(&[
            "Durable execution keeps a program's progress outside the process that runs it",
            "After a crash another process replays that history",
        ]),
    ),
    case(
        "presentation",
        "presentation",
        &[],
        Gives(&[
            "  1 min  2. Work is lost",
            " 20 min  Questions about Durable agents",
        ]),
    ),
    case(
        "presentation",
        "presentation",
        &["minutes=4"],
        Fails(&["4 minutes are too few for an opening, 3 points and a close"]),
    ),
    case(
        "approval",
        "publish",
        &[],
        End::Told(Told {
            here: (&["--yes"], 0),
            by: &[
                "approve",
                "{id}/publish-1",
                "--role",
                "editors",
                "--option",
                "front",
            ],
            gives: &["https://news.example/front/on-durable-execution"],
        }),
    ),
    case(
        "monitoring",
        "watch",
        &["service=dark.example", "rounds=4"],
        Gives(&[
            "dark.example: 4 rounds, up 0.0 % of them, the longest outage 4 rounds",
            "\npaged: dark.example has not answered since round 1 (page 1)",
        ]),
    ),
    case(
        "parallel_analysis",
        "analysis",
        &[],
        Gives(&[
            "1. 13 words, longest ",
            "\n2. agent `reader` failed: the chapter is empty\n",
            "questions: Who keeps the light? What if it fails?",
        ]),
    ),
    case(
        "data_pipeline",
        "pipeline",
        &[],
        Gives(&[
            "orders.csv: 2 rows, 1 left out\nparts.csv: 2 rows, 0 left out\nghosts.csv: ",
            "there is no file ghosts.csv",
        ]),
    ),
    case(
        "data_pipeline",
        "import",
        &["file=orders.csv"],
        Gives(&[r#""rows":2"#, r#""dropped":1"#]),
    ),
    case(
        "data_pipeline",
        "import",
        &["file=ghosts.csv"],
        Fails(&["there is no file ghosts.csv"]),
    ),
    case(
        "flock_signals",
        "dinner",
        &[],
        Gives(&[
            "soup after 8 minutes\npie after 6 minutes\napple crumble after 26 minutes",
            "\n3 dishes in all",
        ]),
    ),
    case(
        "flock_signals",
        "kitchen",
        &[],
        End::Told(Told {
            // Nobody tells it anything.
            here: (&["--timeout", "1s"], 5),
            by: &["signal", "{id}", "closed"],
            gives: &["0"],
        }),
    ),
    case(
        "order_saga",
        "book_journey",
        &["days=2"],
        Gives(&["Booked:\n  flight for 2 days\n  hotel for 2 nights\n  car for 2 days"]),
    ),
    case(
        "order_saga",
        "book_journey",
        &[],
        Gives(&[
            "Not booked: agent `book_car` failed: no car is free for so long",
            "  undone      cancel_car\n  undone      cancel_hotel\n  undone      cancel_flight\n",
        ]),
    ),
    case(
        "order_saga",
        "book_journey",
        &["days=30"],
        Gives(&[
            "  undone      cancel_flight\n",
            "NOT UNDONE  cancel_hotel: agent `cancel_hotel` failed: the desk does not answer",
        ]),
    ),
    case(
        "polling",
        "encode",
        &["film=Metropolis"],
        Gives(&["Metropolis is encoded: Metropolis@"]),
    ),
    case(
        "pooled_shop",
        "order",
        &["item=lamp"],
        Gives(&["lamp: paid. Thank you for the lamp: one lamp, in paper."]),
    ),
    case("pooled_shop", "stock_taking", &[], Gives(&["5"])),
    case(
        "scheduled_report",
        "morning_report",
        &[],
        Gives(&["Sales, day ", "Graz", "together"]),
    ),
    case(
        "timeouts_and_cancellation",
        "export",
        &[],
        Gives(&[
            "60 rows of orders",
            " 20.. by attempt 1\n   30.. by attempt 2",
            "not optimised: it did not come within 600ms",
        ]),
    ),
    case(
        "versioned_flock",
        "order",
        &[],
        Gives(&["as release 3 does it: charged Ada, signed a receipt and mailed it to Ada"]),
    ),
    case(
        "blackboard",
        "newsroom",
        &[],
        Gives(&["Dark since Monday: the lamp is broken."]),
    ),
    case("patterns", "desk", &[], Gives(&["Forty metres."])),
    case(
        "patterns",
        "visit",
        &[],
        Gives(&["At ten.", "To be told from others."]),
    ),
    case("patterns", "polish", &[], Gives(&["Gulls fly."])),
    case("patterns", "filter", &[], Gives(&["true"])),
    case(
        "patterns",
        "digest",
        &[],
        Gives(&["The keeper's lamp, above the stairs to the sea."]),
    ),
    case("patterns", "debate", &[], Gives(&["It is kept."])),
    case("patterns", "answer", &[], Gives(&["The harbour."])),
    case(
        "patterns",
        "research",
        &[],
        Gives(&["The harbour.", "Nobody knows."]),
    ),
    case(
        "tools",
        "library",
        &[],
        End::Told(Told {
            here: (&["--yes"], 0),
            by: &["approve", "{id}/order-1", "--comment", "a classic"],
            gives: &["For something about the sea: The Waves, and Orlando"],
        }),
    ),
];
