//! The dose that structures receive: one grid, or several that add up.

use crate::grid::DoseGrid;
use crate::interpolation::BoundTable;
use std::fmt;
use std::sync::Arc;
use thecal_geom::{Point3, Vector3};

type Conversion = Arc<dyn Fn(f64) -> f64 + Send + Sync>;

/// A dose on one grid, or the sum of several on grids of their own.
///
/// Each grid is interpolated trilinearly on its own lattice, so that a sum needs no common one.
///
/// # Domain
/// A sum is known where all of its parts are.
///
/// # Example
/// Two courses add up as EQD2, each converted at the point before they are added:
/// ```
/// use thecal_dose::{Dose, DoseGrid};
/// use thecal_geom::{Point3, Vector3};
///
/// let axes = [Vector3::x(), Vector3::y(), Vector3::z()];
/// let flat = |gy| {
///     let planes_mm = vec![0.0, 3.0];
///     DoseGrid::new(Point3::origin(), axes, [3.0, 3.0], planes_mm, [2, 2], vec![gy; 8])
/// };
/// // 30 Gy in 10 fractions and 18 Gy in 1, both with a ratio of 2 Gy.
/// let eqd2 = |fractions: f64| move |gy: f64| gy * (gy / fractions + 2.0) / 4.0;
/// let earlier = Dose::from(flat(30.0)?).converted(eqd2(10.0));
/// let sum = Dose::from(flat(18.0)?).converted(eqd2(1.0)).plus(earlier);
/// assert_eq!(sum.dose_gy(Point3::new(1.0, 1.0, 1.0)), Some(37.5 + 90.0));
/// # Ok::<(), thecal_dose::DoseGridError>(())
/// ```
#[derive(Clone)]
pub struct Dose {
    courses: Vec<Course>,
}

/// Grids whose sum is converted as a whole.
#[derive(Clone)]
struct Course {
    grids: Vec<Arc<DoseGrid>>,
    conversion: Option<Conversion>,
}

impl fmt::Debug for Dose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let courses = self.courses.iter().map(|c| (c.grids.len(), c.conversion.is_some()));
        f.debug_list().entries(courses).finish()
    }
}

impl From<DoseGrid> for Dose {
    fn from(grid: DoseGrid) -> Self {
        Self::from_beams(grid, Vec::new())
    }
}

/// A dose at a point, and how far the true one may lie off it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Known {
    pub(crate) gy: f64,
    pub(crate) open_gy: f64,
}

impl Dose {
    /// The sum of the doses of the beams, or other parts, of one course.
    #[must_use]
    pub fn from_beams(first: DoseGrid, others: Vec<DoseGrid>) -> Self {
        let grids = std::iter::once(first).chain(others).map(Arc::new).collect();
        Self { courses: vec![Course { grids, conversion: None }] }
    }

    /// The dose with its value at every point converted, as to EQD2.
    ///
    /// `conversion` must not fall where the dose rises. Of a sum of courses each is converted before
    /// they are added.
    #[must_use]
    pub fn converted(
        mut self,
        conversion: impl Fn(f64) -> f64 + Send + Sync + Clone + 'static,
    ) -> Self {
        for course in &mut self.courses {
            let then = conversion.clone();
            let both: Conversion = match course.conversion.take() {
                Some(first) => Arc::new(move |gy| then(first(gy))),
                None => Arc::new(then),
            };
            course.conversion = Some(both);
        }
        self
    }

    /// The sum of this dose and another, each as it has been converted.
    #[must_use]
    pub fn plus(mut self, other: Self) -> Self {
        self.courses.extend(other.courses);
        self
    }

    /// Dose at a point, Gy; `None` where a grid does not reach.
    #[must_use]
    pub fn dose_gy(&self, p: Point3) -> Option<f64> {
        let course = |c: &Course| {
            let sum = c.grids.iter().map(|g| g.dose_gy(p)).sum::<Option<f64>>()?;
            Some(c.conversion.as_ref().map_or(sum, |convert| convert(sum)))
        };
        self.courses.iter().map(course).sum()
    }

