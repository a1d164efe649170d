#[derive(::flock::__private::FlockType)]
#[flock_private(::flock::__private)]
#[flock_plain]
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
