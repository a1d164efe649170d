//! Programs by other hands, in Python: clients by Temporal's SDK, and a collector by OpenTelemetry's messages.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::{process::Command, sync::OnceCell};

/// The packages on PyPI that are known to fit, and what each brings.
const TEMPORAL: Package = Package("temporalio==1.35.0", "temporalio");
const CRYPTOGRAPHY: Package = Package("cryptography==48.0.0", "cryptography");
const S3_CLIENT: Package = Package("aioboto3==15.5.0", "aioboto3");
const S3_TYPES: Package = Package("types-aiobotocore-s3==3.10.0", "types_aiobotocore_s3");
const S3_SERVER: Package = Package("moto[server]==5.2.5", "moto");
const AZURE_CLIENT: Package = Package("azure-storage-blob==12.31.1", "azure");
const OPENTELEMETRY: Package = Package("opentelemetry-proto==1.45.2", "opentelemetry");

struct Package(&'static str, &'static str);

/// The installers that may be here, with the words that come before our own.
const INSTALLERS: [(&str, &[&str]); 4] = [
    ("uv", &["pip"]),
    ("pip", &["--disable-pip-version-check"]),
    ("pip3", &["--disable-pip-version-check"]),
    ("python3", &["-m", "pip", "--disable-pip-version-check"]),
];

/// A Python program that has Temporal's SDK, fetched once.
pub(crate) async fn python(script: &Path) -> Command {
    static PLACE: OnceCell<PathBuf> = OnceCell::const_new();
    with(PLACE.get_or_init(|| fetched(TEMPORAL)).await, script)
}

/// One that encrypts besides.
pub(crate) async fn encrypting(script: &Path) -> Command {
    static PLACE: OnceCell<PathBuf> = OnceCell::const_new();
    let place = PLACE.get_or_init(|| fetched(CRYPTOGRAPHY)).await;
    also(python(script).await, place)
}

/// One that asks S3.
pub(crate) async fn s3(script: &Path) -> Command {
    static CLIENT: OnceCell<PathBuf> = OnceCell::const_new();
    static TYPES: OnceCell<PathBuf> = OnceCell::const_new();
    let client = CLIENT.get_or_init(|| fetched(S3_CLIENT)).await;
    let types = TYPES.get_or_init(|| fetched(S3_TYPES)).await;
    also(also(python(script).await, client), types)
}

/// One that asks Azure.
pub(crate) async fn azure(script: &Path) -> Command {
    static PLACE: OnceCell<PathBuf> = OnceCell::const_new();
    let place = PLACE.get_or_init(|| fetched(AZURE_CLIENT)).await;
    also(python(script).await, place)
}

/// A server of S3, as `script` changes it.
pub(crate) async fn moto(script: Option<PathBuf>) -> Command {
    static PLACE: OnceCell<PathBuf> = OnceCell::const_new();
    let place = PLACE.get_or_init(|| fetched(S3_SERVER)).await;
    let mut command = Command::new("python3");
    match script {
        Some(script) => command.arg(script),
        None => command.args(["-m", "moto.server"]),
    };
    command.env("PYTHONPATH", place);
    command
}

/// The same, with what is in `place` besides.
fn also(mut command: Command, place: &Path) -> Command {
    let paths = command.as_std().get_envs().find_map(|(name, paths)| {
        (name == "PYTHONPATH")
            .then(|| paths.map(std::env::split_paths))
            .flatten()
    });
    let paths = paths.into_iter().flatten().chain([place.to_owned()]);
    let paths = std::env::join_paths(paths).expect("paths");
    command.env("PYTHONPATH", paths);
    command
}

/// One that has OpenTelemetry's messages.
pub(crate) async fn opentelemetry(script: &Path) -> Command {
    static PLACE: OnceCell<PathBuf> = OnceCell::const_new();
    with(PLACE.get_or_init(|| fetched(OPENTELEMETRY)).await, script)
}

fn with(place: &Path, script: &Path) -> Command {
    let mut command = Command::new("python3");
    command.arg(script).env("PYTHONPATH", place);
    command
}

async fn fetched(Package(package, brings): Package) -> PathBuf {
    let program = std::env::current_exe().expect("this program");
    let target = program.ancestors().nth(3).expect("a target folder");
    let place = target.join("python").join(package.replace("==", "-"));
    if place.join(brings).is_dir() {
        return place;
    }
    // Next to its place, so that two who fetch at a time do not see each other's half.
    let half = place.with_extension(std::process::id().to_string());
    eprintln!(
        "fetching {package} from PyPI into {} (once)",
        target.display()
    );
    let mut said = Vec::new();
    for (program, words) in INSTALLERS {
        let mut install = Command::new(program);
        install
            .args(words)
            .args(["install", "--quiet", "--only-binary", ":all:", "--target"]);
        let output = install
            .arg(&half)
            .arg(package)
            .stdin(Stdio::null())
            .output();
        match output.await {
            Ok(output) if output.status.success() => {
                // Fails when somebody else was faster, and theirs is as good.
                let _ = std::fs::rename(&half, &place);
                return place;
            }
            Ok(output) => said.push(String::from_utf8_lossy(&output.stderr).into_owned()),
            Err(error) => said.push(format!("{program}: {error}")),
        }
        let _ = std::fs::remove_dir_all(&half);
    }
    panic!(
        "these tests need Python 3.10 and {package} of PyPI: {}",
        said.join("; ")
    );
}
