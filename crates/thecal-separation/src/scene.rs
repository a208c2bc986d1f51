//! The structures of a separation, and the room that its instruments need.

use crate::approach::Approach;
use thecal_mask::Solid;

/// Distances from what must not be touched are known up to this beyond the room that instruments
/// need, mm: more room is not looked for, and rays make steps of it.
const BEYOND_ROOM_MM: f64 = 4.0;

/// What a separation is simulated on.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The tumour.
    pub tumour: &'a Solid,
    /// The reference of the resection: the sac, or the cord.
    pub reference: &'a Solid,
    /// The structure whose centreline gives the directions: the cord, or the sac.
    pub cord: &'a Solid,
    /// Structures that instruments must not enter, besides the reference and the cord.
    pub keep_out: &'a [&'a Solid],
    /// Bone that is removed where it is in the way.
    pub bone: &'a [&'a Solid],
    /// Levels of the removal, along the planes of the reference, mm; none for all.
    pub levels_mm: Option<[f64; 2]>,
}

/// What instruments a field is made for, at most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Instruments {
    /// Half-width and safety distance together, mm.
    pub room_mm: f64,
    /// How much of an instrument must be free, from its tip, mm.
    pub depth_mm: f64,
    /// Tilt towards head and feet, degrees.
    pub tilt_deg: f64,
}

impl Instruments {
    /// Those of approaches.
    #[must_use]
    pub fn from_approaches(approaches: &[Approach]) -> Self {
        let most = |f: fn(&Approach) -> f64| approaches.iter().map(f).fold(0.0, f64::max);
        Self {
            room_mm: most(|a| a.tool_radius_mm + a.safety_mm),
            depth_mm: most(|a| a.depth_mm),
            tilt_deg: most(|a| a.tilt_deg),
        }
    }

    /// The first that an approach needs more of, with how much it needs.
    pub(crate) fn lack(&self, approach: &Approach) -> Option<(&'static str, f64)> {
        let needed = Self::from_approaches(std::slice::from_ref(approach));
        [
            ("tool_radius_mm + safety_mm", needed.room_mm, self.room_mm),
            ("depth_mm", needed.depth_mm, self.depth_mm),
            ("tilt_deg", needed.tilt_deg, self.tilt_deg),
        ]
        .into_iter()
        .find(|(_, needed, given)| *needed > given + 1e-9)
        .map(|(what, needed, _)| (what, needed))
    }

    /// Distances from obstacles are known up to this, mm.
    pub(crate) fn band_mm(&self) -> f64 {
        self.room_mm + BEYOND_ROOM_MM
    }
}
