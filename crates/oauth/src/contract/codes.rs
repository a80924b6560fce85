//! [`CodeStore`](crate::grant::CodeStore).

use super::{Fixture, NOW, sample};
use crate::grant::RedeemOutcome;

/// Every member survives, with and without PKCE.
pub fn a_code_reads_back_as_it_was_kept(fixture: &impl Fixture) {
    let codes = fixture.stores().codes;
    let client = sample::kept_client(fixture);
    let mut code = sample::code(&client, sample::authorized(fixture, &fixture.user()));
    assert_eq!(codes.code(&code.hash).unwrap(), None);
    codes.save_code(&code).unwrap();
    assert_eq!(codes.code(&code.hash).unwrap().as_ref(), Some(&code));

    code.hash = sample::hash();
    code.code_challenge = None;
    code.redirect_uri_given = false;
    code.authorized.nonce = None;
    codes.save_code(&code).unwrap();
    assert_eq!(codes.code(&code.hash).unwrap(), Some(code));
}

/// Neither redeemed, as a client does it that shows a code, nor expired.
pub fn live_codes_are_counted(fixture: &impl Fixture) {
    let stores = fixture.stores();
    let client = sample::kept_client(fixture);
    let code = sample::kept_code(fixture, &client);
    sample::kept_code(fixture, &client);
    assert_eq!(stores.codes.count_codes(NOW).unwrap(), 2);
    assert!(stores.codes.code(&code.hash).unwrap().is_some());
    let redeemed = stores
        .grants
        .redeem(&sample::redemption(&code, NOW))
        .unwrap();
    assert_eq!(redeemed, RedeemOutcome::Redeemed);
    assert_eq!(stores.codes.count_codes(NOW).unwrap(), 1);
    assert_eq!(stores.codes.count_codes(NOW.plus(60)).unwrap(), 0);
}

/// Expired ones, no more than the limit; an expired code stays until then.
pub fn expired_codes_are_purged(fixture: &impl Fixture) {
    let codes = fixture.stores().codes;
    let client = sample::kept_client(fixture);
    let kept: Vec<_> = (0..3)
        .map(|_| sample::kept_code(fixture, &client))
        .collect();
    assert_eq!(codes.purge_codes(NOW, 10).unwrap(), 0);
    assert!(codes.code(&kept[0].hash).unwrap().is_some());
    let later = NOW.plus(61);
    assert_eq!(codes.purge_codes(later, 2).unwrap(), 2);
    assert_eq!(codes.purge_codes(later, 2).unwrap(), 1);
    for code in kept {
        assert_eq!(codes.code(&code.hash).unwrap(), None);
    }
}
