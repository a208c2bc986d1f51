//! The roles, and what can say that a structure has one.

use std::fmt;
use std::str::FromStr;

/// What a structure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Spinal cord.
    Cord,
    /// Thecal sac (dura and its content).
    ThecalSac,
    /// Bony spinal canal.
    Canal,
    /// Cauda equina.
    Cauda,
    /// Gross tumour.
    Tumour,
    /// Clinical or internal target volume.
    Ctv,
    /// Planning target volume.
    Ptv,
    /// Planning organ at risk volume of cord, sac, canal or cauda.
    Prv,
    /// Vertebra or a part of one.
    Vertebra,
    /// Implants and cement.
    Hardware,
    /// Outer contour of the patient.
    Body,
    /// Anything else, planning aids among them.
    Other,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 12] = [
        Self::Cord,
        Self::ThecalSac,
        Self::Canal,
        Self::Cauda,
        Self::Tumour,
        Self::Ctv,
        Self::Ptv,
        Self::Prv,
        Self::Vertebra,
        Self::Hardware,
        Self::Body,
        Self::Other,
    ];

    /// The role's name in reports and alias files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cord => "cord",
            Self::ThecalSac => "thecal_sac",
            Self::Canal => "canal",
            Self::Cauda => "cauda",
            Self::Tumour => "tumour",
            Self::Ctv => "ctv",
            Self::Ptv => "ptv",
            Self::Prv => "prv",
            Self::Vertebra => "vertebra",
            Self::Hardware => "hardware",
            Self::Body => "body",
            Self::Other => "other",
        }
    }

    pub(super) fn is_target(self) -> bool {
        matches!(self, Self::Tumour | Self::Ctv | Self::Ptv)
    }

    fn list() -> String {
        Self::ALL.map(Self::as_str).join(", ")
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{found}\" is no role; use one of: {}", Role::list())]
pub struct UnknownRole {
    /// The word.
    pub found: String,
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| UnknownRole { found: text.to_owned() })
    }
}

/// What said that a structure has its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoleFrom {
    /// Its name.
    Name,
    /// The user's alias file.
    Alias,
    /// RT ROI Interpreted Type.
    InterpretedType,
    /// The user, on the command line.
    User,
}

impl RoleFrom {
    /// The origin's name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Alias => "alias",
            Self::InterpretedType => "interpreted_type",
            Self::User => "user",
        }
    }
}

impl fmt::Display for RoleFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
