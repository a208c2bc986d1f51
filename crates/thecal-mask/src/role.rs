//! Roles: what a structure is, read from its name, its type, or the user's word.
//!
//! The order is the user's alias file, then the name (TG-263 first, then what departments write
//! in several languages), then RT ROI Interpreted Type. `docs/roles.md` tells it for users.
//!
//! ```
//! use thecal_mask::role::{Aliases, Role, RoleFrom, role_of};
//!
//! let none = Aliases::default();
//! assert_eq!(role_of("SpinalCord", None, &none).role, Role::Cord);
//! assert_eq!(role_of("SC PRV", None, &none).role, Role::Prv);
//! assert_eq!(role_of("PTV_SC", None, &none).role, Role::Ptv);
//!
//! let aliases = Aliases::parse("[aliases]\nCORD = 'canal'")?;
//! let reading = role_of("Cord", None, &aliases);
//! assert_eq!((reading.role, reading.from), (Role::Canal, RoleFrom::Alias));
//! # Ok::<(), thecal_mask::role::AliasError>(())
//! ```

mod alias;
mod expansion;
mod normalize_name;
// Tables read best packed.
#[rustfmt::skip]
mod names;
mod read;
mod roles;
mod select;
mod size;
mod words;

pub use alias::{AliasError, Aliases};
pub use expansion::{ExpansionName, expansion_name};
pub use normalize_name::normalize_name;
pub use roles::{Role, RoleFrom, UnknownRole};
pub use select::{Candidate, SelectError, Selected, select};
pub use size::{cord_in_sac_warning, size_warning};

use read::{Said, read};
use thecal_geom::Warning;

/// A role and what said so.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reading {
    /// The role.
    pub role: Role,
    /// What said so.
    pub from: RoleFrom,
    /// Code `role_disputed` where name and interpreted type do not agree on what would be
    /// measured; code `planning_aid` where a name speaks of a tumour and is left out as an aid.
    pub warning: Option<Warning>,
}

/// Reads the role of a structure.
///
/// `interpreted_type` is RT ROI Interpreted Type (3006,00A4), in any case. A name that speaks of
/// a target is never a cord; a name that marks a planning aid (`zCord`, `GTV!`, `Ring_Cord`,
/// `PTV-Cord`) is [`Role::Other`] even where its type says `PTV`.
#[must_use]
pub fn role_of(name: &str, interpreted_type: Option<&str>, aliases: &Aliases) -> Reading {
    if let Some(role) = aliases.role(name) {
        return Reading { role, from: RoleFrom::Alias, warning: None };
    }
    let typed = interpreted_type.and_then(type_role);
    match read(name) {
        Said::Is(role) => named(name, role, typed),
        Said::Aid => Reading { role: Role::Other, from: RoleFrom::Name, warning: None },
        Said::TumourAid => {
            let message = "the name says that this is a planning aid made from a tumour (cropped, expanded or combined), \
                           so it is not measured; if it is the tumour, name it with --tumour NAME \
                           or in an alias file";
            let warning = Some(Warning::new("planning_aid", message, name));
            Reading { role: Role::Other, from: RoleFrom::Name, warning }
        }
        Said::Nothing => match typed {
            Some(role) => Reading { role, from: RoleFrom::InterpretedType, warning: None },
            None => Reading { role: Role::Other, from: RoleFrom::Name, warning: None },
        },
    }
}

fn named(name: &str, role: Role, typed: Option<Role>) -> Reading {
    let by_name = Reading { role, from: RoleFrom::Name, warning: None };
    let nerve = matches!(role, Role::Cord | Role::ThecalSac | Role::Canal | Role::Cauda);
    let Some(target) = typed.filter(|t| t.is_target() && nerve) else { return by_name };
    // "SC" is also supraclavicular: there the type decides.
    let (kept, from) = if normalize_name(name) == "sc" {
        (target, RoleFrom::InterpretedType)
    } else {
        (role, by_name.from)
    };
    let message = format!(
        "the name was recognised as {role}, but its interpreted type is {target}; used as {kept}. Correct \
         the type or name of the structure, or set the role in an alias file"
    );
    Reading { role: kept, from, warning: Some(Warning::new("role_disputed", message, name)) }
}

/// RT ROI Interpreted Type, PS3.3 C.8.8.8.1. `None` for an empty or private term.
fn type_role(term: &str) -> Option<Role> {
    Some(match term.trim_matches([' ', '\0']).to_ascii_uppercase().as_str() {
        "GTV" => Role::Tumour,
        "CTV" => Role::Ctv,
        "PTV" => Role::Ptv,
        "EXTERNAL" => Role::Body,
        "ORGAN" | "AVOIDANCE" | "BOLUS" | "TREATED_VOLUME" | "IRRAD_VOLUME" | "MARKER"
        | "REGISTRATION" | "ISOCENTER" | "CONTRAST_AGENT" | "CAVITY" | "BRACHY_CHANNEL"
        | "BRACHY_ACCESSORY" | "BRACHY_SRC_APP" | "BRACHY_CHNL_SHLD" | "SUPPORT" | "FIXATION"
        | "DOSE_REGION" | "CONTROL" | "DOSE_MEASUREMENT" | "DEVICE" => Role::Other,
        _ => return None,
    })
}
