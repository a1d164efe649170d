flock::replay_tests!("tests/histories");

fn main() {}
