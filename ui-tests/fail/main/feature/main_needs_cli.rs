flock::main!();
