//! The claims of a client's assertion (RFC 7523, section 3; OpenID Connect Core, section 9).

use hodlxxi_kernel::{ClientId, SecretHash, Timestamp};
use serde_json::Value;
use thiserror::Error;

use crate::grant::SingleUse;

/// By how much clocks may differ, in seconds.
const LEEWAY: i64 = 60;
/// The longest an assertion may live, in seconds.
const MAX_LIFE: i64 = 60 * 60;
/// The longest `jti` accepted, in bytes.
const MAX_JTI: usize = 256;

/// Why the claims of an assertion, whose signature is good, are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AssertionError {
    /// `iss` or `sub` is not the client.
    #[error("iss and sub of the assertion must both be the client_id")]
    Issuer,
    /// `aud` is neither the issuer nor the token endpoint.
    #[error("aud of the assertion must be the issuer or the token endpoint")]
    Audience,
    /// `exp` is missing, over, or more than an hour ahead.
    #[error("exp of the assertion must be given, in the future, and at most an hour ahead")]
    Expiry,
    /// `iat` or `nbf` is in the future.
    #[error("iat and nbf of the assertion must not be in the future")]
    NotYet,
    /// `jti` is missing or too long.
    #[error("jti of the assertion must be given, with at most 256 bytes")]
    Id,
    /// An assertion with this `jti` was used before.
    #[error("the assertion was used before")]
    Replayed,
}

/// Judges the claims. The audience is one of `audiences`, alone or in an array. What is good is still
/// to be used for the first time.
pub(super) fn judge(
    claims: &Value,
    client: &ClientId,
    audiences: &[&str],
    now: Timestamp,
) -> Result<SingleUse, AssertionError> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if [text("iss"), text("sub")] != [Some(client.as_str()); 2] {
        return Err(AssertionError::Issuer);
    }
    let is_ours = |value: &Value| value.as_str().is_some_and(|aud| audiences.contains(&aud));
    let audience = match claims.get("aud") {
        Some(Value::Array(all)) => all.iter().any(is_ours),
        Some(one) => is_ours(one),
        None => false,
    };
    if !audience {
        return Err(AssertionError::Audience);
    }
    let expiry = claims.get("exp").and_then(seconds);
    let expiry = expiry.ok_or(AssertionError::Expiry)?;
    if expiry.plus(LEEWAY) <= now || expiry > now.plus(MAX_LIFE + LEEWAY) {
        return Err(AssertionError::Expiry);
    }
    for name in ["iat", "nbf"] {
        let begun = |value| seconds(value).is_some_and(|at| at <= now.plus(LEEWAY));
        if !claims.get(name).is_none_or(begun) {
            return Err(AssertionError::NotYet);
        }
    }
    let jti = text("jti").filter(|jti| (1..=MAX_JTI).contains(&jti.len()));
    let jti = jti.ok_or(AssertionError::Id)?;
    // Earlier it would have been refused: by `exp`, or by `iat` where it is given.
    let by_expiry = expiry.minus(MAX_LIFE + LEEWAY);
    let by_issue = claims.get("iat").and_then(seconds);
    let by_issue = by_issue.map_or(by_expiry, |at| at.minus(LEEWAY));
    Ok(SingleUse {
        // No id has a space in it, so that no two pairs give one text.
        id: SecretHash::of(&format!("{client} {jti}")),
        usable_from: by_expiry.max(by_issue),
        usable_until: expiry.plus(LEEWAY + 1),
    })
}

/// A `NumericDate` (RFC 7519, section 2), which may have a fraction.
fn seconds(value: &Value) -> Option<Timestamp> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, and no date is near its ends"
    )]
    let whole = |date: f64| date.floor() as i64;
    let seconds = value.as_i64().or_else(|| value.as_f64().map(whole))?;
    Some(Timestamp::from_unix(seconds))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn judged(change: &Value) -> Result<SingleUse, AssertionError> {
        judged_at(change, NOW)
    }

    fn judged_at(change: &Value, now: i64) -> Result<SingleUse, AssertionError> {
        let mut claims = json!({
            "iss": "rp", "sub": "rp", "aud": "https://id.example", "jti": "1",
            "exp": NOW + 60, "iat": NOW,
        });
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        // Null stands for a member that is not there.
        claims
            .as_object_mut()
            .unwrap()
            .retain(|_, value| !value.is_null());
        let audiences = ["https://id.example", "https://id.example/oauth/token"];
        judge(
            &claims,
            &"rp".parse().unwrap(),
            &audiences,
            Timestamp::from_unix(now),
        )
    }

    #[test]
    fn the_audience_is_the_issuer_or_the_token_endpoint_alone_or_in_an_array() {
        for aud in [
            json!("https://id.example"),
            json!("https://id.example/oauth/token"),
            json!(["https://other.example", "https://id.example"]),
        ] {
            assert!(judged(&json!({ "aud": aud })).is_ok(), "{aud}");
        }
        for aud in [
            json!(null),
            json!("https://id.example/"),
            json!([]),
            json!({"a": "https://id.example"}),
        ] {
            assert_eq!(
                judged(&json!({ "aud": aud })),
                Err(AssertionError::Audience)
            );
        }
    }

    #[test]
    fn every_claim_is_judged() {
        use AssertionError::{Expiry, Id, Issuer, NotYet};
        for (change, why) in [
            (json!({"iss": "other"}), Issuer),
            (json!({"sub": "other"}), Issuer),
            (json!({"sub": 1}), Issuer),
            (json!({"exp": null}), Expiry),
            (json!({"exp": "soon"}), Expiry),
            (json!({"exp": NOW - LEEWAY}), Expiry),
            (json!({"exp": NOW + MAX_LIFE + LEEWAY + 1}), Expiry),
            (json!({"exp": 1e300}), Expiry),
            (json!({"iat": NOW + LEEWAY + 1}), NotYet),
            (json!({"nbf": NOW + LEEWAY + 1}), NotYet),
            (json!({"nbf": "now"}), NotYet),
            (json!({"jti": null}), Id),
            (json!({"jti": ""}), Id),
            (json!({"jti": "x".repeat(MAX_JTI + 1)}), Id),
        ] {
            assert_eq!(judged(&change), Err(why), "{change:.60}");
        }
        for good in [
            json!({"exp": NOW - LEEWAY + 1}),
            json!({"exp": 1_800_000_030.5}),
            json!({"iat": NOW - 100_000}),
        ] {
            assert!(judged(&good).is_ok(), "{good}");
        }
    }

    #[test]
    fn an_assertion_is_remembered_for_as_long_as_it_would_be_accepted() {
        let last = judged(&json!({"exp": NOW - LEEWAY + 1})).unwrap();
        assert!(last.usable_until > Timestamp::from_unix(NOW));
        assert_ne!(judged(&json!({"jti": "2"})).unwrap().id, last.id);
    }

    #[test]
    fn an_assertion_is_refused_before_it_is_said_to_be_usable() {
        for change in [
            json!({"iat": null}),
            json!({"iat": null, "exp": NOW + MAX_LIFE}),
            json!({"iat": NOW - 30}),
            json!({"iat": NOW - 100_000}),
            json!({"iat": NOW + LEEWAY, "exp": NOW + MAX_LIFE + LEEWAY}),
        ] {
            let from = judged(&change).unwrap().usable_from.as_unix();
            assert!(from <= NOW, "{change}");
            assert!(judged_at(&change, from).is_ok(), "{change}");
            assert!(judged_at(&change, from - 1).is_err(), "{change}");
        }
    }
}
