//! `/oauthx/docs`: the API reference, filled from the `OpenAPI` document.

use askama::Template;

use super::shell::Shell;

/// The API reference.
#[derive(Template)]
#[template(path = "api_docs.html")]
pub struct ApiDocsPage {
    /// The frame.
    pub shell: Shell,
    /// The version of the API.
    pub version: String,
    /// The operations by tag, in the order to be shown.
    pub groups: Vec<ApiGroup>,
    /// The error codes; the `type` of a problem (RFC 9457) leads to its code on this page.
    pub errors: Vec<ApiErrorCode>,
}

impl ApiDocsPage {
    fn operation_count(&self) -> usize {
        self.groups.iter().map(|group| group.operations.len()).sum()
    }
}

/// A stable error code.
#[derive(Clone)]
pub struct ApiErrorCode {
    /// The code, such as `auth.challenge_expired`.
    pub code: String,
    /// The HTTP status it comes with.
    pub status: u16,
    /// What it means, and what to do.
    pub meaning: String,
}

/// The operations of one tag.
#[derive(Clone)]
pub struct ApiGroup {
    /// The tag.
    pub name: String,
    /// What they have in common.
    pub description: String,
    /// The operations.
    pub operations: Vec<ApiOperation>,
}

impl ApiGroup {
    /// A word for the address of this group on the page.
    fn anchor(&self) -> String {
        let words = self.name.split(|c: char| !c.is_ascii_alphanumeric());
        words
            .filter(|word| !word.is_empty())
            .map(str::to_ascii_lowercase)
            .collect::<Vec<_>>()
            .join("-")
    }
}

/// One operation.
#[derive(Clone)]
pub struct ApiOperation {
    /// The method, in upper case.
    pub method: String,
    /// The path, with `{parameters}`.
    pub path: String,
    /// What it does, in a few words.
    pub summary: String,
    /// What it does, in full; paragraphs are parted by empty lines.
    pub description: String,
    /// What it asks of the caller, such as "Session cookie or bearer token (read)"; empty for nothing.
    pub security: String,
    /// Parameters in path, query and headers.
    pub parameters: Vec<ApiParameter>,
    /// The request body.
    pub body: Option<ApiBody>,
    /// What it answers.
    pub responses: Vec<ApiResponse>,
}

impl ApiOperation {
    fn paragraphs(&self) -> impl Iterator<Item = &str> {
        self.description
            .split("\n\n")
            .map(str::trim)
            .filter(|text| !text.is_empty())
    }
}

/// One parameter, or one member of a body.
#[derive(Clone)]
pub struct ApiParameter {
    /// Its name.
    pub name: String,
    /// Where it stands: `path`, `query`, `header`; empty for members of a body.
    pub location: String,
    /// Its type in words, such as `string`.
    pub schema: String,
    /// Whether it must be there.
    pub required: bool,
    /// What it means.
    pub description: String,
}

/// A body.
#[derive(Clone)]
pub struct ApiBody {
    /// Its media type.
    pub content_type: String,
    /// Its members.
    pub members: Vec<ApiParameter>,
    /// An example, indented; empty if there is none.
    pub example: String,
}

/// One answer.
#[derive(Clone)]
pub struct ApiResponse {
    /// The status, such as `200`.
    pub status: String,
    /// When it is given.
    pub description: String,
    /// What it carries.
    pub body: Option<ApiBody>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_plain_words() {
        let group = ApiGroup {
            name: "OpenID Connect: \"<b>".to_owned(),
            description: String::new(),
            operations: Vec::new(),
        };
        assert_eq!(group.anchor(), "openid-connect-b");
    }
}
