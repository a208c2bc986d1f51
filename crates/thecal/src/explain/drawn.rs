//! The structures that take part, as they were drawn and as solids.

use thecal_conventions::Drawn;
use thecal_mask::{Solid, Structure};

use crate::choice::choose;
use crate::error::Error;
use crate::load::united;
use crate::measured::Measured;
use crate::part_role::PartRole;
use crate::settings::Settings;
use crate::source::Source;

/// The structures of the gaps, as they were drawn and as solids.
#[derive(Debug)]
pub(crate) struct DrawnParts(Vec<(PartRole, Structure, Solid)>);

/// One of them.
#[derive(Clone, Copy)]
pub(crate) struct DrawnPart<'a> {
    pub(crate) role: PartRole,
    pub(crate) drawn: Drawn<'a>,
}

impl DrawnParts {
    /// Those of a study that was measured, in its frame of reference.
    pub(crate) fn from_source(
        source: &Source,
        settings: &Settings,
        study: &Measured,
    ) -> Result<Self, Error> {
        // What is to be said of them the measurement has said.
        let mut said = Vec::new();
        let mut chosen = choose(source, settings, false, &mut said)?;
        chosen
            .retain(|c| matches!(c.part, PartRole::Tumour | PartRole::Cord | PartRole::ThecalSac));
        let drawn = united(source, &chosen, settings, study.fixed.as_ref(), &mut said)?;
        let mut solids: Vec<(PartRole, &str, &Solid)> =
            study.parts.all().map(|(role, p)| (role, p.name.as_str(), &p.solid)).collect();
        let parts = chosen.iter().zip(drawn.structures).filter_map(|(choice, structure)| {
            // Two tumours may have one name; both lists have them in one order.
            let of = |s: &(PartRole, &str, &Solid)| s.0 == choice.part && s.1 == structure.name;
            let place = solids.iter().position(of)?;
            let solid = solids.remove(place).2.clone();
            Some((choice.part, structure, solid))
        });
        Ok(Self(parts.collect()))
    }

    /// All of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = DrawnPart<'_>> {
        self.0.iter().map(|(role, structure, solid)| DrawnPart {
            role: *role,
            drawn: Drawn {
                name: &structure.name,
                contours: &structure.contours,
                mask: structure.mask.as_ref(),
                solid,
            },
        })
    }

    /// The one of a part and a name.
    pub(crate) fn find(&self, role: PartRole, name: &str) -> Option<DrawnPart<'_>> {
        self.all().find(|p| p.role == role && p.drawn.name == name)
    }
}
