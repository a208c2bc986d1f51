//! Slices where conventions differ from us.

use thecal_conventions::{Basis, Convention, pixels_on_slice};
use thecal_geom::Point3;
use thecal_report as report;
use thecal_report::scene::{ConventionPixels, ConventionView, Scene, Segment, View};

use super::images::drawn;
use super::planes::{Cut, Shown, view_round};
use super::{Work, slice_number};
use crate::explain::Explained;
use crate::part_role::PartRole;

/// Width of a picture, mm: pixels of images are to be seen.
const SIDE_MM: f64 = 30.0;
/// Distance of the samples of outlines and of images, mm.
const STEPS_MM: [f64; 2] = [0.1, 0.1];
/// Our own segment is shown where it lies nearer to the slice than this, mm.
const NEAR_MM: f64 = 5.0;
/// Kinds of conventions of gaps, one picture each.
const KINDS: [&[Convention]; 4] = [
    &[Convention::PixelCentres, Convention::PixelCentresScanLine, Convention::PixelCentresUnion],
    &[Convention::EdgesIncluded, Convention::EdgesIncludedXor],
    &[Convention::Slabs, Convention::EndsPlane, Convention::EndsHalfSlice, Convention::EndsRounded],
    &[Convention::Points],
];

/// The pictures of a study: of each kind of convention the gap that differs most.
#[must_use]
pub(crate) fn of_explained(found: &Explained) -> Vec<ConventionView> {
    let Some(work) = Work::from_measured(&found.study) else { return Vec::new() };
    let images = work.images(&mut Scene::default(), &mut Vec::new());
    let of_kind = |kind: &&[Convention]| {
        let words: Vec<(Convention, &str)> = kind.iter().map(|c| (*c, c.as_str())).collect();
        let all = found.report.pairs.iter().flat_map(|pair| {
            let words = &words;
            pair.conventions.iter().filter_map(move |gap| {
                let of = words.iter().find(|w| w.1 == gap.convention.as_str())?.0;
                Some((pair, gap, of, gap.difference_mm?.abs()))
            })
        });
        // Of equal ones the first.
        let most = all.reduce(|a, b| if b.3 > a.3 + 1e-9 { b } else { a })?;
        one(&work, &images, found, most.0, most.1, most.2)
    };
    KINDS.iter().filter_map(of_kind).collect()
}

fn one(
    work: &Work<'_>,
    images: &super::Behind,
    found: &Explained,
    pair: &report::ExplainPair,
    gap: &report::ConventionGap,
    convention: Convention,
) -> Option<ConventionView> {
    let closest = gap.closest.clone()?;
    let (a, b) = (Point3::from(closest.a_mm), Point3::from(closest.b_mm));
    let at = a + (b - a) * 0.5;
    // The slice of the end on what is to be spared, where both ends do not lie on one.
    let shown_at = at + work.axes.normal * (b - at).dot(&work.axes.normal);
    let mut view = view_round(&work.axes, Cut::Slice, shown_at, [SIDE_MM; 2]);
    let solid = &work.reference.solid;
    let w = solid.frame().stack_from_patient(shown_at).z;
    view.plane_mm = Some(w);
    view.number = slice_number::of_planes(solid.planes_mm(), w, work.axes.normal.z > 0.0);
    let phase = work.phases.first()?;
    let no_bands: [f64; 0] = [];
    let shown = Shown::of_phase(phase, &work.anatomies, &no_bands);
    let range_mm = pair.gap_lower_mm.zip(pair.gap_upper_mm).map(|(low, high)| [low, high]);
    let ours = Segment { closest: pair.closest.clone()?, gap_mm: pair.gap_mm?, range_mm };
    // What lies elsewhere would be drawn where nothing is.
    let off_mm = |p: [f64; 3]| view.project(p).1.abs();
    let here = off_mm(ours.closest.a_mm).min(off_mm(ours.closest.b_mm)) < NEAR_MM;
    let view = drawn(view, &shown, images.of(phase), STEPS_MM, here.then_some(ours));
    let roles = match pair.pair {
        report::PairKind::TumourCord => [PartRole::Tumour, PartRole::Cord],
        report::PairKind::TumourSac => [PartRole::Tumour, PartRole::ThecalSac],
        report::PairKind::CordSac => [PartRole::Cord, PartRole::ThecalSac],
    };
    let names = [&pair.a, &pair.b];
    let pixels = [0, 1].map(|n| pixels(found, roles[n], names[n], convention, shown_at, &view));
    Some(ConventionView {
        convention: gap.convention,
        pair: format!("{}, {} to {}", pair.pair, pair.a, pair.b),
        view,
        pixels,
        closest,
        gap_mm: gap.gap_mm?,
        ours_mm: pair.gap_mm?,
        why: gap.why.clone().unwrap_or_default(),
    })
}

/// The pixels of a structure on the slice at a point.
fn pixels(
    found: &Explained,
    role: PartRole,
    name: &str,
    convention: Convention,
    at: Point3,
    view: &View,
) -> ConventionPixels {
    let part = found.parts.find(role, name);
    let grid = found.grid.as_ref().filter(|_| convention.basis() == Basis::Mask);
    let corners = part
        .zip(grid)
        .and_then(|(part, grid)| pixels_on_slice(&part.drawn, convention, &grid.grid, at).ok());
    let on_view = |pixel: [Point3; 4]| pixel.map(|p| view.project(p.into()).0);
    ConventionPixels {
        name: name.to_owned(),
        corners: corners.into_iter().flatten().map(on_view).collect(),
    }
}
