//! The part that a structure plays in a measurement.

use thecal_mask::role::Role;

/// The part that a structure plays in a measurement.
///
/// It is not what the structure is: of many vertebrae and targets a measurement takes those that it
/// asks for, and instruments may be kept out of a structure of any role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartRole {
    /// The spinal cord.
    Cord,
    /// The thecal sac.
    ThecalSac,
    /// The bony canal.
    Canal,
    /// A tumour.
    Tumour,
    /// A clinical target volume, which the target rule is applied to.
    Ctv,
    /// A vertebra, which a separation may take on its way.
    Vertebra,
    /// A structure that the instruments of a separation must not enter.
    KeepOut,
}

impl PartRole {
    /// The role that a structure is recorded with that plays the part.
    #[must_use]
    pub fn role(self) -> Role {
        match self {
            Self::Cord => Role::Cord,
            Self::ThecalSac => Role::ThecalSac,
            Self::Canal => Role::Canal,
            Self::Tumour => Role::Tumour,
            Self::Ctv => Role::Ctv,
            Self::Vertebra => Role::Vertebra,
            Self::KeepOut => Role::Other,
        }
    }

    /// The part that a structure of a role plays; none where a measurement has no use for it.
    #[must_use]
    pub fn from_role(role: Role) -> Option<Self> {
        match role {
            Role::Cord => Some(Self::Cord),
            Role::ThecalSac => Some(Self::ThecalSac),
            Role::Canal => Some(Self::Canal),
            Role::Tumour => Some(Self::Tumour),
            Role::Ctv => Some(Self::Ctv),
            Role::Vertebra => Some(Self::Vertebra),
            Role::Cauda | Role::Ptv | Role::Prv | Role::Hardware | Role::Body | Role::Other => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_role_becomes_another() {
        for role in Role::ALL {
            if let Some(part) = PartRole::from_role(role) {
                assert_eq!(part.role(), role);
            }
        }
    }
}
