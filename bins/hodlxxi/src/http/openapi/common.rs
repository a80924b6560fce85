//! What holds for every operation, and is therefore said here and not at each handler: the request
//! id, the form of refusals, and the refusals that come before a handler.

use serde_json::{Map, Value, json};

use crate::http::render::{Kind, kind_of};
use crate::http::{guard, routes};

const LIMIT_HEADERS: [(&str, &str, &str); 3] = [
    (
        "Retry-After",
        "Seconds until the same request may succeed.",
        "integer",
    ),
    (
        "RateLimit",
        "The limit's name, how many requests remain (`r`), and in how many seconds more will be there (`t`).",
        "string",
    ),
    (
        "RateLimit-Policy",
        "The limit's name, how many requests it allows (`q`) and in how many seconds (`w`).",
        "string",
    ),
];
const DISCOVERY: &str = "/.well-known/openid-configuration";
const METADATA: &str = "/.well-known/oauth-authorization-server";

/// What wallets call: refusals of any kind are 200 there (LUD-06).
const NEVER_REFUSED: &str = "/api/lnurl-auth/callback";

/// Completes the document that the handlers' own words make.
pub(super) fn complete(document: &mut Value) {
    document["components"]["headers"]["RequestId"] = json!({
        "description": "The request's id.",
        "schema": { "type": "string" },
    });
    for (name, description, kind) in LIMIT_HEADERS {
        document["components"]["headers"][name] = json!({
            "description": description,
            "schema": { "type": kind },
        });
    }
    let Some(paths) = document["paths"].as_object_mut() else {
        return;
    };
    // One handler, two addresses (RFC 8414 and OpenID Connect Discovery).
    if let Some(mut twin) = paths.get(DISCOVERY).cloned() {
        twin["get"]["operationId"] = json!("getAuthorizationServerMetadata");
        twin["get"]["summary"] = json!("Authorization server metadata (RFC 8414)");
        paths.insert(METADATA.to_owned(), twin);
    }
    for (path, methods) in paths {
        for (method, operation) in methods.as_object_mut().into_iter().flatten() {
            complete_operation(path, method, operation);
        }
    }
}

fn complete_operation(path: &str, method: &str, operation: &mut Value) {
    let takes_body = operation["requestBody"].is_object();
    let needs_body = operation["requestBody"]["required"] == true;
    let is_form = operation["tags"][0] == "Pages" && takes_body;
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    if takes_body {
        add(responses, "413", "The body is larger than 64 KiB.");
    }
    if needs_body {
        add(responses, "400", "The body could not be understood.");
        add(responses, "415", "The body has another media type.");
    }
    if method != "get" && !guard::open_to_all(path) {
        add(
            responses,
            "403",
            "A page of another origin made the request.",
        );
    }
    if is_form {
        add(responses, "403", "The form was not made for this browser.");
    }
    if path != NEVER_REFUSED {
        add_refusals_of_any(responses, path, method);
    }
    for (status, response) in responses {
        response["headers"]["X-Request-Id"] = json!({ "$ref": "#/components/headers/RequestId" });
        if status.starts_with(['4', '5']) && response["content"].is_null() {
            response["content"] = refusal(&kind_of(path));
        }
    }
}

/// What any operation may be refused for.
fn add_refusals_of_any(responses: &mut Map<String, Value>, path: &str, method: &str) {
    if routes::is_limited(method, path) {
        add(
            responses,
            "429",
            "Too many requests in a short time: again after `Retry-After` seconds.",
        );
        for header in ["Retry-After", "RateLimit", "RateLimit-Policy"] {
            let reference = format!("#/components/headers/{header}");
            responses["429"]["headers"][header] = json!({ "$ref": reference });
        }
    }
    add(
        responses,
        "5XX",
        "503 with `Retry-After`: the server is busy or its database is away. 500: it failed.",
    );
}

/// Adds a response, or a sentence to the one of the same status.
fn add(responses: &mut Map<String, Value>, status: &str, sentence: &str) {
    let known = responses
        .get(status)
        .and_then(|known| known["description"].as_str());
    let description = match known {
        Some(known) => format!("{known} {sentence}"),
        None => sentence.to_owned(),
    };
    let response = responses.entry(status).or_insert_with(|| json!({}));
    response["description"] = json!(description);
}

fn refusal(kind: &Kind) -> Value {
    match kind {
        Kind::OAuth => json!({
            "application/json": { "schema": { "$ref": "#/components/schemas/OAuthError" } },
        }),
        Kind::Problem => json!({
            "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } },
        }),
        Kind::Page => json!({ "text/html": { "schema": { "type": "string" } } }),
    }
}
