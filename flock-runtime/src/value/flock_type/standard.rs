//! The standard library's values.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, LinkedList, VecDeque},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6},
    num::{
        NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroI128, NonZeroIsize, NonZeroU8,
        NonZeroU16, NonZeroU32, NonZeroU64, NonZeroU128, NonZeroUsize,
    },
    path::PathBuf,
    time::{Duration, SystemTime},
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{FlockType, Shape, Travels};

macro_rules! values {
    ($($ty:ty),* $(,)?) => {
        $(
            impl FlockType for $ty {
                const SHAPE: Shape = Shape::Value;
            }
        )*
    };
}

values!(
    (),
    bool,
    char,
    String,
    PathBuf,
    Duration,
    SystemTime,
    u8,
    u16,
    u32,
    u64,
    u128,
    usize,
    i8,
    i16,
    i32,
    i64,
    i128,
    isize,
    f32,
    f64,
    NonZeroU8,
    NonZeroU16,
    NonZeroU32,
    NonZeroU64,
    NonZeroU128,
    NonZeroUsize,
    NonZeroI8,
    NonZeroI16,
    NonZeroI32,
    NonZeroI64,
    NonZeroI128,
    NonZeroIsize,
    serde_json::Value,
    IpAddr,
    Ipv4Addr,
    Ipv6Addr,
    SocketAddr,
    SocketAddrV4,
    SocketAddrV6,
);

/// Whole values that hold others. What these need is asked first, of each and without a detour: rustc
/// then sees that the rest of what there is to say of it has been said.
macro_rules! containers {
    ($($ty:ty, by $($of:ident)*;)*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<$($of),*> FlockType for $ty
            where
                $($of: Serialize + for<'de> Deserialize<'de> + JsonSchema,)*
                Self: Travels,
            {
                const SHAPE: Shape = Shape::Value;
            }
        )*
    };
}

containers!(
    Option<T>, by T;
    Vec<T>, by T;
    VecDeque<T>, by T;
    LinkedList<T>, by T;
    HashSet<T>, by T;
    BTreeSet<T>, by T;
    HashMap<K, T>, by K T;
    BTreeMap<K, T>, by K T;
    (A,), by A;
    (A, B), by A B;
    (A, B, C), by A B C;
    (A, B, C, D), by A B C D;
    (A, B, C, D, E), by A B C D E;
    (A, B, C, D, E, F), by A B C D E F;
    (A, B, C, D, E, F, G), by A B C D E F G;
    (A, B, C, D, E, F, G, H), by A B C D E F G H;
    (A, B, C, D, E, F, G, H, I), by A B C D E F G H I;
    (A, B, C, D, E, F, G, H, I, J), by A B C D E F G H I J;
    (A, B, C, D, E, F, G, H, I, J, K), by A B C D E F G H I J K;
    (A, B, C, D, E, F, G, H, I, J, K, L), by A B C D E F G H I J K L;
);

#[diagnostic::do_not_recommend]
impl<T, const N: usize> FlockType for [T; N]
where
    T: Serialize + for<'de> Deserialize<'de> + JsonSchema,
    Self: Travels,
{
    const SHAPE: Shape = Shape::Value;
}

/// What is in a box has its fields.
#[diagnostic::do_not_recommend]
impl<T: FlockType> FlockType for Box<T> {
    const SHAPE: Shape = T::SHAPE;
    const WRITTEN: Shape = T::WRITTEN;
}
