//! The limits of requests, as handlers meet them: a refusal is a failure like others, and is counted.

use hodlxxi_kernel::Secret;
use hodlxxi_limit::{Act, LimitError, Standing};
use hodlxxi_oauth::grant::ActiveAccessToken;

use crate::compose::App;
use crate::http::{Caller, Failure};
use crate::people::Visitor;

impl App {
    /// Lets `caller` do `act`, or refuses; answers how the limit stands that the act is about.
    pub(crate) fn take(&self, caller: Caller, act: Act<'_>) -> Result<Option<Standing>, Failure> {
        let taken = self.limiter().take(caller.address(), act);
        taken.map_err(|error| self.limited(error))
    }

    /// Counts that `act` of `caller` failed; a refusal where its failures are no longer told.
    pub(crate) fn failed(&self, caller: Caller, act: Act<'_>) -> Result<(), Failure> {
        let charged = self.limiter().failed(caller.address(), act);
        charged.map_err(|error| self.limited(error))
    }

    /// Whoever is signed in by this cookie and changes something of their account, or a refusal.
    pub(crate) fn changing_visitor(
        &self,
        session: Option<&Secret>,
        caller: Caller,
    ) -> Result<Visitor, Failure> {
        let visitor = self.known_visitor(session)?;
        let account = visitor.session.user.id.as_str();
        self.take(caller, Act::AccountChange { account })?;
        Ok(visitor)
    }

    /// Counts a call of an API of ours against the client of the token that it was made with.
    pub(crate) fn take_call(
        &self,
        caller: Caller,
        token: &ActiveAccessToken,
    ) -> Result<Option<Standing>, Failure> {
        let (client, tier) = (token.grant.client.as_str(), token.tier);
        self.take(caller, Act::Call { client, tier })
    }

    fn limited(&self, error: LimitError) -> Failure {
        match error {
            LimitError::Refused(standing) => {
                self.metrics().rate_limited(standing.policy.name());
                Failure::rate_limited(standing)
            }
            LimitError::Store(error) => error.into(),
        }
    }
}
