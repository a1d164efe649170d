//! Templates.

use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value, context,
    syntax::SyntaxConfig, value::Serde,
};
use serde::Serialize;

use super::versions::VERSIONS;
use crate::{
    cli::exit::{Exit, Fault},
    error::word,
};

/// The text of a template, of what `facts` and `versions` say. A value goes in by `{{ x|tojson }}`: a text in JSON
/// is a scalar in YAML, whatever is in it. `compose` is the same where Compose reads it, `shell` is for a word of a
/// command, `unit` and `exec` for one in a unit of systemd's, `comment` for what stands behind a `#`.
///
/// # Errors
/// A template that asks for what there is not.
pub(super) fn render(name: &str, template: &str, facts: &impl Serialize) -> Result<String, Fault> {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build();
    let wrong = |error: Error| Fault::new(Exit::Failed, format!("the template {name}: {error:#}"));
    environment.set_syntax(syntax.map_err(wrong)?);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.add_filter("tojson", json);
    environment.add_filter("shell", shell);
    environment.add_filter("comment", comment);
    environment.add_filter("compose", compose);
    environment.add_filter("unit", unit);
    environment.add_filter("exec", exec);
    let values = context! { versions => Serde(&VERSIONS), ..Serde(facts) };
    let text = environment.render_named_str(name, template, values);
    text.map_err(wrong)
}

/// A value as JSON, in which nothing is left that YAML would take for the end of a line.
#[allow(clippy::needless_pass_by_value, reason = "as filters are")]
fn json(value: Value) -> Result<String, Error> {
    let text = serde_json::to_string(&value)
        .map_err(|error| Error::new(ErrorKind::BadSerialization, error.to_string()))?;
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => {
                safe += &format!("\\u{:04x}", u32::from(letter));
            }
            letter => safe.push(letter),
        }
    }
    Ok(safe)
}

/// A text as one word of a shell's.
#[allow(clippy::needless_pass_by_value, reason = "as filters are")]
fn shell(value: String) -> String {
    word(&value)
}

/// A text as it may stand behind a `#`.
#[allow(clippy::needless_pass_by_value, reason = "as filters are")]
fn comment(value: String) -> String {
    let letter = |c: char| match c.is_control() || "\u{2028}\u{2029}\u{feff}".contains(c) {
        true => ' ',
        false => c,
    };
    value.chars().map(letter).collect()
}

/// As JSON, in what Compose reads: it looks for variables in every text.
fn compose(value: Value) -> Result<String, Error> {
    Ok(json(value)?.replace('$', "$$"))
}

/// A text as one word of a unit of systemd's.
#[allow(clippy::needless_pass_by_value, reason = "as filters are")]
fn unit(value: String) -> String {
    let mut text = String::from('"');
    for letter in value.chars() {
        match letter {
            '"' | '\\' => text.extend(['\\', letter]),
            '%' => text += "%%",
            letter if letter.is_control() => {
                let mut bytes = [0; 4];
                for byte in letter.encode_utf8(&mut bytes).bytes() {
                    text += &format!("\\x{byte:02x}");
                }
            }
            letter => text.push(letter),
        }
    }
    text + "\""
}

/// The same in a command, where systemd looks for variables; without quotes where nothing needs them.
fn exec(value: String) -> String {
    match word(&value) == value && !value.contains('%') {
        true => value,
        false => unit(value).replace('$', "$$"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_stays_one_value() {
        let hostile =
            serde_json::json!({ "queue": "a \"b\"/ü: {{ x }}\n- \u{85}<&'>", "count": 3 });
        let template = "q: {{ queue|tojson }} # {{ versions.postgres }}\n{% if count > 2 %}\nyes\n{% endif %}\n";
        let text = render("a", template, &hostile).unwrap();
        assert_eq!(
            text,
            "q: \"a \\\"b\\\"/ü: {{ x }}\\n- \\u0085<&'>\" # 16\nyes\n"
        );
    }

    #[test]
    fn each_format_has_its_own_quotes() {
        let hostile =
            serde_json::json!({ "queue": "a \"$b\"\\%n\n'ü", "plain": "--queues=my_shop" });
        for (filter, text) in [
            ("compose", r#""a \"$$b\"\\%n\n'ü""#),
            ("shell", "'a \"$b\"\\%n\n'\\''ü'"),
            ("comment", "a \"$b\"\\%n 'ü"),
            ("unit", r#""a \"$b\"\\%%n\x0a'ü""#),
            ("exec", r#""a \"$$b\"\\%%n\x0a'ü""#),
        ] {
            let template = format!("{{{{ queue|{filter} }}}}");
            assert_eq!(render("a", &template, &hostile).unwrap(), text, "{filter}");
        }
        let plain = render("a", "{{ plain|exec }} {{ plain|shell }}", &hostile);
        assert_eq!(plain.unwrap(), "--queues=my_shop --queues=my_shop");
    }

    #[test]
    fn what_there_is_not_is_told() {
        let fault = render("compose.yaml", "{{ workres }}", &serde_json::json!({})).unwrap_err();
        assert!(fault.message().contains("compose.yaml"), "{fault:?}");
    }
}
