//! One sample of every page and state, for the tests: with likely texts, or with hostile ones in
//! every place that a text from outside can reach.

use askama::Template;
use hodlxxi_oauth::scope::{Scope, ScopeSet};

use super::*;

mod admin;
mod developers;
mod lightning;

/// Markup, and both quotes, that must never come out as they went in.
pub(crate) const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=y>&amp;";

const ADDRESS: &str = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
const KEY: &str = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
const NPUB: &str = "npub10xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqpkge6d";
const NOW: Moment = Moment(1_795_468_881);

/// Every page by its name.
pub(crate) fn pages(hostile: bool) -> Vec<(&'static str, String)> {
    let words = Words { hostile };
    let mut pages = Vec::new();
    words.sign_in(&mut pages);
    words.consent(&mut pages);
    words.leaving(&mut pages);
    words.lightning(&mut pages);
    words.account(&mut pages);
    words.admin(&mut pages);
    words.developers(&mut pages);
    words.others(&mut pages);
    pages
}

type Pages = Vec<(&'static str, String)>;

fn add(pages: &mut Pages, name: &'static str, page: &impl Template) {
    pages.push((name, page.render().expect("the page renders")));
}

struct Words {
    hostile: bool,
}

impl Words {
    fn say(&self, likely: &str) -> String {
        if self.hostile { HOSTILE } else { likely }.to_owned()
    }

    fn shell(&self, signed_in: bool) -> Shell {
        Shell {
            t: Texts::default(),
            issuer: format!("https://{}", self.say("auth.example.org")),
            csrf: self.say("csrf-token"),
            signed_in: signed_in.then(|| SignedIn {
                name: self.say("Hal"),
            }),
        }
    }

    fn requester(&self) -> Requester {
        Requester {
            name: self.say("Orange Ledger"),
            host: self.say("ledger.example"),
        }
    }

    fn sign_in(&self, pages: &mut Pages) {
        let login = |identifier: &str, problem, guests: bool| LoginPage {
            shell: self.shell(false),
            continue_to: self.say("/account"),
            requester: guests.then(|| self.requester()),
            wanted: Vec::new(),
            guests,
            identifier: identifier.to_owned(),
            problem,
        };
        add(pages, "login", &login("", None, false));
        add(pages, "login-requested", &login("", None, true));
        let refused = Some(Problem::InvalidAddress);
        add(
            pages,
            "login-refused",
            &login(&self.say("bc1qnope"), refused, false),
        );
        let nostr = Some(Problem::InvalidPublicKey);
        add(pages, "login-nostr", &login(NPUB, nostr, false));

        let prove = |purpose, kind: IdentifierKind, problem| {
            ProvePage {
            shell: self.shell(matches!(purpose, ProofPurpose::LinkKey)),
            purpose,
            identifier: self.say(if kind == IdentifierKind::Npub { NPUB } else { ADDRESS }),
            kind,
            challenge_id: self.say("challenge-id"),
            challenge: self.say("auth.example.org login 4f1c0a77e2b94d5f8c3a6b1d9e0f2a35 until 2026-11-23T21:26:21Z"),
            expires_at: NOW,
            expires_in: 299,
            signature: self.say(""),
            problem,
        }
        };
        let sign_in = |requester| ProofPurpose::SignIn {
            continue_to: self.say("/account"),
            requester,
        };
        let wrong = Some(Problem::InvalidSignature);
        let asked = sign_in(Some(self.requester()));
        add(
            pages,
            "prove",
            &prove(asked, IdentifierKind::SegwitKey, None),
        );
        add(
            pages,
            "prove-refused",
            &prove(sign_in(None), IdentifierKind::Taproot, wrong),
        );
        add(
            pages,
            "prove-nostr",
            &prove(sign_in(None), IdentifierKind::Npub, None),
        );
        add(
            pages,
            "prove-link",
            &prove(ProofPurpose::LinkKey, IdentifierKind::PublicKey, None),
        );
        let segwit = IdentifierKind::SegwitKey;
        add(
            pages,
            "prove-merge",
            &prove(ProofPurpose::Merge, segwit, None),
        );
        add(
            pages,
            "prove-delete",
            &prove(ProofPurpose::Delete, segwit, None),
        );
    }

    fn consent(&self, pages: &mut Pages) {
        let all: ScopeSet = Scope::ALL.into_iter().collect();
        let some = ScopeSet::parse("openid profile offline_access");
        let page = |verified, asked: &ScopeSet, allowed: &ScopeSet| ConsentPage {
            shell: self.shell(true),
            client: ConsentClient {
                name: self.say("Orange Ledger"),
                host: self.say("ledger.example"),
                verified,
                logo: verified.then(|| format!("/logo/{}", self.say("orange.png"))),
                policy_uri: Some(format!("https://{}", self.say("ledger.example/privacy"))),
                tos_uri: Some(format!("https://{}", self.say("ledger.example/terms"))),
            },
            key: self.say("bc1qw508…8f3t4"),
            asked: describe_scopes(Texts::default(), asked, false),
            allowed: describe_scopes(Texts::default(), allowed, false),
            not_shared: not_shared(Texts::default(), &asked.union(allowed), &[], false),
            remembered: verified,
            request: self.say("sealed"),
        };
        add(pages, "consent", &page(false, &some, &ScopeSet::empty()));
        add(
            pages,
            "consent-more",
            &page(true, &all.difference(&some), &some),
        );
    }

    fn leaving(&self, pages: &mut Pages) {
        let question = LogoutPage {
            shell: self.shell(true),
            requester: Some(self.requester()),
            request: self.say("sealed"),
        };
        add(pages, "logout", &question);
        let shell = self.shell(false);
        add(pages, "logged-out", &LoggedOutPage { shell });
        let response = FormPostPage {
            shell: self.shell(true),
            requester: self.requester(),
            action: self.say("https://ledger.example/callback"),
            fields: vec![(self.say("code"), self.say("c0de"))],
        };
        add(pages, "form-post", &response);
    }

    fn key(&self, number: &str, current: bool) -> KeyRow {
        KeyRow {
            id: self.say(number),
            label: current.then(|| self.say("Savings")),
            kind: self.say("SegWit address (P2WPKH)"),
            public_key: Some(self.say(KEY)),
            npub: Some(self.say(NPUB)),
            address: current.then(|| self.say(ADDRESS)),
            added_at: NOW,
            last_used_at: NOW,
            current,
            primary: current,
            frozen_at: (!current).then_some(NOW),
        }
    }

    fn session(&self, user_agent: &str, current: bool) -> SessionRow {
        SessionRow {
            id: self.say("session"),
            device: device(Texts::default(), Some(&self.say(user_agent))),
            method: self.say("Bitcoin key"),
            applications: vec![
                self.say("The Shop (shop.example)"),
                self.say("Forum (forum.example)"),
            ],
            signed_in_at: NOW,
            last_seen_at: NOW,
            current,
        }
    }

    fn connection(&self, name: &str, verified: bool) -> ConnectionRow {
        ConnectionRow {
            client_id: self.say("client"),
            name: self.say(name),
            host: self.say("ledger.example"),
            verified,
            scopes: describe_scopes(Texts::default(), &ScopeSet::parse("openid profile"), false),
            first_allowed_at: NOW,
            last_used_at: verified.then_some(NOW),
        }
    }

    fn act(&self, action: &str, outcome: &str, application: Option<&str>) -> ActivityRow {
        let (what, warning) = describe_act(action, outcome, None);
        ActivityRow {
            what: Texts::default().get(what),
            warning,
            application: application.map(|name| self.say(name)),
            at: NOW,
            count: 1,
            since: NOW,
            address: Some(self.say("203.0.113.9")),
            device: Some(device(
                Texts::default(),
                Some(&self.say("Mozilla/5.0 (X11; Linux) Firefox/145.0")),
            )),
        }
    }

    fn list(&self, rows: Vec<ActivityRow>) -> ActivityList {
        ActivityList {
            next: (!rows.is_empty()).then(|| self.say("019354f2-7c1e-7b3a-9d42-6f0a1c2b3d4e")),
            is_later: rows.is_empty(),
            rows,
        }
    }

    fn account(&self, pages: &mut Pages) {
        let page = |full: bool, notice| AccountPage {
            shell: self.shell(true),
            notice,
            user_id: self.say("019354f2-7c1e-7b3a-9d42-6f0a1c2b3d4e"),
            name: self.say("Hal"),
            access_level: if full { "limited" } else { "guest" },
            guest: !full,
            created_at: NOW,
            offer_second_key: matches!(notice, Some(AccountNotice::LastKey)),
            keys: vec![self.key("1", true), self.key("2", false)],
            sessions: vec![
                self.session("Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0", true),
                self.session("Mozilla/5.0 (iPhone) Safari/604.1", false),
            ],
            connections: if full {
                vec![
                    self.connection("Orange Ledger", true),
                    self.connection("Node Watch", false),
                ]
            } else {
                Vec::new()
            },
            activity: self.list(if full {
                vec![
                    self.act("auth.signed_in", "done", None),
                    self.act("oauth.token_granted", "done", Some("Orange Ledger")),
                ]
            } else {
                Vec::new()
            }),
            failures: self.list(if full {
                let failed = self.act("auth.sign_in_failed", "invalid_proof", None);
                vec![ActivityRow {
                    count: 57,
                    ..failed
                }]
            } else {
                Vec::new()
            }),
        };
        add(
            pages,
            "account",
            &page(true, Some(AccountNotice::NameSaved)),
        );
        let mut lone = page(true, Some(AccountNotice::LastKey));
        lone.keys.truncate(1);
        add(pages, "account-one-key", &lone);
        add(pages, "account-guest", &page(false, None));
        let new_key = || KeyNews {
            id: self.say("1"),
            kind: self.say("Bitcoin key"),
            shown: self.say(ADDRESS),
            added_at: NOW,
        };
        let review = ReviewPage {
            shell: self.shell(true),
            continue_to: self.say("/account"),
            kept: false,
            until: NOW.0,
            keys: vec![new_key(), new_key()],
            devices: vec![DeviceNews {
                mark: self.say("Firefox"),
                device: self.say("Firefox on Linux"),
                first_seen_at: NOW,
            }],
        };
        add(pages, "review", &review);
        let back = ReviewPage {
            kept: true,
            keys: Vec::new(),
            devices: Vec::new(),
            ..review
        };
        add(pages, "review-kept", &back);
        let farewell = FarewellPage {
            shell: self.shell(false),
            deletes_at: Some(NOW),
        };
        add(pages, "farewell", &farewell);
    }

    fn operation(&self, method: &str, path: &str, summary: &str) -> ApiOperation {
        let member = |name: &str, location: &str| ApiParameter {
            name: self.say(name),
            location: location.to_owned(),
            schema: self.say("string"),
            required: location.is_empty(),
            description: self.say("A word that names what is meant."),
        };
        let body = ApiBody {
            content_type: self.say("application/json"),
            members: vec![member("pubkey", ""), member("address", "")],
            example: self.say("{\n  \"pubkey\": \"02…\"\n}"),
        };
        ApiOperation {
            method: self.say(method),
            path: self.say(path),
            summary: self.say(summary),
            description: self.say("Asks for a challenge.\n\nIt is one line of printable ASCII."),
            security: self.say("a session, or a bearer token with the scope read"),
            parameters: vec![member("limit", "query")],
            body: Some(body.clone()),
            responses: vec![ApiResponse {
                status: self.say("200"),
                description: self.say("The challenge."),
                body: Some(body),
            }],
        }
    }

    fn others(&self, pages: &mut Pages) {
        for (name, signed_in) in [("home", false), ("home-signed-in", true)] {
            let page = HomePage {
                shell: self.shell(signed_in),
                guests: signed_in,
                open_registration: !signed_in,
                administrator: signed_in,
            };
            add(pages, name, &page);
        }
        let reference = ApiDocsPage {
            shell: self.shell(false),
            version: self.say("0.1.0"),
            errors: vec![ApiErrorCode {
                code: self.say("auth.challenge_expired"),
                status: 400,
                meaning: self.say("The challenge has expired: ask for a new one."),
            }],
            groups: vec![
                ApiGroup {
                    name: self.say("Sign-in"),
                    description: self.say("Challenges and what answers them."),
                    operations: vec![
                        self.operation("POST", "/api/challenge", "Ask for a challenge"),
                        self.operation("GET", "/api/session", "Who is signed in"),
                    ],
                },
                ApiGroup {
                    name: "OpenID Connect".to_owned(),
                    description: String::new(),
                    operations: vec![self.operation(
                        "DELETE",
                        "/oauth/register/{client_id}",
                        "Remove a client",
                    )],
                },
            ],
        };
        add(pages, "api-docs", &reference);
        let shell = self.shell(false);
        add(pages, "privacy", &PrivacyPage { shell });
        let shell = self.shell(false);
        add(pages, "terms", &TermsPage { shell });
        let id = || self.say("019354f2-7c1e-7b3a-9d42-6f0a1c2b3d4e");
        let missing = ErrorPage::of_status(self.shell(false), 404, id());
        add(pages, "error", &missing);
        let refused = ErrorPage {
            title: self
                .say("The application sent you here with a wrong address.")
                .into(),
            detail: Some(self.say("invalid_request: redirect_uri is not registered")),
            ..ErrorPage::of_status(self.shell(true), 400, id())
        };
        add(pages, "error-client", &refused);
    }
}
