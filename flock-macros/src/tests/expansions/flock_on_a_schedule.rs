#[allow(clippy::future_not_send, clippy::unused_async)]
async fn report(ctx: FlockContext, topic: Option<String>) -> Result<String> {
    written(ctx, topic).await
}
/// The flock `report`, as a type.
#[allow(non_camel_case_types, clippy::exhaustive_enums)]
enum report {}
/// What flock `report` takes.
#[allow(clippy::exhaustive_structs)]
struct ReportInput {
    /// The input `topic`.
    topic: Option<String>,
}
const _: () = {
    ::flock::__private::carried! {
        ReportInput, "What flock `report` takes.", "input", [("topic", "Option<String>",
        "", ::flock::__private::Asked:: < Option < String > > ::OPTIONAL)], < Option <
        String > as ::flock::__private::Carry > ::CARRIER, | it : & Self | & it.topic, |
        v0 | Self { topic : v0 },
    }
    #[automatically_derived]
    impl ::core::convert::From<Option<String>> for ReportInput {
        fn from(value: Option<String>) -> Self {
            Self { topic: value }
        }
    }
};
const _: () = {
    #[automatically_derived]
    impl ::flock::__private::Flock for report {
        const NAME: &'static str = "report";
        const DESCRIPTOR: &'static ::flock::__private::FlockDescriptor = &::flock::__private::FlockDescriptor::new(
                Self::NAME,
                "report",
                ::flock::__private::here(
                    ::core::file!(),
                    ::core::line!(),
                    ::core::module_path!(),
                ),
            )
            .options(
                ::flock::__private::FlockOptions::NONE
                    .schedule(
                        ::flock::__private::ScheduleOptions::cron(
                                "0 9 * * MON-FRI",
                                [1u64, 512u64, 4294967294u64, 8190u64, 62u64],
                            )
                            .time_zone("Europe/Vienna")
                            .overlap(::flock::__private::Overlap::BufferOne)
                            .jitter(::core::time::Duration::from_millis(300000u64)),
                    ),
            );
        type Input = ReportInput;
        type Output = String;
        fn run(
            context: ::flock::__private::FlockContext,
            input: Self::Input,
        ) -> ::flock::__private::LocalFuture<
            'static,
            ::flock::__private::Result<Self::Output>,
        > {
            ::flock::__private::orchestrate(report(context, input.topic))
        }
    }
    #[automatically_derived]
    impl ::flock::__private::Tool for report {
        const TOOL: ::flock::__private::ToolEntry = ::flock::__private::ToolEntry::flock::<
            Self,
        >();
    }
    const _: () = ::flock::__private::schedule::check::<
        <report as ::flock::__private::Flock>::Input,
    >("report");
    ::flock::__private::inventory::submit! {
        ::flock::__private::FlockEntry::of:: < report > ()
    }
};
