//! Flocks that call agents like functions, by mistake.

use flock::{
    __private::futures_util::{FutureExt, future::try_join},
    prelude::*,
};

use super::{
    traced::trace,
    undone::{does, undoes},
};

/// An error of the user's own.
#[derive(Debug)]
pub(crate) struct Blotted;

impl std::fmt::Display for Blotted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("blotted")
    }
}

impl std::error::Error for Blotted {}

/// Writes. What it leaves shows that it did.
#[agent(output = "text: String")]
pub(crate) async fn scribbler(file: String, topic: String) -> Result<String, Blotted> {
    trace(&file, &topic);
    Ok(topic)
}

/// An agent may well call another.
#[agent(output = "text: String")]
pub(crate) async fn proofreader(file: String, topic: String) -> Result<String> {
    tokio::task::yield_now().await;
    let text = scribbler(file, topic).await?;
    Ok(text.to_uppercase())
}

/// A tool is a function too.
#[tool(effect = "read")]
pub(crate) async fn stamp(word: String) -> Result<String> {
    Ok(word)
}

/// Calls it.
#[flock]
pub(crate) async fn post_office(_ctx: FlockContext, word: String) -> Result<String> {
    stamp(word).await
}

async fn helper(file: String) -> Result<String> {
    Ok(scribbler(file, "a helper's".to_owned()).await?)
}

/// Calls the scribbler in the way that `how` says.
#[flock]
pub(crate) async fn scriptorium(ctx: FlockContext, file: String, how: String) -> Result<String> {
    let call = || scribbler(file.clone(), how.clone());
    match how.as_str() {
        "plain" => Ok(call().await?),
        "late" => {
            ctx.sleep("1s").await?;
            Ok(call().await?)
        }
        "helper" => helper(file).await,
        "ignored" => {
            let _ = call().await;
            Ok("went on".to_owned())
        }
        "join" => {
            let (text, _) = flock::join!(call(), ctx.run::<does>((file.clone(), "b".to_owned())));
            Ok(text?)
        }
        "select" => flock::select! {
            text = Box::pin(call().fuse()) => Ok(text?),
            _ = ctx.sleep("1s") => Ok("late".to_owned()),
        },
        "saga" => {
            let saga = ctx.saga(async |saga| {
                saga.undo::<undoes>((file.clone(), "a".to_owned()));
                ctx.run::<does>((file.clone(), "a".to_owned())).await?;
                Ok(call().await?)
            });
            Ok(saga.await?)
        }
        "undo" => {
            let saga = ctx.saga(async |saga| {
                saga.undo::<undoes>((file.clone(), "a".to_owned()));
                let (file, how) = (file.clone(), how.clone());
                saga.undo_by("writes", async move |_| {
                    scribbler(file, how).await?;
                    Ok(())
                });
                Err::<String, _>(Error::invalid("no more"))
            });
            Ok(saga.await?)
        }
        "beside" => {
            let saga = async {
                let saga = ctx.saga(async |saga| {
                    saga.undo::<undoes>((file.clone(), "a".to_owned()));
                    Err::<String, _>(Error::invalid("no more"))
                });
                Ok(saga.await.unwrap_or_default())
            };
            let call = async { Ok::<_, Error>(call().await?) };
            try_join(call, saga).await.map(|(text, _)| text)
        }
        _ => Ok(ctx.run::<proofreader>((file, how)).await?.text),
    }
}

/// Calls the scribbler in its handlers.
#[derive(Default)]
pub(crate) struct Gallery;

#[flock]
impl Gallery {
    #[run]
    pub(crate) async fn run(ctx: FlockContext<Self>) -> Result<String> {
        ctx.sleep("30d").await?;
        Ok("went on".to_owned())
    }

    #[signal]
    pub(crate) async fn told(ctx: FlockContext<Self>, file: String) {
        ctx.state(|_| ());
        let _ = scribbler(file, "told".to_owned()).await;
    }

    #[update]
    pub(crate) async fn asked(ctx: FlockContext<Self>, file: String) -> Result<String> {
        ctx.state(|_| ());
        Ok(scribbler(file, "asked".to_owned()).await?)
    }
}
