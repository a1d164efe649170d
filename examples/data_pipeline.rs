//! A pipeline of flocks: each file is a run of its own, with its own history, limits and queue, and
//! one bad file does not stop the others.
//!
//! ```text
//! cargo run --example data_pipeline
//! ```

use flock::prelude::*;

/// What came of one file.
#[flock_type]
#[derive(Debug, Clone)]
struct Loaded {
    /// The file.
    file: String,
    /// Rows that were written.
    rows: u32,
    /// Rows that were left out.
    dropped: u32,
}

/// Reads the rows of a file.
#[agent(output = "rows: Vec<String> | The rows, as they stand there")]
async fn extract(file: String) -> Result<Vec<String>> {
    match file.as_str() {
        "orders.csv" => Ok(rows(&["7,lamp", "8,rope", "9,"])),
        "parts.csv" => Ok(rows(&["1,bolt", "2,nut"])),
        _ => Err(Error::not_found(format!("there is no file {file}"))),
    }
}

fn rows(rows: &[&str]) -> Vec<String> {
    rows.iter().map(ToString::to_string).collect()
}

/// Keeps the rows that are whole.
#[agent(output = "clean: Vec<String> | Rows with a value in every column")]
async fn transform(rows: Vec<String>) -> Result<Vec<String>> {
    let whole = |row: &String| row.split(',').all(|value| !value.is_empty());
    Ok(rows.into_iter().filter(whole).collect())
}

/// Writes rows.
#[agent(output = "written: u32 | How many were written")]
async fn load(clean: Vec<String>) -> Result<u32> {
    Ok(u32::try_from(clean.len()).unwrap_or(u32::MAX))
}

/// Takes one file through.
#[flock(task_queue = "files", timeout = "10m")]
async fn import(ctx: FlockContext, file: String) -> Result<Loaded> {
    let rows = ctx.run::<extract>(file.clone()).await?.rows;
    let all = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let clean = ctx.run::<transform>(rows).await?.clean;
    let written = ctx.run::<load>(clean).await?.written;
    Ok(Loaded {
        file,
        rows: written,
        dropped: all - written,
    })
}

/// Takes files through, side by side, each in a run of its own.
#[flock(
    task_queue = "pipeline",
    input(/** The files to import */ files: Vec<String> = default_files()),
)]
async fn pipeline(ctx: FlockContext, files: Vec<String>) -> Result<String> {
    let children = files.iter().map(|file| ctx.child::<import>(file.as_str()));
    let results = flock::join_all(children).await;
    let lines = files
        .iter()
        .zip(results)
        .map(|(file, result)| match result {
            Ok(loaded) => format!("{file}: {} rows, {} left out", loaded.rows, loaded.dropped),
            Err(error) => format!("{file}: {error}"),
        });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

fn default_files() -> Vec<String> {
    rows(&["orders.csv", "parts.csv", "ghosts.csv"])
}

flock::main!();
