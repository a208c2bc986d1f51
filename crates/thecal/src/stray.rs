//! Islands so small that they may be slips of the pen, where one of them decides a gap.

use thecal_geom::{Point3, Warning};
use thecal_margin as margin;
use thecal_mask::Solid;

use crate::phase::Pair;

/// A section that is larger was meant, mm².
const MOST_MM2: f64 = 5.0;
/// What is drawn on more planes was meant.
const MOST_PLANES: usize = 2;
/// A larger part of a structure's volume was meant.
const OF_VOLUME: f64 = 0.02;
/// A gap that an island changes by less does not hang on it, mm.
const CHANGES_MM: f64 = 0.1;

/// What to say of a pair whose closest point lies on such an island: the gap without it.
pub(crate) fn stray(pair: &Pair, a: &Solid, b: &Solid) -> Vec<Warning> {
    let Some(gap) = pair.gap().map(|found| found.gap) else { return Vec::new() };
    let told = |name: &str, solid: &Solid, at: Point3, without: &dyn Fn(&Solid) -> Option<f64>| {
        let (island, rest) = solid.parted_at(at)?;
        let area_mm2 = island.areas_mm2().iter().copied().fold(0.0, f64::max);
        let small = area_mm2 <= MOST_MM2
            && island.planes_mm().len() <= MOST_PLANES
            && island.volume_cc() <= OF_VOLUME * solid.volume_cc();
        let without_mm = small.then(|| without(&rest))??;
        ((without_mm - gap.gap_mm).abs() > CHANGES_MM).then(|| {
            let message = format!(
                "the {} gap of {:.2} mm hangs on an island of \"{}\" of {area_mm2:.1} mm2 on {}; \
                 without it the gap would be {without_mm:.2} mm: check whether the island was meant",
                pair.kind.as_str(),
                gap.gap_mm,
                name,
                if island.planes_mm().len() == 1 { "one plane" } else { "two planes" },
            );
            Warning::new("gap_at_island", message, format!("{} to {}", pair.a, pair.b))
        })
    };
    let arrangement = pair.kind.arrangement();
    let mm = |a: &Solid, b: &Solid| margin::gap(a, b, arrangement).map(|g| g.gap_mm);
    let of_a = told(&pair.a, a, gap.a_mm, &|rest| mm(rest, b));
    let of_b = told(&pair.b, b, gap.b_mm, &|rest| mm(a, rest));
    of_a.into_iter().chain(of_b).collect()
}
