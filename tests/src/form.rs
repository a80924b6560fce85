//! The forms of a page, read as far as submitting them without scripts needs.
//!
//! Not a general HTML parser: it reads what the product's own templates write.

/// One form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Where it goes, as written.
    pub action: String,
    /// Whether it is a POST.
    pub post: bool,
    /// Names and values of its inputs that go along as they stand (no buttons, nothing unchecked).
    pub fields: Vec<(String, String)>,
    /// Names of everything it has that carries one, buttons included.
    pub names: Vec<String>,
}

impl Form {
    /// The value that a field carries.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }

    /// The same form without one of its fields.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self
    }
}

/// One opening tag: its name and attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The element's name in lower case, with a slash before it where it is the closing tag.
    pub name: String,
    /// Its attributes, with character references resolved.
    pub attributes: Vec<(String, String)>,
    /// The text between it and the next tag, as written.
    pub text: String,
}

impl Tag {
    /// An attribute's value; the empty string for one without.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(attribute, _)| attribute == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Every tag of a page, in order.
pub fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let Some(end) = tag_end(rest) else { break };
        let inside = rest[..end].trim_end_matches('/');
        rest = &rest[end + 1..];
        let text = rest[..rest.find('<').unwrap_or(rest.len())].to_owned();
        let (name, attributes) = inside
            .split_once(char::is_whitespace)
            .unwrap_or((inside, ""));
        tags.push(Tag {
            name: name.to_ascii_lowercase(),
            attributes: read_attributes(attributes),
            text,
        });
    }
    tags
}

/// Every form of a page.
pub fn forms(html: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let mut inside = false;
    for tag in tags(html) {
        match tag.name.as_str() {
            "form" => {
                let action = tag.attribute("action").unwrap_or_default().to_owned();
                let post = tag
                    .attribute("method")
                    .is_some_and(|method| method.eq_ignore_ascii_case("post"));
                forms.push(Form {
                    action,
                    post,
                    fields: Vec::new(),
                    names: Vec::new(),
                });
                inside = true;
            }
            "/form" => inside = false,
            "input" | "textarea" | "button" | "select" if inside => {
                if let Some(form) = forms.last_mut() {
                    add_field(form, &tag);
                }
            }
            _ => {}
        }
    }
    forms
}

fn add_field(form: &mut Form, tag: &Tag) {
    let Some(name) = tag.attribute("name") else {
        return;
    };
    form.names.push(name.to_owned());
    let kind = tag.attribute("type").unwrap_or("text");
    let unchecked = matches!(kind, "checkbox" | "radio") && tag.attribute("checked").is_none();
    if tag.name == "button" || kind == "submit" || unchecked {
        return;
    }
    let value = if tag.name == "textarea" {
        unescape(&tag.text)
    } else {
        tag.attribute("value").unwrap_or_default().to_owned()
    };
    form.fields.push((name.to_owned(), value));
}

fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

fn read_attributes(mut text: &str) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    loop {
        text = text.trim_start();
        let end = text
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(text.len());
        if end == 0 {
            return attributes;
        }
        let name = text[..end].to_ascii_lowercase();
        text = text[end..].trim_start();
        let Some(after) = text.strip_prefix('=') else {
            attributes.push((name, String::new()));
            continue;
        };
        let after = after.trim_start();
        let (value, next) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
            _ => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        attributes.push((name, unescape(value)));
        text = next;
    }
}

/// Text with its character references resolved.
pub fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some((reference, after)) = rest.split_once(';').filter(|(name, _)| name.len() <= 6)
        else {
            out.push('&');
            continue;
        };
        let code =
            reference
                .strip_prefix('#')
                .and_then(|number| match number.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok(),
                    None => number.parse().ok(),
                });
        let named = match reference {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => code.and_then(char::from_u32),
        };
        match named {
            Some(character) => out.push(character),
            None => out.extend(["&", reference, ";"]),
        }
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::{forms, unescape};

    #[test]
    fn reads_what_a_browser_would_send() {
        let page = r#"<form method="post" action="/a?b=1&amp;c=2"><input type=hidden name="t" value="x&#39;&quot;y">
            <textarea name="s">one &lt;two</textarea><input type="checkbox" name="no" value="1">
            <input type="checkbox" name="yes" value="1" checked><button name="decision" value="allow">A > B</button></form>"#;
        let forms = forms(page);
        assert_eq!(forms.len(), 1);
        assert_eq!(forms[0].action, "/a?b=1&c=2");
        assert!(forms[0].post);
        let expected = [("t", "x'\"y"), ("s", "one <two"), ("yes", "1")];
        assert_eq!(
            forms[0].fields,
            expected.map(|(k, v)| (k.to_owned(), v.to_owned()))
        );
        assert_eq!(forms[0].names, ["t", "s", "no", "yes", "decision"]);
        assert_eq!(
            unescape("a & b &amp; &unknown; &#x27;"),
            "a & b & &unknown; '"
        );
    }
}
