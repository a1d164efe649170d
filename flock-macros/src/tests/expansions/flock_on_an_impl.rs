/// Waits for a person.
impl Approval {
    #[allow(clippy::future_not_send, clippy::same_name_method, clippy::unused_async)]
    pub async fn run(ctx: FlockContext<Self>, draft: String) -> Result<String> {
        waited(ctx, draft).await
    }
    /// A person said yes.
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_value,
        clippy::same_name_method,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    pub fn approve(&mut self, by: String) {
        self.by = Some(by);
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_value,
        clippy::same_name_method,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    pub fn approver(&self) -> Option<String> {
        self.by.clone()
    }
    #[allow(clippy::future_not_send, clippy::same_name_method, clippy::unused_async)]
    pub async fn ask(ctx: FlockContext<Self>, whom: String) -> Result<bool> {
        asked(ctx, whom).await
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_value,
        clippy::same_name_method,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn knows(&self, whom: String) -> Result<()> {
        known(&self, whom)
    }
}
/// What flock `Approval` takes.
#[allow(clippy::exhaustive_structs)]
pub struct ApprovalInput {
    /// The input `draft`.
    pub draft: String,
}
const _: () = {
    ::flock::__private::carried! {
        ApprovalInput, "What flock `Approval` takes.", "input", [("draft", "String", "",
        false)], < String as ::flock::__private::Carry > ::CARRIER, | it : & Self | & it
        .draft, | v0 | Self { draft : v0 },
    }
    #[automatically_derived]
    impl ::core::convert::From<String> for ApprovalInput {
        fn from(value: String) -> Self {
            Self { draft: value }
        }
    }
    #[automatically_derived]
    impl ::core::convert::From<&str> for ApprovalInput {
        fn from(value: &str) -> Self {
            Self {
                draft: ::core::convert::From::from(value),
            }
        }
    }
};
/// A person said yes.
#[allow(clippy::exhaustive_structs)]
pub struct ApprovalApprove {
    /// The input `by`.
    pub by: String,
}
const _: () = {
    ::flock::__private::carried! {
        ApprovalApprove, "A person said yes.", "input", [("by", "String", "", false)], <
        String as ::flock::__private::Carry > ::CARRIER, | it : & Self | & it.by, | v0 |
        Self { by : v0 },
    }
    #[automatically_derived]
    impl ::core::convert::From<String> for ApprovalApprove {
        fn from(value: String) -> Self {
            Self { by: value }
        }
    }
    #[automatically_derived]
    impl ::core::convert::From<&str> for ApprovalApprove {
        fn from(value: &str) -> Self {
            Self {
                by: ::core::convert::From::from(value),
            }
        }
    }
};
/// The query `approver` of flock `Approval`.
#[allow(clippy::exhaustive_structs)]
pub struct ApprovalApprover {}
const _: () = {
    ::flock::__private::carried! {
        ApprovalApprover, "The query `approver` of flock `Approval`.", "input", [], (), |
        _ : & Self | (), | () | Self {},
    }
    #[automatically_derived]
    impl ::core::convert::From<()> for ApprovalApprover {
        fn from((): ()) -> Self {
            Self {}
        }
    }
};
/// The update `ask` of flock `Approval`.
#[allow(clippy::exhaustive_structs)]
pub struct ApprovalAsk {
    /// The input `whom`.
    pub whom: String,
}
const _: () = {
    ::flock::__private::carried! {
        ApprovalAsk, "The update `ask` of flock `Approval`.", "input", [("whom",
        "String", "", false)], < String as ::flock::__private::Carry > ::CARRIER, | it :
        & Self | & it.whom, | v0 | Self { whom : v0 },
    }
    #[automatically_derived]
    impl ::core::convert::From<String> for ApprovalAsk {
        fn from(value: String) -> Self {
            Self { whom: value }
        }
    }
    #[automatically_derived]
    impl ::core::convert::From<&str> for ApprovalAsk {
        fn from(value: &str) -> Self {
            Self {
                whom: ::core::convert::From::from(value),
            }
        }
    }
};
const _: () = {
    #[automatically_derived]
    impl ::flock::__private::Flock for Approval {
        const NAME: &'static str = "approval";
        const DESCRIPTOR: &'static ::flock::__private::FlockDescriptor = &::flock::__private::FlockDescriptor::new(
                Self::NAME,
                "Approval",
                ::flock::__private::here(
                    ::core::file!(),
                    ::core::line!(),
                    ::core::module_path!(),
                ),
            )
            .description("Waits for a person.");
        const HANDLERS: &'static [::flock::__private::Handler] = &[
            ::flock::__private::Handler::signal::<
                Self,
                ApprovalApprove,
            >("A person said yes."),
            ::flock::__private::Handler::query::<Self, ApprovalApprover>(""),
            ::flock::__private::Handler::update::<Self, ApprovalAsk>(""),
        ];
        fn state() -> ::flock::__private::AnyState {
            ::flock::__private::fresh::<Approval>()
        }
        type Input = ApprovalInput;
        type Output = String;
        fn run(
            context: ::flock::__private::FlockContext,
            input: Self::Input,
        ) -> ::flock::__private::LocalFuture<
            'static,
            ::flock::__private::Result<Self::Output>,
        > {
            ::flock::__private::orchestrate(
                Self::run(::flock::__private::stateful(context), input.draft),
            )
        }
    }
    #[automatically_derived]
    impl ::flock::__private::Tool for Approval {
        const TOOL: ::flock::__private::ToolEntry = ::flock::__private::ToolEntry::flock::<
            Self,
        >();
    }
    #[automatically_derived]
    impl ::flock::__private::Signal for ApprovalApprove {
        const NAME: &'static str = "approve";
    }
    #[automatically_derived]
    impl ::flock::__private::OnSignal<ApprovalApprove> for Approval {
        fn signal(
            context: ::flock::__private::FlockContext<Self>,
            message: ApprovalApprove,
        ) -> ::flock::__private::LocalFuture<'static, ()> {
            context.state_mut(|state| Self::approve(state, message.by));
            ::flock::__private::done()
        }
    }
    #[automatically_derived]
    impl ::flock::__private::Query for ApprovalApprover {
        const NAME: &'static str = "approver";
        type Flock = Approval;
        type Output = Option<String>;
    }
    #[automatically_derived]
    impl ::flock::__private::OnQuery<ApprovalApprover> for Approval {
        fn query(
            &self,
            _message: ApprovalApprover,
        ) -> ::flock::__private::Result<Option<String>> {
            ::core::result::Result::Ok(Self::approver(self))
        }
    }
    #[automatically_derived]
    impl ::flock::__private::Update for ApprovalAsk {
        const NAME: &'static str = "ask";
        type Flock = Approval;
        type Output = bool;
    }
    #[automatically_derived]
    impl ::flock::__private::OnUpdate<ApprovalAsk> for Approval {
        fn validate(&self, message: ApprovalAsk) -> ::flock::__private::Result<()> {
            ::flock::__private::answer(Self::knows(self, message.whom))
        }
        fn update(
            context: ::flock::__private::FlockContext<Self>,
            message: ApprovalAsk,
        ) -> ::flock::__private::LocalFuture<'static, ::flock::__private::Result<bool>> {
            ::std::boxed::Box::pin(
                ::flock::__private::orchestrate(Self::ask(context, message.whom)),
            )
        }
    }
    ::flock::__private::inventory::submit! {
        ::flock::__private::FlockEntry::of:: < Approval > ()
    }
};
