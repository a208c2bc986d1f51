//! Why a figure differs here, in plain sentences.

use thecal_geom::Point3;

use crate::convention::{Basis, Convention};
use crate::drawn::Drawn;
use crate::masks::ClosestVoxels;
use crate::points::ClosestContourPoints;
use crate::slabs::ClosestSlabs;

/// Figures that differ by less are told as equal, mm.
const EQUAL_MM: f64 = 0.005;

/// Of masks: where the closest voxel centres lie.
pub(crate) fn of_masks(
    convention: Convention,
    a: &Drawn<'_>,
    b: &Drawn<'_>,
    found: &ClosestVoxels,
    inside: bool,
) -> String {
    if found.gap_mm == 0.0 {
        return match inside {
            true => format!("A voxel centre of {} lies outside {}.", a.name, b.name),
            false => format!("The masks of {} and {} share a voxel.", a.name, b.name),
        };
    }
    let [i, j, k] = found.steps;
    let apart = format!(
        "Measured between voxel centres, which lie {}, {} and {} apart",
        count(i, "column"),
        count(j, "row"),
        count(k, "slice")
    );
    let places = match inside {
        true => format!(
            "one of {} that is {}, and the nearest outside {}, {}",
            a.name,
            place(a, found.a_mm),
            b.name,
            place(b, found.b_mm)
        ),
        false => format!("{} and {}", place(a, found.a_mm), place(b, found.b_mm)),
    };
    let rule = match convention {
        Convention::EdgesIncluded | Convention::EdgesIncludedXor => {
            " Points were rounded to whole pixels, and every pixel on an outline was filled."
        }
        _ => "",
    };
    format!("{apart}: {places}.{rule}")
}

/// How far a point lies from our surface.
fn place(d: &Drawn<'_>, p: Point3) -> String {
    let level_mm = d.solid.level_mm(p);
    let side = if level_mm < 0.0 { "inside" } else { "outside" };
    format!("{:.2} mm {side} the surface of {}", level_mm.abs(), d.name)
}

/// Of masks as they were drawn: where their closest voxel centres lie.
pub(crate) fn of_voxels(a: &Drawn<'_>, b: &Drawn<'_>, found: &ClosestContourPoints) -> String {
    format!(
        "Both were drawn as masks, and their own voxels count: measured between voxel centres, {} and {}.",
        place(a, found.a_mm),
        place(b, found.b_mm)
    )
}

/// Of slabs: which planes meet.
pub(crate) fn of_slabs(a: &Drawn<'_>, b: &Drawn<'_>, found: &ClosestSlabs, inside: bool) -> String {
    let [w, v] = found.planes_mm;
    let [t, u] = found.thickness_mm;
    if inside {
        return format!(
            "On the planes that {} and {} share; what lies between planes is not asked.",
            a.name, b.name
        );
    }
    let off = (w - v).abs();
    if off < 0.02 {
        return format!(
            "Both lie on the plane at {w:.2} mm, where the distance is that of the contours; what lies \
             between planes is not asked."
        );
    }
    let slabs = format!(
        "Planes stand for slabs {t:.2} mm ({}) and {u:.2} mm ({}) thick: of the {off:.2} mm between the \
         planes at {w:.2} and {v:.2} mm",
        a.name, b.name
    );
    match (off - 0.5 * (t + u)).max(0.0) {
        between if between > 0.0 => format!("{slabs} {between:.2} mm are left."),
        _ => format!("{slabs} nothing is left, as if they were one plane."),
    }
}

/// Of end rules: whether the ends matter here.
pub(crate) fn of_ends(convention: Convention, difference_mm: f64) -> String {
    let rule = match convention {
        Convention::EndsPlane => "ends on its last planes",
        Convention::EndsRounded => "is rounded off past its last planes",
        _ => "goes on for half a slice past its last planes",
    };
    if difference_mm.abs() < EQUAL_MM {
        return "Where the solid ends changes nothing: the closest approach lies at no end."
            .to_owned();
    }
    let nearer = if difference_mm < 0.0 { "nearer" } else { "farther away" };
    format!(
        "The solid {rule}, and the closest approach lies at an end: it is {:.2} mm {nearer}.",
        difference_mm.abs()
    )
}

/// Of points: how far the outlines pass from them.
pub(crate) fn of_points(
    a: &Drawn<'_>,
    b: &Drawn<'_>,
    found: &ClosestContourPoints,
    ours_mm: f64,
) -> String {
    let more = found.distance_mm - ours_mm;
    let spacing = |d: &Drawn<'_>| {
        let mm = d.solid.resolution().point_spacing_mm;
        if mm > 0.0 { format!("{mm:.2} mm apart on {}", d.name) } else { String::new() }
    };
    let apart: Vec<String> = [a, b].iter().map(|d| spacing(d)).filter(|s| !s.is_empty()).collect();
    let apart = match apart.is_empty() {
        true => String::new(),
        false => format!(" Points lie {}.", apart.join(", ")),
    };
    if more.abs() < EQUAL_MM {
        return format!("Two contour points lie where the surfaces are closest.{apart}");
    }
    if more < 0.0 {
        return format!(
            "The points come {:.2} mm nearer than the surfaces, which are those of what was \
             drawn between them.{apart}",
            -more
        );
    }
    format!("Between the points the surfaces come {more:.2} mm nearer.{apart}")
}

fn count(n: usize, what: &str) -> String {
    match n {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    }
}

/// Of volumes.
pub(crate) fn of_volume(convention: Convention, difference_pct: f64, more: &str) -> String {
    let side = if difference_pct < 0.0 { "smaller" } else { "larger" };
    let much = match difference_pct.abs() < 0.05 {
        true => "as large as ours".to_owned(),
        false => format!("{:.1} % {side} than ours", difference_pct.abs()),
    };
    let what = match convention.basis() {
        Basis::Mask => "Voxels that are counted whole or not at all",
        Basis::Slabs => "Areas of the planes times the smallest distance of planes",
        Basis::Ends => "The same solid with this end rule",
        Basis::Points | Basis::Dose => "Pixels of the dose grid, plane by plane",
    };
    format!("{what}{more}: {much}.")
}
