//! Samples of the developers' pages.

use hodlxxi_oauth::client::{ClientDraft, ClientKind, RedirectUriError};

use super::*;

impl Words {
    fn own_client(&self) -> OwnClientRow {
        OwnClientRow {
            id: self.say("019354f2-7c1e-7b3a-9d42-6f0a1c2b3d4e"),
            name: self.say("Orange Ledger"),
            kind: self.say("Web application").into(),
            created_at: NOW,
            last_used_at: Some(NOW),
            disabled: true,
        }
    }

    fn client_form(&self, kind: ClientKind, problems: Vec<ClientProblem>) -> ClientForm {
        ClientForm {
            t: Texts::default(),
            kind,
            draft: ClientDraft {
                name: self.say("Orange Ledger"),
                redirect_uris: vec![self.say("https://ledger.example/callback")],
                post_logout_redirect_uris: vec![self.say("https://ledger.example/")],
                scope: ScopeSet::parse("openid profile"),
            },
            problems,
        }
    }

    pub(super) fn developers(&self, pages: &mut Pages) {
        let list = |developer, clients| DevelopersPage {
            shell: self.shell(developer != Developer::Nobody),
            notice: Some(DeveloperNotice::Deleted),
            developer,
            clients,
            most: 2,
        };
        add(
            pages,
            "developers-nobody",
            &list(Developer::Nobody, Vec::new()),
        );
        add(
            pages,
            "developers-guest",
            &list(Developer::Guest, Vec::new()),
        );
        let one = vec![self.own_client()];
        add(pages, "developers", &list(Developer::Person, one.clone()));
        let full = vec![one[0].clone(), one[0].clone()];
        add(pages, "developers-full", &list(Developer::Person, full));
        let playground = |back, clients| PlaygroundPage {
            shell: self.shell(false),
            back,
            clients,
            callback: self.say("https://auth.example.org/developers/playground/callback"),
            callback_encoded: self.say("https%3A%2F%2Fauth.example.org"),
            scopes: vec![("profile", true), ("offline_access", false)],
            acr_values: vec!["urn:hodlxxi:acr:bitcoin"],
        };
        let own = || vec![(self.say("playground"), self.say("Playground"))];
        add(pages, "playground", &playground(false, own()));
        add(pages, "playground-back", &playground(true, own()));
        add(pages, "playground-none", &playground(false, Vec::new()));
        let refused = vec![
            ClientProblem::RedirectUri {
                entered: self.say("http://ledger.example/#top"),
                why: RedirectUriError::Fragment,
                after_logout: false,
            },
            ClientProblem::Rule(self.say("jwks and jwks_uri exclude each other")),
        ];
        let new = |form| NewClientPage {
            shell: self.shell(true),
            form,
        };
        let web = self.client_form(ClientKind::Web, Vec::new());
        add(pages, "client-new", &new(web.clone()));
        let web_again = self.client_form(ClientKind::Web, refused.clone());
        add(pages, "client-refused", &new(web_again.clone()));
        let machine = self.client_form(ClientKind::Machine, vec![ClientProblem::TooMany]);
        add(pages, "client-machine", &new(machine));
        let secret = |old_until| ClientSecretPage {
            shell: self.shell(true),
            client_id: self.say("client"),
            name: self.say("Orange Ledger"),
            secret: self.say("s3cret"),
            old_until,
        };
        add(pages, "client-secret", &secret(None));
        add(pages, "client-secret-again", &secret(Some(NOW)));
        let own = |kind, form, old_until| OwnClientPage {
            shell: self.shell(true),
            notice: Some(DeveloperNotice::Gone),
            client: self.own_client(),
            has_secret: kind == ClientKind::Web,
            old_until,
            verified: false,
            form,
            snippets: snippets(
                kind,
                &self.say("https://auth.example.org"),
                &self.say("client"),
                &self.say("https://ledger.example/callback"),
                Texts::default(),
            ),
        };
        add(
            pages,
            "client-own",
            &own(ClientKind::Web, web_again, Some(NOW)),
        );
        let native = self.client_form(ClientKind::Native, Vec::new());
        add(
            pages,
            "client-own-native",
            &own(ClientKind::Native, native, None),
        );
    }
}
