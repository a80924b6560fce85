//! `/oauthx/docs`: the API reference, read out of the `OpenAPI` document.

use std::sync::LazyLock;

use actix_web::{HttpResponse, web};
use serde_json::{Map, Value};

use super::Browser;
use crate::compose::App;
use crate::http::openapi::{DOCUMENT, ERRORS};
use crate::views::{
    ApiBody, ApiDocsPage, ApiErrorCode, ApiGroup, ApiOperation, ApiParameter, ApiResponse,
};

static GROUPS: LazyLock<Vec<ApiGroup>> = LazyLock::new(|| Reader(&DOCUMENT).groups());

/// `GET /oauthx/docs`
#[utoipa::path(
    get,
    path = "/oauthx/docs",
    operation_id = "showDocs",
    tag = "Pages",
    summary = "API reference",
    description = "This document for people.",
    security(()),
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html")
    )
)]
pub(crate) async fn show(app: web::Data<App>, browser: Browser) -> HttpResponse {
    browser.page(&ApiDocsPage {
        shell: browser.shell(&app, None),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        groups: GROUPS.clone(),
        errors: errors(),
    })
}

fn errors() -> Vec<ApiErrorCode> {
    let codes = ERRORS.iter().map(|(code, status, meaning)| ApiErrorCode {
        code: (*code).to_owned(),
        status: *status,
        meaning: (*meaning).to_owned(),
    });
    codes.collect()
}

/// Reads a document; what it lacks is read as empty.
struct Reader<'a>(&'a Value);

impl<'a> Reader<'a> {
    fn groups(&self) -> Vec<ApiGroup> {
        let group = |tag: &Value| ApiGroup {
            name: text(&tag["name"]),
            description: text(&tag["description"]),
            operations: self.operations(&tag["name"]),
        };
        items(&self.0["tags"]).iter().map(group).collect()
    }

    fn operations(&self, tag: &Value) -> Vec<ApiOperation> {
        let paths = members(&self.0["paths"]);
        let all = paths.flat_map(|(path, methods)| {
            members(methods).map(move |(method, operation)| (path, method, operation))
        });
        all.filter(|(.., operation)| items(&operation["tags"]).contains(tag))
            .map(|(path, method, operation)| self.operation(path, method, operation))
            .collect()
    }

    fn operation(&self, path: &str, method: &str, operation: &'a Value) -> ApiOperation {
        let parameters = items(&operation["parameters"]);
        let responses = members(&operation["responses"]);
        ApiOperation {
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
            summary: text(&operation["summary"]),
            description: text(&operation["description"]),
            security: security(&operation["security"]),
            parameters: parameters.iter().map(|one| self.parameter(one)).collect(),
            body: self.body(&operation["requestBody"]),
            responses: responses
                .map(|(status, response)| ApiResponse {
                    status: status.to_owned(),
                    description: text(&response["description"]),
                    body: self.body(response),
                })
                .collect(),
        }
    }

    fn parameter(&self, parameter: &Value) -> ApiParameter {
        ApiParameter {
            name: text(&parameter["name"]),
            location: text(&parameter["in"]),
            schema: self.words(&parameter["schema"]),
            required: parameter["required"] == true,
            description: text(&parameter["description"]),
        }
    }

    /// The body of a request or an answer. None has more than one media type.
    fn body(&self, carrier: &'a Value) -> Option<ApiBody> {
        let (content_type, content) = members(&carrier["content"]).next()?;
        let schema = self.resolve(&content["schema"]);
        let example = [&content["example"], &schema["example"]];
        let example = example.into_iter().find(|example| !example.is_null());
        Some(ApiBody {
            content_type: content_type.to_owned(),
            members: self.body_members(schema),
            example: example
                .map(|value| format!("{value:#}"))
                .unwrap_or_default(),
        })
    }

    /// The members of an object, those that `allOf` brings together included.
    fn body_members(&self, schema: &'a Value) -> Vec<ApiParameter> {
        let parts = items(&schema["allOf"]).iter();
        let parts = parts.chain(items(&schema["oneOf"]));
        let mut all: Vec<_> = parts
            .flat_map(|part| self.body_members(self.resolve(part)))
            .collect();
        let required = items(&schema["required"]);
        all.extend(
            members(&schema["properties"]).map(|(name, property)| ApiParameter {
                name: name.to_owned(),
                location: String::new(),
                schema: self.words(property),
                required: required.iter().any(|one| one == name),
                description: text(match &property["description"] {
                    Value::Null => &self.resolve(property)["description"],
                    own => own,
                }),
            }),
        );
        all
    }

