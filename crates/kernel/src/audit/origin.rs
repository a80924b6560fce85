//! Who acts, and from where.

use std::net::IpAddr;

use super::Actor;
use crate::{SessionId, UserId};

/// The longest description of itself that is kept of a browser, in characters.
const MAX_USER_AGENT: usize = 200;

/// Who acts, and from where: handed from the outermost layer to every use case that is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// In what role, as far as the outermost layer knows.
    pub actor: Actor,
    /// The address the request came from.
    pub address: Option<IpAddr>,
    /// The request's id, as its answer and the logs name it.
    pub request_id: Option<String>,
    /// The program's own description of itself, cut to 200 characters.
    pub user_agent: Option<String>,
    /// The administrator who acts, and in which session; both are concerned where nobody else is.
    pub administrator: Option<(UserId, SessionId)>,
}

impl Origin {
    /// A request, of which no more is known than what it brings.
    ///
    /// ```
    /// use hodlxxi_kernel::audit::{Actor, Origin};
    /// let origin = Origin::request(None, None, Some("curl/8.5\n"));
    /// assert_eq!(origin.actor, Actor::Visitor);
    /// assert_eq!(origin.user_agent.as_deref(), Some("curl/8.5"));
    /// ```
    pub fn request(
        address: Option<IpAddr>,
        request_id: Option<String>,
        user_agent: Option<&str>,
    ) -> Self {
        Self {
            actor: Actor::Visitor,
            address,
            request_id,
            user_agent: user_agent.and_then(shortened),
            administrator: None,
        }
    }

    /// The same request, made by this administrator in this session.
    #[must_use]
    pub fn by_administrator(&self, person: &UserId, session: &SessionId) -> Self {
        Self {
            actor: Actor::Administrator,
            administrator: Some((person.clone(), session.clone())),
            ..self.clone()
        }
    }

    /// An administrator at the command line.
    pub const fn operator() -> Self {
        Self::without_request(Actor::Operator)
    }

    /// The server by itself.
    pub const fn server() -> Self {
        Self::without_request(Actor::Server)
    }

    /// The same origin, known by now to act in this role.
    #[must_use]
    pub fn by(&self, actor: Actor) -> Self {
        Self {
            actor,
            ..self.clone()
        }
    }

    const fn without_request(actor: Actor) -> Self {
        Self {
            actor,
            address: None,
            request_id: None,
            user_agent: None,
            administrator: None,
        }
    }
}

/// What is kept of a program's description of itself.
fn shortened(user_agent: &str) -> Option<String> {
    let text = user_agent.chars().filter(|c| !c.is_control());
    Some(text.take(MAX_USER_AGENT).collect()).filter(|text: &String| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_description_is_cut_and_control_characters_go() {
        let origin = |text: &str| Origin::request(None, None, Some(text)).user_agent;
        assert_eq!(origin(&"é".repeat(300)), Some("é".repeat(200)));
        assert_eq!(origin("a\u{1b}[31mb\n"), Some("a[31mb".to_owned()));
        assert_eq!(origin("\r\n"), None);
    }
}
