//! `/account/review`: what is new, and whether the person knows of it; and the last page of who leaves.

use askama::Template;

use super::moment::Moment;
use super::shell::Shell;

/// A key that was linked.
#[derive(Clone)]
pub struct KeyNews {
    /// What freezing names it by.
    pub id: String,
    /// What kind of key it is.
    pub kind: String,
    /// Its address, or the key.
    pub shown: String,
    /// When it was linked.
    pub added_at: Moment,
}

/// A device that signed in.
#[derive(Clone)]
pub struct DeviceNews {
    /// What refusing names it by.
    pub mark: String,
    /// The device in words (see [`device`](super::device)).
    pub device: String,
    /// When it first signed in.
    pub first_seen_at: Moment,
}

/// What is new.
///
/// Forms, all to `/account/review` with `continue`: `decision=known` with `until`; `decision=unknown`
/// with `key`, or with `device`.
#[derive(Template)]
#[template(path = "review.html")]
pub struct ReviewPage {
    /// The frame.
    pub shell: Shell,
    /// Where to go on to: a path of this origin, checked before.
    pub continue_to: String,
    /// Whether a deletion was cancelled by the sign-in.
    pub kept: bool,
    /// What is new as of this moment (Unix seconds).
    pub until: i64,
    /// The keys linked.
    pub keys: Vec<KeyNews>,
    /// The devices that signed in.
    pub devices: Vec<DeviceNews>,
}

/// After the deletion of an account was asked for.
#[derive(Template)]
#[template(path = "farewell.html")]
pub struct FarewellPage {
    /// The frame.
    pub shell: Shell,
    /// When the account is deleted.
    pub deletes_at: Option<Moment>,
}
