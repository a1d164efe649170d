//! As the macros write it.

use super::{Author, Lenient, Maybe, Mood, angry};
use crate::private::{Asked, Carry, carried};

pub(super) struct Ticket {
    title: String,
    depth: u8,
    note: Option<String>,
    author: Author,
    r#type: Vec<u64>,
    mood: Mood,
    last: Maybe<String>,
}

carried! {
    Ticket,
    "What a desk takes.",
    "input",
    [
        ("title", "String", "What it is about", false),
        ("depth", "u8", "", true),
        ("note", "Option<String>", "", true),
        ("author", "Author", "", false),
        ("type", "Vec<u64>", "", false),
        ("mood", "Mood", "How it sounds", true),
        (
            "last",
            "Maybe<String>",
            "",
            Asked::<Maybe<String>>::OPTIONAL
        )
    ],
    (
        (
            (
                <String as Carry>::CARRIER,
                <u8 as Carry>::CARRIER.or(|| -> u8 { 2 }),
            ),
            (
                <Option<String> as Carry>::CARRIER,
                <Author as Carry>::CARRIER,
            ),
        ),
        (
            (
                <Vec<u64> as Carry>::CARRIER,
                <Mood as Carry>::CARRIER.or(|| -> Mood { angry() }),
            ),
            <Maybe<String> as Carry>::CARRIER,
        ),
    ),
    |it: &Self| (
        ((&it.title, &it.depth), (&it.note, &it.author)),
        ((&it.r#type, &it.mood), &it.last),
    ),
    |(((v0, v1), (v2, v3)), ((v4, v5), v6))| Self {
        title: v0,
        depth: v1,
        note: v2,
        author: v3,
        r#type: v4,
        mood: v5,
        last: v6,
    },
}

pub(super) struct One {
    text: String,
}

carried! {
    One,
    "One field.",
    "output",
    [("text", "String", "", false)],
    <String as Carry>::CARRIER,
    |it: &Self| &it.text,
    |v0| Self { text: v0 },
}

pub(super) struct None {}

carried! {
    None,
    "No field.",
    "input",
    [],
    (),
    |_: &Self| (),
    |()| Self {},
}

pub(super) struct Pages {
    pages: u32,
}

carried! {
    Pages,
    "How many.",
    "input",
    [("pages", "u32", "# of pages", false)],
    <u32 as Carry>::CARRIER,
    |it: &Self| &it.pages,
    |v0| Self { pages: v0 },
}

pub(super) struct Notes {
    option: Option<String>,
    maybe: Maybe<String>,
    lenient: Lenient,
    list: Vec<Option<u8>>,
}

carried! {
    Notes,
    "What may be left out.",
    "input",
    [
        ("option", "Option<String>", "", Asked::<Option<String>>::OPTIONAL),
        ("maybe", "Maybe<String>", "", Asked::<Maybe<String>>::OPTIONAL),
        ("lenient", "Lenient", "", Asked::<Lenient>::OPTIONAL),
        ("list", "Vec<Option<u8>>", "", Asked::<Vec<Option<u8>>>::OPTIONAL)
    ],
    (
        (
            <Option<String> as Carry>::CARRIER,
            <Maybe<String> as Carry>::CARRIER,
        ),
        (
            <Lenient as Carry>::CARRIER,
            <Vec<Option<u8>> as Carry>::CARRIER,
        ),
    ),
    |it: &Self| ((&it.option, &it.maybe), (&it.lenient, &it.list)),
    |((v0, v1), (v2, v3))| Self {
        option: v0,
        maybe: v1,
        lenient: v2,
        list: v3,
    },
}
