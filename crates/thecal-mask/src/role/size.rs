//! Sizes that a structure cannot have and be what it is called.

use super::Role;
use thecal_geom::Warning;

/// Limits of the median section of a cord, mm2.
///
/// On CT myelography of 31 adults the cord measures 9.1 x 7.0 mm at T1, 7.9 x 6.1 at T5 and
/// 7.3 x 6.3 at T9 (Keimyung Medical Journal, 1988): ellipses of 36 to 50 mm2. The upper limit
/// is more than twice the largest of these, which leaves the cervical enlargement its room; a
/// canal, a sac (127 to 160 mm2) or a PRV of 2 mm round the T1 cord (113 mm2) lies above it. The
/// lower limit is about half of the smallest.
const CORD_MM2: [f64; 2] = [20.0, 110.0];

/// Limits of the median section of a thecal sac, mm2.
///
/// Same source: 15.8 x 12.9, 14.3 x 12.3 and 13.9 x 11.6 mm, ellipses of 127 to 160 mm2. Half of
/// the smallest, and two and a half times the largest, so that a wide lumbar sac passes; below
/// the lower limit lies a cord.
const SAC_MM2: [f64; 2] = [60.0, 400.0];

/// Warns, code `size_unlikely`, where the median section of a structure cannot be what its role
/// says.
///
/// `areas_mm2` holds the section's area in each plane, mm2, in any order; values that are not
/// positive and finite are left out. Cord and thecal sac have limits, other roles have none.
#[must_use]
pub fn size_warning(name: &str, role: Role, areas_mm2: &[f64]) -> Option<Warning> {
    let ([low, high], usual, if_small, if_large) = match role {
        Role::Cord => (CORD_MM2, "36 to 58", "a part of the cord", "a canal, a sac or a PRV"),
        Role::ThecalSac => (SAC_MM2, "127 to 165", "a cord or a part of the sac", "more than it"),
        _ => return None,
    };
    let median = median(areas_mm2)?;
    if (low..=high).contains(&median) {
        return None;
    }
    let looks = if median < low { if_small } else { if_large };
    let message = format!(
        "median section {median:.0} mm2 is unlikely for a {role} (adults: {usual} mm2; warned of \
         below {low:.0} and above {high:.0}); it may be {looks}. Check it, and name the right \
         structure on the command line or in an alias file"
    );
    Some(Warning::new("size_unlikely", message, name))
}

/// Warns, code `size_unlikely`, where the median section of the cord is larger than that of the
/// sac that should hold it. Areas are in mm2, as in [`size_warning`].
#[must_use]
pub fn cord_in_sac_warning(
    cord: &str,
    cord_areas_mm2: &[f64],
    sac: &str,
    sac_areas_mm2: &[f64],
) -> Option<Warning> {
    let (inner, outer) = (median(cord_areas_mm2)?, median(sac_areas_mm2)?);
    (inner > outer).then(|| {
        let message = format!(
            "median section of the cord ({inner:.0} mm2) is larger than that of the thecal sac \
             \"{sac}\" ({outer:.0} mm2); one of them is not what its name says"
        );
        Warning::new("size_unlikely", message, cord)
    })
}

fn median(areas_mm2: &[f64]) -> Option<f64> {
    let mut areas: Vec<f64> =
        areas_mm2.iter().copied().filter(|a| a.is_finite() && *a > 0.0).collect();
    areas.sort_by(f64::total_cmp);
    let count = areas.len();
    let upper = *areas.get(count / 2)?;
    Some(if count % 2 == 1 { upper } else { f64::midpoint(areas[count / 2 - 1], upper) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::FRAC_PI_4;

    // Keimyung Medical Journal 1988: T1, T5, T9; transverse x anteroposterior, mm.
    const CORD_MM: [[f64; 2]; 3] = [[9.1, 7.0], [7.9, 6.1], [7.3, 6.3]];
    const SAC_MM: [[f64; 2]; 3] = [[15.8, 12.9], [14.3, 12.3], [13.9, 11.6]];

    fn area(axes: [f64; 2], margin_mm: f64) -> f64 {
        FRAC_PI_4 * (axes[0] + 2.0 * margin_mm) * (axes[1] + 2.0 * margin_mm)
    }

    #[test]
    fn published_sizes_pass() {
        for axes in CORD_MM {
            assert_eq!(size_warning("c", Role::Cord, &[area(axes, 0.0)]), None);
        }
        for axes in SAC_MM {
            assert_eq!(size_warning("s", Role::ThecalSac, &[area(axes, 0.0)]), None);
        }
        for area_mm2 in [46.0, 58.0] {
            assert_eq!(size_warning("c", Role::Cord, &[area_mm2]), None);
        }
        for area_mm2 in [147.0, 165.0] {
            assert_eq!(size_warning("s", Role::ThecalSac, &[area_mm2]), None);
        }
    }

    #[test]
    fn a_sac_a_prv_or_a_root_called_cord_is_warned_of() {
        let sac: Vec<f64> = SAC_MM.iter().map(|a| area(*a, 0.0)).collect();
        let warning = size_warning("CORD", Role::Cord, &sac).unwrap();
        assert_eq!((warning.code, warning.place.as_str()), ("size_unlikely", "CORD"));
        for axes in CORD_MM {
            assert!(size_warning("c", Role::Cord, &[area(axes, 3.0)]).is_some());
            assert!(size_warning("s", Role::ThecalSac, &[area(axes, 0.0)]).is_some());
        }
        assert!(size_warning("c", Role::Cord, &[area([3.0, 3.0], 0.0)]).is_some());
    }

    #[test]
    fn the_median_decides_and_planes_without_area_are_left_out() {
        assert_eq!(size_warning("c", Role::Cord, &[50.0, 52.0, 900.0, 0.0, f64::NAN]), None);
        assert_eq!(size_warning("c", Role::Cord, &[0.0, f64::NAN]), None);
        assert_eq!(size_warning("v", Role::Vertebra, &[900.0]), None);
    }

    #[test]
    fn a_cord_larger_than_its_sac_is_warned_of() {
        assert_eq!(cord_in_sac_warning("c", &[50.0], "s", &[150.0]), None);
        let warning = cord_in_sac_warning("c", &[150.0], "s", &[50.0]).unwrap();
        assert_eq!(warning.code, "size_unlikely");
        assert_eq!(cord_in_sac_warning("c", &[], "s", &[50.0]), None);
    }
}
