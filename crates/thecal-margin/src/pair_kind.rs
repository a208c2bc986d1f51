//! Which two structures a gap is between.

use crate::arrangement::Arrangement;

/// Which two structures a gap is between.
///
/// # Example
/// ```
/// use thecal_margin::{Arrangement, PairKind};
///
/// assert_eq!(PairKind::TumourCord.as_str(), "tumour-cord");
/// assert_eq!(PairKind::TumourCord.arrangement(), Arrangement::Apart);
/// assert_eq!(PairKind::CordSac.arrangement(), Arrangement::Within);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PairKind {
    /// Tumour to cord.
    TumourCord,
    /// Tumour to thecal sac.
    TumourSac,
    /// Cord surface to the sac around it.
    CordSac,
}

impl PairKind {
    /// All of them, in the order of every table.
    pub const ALL: [Self; 3] = [Self::TumourCord, Self::TumourSac, Self::CordSac];

    /// The word of the report contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TumourCord => "tumour-cord",
            Self::TumourSac => "tumour-sac",
            Self::CordSac => "cord-sac",
        }
    }

    /// How the two should lie to each other.
    #[must_use]
    pub fn arrangement(self) -> Arrangement {
        match self {
            Self::TumourCord | Self::TumourSac => Arrangement::Apart,
            Self::CordSac => Arrangement::Within,
        }
    }
}
