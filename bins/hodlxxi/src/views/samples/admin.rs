//! Samples of the administrators' pages.

use super::*;

impl Words {
    fn admin_user(&self) -> AdminUserRow {
        AdminUserRow {
            id: self.say("019354f2-7c1e-7b3a-9d42-6f0a1c2b3d4e"),
            name: self.say("Hal"),
            granted: Some("full"),
            disabled: true,
            created_at: NOW,
        }
    }

    fn admin_client(&self, verified: bool) -> AdminClientRow {
        AdminClientRow {
            id: self.say("client"),
            name: self.say("Orange Ledger"),
            redirect_uris: vec![self.say("https://ledger.example/callback")],
            kind: self.say("Web application").into(),
            owner: Some(self.say("019354f2-7c1e-7b3a-9d42-6f0a1c2b3d4e")),
            verified,
            tier: "paid",
            disabled: !verified,
            created_at: NOW,
            last_used_at: verified.then_some(NOW),
        }
    }

    pub(super) fn admin(&self, pages: &mut Pages) {
        let overview = AdminPage {
            shell: self.shell(true),
            clients: 7,
            sessions: 12,
            seals: 1_234,
            unsealed: 3,
            oldest_unsealed: Some(NOW),
            expired: Some((500, NOW)),
        };
        add(pages, "admin", &overview);
        let clients = AdminClientsPage {
            shell: self.shell(true),
            notice: Some(AdminNotice::Done),
            query: self.say("ledger"),
            clients: vec![self.admin_client(true), self.admin_client(false)],
            next: Some(self.say("/admin/clients?before=client")),
        };
        add(pages, "admin-clients", &clients);
        let users = AdminUsersPage {
            shell: self.shell(true),
            query: self.say("nobody"),
            users: vec![self.admin_user()],
            next: Some(self.say("/admin/users?before=user")),
        };
        add(pages, "admin-users", &users);
        let user = AdminUserPage {
            shell: self.shell(true),
            notice: Some(AdminNotice::Yourself),
            user: self.admin_user(),
            keys: vec![AdminKeyRow {
                key: self.say(KEY),
                method: "bitcoin",
                last_used_at: NOW,
            }],
            sessions: 1,
            clients: vec![(self.say("client"), self.say("Orange Ledger"))],
        };
        add(pages, "admin-user", &user);
        let entry = AdminAuditRow {
            at: NOW,
            action: self.say("auth.signed_in"),
            outcome: self.say("refused"),
            actor: self.say("person"),
            person: Some(self.say("019354f2-7c1e-7b3a-9d42-6f0a1c2b3d4e")),
            client: Some(self.say("client")),
            address: Some(self.say("203.0.113.9")),
            request_id: Some(self.say("request")),
            detail: Some(self.say("bitcoin")),
        };
        let audit = |entries| AdminAuditPage {
            shell: self.shell(true),
            actions: vec!["auth.signed_in", "auth.sign_in_failed"],
            action: self.say("auth.signed_in"),
            person: self.say("person"),
            client: self.say("client"),
            entries,
            next: Some(self.say("/admin/audit?before=entry")),
        };
        add(pages, "admin-audit", &audit(vec![entry]));
        add(pages, "admin-audit-none", &audit(Vec::new()));
    }
}
