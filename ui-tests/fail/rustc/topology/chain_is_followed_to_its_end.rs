use flock::prelude::*;

macro_rules! chain {
    ($one:ident $next:ident $($rest:ident)*) => {
        #[agent(hand_off = $next)]
        async fn $one() -> Result<()> {
            Ok(())
        }

        chain!($next $($rest)*);
    };
    ($last:ident) => {
        #[agent(name = "last")]
        async fn $last() -> Result<()> {
            Ok(())
        }
    };
}

chain!(
    a01 a02 a03 a04 a05 a06 a07 a08 a09 a10 a11 a12 a13 a14 a15 a16 a17 a18 a19 a20
    a21 a22 a23 a24 a25 a26 a27 a28 a29 a30 a31 a32 a33 a34 a35 a36 a37 a38 a39 a40
    a41
);

#[flock(start = a01)]
struct Long;

fn main() {}
