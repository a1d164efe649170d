//! What a server answers, as the model is shown it.

use rmcp::model::{CallToolResult, ContentBlock, ResourceContents};

use crate::agent::{mcp::RemoteAnswer, tool::cut};

/// Text as it is; of what is no text that it was there. What is above `most` bytes is cut, with a notice.
pub(super) fn shown(result: CallToolResult, most: usize) -> RemoteAnswer {
    let failed = result.is_error == Some(true);
    let texts: Vec<String> = result.content.into_iter().map(block).collect();
    let mut text = texts.join("\n");
    // By the protocol a server says the same as text, for those who know no more.
    if let (true, Some(structured)) = (text.trim().is_empty(), result.structured_content) {
        text = structured.to_string();
    }
    RemoteAnswer::new(cut(text, most), failed)
}

const UNKNOWN: &str = "[content of a kind that is not known]";

fn block(content: ContentBlock) -> String {
    match content {
        ContentBlock::Text(text) => text.text,
        ContentBlock::Image(image) => format!("[image, {}]", image.mime_type),
        ContentBlock::Audio(audio) => format!("[audio, {}]", audio.mime_type),
        ContentBlock::Resource(resource) => match resource.resource {
            ResourceContents::TextResourceContents { uri, text, .. } => format!("{uri}:\n{text}"),
            ResourceContents::BlobResourceContents { uri, mime_type, .. } => {
                format!("[{uri}, {}]", mime_type.as_deref().unwrap_or("bytes"))
            }
            _ => UNKNOWN.to_owned(),
        },
        ContentBlock::ResourceLink(link) => format!("[{}: {}]", link.name, link.uri),
        _ => UNKNOWN.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_is_shown_and_of_all_else_that_it_is_there() {
        let content = vec![
            ContentBlock::text("grüße"),
            ContentBlock::image("aGk=", "image/png"),
        ];
        let answer = shown(CallToolResult::success(content), 100);
        assert_eq!(
            answer,
            RemoteAnswer::new("grüße\n[image, image/png]", false)
        );
        let mut structured = CallToolResult::error(Vec::new());
        structured.structured_content = Some(json!({ "a": 1 }));
        assert_eq!(shown(structured, 100), RemoteAnswer::new("{\"a\":1}", true));
        let long = CallToolResult::success(vec![ContentBlock::text("grüße")]);
        let cut = "gr\n[cut here: the result has 7 bytes, and 3 are shown]";
        assert_eq!(shown(long, 3).text, cut);
    }
}
