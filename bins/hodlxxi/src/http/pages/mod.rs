//! The pages.

pub(super) mod account;
mod activity;
pub(super) mod admin;
mod consent;
pub(super) mod developers;
pub(super) mod docs;
pub(super) mod export;
pub(super) mod home;
pub(super) mod key_care;
pub(super) mod keys;
pub(super) mod leave;
pub(super) mod legal;
pub(super) mod lightning;
pub(super) mod login;
pub(super) mod logo;
pub(super) mod logout;
pub(super) mod merge;
pub(super) mod picture;
mod prove;
pub(super) mod review;
mod shell;

pub(super) use consent::{requester, show_consent, show_form_post};
pub(super) use shell::{Browser, PageForm, clear_session, see_other, set_session};
