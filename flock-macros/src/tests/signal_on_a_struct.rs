#[derive(
    ::flock::__private::serde::Serialize,
    ::flock::__private::serde::Deserialize,
    ::flock::__private::schemars::JsonSchema
)]
#[serde(crate = "::flock::__private::serde")]
#[schemars(crate = "::flock::__private::schemars")]
#[derive(::flock::__private::FlockType)]
#[flock_private(::flock::__private)]
pub struct Approve {
    /// Who did.
    by: String,
}
const _: () = {
    #[automatically_derived]
    impl ::flock::__private::Signal for Approve {
        const NAME: &'static str = "approve";
    }
    ::flock::__private::inventory::submit! {
        ::flock::__private::SignalEntry::of:: < Approve > ("")
    }
};
