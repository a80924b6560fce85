//! How much of our own APIs a client may use.

use crate::UnknownWord;

/// What an administrator grants a client, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum ClientTier {
    /// What every client has.
    #[default]
    Free,
    /// More.
    Paid,
    /// Most.
    Premium,
}

impl ClientTier {
    /// Every tier, least first.
    pub const ALL: [Self; 3] = [Self::Free, Self::Paid, Self::Premium];

    /// The tier as one word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Paid => "paid",
            Self::Premium => "premium",
        }
    }
}

impl std::str::FromStr for ClientTier {
    type Err = UnknownWord;
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let known = Self::ALL.into_iter().find(|tier| tier.as_str() == word);
        known.ok_or(UnknownWord)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_tiers_and_back() {
        for tier in ClientTier::ALL {
            assert_eq!(tier.as_str().parse(), Ok(tier));
        }
        assert_eq!("gold".parse::<ClientTier>(), Err(UnknownWord));
    }
}
