//! Gap between solids: nominal value, the interval that the data leave open, and the verdict.
//!
//! Knows solids and patient space; it knows no file and draws no picture.

mod gap;
mod interval;
mod place;
mod verdict;

pub use gap::{Gap, gap, ring_gap};
pub use interval::{Interval, interval};
pub use place::{Below, Profile, SECTORS, clock_deg, profile, volume_within_cc};
pub use verdict::{Headline, Verdict, headline, verdict};
