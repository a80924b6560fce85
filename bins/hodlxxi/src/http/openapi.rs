//! The `OpenAPI` document.

/// The document as JSON.
pub fn document() -> String {
    String::new()
}
