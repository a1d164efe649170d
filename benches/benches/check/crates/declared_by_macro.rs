/// Research a topic, then write about it.
#[flock(
    start = Researcher00,
    input = "topic: String | What to write about, depth: u8 = 2",
    output = "article: String | Ready to print, sources: Vec<String>",
    task_queue = "research",
    timeout(execution = "30m", agent = "1m")
)]
pub struct Research00;
