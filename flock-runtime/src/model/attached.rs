//! Images and files in an input, which a model is shown beside the words.

use serde_json::Value;

use super::Message;
use crate::value::media::{self, Media};

/// Takes them out of `input`, and out of the later ones of a chat: where each was, its number stands, and what it
/// is. Tells how many each input had.
pub(super) fn take(input: &mut Value, messages: &mut [Message]) -> (Vec<Media>, Vec<usize>) {
    let (mut taken, mut counts) = (Vec::new(), Vec::new());
    let later = messages.iter_mut().filter_map(|message| match message {
        Message::Input(input) => Some(input),
        _ => None,
    });
    for input in std::iter::once(input).chain(later) {
        let before = taken.len();
        media::replace(input, &mut |media| {
            let shown = format!("attachment {}: {media}", taken.len() + 1);
            taken.push(media);
            shown
        });
        counts.push(taken.len() - before);
    }
    (taken, counts)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn they_are_taken_wherever_they_are() {
        let photo = Media::new("image/png", "abc").named("a.png");
        let page = Media::at("application/pdf", "https://h/b.pdf");
        let mut input =
            json!({ "question": "What?", "picture": photo, "then": [{ "page": page }] });
        let mut later = [Message::Input(json!([photo]))];
        let (taken, counts) = take(&mut input, &mut later);
        assert_eq!(
            (taken, counts),
            (vec![photo.clone(), page, photo], vec![2, 1])
        );
        let third = json!(["attachment 3: a.png, image/png, 3 B"]);
        assert_eq!(later, [Message::Input(third)]);
        assert_eq!(
            input,
            json!({
                "question": "What?",
                "picture": "attachment 1: a.png, image/png, 3 B",
                "then": [{ "page": "attachment 2: application/pdf, by its address" }],
            })
        );
    }

    #[test]
    fn what_only_looks_like_one_stays() {
        let mut input = json!({ "media_type": "image/png", "base64": "AAAA", "likes": 3 });
        let before = input.clone();
        assert!(take(&mut input, &mut []).0.is_empty());
        assert_eq!(input, before);
    }
}
