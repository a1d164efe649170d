
/// Prints everything that the program knows of its agents and flocks.
fn main() -> Result<(), flock::StartError> {
    let registry = flock::registry::Registry::collect()?;
    for agent in registry.agents() {
        println!("{:#?}", agent.descriptor);
        println!("{:#?} {:#?}", agent.input, agent.output);
        println!("{:?}", (agent.input_schema)());
        println!("{:?}", (agent.output_schema)());
    }
    for flock in registry.flocks() {
        println!("{:#?}", flock.descriptor);
        println!("{:?}", (flock.input_schema)());
        println!("{:?}", (flock.output_schema)());
    }
    Ok(())
}
