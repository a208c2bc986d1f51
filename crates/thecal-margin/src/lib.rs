//! Gap between solids: nominal value, the interval that the data leave open, and the verdict.
//!
//! Knows solids and patient space; it knows no file and draws no picture.

mod atomic_min;
mod chords;
mod drawn;
mod facing_surfaces;
mod gap;
mod interval;
mod pair;
mod penetration;
mod place;
mod polish;
mod profile;
mod samples;
pub mod separation;
mod surface;
mod verdict;
mod volume;

pub use gap::{Gap, gap};
pub use interval::{Interval, IntervalPart, Part, interval};
pub use pair::{Arrangement, Limit, Openness, PairGap, PairKind, measure};
pub use place::clock_deg;
pub use profile::{BelowThreshold, MinDistance, Profile, SECTORS};
pub use surface::{SurfaceDistance, farthest_outside, surface_distance};
pub use verdict::{Headline, TOLERANCE_MM, Verdict, headline, verdict};
