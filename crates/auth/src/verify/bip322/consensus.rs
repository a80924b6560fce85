//! Script execution by Bitcoin's consensus code, taproot included.

use bitcoin::consensus::encode::serialize;
use bitcoin::{Transaction, TxOut};
use bitcoinconsensus::{Utxo, VERIFY_ALL_PRE_TAPROOT, VERIFY_TAPROOT, verify_with_flags};

/// Everything that consensus knows: P2SH, strict DER, the empty multisig dummy, both lock times,
/// segwit, taproot.
const FLAGS: u32 = VERIFY_ALL_PRE_TAPROOT | VERIFY_TAPROOT;

/// Whether the first and only input of `to_sign` spends `coin`.
pub(super) fn satisfied(coin: &TxOut, to_sign: &Transaction) -> bool {
    let script = coin.script_pubkey.as_bytes();
    let Ok(script_pubkey_len) = u32::try_from(script.len()) else {
        return false;
    };
    // Every output spent, which is this one: without them, taproot is not checked at all.
    let spent = [Utxo {
        script_pubkey: script.as_ptr(),
        script_pubkey_len,
        value: 0,
    }];
    verify_with_flags(script, 0, &serialize(to_sign), Some(&spent), 0, FLAGS).is_ok()
}
