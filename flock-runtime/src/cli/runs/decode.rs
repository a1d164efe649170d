//! `decode`: a history that was saved as the server has it, with its values as they were before.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use crate::{
    cli::{
        exit::{Exit, Fault},
        program::{Program, print},
        render::show,
    },
    engine::temporal::{codec::Codec, replay::History},
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} decode research-42.json --values
  {bin} decode research-42.json --out readable.json && {bin} replay readable.json

The file is what `record`, the Web UI or `temporal workflow show --output json` wrote. Keys are those of `[codec]` in
flock.toml.")]
pub(crate) struct Decode {
    /// The history, in Temporal's JSON form
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Write to this file, and not to stdout
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Write values as themselves, for people to read: what comes out is no history that can be replayed
    #[arg(long)]
    values: bool,
}

impl Decode {
    pub(crate) async fn execute(self, mut program: Program) -> Result<Exit, Fault> {
        let codec = Codec::reader(program.builder.configuration()?)?;
        let history = History::read(&self.file)?.decoded(&codec).await?;
        let text = match self.values {
            false => history.to_json(),
            true => {
                let mut document: Value = serde_json::from_str(&history.to_json())
                    .map_err(|error| Fault::usage(error.to_string()))?;
                readable(&mut document);
                format!("{document:#}")
            }
        };
        let Some(file) = self.out else {
            show::text(&text);
            return Ok(Exit::Done);
        };
        History::write_text(&file, text)?;
        let document = json!({ "events": history.len(), "file": file });
        print(program.json, &document, || {
            format!("{}: {} events", file.display(), history.len())
        });
        Ok(Exit::Done)
    }
}

/// Puts the JSON that payloads hold in their place.
fn readable(value: &mut Value) {
    use base64::{Engine as _, prelude::BASE64_STANDARD};

    let decoded = |text: Option<&Value>| BASE64_STANDARD.decode(text?.as_str()?).ok();
    if let Some(metadata) = value.get("metadata")
        && decoded(metadata.get("encoding")).is_some_and(|encoding| encoding == b"json/plain")
        && let Some(data) = decoded(value.get("data"))
        && let Ok(held) = serde_json::from_slice(&data)
    {
        *value = held;
        return;
    }
    match value {
        Value::Array(items) => items.iter_mut().for_each(readable),
        Value::Object(fields) => fields.values_mut().for_each(readable),
        _ => {}
    }
}
