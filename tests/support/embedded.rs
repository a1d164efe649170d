//! A program that embeds flock: it starts a run and waits for its result.

use std::{ffi::OsString, process::ExitCode};

use flock::{Error, engine::temporal::ConnectOptions};

use crate::flocks::waiting::{NapsInput, naps};

/// Called with the server's address and the queue to start on. It logs as a command does.
pub(crate) fn embedded(args: impl Iterator<Item = OsString>) -> ExitCode {
    let args: Vec<_> = args.map(|arg| arg.to_string_lossy().into_owned()).collect();
    let [address, queue] = args.try_into().expect("an address and a queue");
    flock::cli::main_from(["embedded", "config"], async move |builder| {
        let options = ConnectOptions::default().address(address);
        let builder = crate::flocks::setup(builder)?;
        let runtime = builder.clone().connect(options).await?;
        let run = runtime.start::<naps>(NapsInput::from(1));
        let run = run.task_queue(queue).await?;
        match run.result().await {
            Ok(true) => Ok(builder),
            other => Err(Error::permanent(format!("{other:?}"))),
        }
    })
}
