//! A flock's input from the command line: `--input key=value` and `--input-json`, typed by the
//! flock's JSON Schema.

mod source;
#[cfg(test)]
mod tests;

use clap::Args;
use schemars::Schema;
use serde_json::{Map, Value};

pub(crate) use self::source::pair;
use self::source::{media_of, read_json, text_of};
use crate::{
    cli::{
        exit::Fault,
        program::nearest,
        render::show,
        schema::{Document, Property},
    },
    flock::entry::FlockEntry,
    value::payload::Payload,
};

#[derive(Debug, Default, Args)]
pub(crate) struct InputArgs {
    /// One input; may be repeated. Texts are taken as they are, everything else as JSON.
    /// `key=@FILE` reads the text from a file, or the image or file itself where one is taken; a text that begins
    /// with `@` is written `@@…`
    #[arg(long = "input", short = 'i', value_name = "KEY=VALUE")]
    pub(crate) fields: Vec<String>,

    /// The whole input: JSON, a file that holds it, or `-` for stdin; `--input` goes above it
    #[arg(long, value_name = "JSON|FILE")]
    pub(crate) input_json: Option<String>,
}

/// The input of `flock`, put together and checked for unknown and missing fields.
pub(crate) fn read(flock: &FlockEntry, args: &InputArgs) -> Result<Payload, Fault> {
    let of = format!("flock `{}`", flock.descriptor.name);
    message(&of, Some((flock.input_schema)()), args)
}

/// What is sent to `of`, as [`read`]; without a schema, every field is taken as JSON or text.
pub(crate) fn message(
    of: &str,
    schema: Option<Schema>,
    args: &InputArgs,
) -> Result<Payload, Fault> {
    let schema = Document::new(schema.unwrap_or_else(|| true.into()));
    let base = match &args.input_json {
        Some(source) => Some(read_json(source)?),
        None => None,
    };
    let value = assemble(of, &schema, base, &args.fields)?;
    Payload::encode(&value).map_err(Fault::from)
}

fn assemble(
    of: &str,
    schema: &Document,
    base: Option<Value>,
    given: &[String],
) -> Result<Value, Fault> {
    let properties = schema.properties();
    if properties.is_empty() && !schema.is_open() {
        return whole(of, schema, base, given);
    }
    let mut fields = match base {
        None => Map::new(),
        Some(Value::Object(fields)) => fields,
        Some(_) => {
            return Err(Fault::usage(format!(
                "the input of {of} is a JSON object, with the fields {}",
                names(&properties)
            )));
        }
    };
    for name in fields.keys() {
        known(of, schema, &properties, name)?;
    }
    let mut seen = Vec::new();
    for one in given {
        let (name, text) = one.split_once('=').ok_or_else(|| {
            Fault::usage(format!(
                "`--input {one}` has no value: write `--input {one}=…`"
            ))
        })?;
        if seen.contains(&name) {
            return Err(Fault::usage(format!("input `{name}` is given twice")));
        }
        seen.push(name);
        let property = known(of, schema, &properties, name)?;
        if property.is_some_and(|property| property.takes.is_media)
            && let Some(media) = media_of(name, text)?
        {
            fields.insert(name.to_owned(), media);
            continue;
        }
        let text = text_of(name, text)?;
        let value = match property {
            Some(property) => property
                .takes
                .read(&text)
                .map_err(|fault| Fault::usage(format!("input `{name}` {fault}")))?,
            None => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        };
        fields.insert(name.to_owned(), value);
    }
    let lacking: Vec<_> = properties
        .iter()
        .filter(|property| property.required && !fields.contains_key(&property.name))
        .collect();
    if lacking.is_empty() {
        return Ok(Value::Object(fields));
    }
    Err(Fault::usage(missing(of, &lacking)))
}

/// The input of a flock that takes one value without fields.
fn whole(
    of: &str,
    schema: &Document,
    base: Option<Value>,
    given: &[String],
) -> Result<Value, Fault> {
    let kind = schema.kind();
    match (base.or_else(|| schema.unsaid()), given) {
        (Some(value), []) => Ok(value),
        (_, [one, ..]) => Err(Fault::usage(format!(
            "{of} takes {kind} without fields, so there is no `--input {one}`: give it with `--input-json`"
        ))),
        (None, []) => Err(Fault::usage(format!(
            "{of} takes {kind}: give it with `--input-json FILE`, or `--input-json -` for stdin"
        ))),
    }
}

/// The property `name`; none where any name will do.
fn known<'a>(
    of: &str,
    schema: &Document,
    properties: &'a [Property],
    name: &str,
) -> Result<Option<&'a Property>, Fault> {
    let found = properties.iter().find(|property| property.name == name);
    if found.is_some() || schema.is_open() {
        return Ok(found);
    }
    let known: Vec<_> = properties
        .iter()
        .map(|property| property.name.as_str())
        .collect();
    let near =
        nearest(name, &known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    Err(Fault::usage(format!(
        "{of} has no input `{name}`{near}\ninputs: {}",
        known.join(", ")
    )))
}

fn missing(of: &str, lacking: &[&Property]) -> String {
    let rows: Vec<_> = lacking
        .iter()
        .map(|property| {
            [
                format!("  --input {}=…", property.name),
                property.kind.clone(),
                property.description.clone(),
            ]
        })
        .collect();
    let plural = if lacking.len() == 1 {
        "an input"
    } else {
        "inputs"
    };
    format!("{of} needs {plural}:\n{}", show::rows(&rows).trim_end())
}

fn names(properties: &[Property]) -> String {
    let names: Vec<_> = properties
        .iter()
        .map(|property| format!("`{}`", property.name))
        .collect();
    names.join(", ")
}
