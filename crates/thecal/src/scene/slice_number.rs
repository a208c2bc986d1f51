//! What people call a slice by: the number of its image, or of its contour plane.

use thecal_dicom::image::Stack;
use thecal_geom::{Point3, RigidTransform, Vector3};
use thecal_report::scene::{SliceNumber, View};

/// The slices of a series, by their place along its normal.
pub(super) struct Numbers {
    normal: Vector3,
    spacing_mm: f64,
    /// Place of each, mm, with its number; in order along the normal.
    slices: Vec<(f64, i64)>,
    /// The numbers run from 1 to how many there are.
    counted: bool,
}

impl Numbers {
    pub(super) fn from_stack(stack: &Stack) -> Self {
        let axes = stack.grid.axes();
        let normal = axes.column(0).cross(&axes.column(1));
        let count = stack.slices.len();
        let said: Option<Vec<i64>> = stack.slices.iter().map(|s| s.number).collect();
        let numbers = said.filter(|numbers| distinct(numbers)).unwrap_or_else(|| {
            let from_one = 1..=i64::try_from(count).unwrap_or(i64::MAX);
            // The head's end first.
            if normal.z > 0.0 { from_one.rev().collect() } else { from_one.collect() }
        });
        let most = numbers.iter().max().copied().unwrap_or_default();
        let least = numbers.iter().min().copied().unwrap_or_default();
        let counted = least == 1 && usize::try_from(most).is_ok_and(|most| most == count);
        let place = |p: Point3| normal.dot(&p.coords);
        let slices = stack.slices.iter().map(|s| place(s.position_mm)).zip(numbers).collect();
        Self { normal, spacing_mm: stack.grid.spacing_mm()[2], slices, counted }
    }

    /// The image that a view shows; none where it lies across the images, or beside them. `place`
    /// leads from the view's frame of reference to that of the images.
    pub(super) fn at(&self, view: &View, place: &RigidTransform) -> Option<SliceNumber> {
        const ALONG: f64 = 0.999;
        let origin = Point3::from(view.origin_mm);
        let towards = |v: [f64; 3]| place.apply(origin + Vector3::from(v)) - place.apply(origin);
        let through = towards(view.right).cross(&towards(view.down));
        if through.dot(&self.normal).abs() < ALONG {
            return None;
        }
        let here = self.normal.dot(&place.apply(origin).coords);
        let off = |s: &(f64, i64)| (s.0 - here).abs();
        let nearest = self.slices.iter().min_by(|a, b| off(a).total_cmp(&off(b)))?;
        let of = self.counted.then_some(self.slices.len());
        let within = off(nearest) <= 0.5 * self.spacing_mm + 1e-3;
        within.then_some(SliceNumber { number: nearest.1, of, images: true })
    }
}

fn distinct(numbers: &[i64]) -> bool {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    sorted.windows(2).all(|w| w[0] != w[1])
}

/// The contour plane at a position along the stack, counted from the head's end.
pub(super) fn of_planes(
    planes_mm: &[f64],
    position_mm: f64,
    towards_head: bool,
) -> Option<SliceNumber> {
    /// Planes nearer than this are one.
    const SAME_MM: f64 = 0.25;
    let off = |k: &usize| (planes_mm[*k] - position_mm).abs();
    let nearest = (0..planes_mm.len()).min_by(|a, b| off(a).total_cmp(&off(b)))?;
    if off(&nearest) > SAME_MM {
        return None;
    }
    let count = planes_mm.len();
    let from_first = if towards_head { count - nearest } else { nearest + 1 };
    let number = i64::try_from(from_first).ok()?;
    Some(SliceNumber { number, of: Some(count), images: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_are_counted_from_the_head() {
        let planes = [0.0, 2.0, 4.0, 6.0];
        let number = |at, head| of_planes(&planes, at, head).map(|n| n.to_string());
        assert_eq!(number(6.0, true).as_deref(), Some("contour plane 1 of 4"));
        assert_eq!(number(0.1, true).as_deref(), Some("contour plane 4 of 4"));
        assert_eq!(number(0.0, false).as_deref(), Some("contour plane 1 of 4"));
        // Between planes there is none.
        assert_eq!(number(3.0, true), None);
    }
}
