//! Types that came along from another language.

/// The Rust type that was probably meant by `ty`.
pub(super) fn rust(ty: &str) -> Option<String> {
    let ty = ty.trim();
    if let Some((outer, inner)) = ty.split_once(['[', '<'])
        && let Some(inner) = inner.strip_suffix([']', '>'])
    {
        let inner: Vec<String> = inner
            .split(',')
            .map(|part| rust(part).unwrap_or_else(|| part.trim().to_owned()))
            .collect();
        if matches!(outer.trim(), "tuple" | "Tuple") {
            return Some(format!("({})", inner.join(", ")));
        }
        // In angle brackets, a capital begins a type of the user's own.
        let is_foreign = ty.ends_with(']');
        let outer = match outer.trim() {
            "list" | "array" | "set" => "Vec",
            "List" | "Array" if is_foreign => "Vec",
            "dict" | "map" => "HashMap",
            "Dict" if is_foreign => "HashMap",
            "Optional" if is_foreign => "Option",
            _ => return None,
        };
        return Some(format!("{outer}<{}>", inner.join(", ")));
    }
    let rust = match ty {
        "str" | "string" | "text" => "String",
        "int" | "integer" => "i64",
        "float" | "double" | "number" => "f64",
        "boolean" => "bool",
        "bytes" => "Vec<u8>",
        "any" => "serde_json::Value",
        "list" | "array" => "Vec<String>",
        "dict" | "object" => "HashMap<String, String>",
        _ => return None,
    };
    Some(rust.to_owned())
}

#[cfg(test)]
mod tests {
    use super::rust;

    #[test]
    fn meant() {
        assert_eq!(rust("str").as_deref(), Some("String"));
        assert_eq!(rust("list[str]").as_deref(), Some("Vec<String>"));
        assert_eq!(
            rust("dict[str, int]").as_deref(),
            Some("HashMap<String, i64>")
        );
        assert_eq!(rust("tuple[str, int]").as_deref(), Some("(String, i64)"));
        assert_eq!(rust("Vec<String>"), None);
        assert_eq!(rust("Report"), None);
        assert_eq!(rust("List[str]").as_deref(), Some("Vec<String>"));
        assert_eq!(rust("List<Report>"), None);
    }
}
