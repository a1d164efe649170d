const _: () = {
    #[allow(unused_imports)]
    use ::flock::__private::Required as _;
    #[automatically_derived]
    impl ::flock::__private::FlockType for Ticket {
        const SHAPE: ::flock::__private::Shape = ::flock::__private::Shape::Fields(
            &[
                ::flock::__private::Field {
                    name: "subjectLine",
                    ty: "String",
                    description: "In a line.",
                    optional: false,
                },
                ::flock::__private::Field {
                    name: "prio",
                    ty: "u8",
                    description: "",
                    optional: true,
                },
                ::flock::__private::Field {
                    name: "due",
                    ty: "Maybe<String>",
                    description: "",
                    optional: ::flock::__private::Asked::<Maybe<String>>::OPTIONAL,
                },
            ],
        );
        const WRITTEN: ::flock::__private::Shape = ::flock::__private::Shape::Fields(
            &[
                ::flock::__private::Field {
                    name: "subjectLine",
                    ty: "String",
                    description: "In a line.",
                    optional: false,
                },
                ::flock::__private::Field {
                    name: "prio",
                    ty: "u8",
                    description: "",
                    optional: true,
                },
            ],
        );
    }
    const _: () = ::core::assert!(
        ::flock::__private::Asked:: < Maybe < String > > ::OPTIONAL,
        "`due` may be left out where it is written, but not where it is read\nhelp: what travels is written and read again: add `default`"
    );
};
