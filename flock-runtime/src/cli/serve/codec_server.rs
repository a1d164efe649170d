//! `codec-server`: values in readable form for Temporal's Web UI and command line.

use std::net::SocketAddr;

use clap::Args;

use crate::{
    cli::{
        exit::{Exit, Fault},
        program::Program,
        render::show,
        serve::{signals, token},
    },
    engine::{
        http,
        temporal::codec::{Codec, CodecServer},
    },
};

/// The Web UI of `dev`, by both names that it may be opened by: to a browser they are two origins.
const UI_OF_DEV: [&str; 2] = ["http://localhost:8233", "http://127.0.0.1:8233"];

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} codec-server
  {bin} codec-server --listen 127.0.0.1:9000 --allow-origin https://temporal.example.com
  CODEC_TOKEN=… {bin} codec-server --listen 0.0.0.0:8081 --token-env CODEC_TOKEN

Then name it in the Web UI (the glasses at the top right, \"Use my browser setting\"): http://localhost:8081, and load the
page anew. Keys are those of `[codec]` in flock.toml. Whoever can ask it can read what was encrypted.")]
pub(crate) struct ServeCodec {
    /// Where to listen; port 0 for a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    listen: SocketAddr,

    /// The address of a Web UI whose pages may ask; may be given more than once
    #[arg(long, value_name = "ORIGIN", default_values = UI_OF_DEV)]
    allow_origin: Vec<String>,

    /// The variable with the token that who asks has to show
    #[arg(long, value_name = "VARIABLE")]
    token_env: Option<String>,
}

impl ServeCodec {
    pub(crate) async fn execute(self, mut program: Program) -> Result<Exit, Fault> {
        let token = self.token_env.as_deref().map(token::in_variable);
        let token = token.transpose()?;
        if token.is_none() && !self.listen.ip().is_loopback() {
            return Err(Fault::usage(format!(
                "whoever reaches {} could read all that is encrypted: name a token by `--token-env`, or listen on 127.0.0.1",
                self.listen
            )));
        }
        let origins = self.allow_origin.iter();
        let origins = origins.map(|origin| origin.trim_end_matches('/').to_owned());
        let codec = Codec::reader(program.builder.configuration()?)?;
        let server = CodecServer::new(codec, origins.collect(), token);
        let stop = signals::next();
        let listener = http::bind(self.listen, "").await?;
        let address = listener.local_addr().unwrap_or(self.listen);
        show::text(&format!("the codec server listens at http://{address}"));
        tokio::select! {
            () = server.serve(listener) => Ok(Exit::Done),
            // It has nothing to finish.
            _ = stop => Ok(Exit::Done),
        }
    }
}
