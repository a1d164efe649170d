//! What is kept of a stream, and given to whom.

use serde_json::{Value, json};

use super::*;

fn published(hosted: &Hosted, id: &str, sequence: u64, items: &[(&str, &str)]) {
    let items = items
        .iter()
        .map(|(topic, data)| json!({ "topic": topic, "data": data }));
    let items: Vec<_> = items.collect();
    let message = json!({ "items": items, "publisher_id": id, "sequence": sequence });
    let message = Payload::encode(&message).unwrap();
    hosted
        .publish(&message, UNIX_EPOCH + Duration::from_secs(60))
        .unwrap();
}

fn polled(hosted: &Hosted, topics: &[&str], from_offset: u64) -> Value {
    let poll = json!({ "topics": topics, "from_offset": from_offset });
    hosted
        .now(&Payload::encode(&poll).unwrap())
        .unwrap()
        .decode()
        .unwrap()
}

#[test]
fn items_are_given_in_their_order_with_their_offsets() {
    let hosted = Hosted::default();
    published(&hosted, "", 0, &[("a", "AA=="), ("b", "AQ==")]);
    let all = json!({
        "items": [
            { "topic": "a", "data": "AA==", "offset": 0 },
            { "topic": "b", "data": "AQ==", "offset": 1 },
        ],
        "next_offset": 2,
        "more_ready": false,
    });
    assert_eq!(polled(&hosted, &[], 0), all);
    let only = polled(&hosted, &["b"], 0);
    assert_eq!(
        (&only["items"], &only["next_offset"]),
        (&json!([all["items"][1]]), &json!(2))
    );
    let none = json!({ "items": [], "next_offset": 2, "more_ready": false });
    assert_eq!(polled(&hosted, &[], 2), none);
    assert_eq!(hosted.offset().unwrap().as_bytes(), b"2");
}

#[test]
fn a_batch_is_taken_once_in_the_next_run_too() {
    let hosted = Hosted::default();
    published(&hosted, "p", 1, &[("a", "AA==")]);
    published(&hosted, "p", 1, &[("a", "AA==")]);
    published(&hosted, "q", 1, &[("a", "AQ==")]);
    let soon = UNIX_EPOCH + Duration::from_secs(61);
    let next = Hosted::default();
    next.take_over(&hosted.carried(soon).unwrap()).unwrap();
    published(&next, "p", 1, &[("a", "AA==")]);
    published(&next, "p", 2, &[("a", "Ag==")]);
    assert_eq!(next.offset().unwrap().as_bytes(), b"3");
    // Who was silent for long is forgotten.
    let late = soon + SILENT;
    let next = Hosted::default();
    next.take_over(&hosted.carried(late).unwrap()).unwrap();
    published(&next, "p", 1, &[("a", "AA==")]);
    assert_eq!(next.offset().unwrap().as_bytes(), b"3");
}

#[test]
fn answers_and_what_is_kept_are_bounded() {
    let hosted = Hosted::default();
    let large = "A".repeat(300_000);
    for _ in 0..5 {
        published(&hosted, "", 0, &[("a", large.as_str())]);
    }
    // The newest three fit.
    let first = polled(&hosted, &[], 0);
    assert_eq!(first["items"][0]["offset"], 2);
    assert_eq!(
        (&first["next_offset"], &first["more_ready"]),
        (&json!(5), &json!(false))
    );
    let huge = "A".repeat(1_200_000);
    published(&hosted, "", 0, &[("a", huge.as_str())]);
    let alone = polled(&hosted, &[], 0);
    assert_eq!(alone["items"].as_array().unwrap().len(), 1);
    assert_eq!(alone["items"][0]["offset"], 5);
}

/// As pinned by Temporal's own tests of what its SDKs make of each other's items.
#[test]
fn an_item_is_a_payload_as_other_programs_write_it() {
    let hello = publish::data(&Payload::encode("hello").unwrap());
    assert_eq!(hello, "ChYKCGVuY29kaW5nEgpqc29uL3BsYWluEgciaGVsbG8i");
}

#[test]
fn a_run_that_is_worn_or_ends_takes_no_polls() {
    let poll = Payload::encode(&json!({ "topics": [], "from_offset": 0 })).unwrap();
    let type_of = |hosted: &Hosted| {
        let error = hosted.validate(&poll).unwrap_err();
        error.type_name().to_owned()
    };
    let hosted = Hosted::default();
    for (polls, is_worn) in [(0, false), (1_499, false), (1_500, true), (1_799, true)] {
        hosted.polls.set(polls);
        assert_eq!(hosted.is_worn(), is_worn, "{polls}");
        hosted.validate(&poll).unwrap();
    }
    hosted.polls.set(1_800);
    assert_eq!(type_of(&hosted), "StreamDraining");
    // Who asks by a query is answered.
    assert_eq!(polled(&hosted, &[], 0)["next_offset"], 0);
    let ending = Hosted::default();
    assert!(!ending.has_news(0));
    ending.detaching.set(true);
    assert!(ending.has_news(0), "who waits is answered");
    assert_eq!(type_of(&ending), "StreamDraining");
}
