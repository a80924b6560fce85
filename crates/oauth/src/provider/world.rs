//! For the tests of registration and client authentication: a provider and clients that registered.

use serde_json::Value;

use super::RegistrationPolicy;
use super::registration::Registered;
pub(super) use super::tests::World;
use super::tests::origin;

impl World {
    /// A provider where `registration` says who may register.
    pub(super) fn registering(registration: RegistrationPolicy) -> Self {
        Self::with(|config| config.registration = registration)
    }

    /// A client that registered `metadata`.
    pub(super) fn registered(&self, metadata: &Value) -> Registered {
        let request = self.provider.registration_request(metadata, None).unwrap();
        self.provider
            .register(request, None, None, &origin())
            .ok()
            .unwrap()
    }
}
