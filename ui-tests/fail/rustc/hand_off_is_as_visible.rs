mod agents {
    use flock::prelude::*;

    #[agent(hand_off = editor)]
    pub async fn writer(text: String) -> Result<String> {
        Ok(text)
    }

    #[agent]
    async fn editor(text: String) -> Result<String> {
        Ok(text)
    }
}

fn main() {}
