//! The pages: what each template is filled with, as plain words, times and yes or no.
//!
//! A handler builds a page and calls [`Template::render`]. Every page holds a [`Shell`], what the
//! frame around it shows. Deliberately absent: HTTP (status, headers, cookies), and every decision;
//! what a page may say of somebody is decided before it is built.
//!
//! Texts from outside are escaped by the templates, which never mark one as safe. Which form posts
//! what to where stands in each page's documentation; every form also posts `csrf`.

mod account;
mod activity;
mod admin;
mod api_docs;
mod consent;
mod developers;
mod device;
mod error;
mod home;
mod legal;
mod lightning;
mod logout;
mod moment;
mod playground;
mod problem;
mod prove;
mod review;
mod scopes;
mod shell;
mod sign_in;
mod texts;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

pub use account::{AccountNotice, AccountPage, ConnectionRow, KeyRow, SessionRow};
pub use activity::{ActivityList, ActivityRow, describe_act};
pub use admin::{
    AdminAuditPage, AdminAuditRow, AdminClientRow, AdminClientsPage, AdminKeyRow, AdminNotice,
    AdminPage, AdminUserPage, AdminUserRow, AdminUsersPage,
};
pub use api_docs::{
    ApiBody, ApiDocsPage, ApiErrorCode, ApiGroup, ApiOperation, ApiParameter, ApiResponse,
};
pub use askama::Template;
pub use consent::{ConsentClient, ConsentPage};
pub use developers::{
    ClientForm, ClientProblem, ClientSecretPage, Developer, DeveloperNotice, DevelopersPage,
    NewClientPage, OwnClientPage, OwnClientRow, client_name, kind_name, snippets,
};
pub use device::device;
pub use error::ErrorPage;
pub use home::HomePage;
pub use legal::{PrivacyPage, TermsPage};
pub use lightning::{LightningPage, WelcomePage};
pub use logout::{FormPostPage, LoggedOutPage, LogoutPage};
pub use moment::Moment;
pub use playground::PlaygroundPage;
pub use problem::Problem;
pub use prove::{IdentifierKind, ProofPurpose, ProvePage};
pub use review::{DeviceNews, FarewellPage, KeyNews, ReviewPage};
pub use scopes::{describe_claims, describe_scopes, not_shared};
pub use shell::{Requester, Shell, SignedIn};
pub use sign_in::LoginPage;
pub use texts::{AsValue, Marked, Texts};
