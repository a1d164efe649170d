//! Buckets of three clouds, each played on this machine by somebody else's program: S3 and what Google answers by XML
//! by `moto`, Azure by Microsoft's `azurite`. Who asks and where is in variables, so the programs that use one are
//! processes of their own.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Output, Stdio},
};

use tokio::{
    net::TcpStream,
    process::{Child, Command},
};

use crate::support::{
    Process, address, azure, azurite, moto, proxy::Wire, s3, trace_file, until_some,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cloud {
    S3,
    Google,
    Azure,
}

impl Cloud {
    pub(super) const ALL: [Self; 3] = [Self::S3, Self::Google, Self::Azure];

    /// What the addresses of its buckets begin with.
    pub(super) fn scheme(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Google => "gs",
            Self::Azure => "az",
        }
    }

    /// The variable that says where it is.
    pub(super) fn endpoint(self) -> &'static str {
        match self {
            Self::S3 => "AWS_ENDPOINT_URL",
            Self::Google => "GOOGLE_BASE_URL",
            Self::Azure => "AZURE_STORAGE_ENDPOINT",
        }
    }
}

/// The account that `azurite` knows from the beginning.
const ACCOUNT: [&str; 2] = [
    "devstoreaccount1",
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
];

/// A cloud with the bucket `shop`, behind a wire that can be cut.
pub(super) struct Store {
    cloud: Cloud,
    _child: Child,
    pub(super) wire: Wire,
    /// The variables.
    told: Vec<(&'static str, String)>,
}

/// Free a moment ago: whoever plays the cloud takes it, and nobody else on this machine asks for that one.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

impl Store {
    pub(super) async fn start(cloud: Cloud) -> Self {
        Self::behind(cloud, 0).await
    }

    /// One where all that is written was written so many days ago.
    pub(super) async fn behind(cloud: Cloud, days: u32) -> Self {
        let port = free_port().to_string();
        let mut command = match cloud {
            Cloud::S3 | Cloud::Google => {
                let mut command = moto((days > 0).then(|| script("behind.py"))).await;
                command.args(["-H", "127.0.0.1", "-p", &port]);
                command
            }
            Cloud::Azure => {
                let mut command = azurite((days > 0).then(|| script("behind.js"))).await;
                command.args(["--blobHost", "127.0.0.1", "--blobPort", &port]);
                command
            }
        };
        let child = command
            .env("DAYS_BEHIND", days.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let server = format!("127.0.0.1:{port}");
        until_some("a cloud", async || TcpStream::connect(&server).await.ok()).await;
        let wire = Wire::to(server).await;
        let at = format!("http://127.0.0.1:{}", wire.port);
        let mut told = match cloud {
            Cloud::S3 => vec![
                ("AWS_ENDPOINT_URL", at),
                ("AWS_ALLOW_HTTP", "true".to_owned()),
                ("AWS_ACCESS_KEY_ID", "anybody".to_owned()),
                ("AWS_SECRET_ACCESS_KEY", "anybody".to_owned()),
                ("AWS_REGION", "us-east-1".to_owned()),
                // How Python's client calls it.
                ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
            ],
            Cloud::Google => vec![
                ("GOOGLE_BASE_URL", at),
                ("GOOGLE_ALLOW_HTTP", "true".to_owned()),
                ("GOOGLE_BEARER_TOKEN", "anybody".to_owned()),
            ],
            Cloud::Azure => vec![
                ("AZURE_STORAGE_ENDPOINT", format!("{at}/{}", ACCOUNT[0])),
                ("AZURE_ALLOW_HTTP", "true".to_owned()),
                ("AZURE_STORAGE_ACCOUNT_NAME", ACCOUNT[0].to_owned()),
                ("AZURE_STORAGE_ACCOUNT_KEY", ACCOUNT[1].to_owned()),
            ],
        };
        let mut store = Self {
            cloud,
            _child: child,
            wire,
            told: told.clone(),
        };
        // Only on S3 is somebody made who may.
        if let Some((id, secret)) = store.script(&["make"]).await.split_once(' ') {
            told[2].1 = id.to_owned();
            told[3].1 = secret.to_owned();
            store.told = told;
        }
        store
    }

    /// Its bucket, as flock names it.
    pub(super) fn url(&self) -> String {
        format!("{}://shop", self.cloud.scheme())
    }

    /// Where it is, and who asks; and nothing else that is said of clouds on this machine.
    pub(super) fn tell(&self, command: &mut Command) {
        for (name, _) in std::env::vars_os() {
            let of_clouds =
                |name: &str| ["AWS_", "GOOGLE_", "AZURE_"].map(|of| name.starts_with(of));
            if name
                .to_str()
                .is_some_and(|name| of_clouds(name).contains(&true))
            {
                command.env_remove(name);
            }
        }
        command.envs(self.told.iter().map(|(name, value)| (name, value)));
    }

    /// A command of the program in `folder`.
    pub(super) fn command(&self, folder: &Path, args: &[&str]) -> Command {
        let mut command = Process::command(args);
        self.tell(command.current_dir(folder));
        command
    }

    pub(super) async fn says(&self, folder: &Path, args: &[&str]) -> Result<String, String> {
        said(self.command(folder, args).output().await.unwrap())
    }

    /// A worker of the program in `folder`.
    pub(super) fn worker(&self, folder: &Path, args: &[&str]) -> Process {
        let mut command = self.command(folder, &[&["worker"], args].concat());
        Process::spawn(command.stderr(Stdio::null()))
    }

    /// What its own client lists.
    pub(super) async fn keys(&self) -> Vec<String> {
        let keys = self.script(&["keys"]).await;
        keys.lines().map(str::to_owned).collect()
    }

    pub(super) async fn remove(&self, key: &str) {
        self.script(&["remove", key]).await;
    }

    async fn script(&self, args: &[&str]) -> String {
        let mut command = self.python("stores.py").await;
        let command = command.arg(format!("{}:shop", self.cloud.scheme()));
        let output = command.args(args).stdin(Stdio::null()).output();
        said(output.await.unwrap()).unwrap()
    }

    /// What Python's client of Temporal prints, with the driver of Temporal's SDK where there is one.
    pub(super) async fn python_says(&self, namespace: &str, args: &[&str]) -> String {
        let mut command = self.python("client.py").await;
        let bucket = format!("{}:shop", self.cloud.scheme());
        let command = command.args([&address().await, namespace, &bucket]);
        let output = command.args(args).stdin(Stdio::null()).output();
        said(output.await.unwrap()).unwrap()
    }

    async fn python(&self, name: &str) -> Command {
        let mut command = match self.cloud {
            Cloud::S3 | Cloud::Google => s3(&script(name)).await,
            Cloud::Azure => azure(&script(name)).await,
        };
        self.tell(&mut command);
        command
    }
}

fn script(name: &str) -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads");
    tests.join(name)
}

pub(super) fn said(output: Output) -> Result<String, String> {
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout).unwrap().trim().to_owned()),
        false => Err(String::from_utf8(output.stderr).unwrap()),
    }
}

/// A folder with a `flock.toml` that names the store.
pub(super) fn program(store: &str) -> PathBuf {
    let folder = trace_file("bucket").parent().unwrap().to_owned();
    let text = format!("[payloads]\nstore = \"{store}\"\n");
    std::fs::write(folder.join("flock.toml"), text).unwrap();
    folder
}
