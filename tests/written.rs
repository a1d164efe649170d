//! What may be written in more than one way does the same.

#![allow(clippy::unwrap_used, reason = "a test that panics says enough")]

use flock::{ErrorKind, Runtime, testing::TestRuntimeBuilder};
use libtest_mimic::Trial;

use crate::{
    flocks::{
        doubled::{scout, survey},
        written::{Arms, closures},
    },
    support::{both, trace_file, traces},
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![Trial::test(
        "written::doubles_are_closures_of_any_kind",
        || {
            doubles();
            errors();
            Ok(())
        },
    )];
    trials.extend(both("written::arms_need_no_fusing", arms));
    trials.extend(both("written::closures_of_any_kind", kinds));
    trials
}

async fn arms(runtime: Runtime) {
    let run = runtime.start::<Arms>(()).await.unwrap();
    let words = run.result().await.unwrap();
    assert_eq!(words, ["call", "block", "long", "left", "right", "1"]);
}

async fn kinds(runtime: Runtime) {
    let file = trace_file("written");
    let input = (file.display().to_string(), 2);
    let run = runtime.start::<closures>(input).await.unwrap();
    assert_eq!(run.result().await.unwrap(), "done");
    let expected = ["does a", "undoes a", "does b", "undoes b", "true"];
    assert_eq!(traces(&file), expected);
}

fn doubles() {
    let builder = || TestRuntimeBuilder::from(crate::support::builder());
    for builder in [
        builder().agent::<scout>(async |input| Ok(input.region)),
        builder().agent::<scout>(|input| async move { Ok(input.region) }),
    ] {
        let test = builder.build().unwrap();
        let run = test.start::<survey>(()).unwrap();
        assert_eq!(run.result().unwrap().len(), 6);
    }
}

fn errors() {
    let (page, reason) = (7, String::from("it is torn"));
    let error = flock::err!("page {page} of {}", "ten");
    assert_eq!(error.to_string(), "page 7 of ten");
    assert_eq!(error.kind(), &ErrorKind::Transient);
    assert_eq!(flock::err!(reason.clone()).to_string(), reason);
    assert_eq!(flock::err!(denied, "no").kind(), &ErrorKind::Denied);
    let failing = || -> flock::Result<()> { flock::bail!(not_found, "page {page}") };
    assert_eq!(failing().unwrap_err().kind(), &ErrorKind::NotFound);
}
