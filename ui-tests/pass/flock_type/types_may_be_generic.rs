//! A generic type travels where what it is made of does: in a field, as an input and as an output.

use flock::{FlockType, Shape, prelude::*, registry::AgentEntry};
use serde_json::json;

#[flock_type]
#[derive(Debug, Clone, Default)]
struct Page<T> {
    items: Vec<T>,
    /// Where it goes on.
    next: Option<u32>,
    first: Option<T>,
}

#[flock_type]
#[derive(Debug, Clone)]
struct Money {
    cents: u64,
}

#[flock_type]
#[derive(Debug, Clone)]
enum Either<A, B: Clone>
where
    A: Clone,
{
    One(A),
    Other(B),
}

/// Of types and of sizes.
#[flock_type]
#[derive(Debug, Clone)]
struct Pair<T: PartialEq = String> {
    both: (T, T),
}

#[agent(input = Page<Money>, hand_off = reader)]
async fn lists(page: Page<Money>) -> Result<Page<Money>> {
    Ok(page)
}

#[agent]
async fn reader(items: Vec<Money>, next: Option<u32>) -> Result<u64> {
    let page = u64::from(next.unwrap_or_default());
    Ok(page + items.iter().map(|money| money.cents).sum::<u64>())
}

/// Its fields flow by name.
#[flock(start = lists)]
struct Desk;

#[agent]
async fn counts(page: Page<Money>, either: Either<u8, Vec<Pair>>) -> Result<Vec<Page<Page<bool>>>> {
    drop((page, either));
    Ok(Vec::new())
}

pub(crate) fn main() {
    let Shape::Fields(fields) = <Page<Money> as FlockType>::SHAPE else {
        panic!("it has fields");
    };
    let names: Vec<_> = fields
        .iter()
        .map(|field| (field.ty, field.optional))
        .collect();
    let expected = [
        ("Vec<_>", false),
        ("Option<u32>", true),
        ("Option<_>", true),
    ];
    assert_eq!(names, expected);

    let lists = AgentEntry::of::<lists>();
    let schema = (lists.output_schema)();
    assert_eq!(schema.get("title"), Some(&json!("Page")));
    assert_eq!(
        schema.pointer("/properties/items/items"),
        Some(&json!({"$ref": "#/$defs/Money"}))
    );
}