    /// How far the interpolated dose can lie off the true one, Gy; see
    /// [`DoseGrid::interpolation_bound_gy`]. Those of several grids add up; where a course is converted, it
    /// is the larger of the ways up and down.
    #[must_use]
    pub fn interpolation_bound_gy(&self, p: Point3) -> Option<f64> {
        let course = |c: &Course| {
            let gy = c.grids.iter().map(|g| g.dose_gy(p)).sum::<Option<f64>>()?;
            let bounds = c.grids.iter().map(|g| g.interpolation_bound_gy(p));
            Some(c.convert(gy, bounds.sum::<Option<f64>>()?).open_gy)
        };
        self.courses.iter().map(course).sum()
    }

    /// The largest step of any of the grids along a direction of length one, mm.
    #[must_use]
    pub fn step_mm(&self, along: Vector3) -> f64 {
        self.grids().map(|g| g.step_along_mm(along)).fold(0.0, f64::max)
    }

    pub(crate) fn grids(&self) -> impl Iterator<Item = &DoseGrid> {
        self.courses.iter().flat_map(|c| c.grids.iter().map(|g| &**g))
    }

    /// The part of a segment on which the dose is known, from 0 at `from` to 1 at `to`.
    pub(crate) fn known_part(&self, from: Point3, to: Point3) -> Option<[f64; 2]> {
        let mut known = [0.0_f64, 1.0_f64];
        for grid in self.grids() {
            let [start, end] = grid.known_part(from, to)?;
            known = [known[0].max(start), known[1].min(end)];
        }
        (known[0] < known[1]).then_some(known)
    }

    /// The dose made ready for many points in a box of patient space.
    pub(crate) fn within(&self, lo: Point3, hi: Point3) -> LocalDose<'_> {
        let tables: Vec<Vec<Option<BoundTable>>> = self
            .courses
            .iter()
            .map(|c| c.grids.iter().map(|g| BoundTable::new(g, lo, hi)).collect())
            .collect();
        LocalDose { dose: self, tables }
    }
}

impl Course {
    fn convert(&self, gy: f64, open_gy: f64) -> Known {
        let Some(convert) = &self.conversion else { return Known { gy, open_gy } };
        let value = convert(gy);
        // No sampling lets a dose be less than none.
        let below = (gy - open_gy).max(gy.min(0.0));
        let open_gy = (convert(gy + open_gy) - value).abs().max((value - convert(below)).abs());
        Known { gy: value, open_gy }
    }
}

/// A dose with the bounds of its interpolation at hand.
pub(crate) struct LocalDose<'a> {
    pub(crate) dose: &'a Dose,
    tables: Vec<Vec<Option<BoundTable>>>,
}

impl LocalDose<'_> {
    /// Dose and bound at a point; `None` where a grid does not reach.
    pub(crate) fn at(&self, p: Point3) -> Option<Known> {
        let mut sum = Known { gy: 0.0, open_gy: 0.0 };
        for (course, tables) in self.dose.courses.iter().zip(&self.tables) {
            let (mut gy, mut open_gy) = (0.0, 0.0);
            for (grid, table) in course.grids.iter().zip(tables) {
                let cell = grid.cell(p)?;
                gy += grid.in_cell_gy(&cell);
                open_gy += table.as_ref()?.of(grid, &cell);
            }
            let known = course.convert(gy, open_gy);
            sum.gy += known.gy;
            sum.open_gy += known.open_gy;
        }
        Some(sum)
    }

    /// The least and the largest dose that the samples of the box allow, bounds included, Gy; `None`
    /// where a grid does not meet the box.
    pub(crate) fn range_gy(&self) -> Option<[f64; 2]> {
        let mut range = [0.0; 2];
        for (course, tables) in self.dose.courses.iter().zip(&self.tables) {
            let (mut lo, mut hi, mut open_gy) = (0.0, 0.0, 0.0);
            for table in tables {
                let table = table.as_ref()?;
                lo += table.samples_gy[0];
                hi += table.samples_gy[1];
                open_gy += table.most_gy;
            }
            let (low, high) = (course.convert(lo, open_gy), course.convert(hi, open_gy));
            range[0] += low.gy - low.open_gy;
            range[1] += high.gy + high.open_gy;
        }
        Some(range)
    }
}
