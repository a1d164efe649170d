//! Facts are told by the names of their types, as they are written.

use super::fact::Kind;

#[test]
fn types_are_named_without_their_paths() {
    assert_eq!(Kind::of::<String>().name(), "String");
    assert_eq!(
        Kind::of::<Vec<(String, Option<u32>)>>().to_string(),
        "`Vec<(String, Option<u32>)>`"
    );
    assert_eq!(Kind::of::<[super::Facts; 3]>().name(), "[Facts; 3]");
}
