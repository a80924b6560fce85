//! Samples of the pages around a code for a Lightning wallet.

use super::*;

impl Words {
    pub(super) fn lightning(&self, pages: &mut Pages) {
        let code = |continue_to, problem| LightningPage {
            shell: self.shell(false),
            continue_to,
            requester: Some(self.requester()),
            action: "login",
            session_id: self.say("Zk3n"),
            lnurl: self.say("LNURL1DP68GURN8GHJ7"),
            uri: self.say("lightning:LNURL1DP68GURN8GHJ7"),
            keyauth_uri: self.say("keyauth:LNURL1"),
            expires_at: NOW,
            expires_in: 299,
            problem,
        };
        let silent = Some(Problem::WalletSilent);
        let sign_in = code(Some(self.say("/account")), silent);
        add(pages, "lightning", &sign_in);
        add(pages, "lightning-link", &code(None, None));
        let welcome = WelcomePage {
            shell: self.shell(false),
            continue_to: self.say("/account"),
            requester: Some(self.requester()),
            session_id: self.say("Zk3n"),
            key: self.say("02c3b844b810…4dd20c93"),
        };
        add(pages, "welcome", &welcome);
    }
}
