//! Names for what the world outside calls by narrower rules than ours.

use std::collections::BTreeMap;

use crate::text::hash::Fnv;

/// The longest name: what Kubernetes makes of it, with what it hangs on for each pod, has 63 letters.
const LONGEST: usize = 46;

/// A name as a label of a DNS name (RFC 1123): `my_shop` is `my-shop`. What is lost or cut off is told by a hash.
pub(super) fn label(name: &str) -> String {
    let letter = |c: char| match c.to_ascii_lowercase() {
        c if c.is_ascii_lowercase() || c.is_ascii_digit() => c,
        _ => '-',
    };
    let letters: String = name.chars().map(letter).collect();
    let parts = letters.split('-').filter(|part| !part.is_empty());
    let label = Vec::from_iter(parts).join("-");
    // What stands for an underscore, a space or a dot can be guessed; the rest cannot.
    let is_told = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "-_. ".contains(c));
    match is_told && !label.is_empty() && label.len() <= LONGEST {
        true => label,
        false => hashed(&label, name),
    }
}

fn hashed(label: &str, name: &str) -> String {
    let mut hash = Fnv::default();
    hash.take(name.as_bytes());
    let hash = format!("{:016x}", hash.end());
    let cut = &label[..label.len().min(LONGEST - 9)];
    match cut.trim_end_matches('-') {
        // A label of digits alone would pass for a number.
        "" => format!("q-{}", &hash[..8]),
        cut => format!("{cut}-{}", &hash[..8]),
    }
}

/// The names of the workers of these queues, each with the program's in front: `my-shop-gpu`. No two are the same.
pub(super) fn workers<'a>(
    program: &str,
    queues: impl Iterator<Item = &'a str> + Clone,
) -> BTreeMap<&'a str, String> {
    let named = |queue: &str| {
        let label = label(queue);
        let own = label
            .strip_prefix(program)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        match own {
            true => label,
            false => self::label(&format!("{program}-{label}")),
        }
    };
    let mut count = BTreeMap::<String, usize>::new();
    for queue in queues.clone() {
        *count.entry(named(queue)).or_default() += 1;
    }
    let one = |queue| match named(queue) {
        name if count[&name] == 1 => name,
        name => hashed(&name, queue),
    };
    queues.map(|queue| (queue, one(queue))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::is_label;

    #[test]
    fn every_name_is_a_label_and_none_is_another_s() {
        let long = "q".repeat(300);
        let queues = [
            "my_shop",
            "my-shop",
            "my_shop-high",
            "gpu",
            "a \"b\"/ü",
            "a 'b'/ö",
            "ü",
            "1",
            "-",
            &long,
            "MY SHOP",
        ];
        let names = workers("my-shop", queues.into_iter());
        assert_eq!(names["my_shop-high"], "my-shop-high");
        assert_eq!(names["gpu"], "my-shop-gpu");
        let mut all: Vec<_> = names.values().collect();
        for name in &all {
            assert!(is_label(name) && name.len() <= LONGEST, "{name}");
        }
        all.sort();
        all.dedup();
        assert_eq!(all.len(), queues.len(), "{names:?}");
        assert_eq!(
            workers("my-shop", ["my_shop"].into_iter())["my_shop"],
            "my-shop"
        );
    }
}