    /// A schema's type in words.
    fn words(&self, schema: &Value) -> String {
        let schema = self.resolve(schema);
        let choices = items(&schema["oneOf"]);
        if !choices.is_empty() {
            let words: Vec<_> = choices.iter().map(|one| self.words(one)).collect();
            return words.join(" or ");
        }
        let kind = |kind: &Value| match kind.as_str() {
            Some("array") => format!("array of {}", self.words(&schema["items"])),
            Some(word) => word.to_owned(),
            None => "any value".to_owned(),
        };
        match &schema["type"] {
            Value::Array(kinds) => kinds.iter().map(kind).collect::<Vec<_>>().join(" or "),
            one => kind(one),
        }
    }

    /// What a schema refers to, or itself.
    fn resolve<'b>(&self, schema: &'b Value) -> &'b Value
    where
        'a: 'b,
    {
        let pointer = schema["$ref"].as_str().and_then(|to| to.strip_prefix('#'));
        pointer
            .and_then(|pointer| self.0.pointer(pointer))
            .unwrap_or(schema)
    }
}

/// What an operation asks of its caller; empty if nothing is as good.
fn security(requirements: &Value) -> String {
    let requirements = items(requirements);
    let words: Vec<_> = requirements
        .iter()
        .filter_map(|requirement| members(requirement).next())
        .map(|(scheme, scopes)| scheme_words(scheme, scopes))
        .collect();
    let optional = words.len() < requirements.len();
    match (words.is_empty(), optional) {
        (true, _) => String::new(),
        (false, true) => format!("{} (not always)", words.join(" or ")),
        (false, false) => words.join(" or "),
    }
}

fn scheme_words(scheme: &str, scopes: &Value) -> String {
    let scopes: Vec<_> = items(scopes).iter().filter_map(Value::as_str).collect();
    match scheme {
        "session" => "Session cookie".to_owned(),
        "access_token" => format!("Bearer token ({})", scopes.join(", ")),
        "client_secret_basic" => "Client authentication".to_owned(),
        other => other.replace('_', " "),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let members = value.as_object().map(Map::iter);
    members
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::ROUTES;
    use crate::views::{Shell, Template as _, Texts};

    #[test]
    fn the_openapi_page_shows_every_operation_and_code() {
        let page = ApiDocsPage {
            shell: Shell {
                t: Texts::default(),
                issuer: "https://id.example".to_owned(),
                csrf: String::new(),
                signed_in: None,
            },
            version: "1".to_owned(),
            groups: GROUPS.clone(),
            errors: errors(),
        };
        let html = page.render().unwrap();
        for (path, methods) in ROUTES {
            for method in *methods {
                let line = format!("<span class=\"method\">{method}</span> <code>{path}</code>");
                assert_eq!(html.matches(&line).count(), 1, "{method} {path}");
            }
        }
        for (code, ..) in ERRORS {
            assert!(html.contains(&format!("id=\"{code}\"")), "{code}");
        }
    }

    #[test]
    fn openapi_bodies_have_members_types_and_examples() {
        let sign_in = GROUPS.iter().find(|group| group.name == "Sign-in").unwrap();
        let verify = sign_in
            .operations
            .iter()
            .find(|one| one.path == "/api/verify");
        let body = verify.unwrap().body.as_ref().unwrap();
        let shown = |name: &str| {
            let member = body.members.iter().find(|member| member.name == name);
            member.map(|member| (member.schema.as_str(), member.required))
        };
        assert_eq!(shown("challenge_id"), Some(("string", true)));
        assert_eq!(shown("address"), Some(("string or null", false)));
        assert!(shown("event").is_some_and(|(words, _)| words.contains("object")));
        assert!(body.example.contains("\"signature\""));
    }

    #[test]
    fn openapi_security_is_said_in_words() {
        let needs = |requirements: &str| security(&serde_json::from_str(requirements).unwrap());
        assert_eq!(needs("[{}]"), "");
        assert_eq!(needs(r#"[{"session":[]}]"#), "Session cookie");
        assert_eq!(
            needs(r#"[{"access_token":["read"]},{}]"#),
            "Bearer token (read) (not always)"
        );
    }
}
