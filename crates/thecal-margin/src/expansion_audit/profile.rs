//! Margins plane by plane and sector by sector.

use super::margins::Margin;
use crate::profile::SECTORS;

/// Margins of one plane or one clock sector.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct MarginRange {
    /// The least, mm.
    pub least_mm: f64,
    /// The mean by area, mm.
    pub mean_mm: f64,
    /// The largest, mm.
    pub largest_mm: f64,
}

impl MarginRange {
    /// Of all margins; none where there are none.
    pub(super) fn from_margins<'a>(margins: impl Iterator<Item = &'a Margin>) -> Option<Self> {
        let start = (f64::INFINITY, f64::NEG_INFINITY, 0.0, 0.0);
        let (least_mm, largest_mm, sum, area) = margins.fold(start, |(lo, hi, sum, area), m| {
            (lo.min(m.mm), hi.max(m.mm), sum + m.mm * m.area_mm2, area + m.area_mm2)
        });
        (area > 0.0).then(|| Self { least_mm, mean_mm: sum / area, largest_mm })
    }
}

/// The margins of the planes that have some, ascending, mm along the drawn expansion's stack.
pub(super) fn by_plane(margins: &[Margin]) -> Vec<(f64, MarginRange)> {
    let mut planes: Vec<f64> = margins.iter().map(|m| m.w_mm).collect();
    planes.sort_by(f64::total_cmp);
    planes.dedup_by(|a, b| (*a - *b).abs() < 1e-6);
    let of = |w: f64| {
        let on = margins.iter().filter(move |m| (m.w_mm - w).abs() < 1e-6);
        Some((w, MarginRange::from_margins(on)?))
    };
    planes.into_iter().filter_map(of).collect()
}

/// The margins of each clock sector, clockwise from anterior.
pub(super) fn by_sector(margins: &[Margin]) -> Vec<Option<MarginRange>> {
    let width = 360.0 / SECTORS as f64;
    let sector = |deg: f64| (deg / width) as usize % SECTORS;
    let of = |k: usize| {
        MarginRange::from_margins(
            margins.iter().filter(move |m| m.clock_deg.map(sector) == Some(k)),
        )
    };
    (0..SECTORS).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use thecal_geom::Point3;

    fn margin(mm: f64, area_mm2: f64, w_mm: f64, clock_deg: Option<f64>) -> Margin {
        let at = Point3::origin();
        let open_mm = [0.25, 0.5];
        Margin { at, w_mm, area_mm2, mm, in_plane_mm: mm, open_mm, lean_mm: 0.0, clock_deg }
    }

    #[test]
    fn margins_are_counted_by_their_area_plane_by_plane_and_sector_by_sector() {
        let all = [
            margin(3.0, 1.0, 2.0, Some(1.0)),
            margin(1.0, 3.0, 2.0, Some(29.0)),
            margin(5.0, 2.0, 4.0, Some(31.0)),
            margin(2.0, 2.0, 4.0, None),
            margin(-1.0, 1.0, 4.0, Some(359.0)),
        ];
        let told = |r: &MarginRange| (r.least_mm, r.mean_mm, r.largest_mm);
        let planes: Vec<_> = by_plane(&all).iter().map(|(w, r)| (*w, told(r))).collect();
        assert_eq!(planes, [(2.0, (1.0, 1.5, 3.0)), (4.0, (-1.0, 13.0 / 5.0, 5.0))]);
        let sectors = by_sector(&all);
        assert_eq!(sectors.len(), SECTORS);
        let some: Vec<_> =
            sectors.iter().enumerate().filter_map(|(k, r)| Some((k, told(r.as_ref()?)))).collect();
        assert_eq!(some, [(0, (1.0, 1.5, 3.0)), (1, (5.0, 5.0, 5.0)), (11, (-1.0, -1.0, -1.0))]);
        assert_eq!(MarginRange::from_margins([].iter()), None);
        assert_eq!((all[0].lower_mm(), all[0].upper_mm()), (2.75, 3.5));
    }
}
