//! The gap between solids: its nominal value, the range that the data leave open, and the verdict.
//!
//! The crate works on solids in patient space. It reads no files and draws no pictures. The method,
//! with its formulas, is described in `docs/method.md`.

mod arrangement;
mod atomic_min;
mod centreline;
mod chords;
mod clock;
mod drawn;
mod expansion_audit;
mod facing_surfaces;
mod gap;
mod interval;
mod local_resolution;
mod pair;
mod pair_kind;
mod penetration;
mod polish;
mod profile;
mod sampled_surface;
mod search;
mod signed_distance;
mod surface;
mod verdict;
mod volume;

pub use arrangement::Arrangement;
pub use centreline::{Centreline, CentrelineError, CentrelinePoint};
pub use clock::clock_deg;
pub use expansion_audit::{
    EXPANSION_TOLERANCE_MM, EndMargin, ExpansionAudit, ExpansionKind, Fault, Finding, LeastMargin,
    MarginField, MarginRange, Neighbour, ShortSurface, audit_expansion,
};
pub use gap::Gap;
pub use interval::{Interval, IntervalPart, Part, interval};
pub use local_resolution::open_outline_mm;
pub use pair::{Limit, Openness, PairGap, measure};
pub use pair_kind::PairKind;
pub use profile::{BelowThreshold, MinDistance, Profile, SECTORS};
pub use sampled_surface::SampledSurface;
pub use search::gap;
pub use signed_distance::signed_distances_mm;
pub use surface::{SurfaceDistance, farthest_outside, surface_distance};
pub use verdict::{Headline, TOLERANCE_MM, Verdict, headline, verdict};

// Its example is run with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
