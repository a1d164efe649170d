//! Texts of errors, on their way into histories and logs.

/// What the note takes that a text was cut.
const NOTE: usize = 64;

/// Cuts a text to about so many bytes, and says so.
pub(super) fn cut(text: &mut String, bytes: usize) {
    let all = text.len();
    // One that was cut before is not cut again.
    if all <= bytes + NOTE {
        return;
    }
    text.truncate(text.floor_char_boundary(bytes));
    text.push_str(&format!("… (cut, {all} bytes in all)"));
}

/// Takes user, password and query out of the URLs in a text: libraries put the whole URL into their
/// errors, and with it keys that nobody meant to keep.
pub(crate) fn without_secrets(text: String) -> String {
    let mut kept = String::new();
    let mut rest = text.as_str();
    while let Some(scheme) = rest.find("://") {
        let (before, url) = rest.split_at(scheme + "://".len());
        kept.push_str(before);
        let ends =
            |c: char| c.is_whitespace() || matches!(c, ')' | '>' | '"' | '`' | '\'' | ']' | '}');
        let (url, after) = url.split_at(url.find(ends).unwrap_or(url.len()));
        let (place, query) = match url.find(['?', '#']) {
            Some(query) => (&url[..query], true),
            None => (url, false),
        };
        let (host, path) = place.split_at(place.find('/').unwrap_or(place.len()));
        kept.push_str(host.rsplit('@').next().unwrap_or(host));
        kept.push_str(path);
        if query {
            kept.push_str("?…");
        }
        rest = after;
    }
    if kept.is_empty() {
        return text;
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_letters() {
        let mut text = "é".repeat(100);
        for _ in 0..2 {
            cut(&mut text, 3);
            assert_eq!(text, "é… (cut, 200 bytes in all)");
        }
    }

    #[test]
    fn a_url_keeps_where_it_went_and_no_more() {
        for (text, kept) in [
            (
                "error sending request for url (https://ann:pw@api.example.com:8443/v1/mail?key=s3cret&q=1)",
                "error sending request for url (https://api.example.com:8443/v1/mail?…)",
            ),
            (
                "a https://h#token=1 b http://x@y c",
                "a https://h?… b http://y c",
            ),
            ("http://host/a@b", "http://host/a@b"),
            ("no url: // or ://", "no url: // or ://"),
            ("connection refused", "connection refused"),
        ] {
            assert_eq!(without_secrets(text.to_owned()), kept);
        }
    }
}
