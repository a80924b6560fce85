//! Who may open a backup: the holders of age keys, or whoever knows a passphrase.

use std::io::BufRead;

use age::secrecy::SecretString;
use age::{Encryptor, IdentityFile, scrypt, x25519};
use hodlxxi_kernel::Secret;
use thiserror::Error;

/// The fewest characters of a passphrase.
pub const MIN_PASSPHRASE: usize = 12;

/// The most work that opening with a passphrase may cost: 2²² rounds of scrypt take some 16 seconds
/// and 4 GiB. A backup made here asks for about a second.
const MAX_WORK: u8 = 22;

/// Why a key cannot be used. No variant repeats the text: it may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyError {
    /// A recipient is none.
    #[error("recipient {nth} is no public key of age, which begins with age1")]
    Recipient {
        /// Which one, from 1.
        nth: usize,
    },
    /// There is none.
    #[error("no recipient is named")]
    NoRecipient,
    /// An identity file is none.
    #[error("it is no identity file of age, whose keys begin with AGE-SECRET-KEY-1")]
    Identity,
    /// A passphrase can be guessed.
    #[error("a passphrase has at least {MIN_PASSPHRASE} characters")]
    ShortPassphrase,
}

/// What a backup is encrypted to.
pub enum Lock {
    /// The holders of any of these keys can open it; nothing secret is needed to write it.
    Recipients(Vec<x25519::Recipient>),
    /// Whoever knows the passphrase can.
    Passphrase(SecretString),
}

impl Lock {
    /// A lock for the age public keys `texts`; blank ones and those that begin with `#` are passed
    /// over, as in a recipients file.
    pub fn recipients<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, KeyError> {
        let texts = texts.into_iter().map(str::trim);
        let named = texts.filter(|text| !text.is_empty() && !text.starts_with('#'));
        let read = |(index, text): (usize, &str)| {
            text.parse()
                .map_err(|_| KeyError::Recipient { nth: index + 1 })
        };
        let recipients: Vec<x25519::Recipient> =
            named.enumerate().map(read).collect::<Result<_, _>>()?;
        if recipients.is_empty() {
            return Err(KeyError::NoRecipient);
        }
        Ok(Self::Recipients(recipients))
    }

    /// A lock for a passphrase.
    pub fn passphrase(passphrase: &Secret) -> Result<Self, KeyError> {
        Ok(Self::Passphrase(long_enough(passphrase)?))
    }

    pub(crate) fn encryptor(&self) -> Result<Encryptor, age::EncryptError> {
        match self {
            Self::Recipients(recipients) => {
                let recipients = recipients.iter().map(|one| one as &dyn age::Recipient);
                Encryptor::with_recipients(recipients)
            }
            Self::Passphrase(passphrase) => Ok(Encryptor::with_user_passphrase(passphrase.clone())),
        }
    }
}

/// What opens a backup.
pub enum Unlock {
    /// Any of these keys.
    Identities(Vec<Box<dyn age::Identity + Send + Sync>>),
    /// A passphrase.
    Passphrase(SecretString),
}

impl Unlock {
    /// The keys of an identity file, as `age-keygen` writes it.
    pub fn identities(file: impl BufRead) -> Result<Self, KeyError> {
        let identities = IdentityFile::from_buffer(file)
            .ok()
            .and_then(|file| file.into_identities().ok())
            .filter(|identities| !identities.is_empty());
        identities.map(Self::Identities).ok_or(KeyError::Identity)
    }

    /// A passphrase.
    pub fn passphrase(passphrase: &Secret) -> Result<Self, KeyError> {
        Ok(Self::Passphrase(long_enough(passphrase)?))
    }

    /// Calls `open` with the identities.
    pub(crate) fn with_identities<T>(
        &self,
        open: impl FnOnce(&mut dyn Iterator<Item = &dyn age::Identity>) -> T,
    ) -> T {
        match self {
            Self::Identities(identities) => {
                open(&mut identities.iter().map(|one| &**one as &dyn age::Identity))
            }
            Self::Passphrase(passphrase) => {
                let mut identity = scrypt::Identity::new(passphrase.clone());
                identity.set_max_work_factor(MAX_WORK);
                open(&mut std::iter::once(&identity as &dyn age::Identity))
            }
        }
    }
}

fn long_enough(passphrase: &Secret) -> Result<SecretString, KeyError> {
    if passphrase.expose().chars().count() < MIN_PASSPHRASE {
        return Err(KeyError::ShortPassphrase);
    }
    Ok(SecretString::from(passphrase.expose().to_owned()))
}

#[cfg(test)]
mod tests {
    use age::secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn recipients_are_public_keys_with_comments_between_them() {
        let key = x25519::Identity::generate();
        let public = key.to_public().to_string();
        let file = format!("# the safe\n\n {public}\n{public}\n");
        let Ok(Lock::Recipients(read)) = Lock::recipients(file.lines()) else {
            panic!("two recipients")
        };
        assert_eq!(read.len(), 2);
        let none = Lock::recipients(["# nobody"]).err();
        assert_eq!(none, Some(KeyError::NoRecipient));
        let secret = key.to_string();
        let wrong = Lock::recipients([public.as_str(), secret.expose_secret()]).err();
        assert_eq!(wrong, Some(KeyError::Recipient { nth: 2 }));
    }

    #[test]
    fn identities_come_from_a_file_of_secret_keys() {
        let key = x25519::Identity::generate().to_string();
        let file = format!("# created\n{}\n", key.expose_secret());
        assert!(Unlock::identities(file.as_bytes()).is_ok());
        for wrong in ["", "# nothing\n", "age1qqqq\n"] {
            let refused = Unlock::identities(wrong.as_bytes()).err();
            assert_eq!(refused, Some(KeyError::Identity), "{wrong:?}");
        }
    }

    #[test]
    fn a_passphrase_is_not_short() {
        let short = Lock::passphrase(&Secret::from("eleven char".to_owned())).err();
        assert_eq!(short, Some(KeyError::ShortPassphrase));
        assert!(Unlock::passphrase(&Secret::from("twelve chars".to_owned())).is_ok());
    }
}
