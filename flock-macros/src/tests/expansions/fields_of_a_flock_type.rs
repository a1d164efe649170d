const _: () = {
    #[allow(unused_imports)]
    use ::flock::__private::Required as _;
    #[automatically_derived]
    impl ::flock::__private::FlockType for Ticket {
        const SHAPE: ::flock::__private::Shape = ::flock::__private::Shape::Fields(
            &[
                ::flock::__private::Field::new("subjectLine", "String")
                    .description("In a line."),
                ::flock::__private::Field::new("prio", "u8").optional(true),
                ::flock::__private::Field::new("due", "Maybe<String>")
                    .optional(::flock::__private::Asked::<Maybe<String>>::OPTIONAL),
            ],
        );
        const WRITTEN: ::flock::__private::Shape = ::flock::__private::Shape::Fields(
            &[
                ::flock::__private::Field::new("subjectLine", "String")
                    .description("In a line."),
                ::flock::__private::Field::new("prio", "u8").optional(true),
            ],
        );
    }
    const _: () = ::core::assert!(
        ::flock::__private::Asked:: < Maybe < String > > ::OPTIONAL,
        "`due` may be left out where it is written, but not where it is read\nhelp: what travels is written and read again: add `default`"
    );
};
