//! What a flock's body may and may not do.

use proc_macro2::TokenStream;
use quote::quote;

use crate::flock::flock;

/// The sentences about a flock with this body.
fn faults(body: &str) -> Vec<String> {
    let body: TokenStream = body.parse().expect("tokens");
    let item = quote! {
        async fn desk(ctx: FlockContext, map: HashMap<u8, String>) -> Result<()> { #body }
    };
    let file: syn::File = syn::parse2(flock(TokenStream::new(), item)).expect("Rust");
    let errors = file.items.into_iter().filter_map(|item| match item {
        syn::Item::Macro(item) if item.mac.path.segments.last()?.ident == "compile_error" => Some(
            item.mac
                .parse_body::<syn::LitStr>()
                .expect("a text")
                .value(),
        ),
        _ => None,
    });
    errors.collect()
}

#[test]
fn each_names_what_to_use_instead() {
    let cases = [
        ("::std::time::SystemTime::now()", "ctx.now()"),
        ("SystemTime::now()", "ctx.now()"),
        ("tokio::time::Instant::now()", "ctx.now()"),
        ("Local::now()", "ctx.now()"),
        ("time::OffsetDateTime::now_utc()", "ctx.now()"),
        ("jiff::Timestamp::now()", "ctx.now()"),
        ("jiff::Zoned::now()", "ctx.now()"),
        ("rand::random::<u8>()", "ctx.random(bound)"),
        ("rand::thread_rng()", "ctx.random(bound)"),
        ("rand::rng()", "ctx.random(bound)"),
        ("fastrand::u8(..)", "ctx.random(bound)"),
        ("getrandom::fill(&mut seed)", "ctx.random(bound)"),
        ("StdRng::from_os_rng()", "seed_from_u64"),
        ("Uuid::new_v4()", "ctx.uuid()"),
        ("uuid::Uuid::now_v7()", "ctx.uuid()"),
        ("tokio::spawn(async {})", "flock::join!"),
        ("tokio::task::spawn_local(async {})", "flock::join!"),
        ("tokio::task::JoinSet::new()", "flock::join!"),
        ("smol::spawn(async {})", "flock::join!"),
        ("tokio::task::spawn_blocking(work)", "in an agent"),
        ("thread::spawn(work)", "in an agent"),
        ("rayon::join(a, b)", "in an agent"),
        ("tokio::select! {}", "flock::select!"),
        ("futures::select! {}", "flock::select!"),
        ("tokio::try_join!(a, b)", "flock::join!"),
        ("futures_util::future::join_all(all)", "flock::join_all"),
        (
            "futures::stream::FuturesUnordered::new()",
            "flock::join_all",
        ),
        ("FuturesUnordered::new()", "flock::join_all"),
        ("futures::future::select_all(all)", "flock::join_all"),
        ("tokio::time::sleep(second)", "ctx.sleep(duration)"),
        ("thread::sleep(second)", "ctx.sleep(duration)"),
        ("tokio::time::interval(second)", "in a loop"),
        ("tokio::time::timeout(second, work)", "flock::select!"),
        ("std::fs::read(path)", "in an agent"),
        ("fs::write(path, text)", "in an agent"),
        ("tokio::fs::File::create(path)", "in an agent"),
        ("File::open(path)", "in an agent"),
        ("tokio::net::TcpStream::connect(at)", "in an agent"),
        ("UdpSocket::bind(at)", "in an agent"),
        ("reqwest::Client::new()", "in an agent"),
        ("reqwest::blocking::get(page)", "in an agent"),
        ("ureq::get(page)", "in an agent"),
        ("std::process::exit(1)", "in an agent"),
        ("env::var(name)", "in an agent"),
        ("flock::join!(a(SystemTime::now()), b)", "ctx.now()"),
        ("for x in map { x.await }", "BTreeMap"),
        ("for x in map.iter() { ctx.run::<A>(x).await }", "BTreeMap"),
        (
            "let set = items.collect::<HashSet<u8>>(); for x in set { x.await }",
            "BTreeSet",
        ),
        (
            "let set: std::collections::HashSet<u8> = a; for x in &set { x.await }",
            "BTreeSet",
        ),
        (
            "let mut m = HashMap::from(a); for x in m.drain() { x.await }",
            "BTreeMap",
        ),
        (
            "flock::join_all(map.values().map(|x| ctx.run::<A>(x)))",
            "BTreeMap",
        ),
    ];
    for (body, instead) in cases {
        let faults = faults(body);
        assert_eq!(faults.len(), 1, "{body}: {faults:?}");
        let (_, help) = faults[0].split_once("help: ").expect("help");
        assert!(help.contains(instead), "{body}: {help}");
    }
}

#[test]
fn names_of_the_users_own_are_left_alone() {
    let cases = [
        "clock::Instant::now()",
        "crate::time::SystemTime::now()",
        "self::tokio::spawn(work)",
        "Instant",
        "now()",
        "spawn(work)",
        "world.spawn()",
        "shop.rand::<u8>()",
        "Timestamp::now()",
        "Command::new(name)",
        "time::sleep(&ctx)",
        "thread::count()",
        "my::rand::random()",
        "std::time::Duration::from_secs(1)",
        "tokio::time::Duration::from_secs(1)",
        "std::net::Ipv4Addr::new(127, 0, 0, 1)",
        "std::process::ExitCode::SUCCESS",
        "std::env!(\"HOME\")",
        "rand::rngs::StdRng::seed_from_u64(ctx.random(9))",
        "fastrand::Rng::with_seed(7)",
        "reqwest::StatusCode::OK",
        "println!(\"{ctx:?}\")",
        "#[agent(retries = 3)] async fn a() { tokio::spawn(b) } a()",
        "for x in map { sum += x }",
        "for x in sorted(map.keys()) { x.await }",
        "for x in map.values().sorted() { x.await }",
        "let map = BTreeMap::new(); for x in map { x.await }",
        "let m: HashMap<u8, u8, Fixed> = a; for x in m { x.await }",
        "let m: indexmap::HashMap<u8, u8> = a; for x in m { x.await }",
        "let n: u8 = HashMap::from(a).len(); for x in n { x.await }",
        "{ let m = HashMap::new(); } for x in m { x.await }",
        "while map.len() > 0 { ctx.run::<A>(1).await }",
        "map.values().sum::<u64>()",
    ];
    for body in cases {
        assert_eq!(faults(body), Vec::<String>::new(), "{body}");
    }
}
