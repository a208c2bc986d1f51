//! Where most of some values lie, whatever the others are.

/// Least half width of what counts as near the centre, mm.
const LEAST_MM: f64 = 0.05;
/// Values within so many median distances of the centre belong to it: 3 SD of a normal distribution.
const NEAR: f64 = 3.0 * 1.4826;

/// The mean of the values about the middle of the shortest interval that holds half of them.
///
/// # Source
/// The shorth (Andrews et al. 1972, Robust Estimates of Location); its middle is the location of least
/// median of squares (Rousseeuw 1984, doi 10.1080/01621459.1984.10477105), which up to half of the
/// values cannot move.
pub(super) fn centre(values: &[f64]) -> Option<f64> {
    let (middle, near) = cluster(values)?;
    let within = values.iter().filter(|v| (*v - middle).abs() <= near);
    let (sum, count) = within.fold((0.0, 0.0), |(s, n), v| (s + v, n + 1.0));
    Some(if count > 0.0 { sum / count } else { middle })
}

/// The middle of the shortest interval with half of the values, and how far from it values belong there.
pub(super) fn cluster(values: &[f64]) -> Option<(f64, f64)> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    let starts = 0..sorted.len() - half;
    let width = |i: &usize| sorted[i + half] - sorted[*i];
    let first = starts.min_by(|a, b| width(a).total_cmp(&width(b)))?;
    let middle = 0.5 * (sorted[first] + sorted[first + half]);
    // Half of the values lie within half the width: it is their median distance.
    Some((middle, (NEAR * 0.5 * width(&first)).max(LEAST_MM)))
}

/// The middle value.
pub(super) fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    if values.is_empty() {
        return None;
    }
    let middle = values.len() / 2;
    Some(*values.select_nth_unstable_by(middle, f64::total_cmp).1)
}

#[cfg(test)]
mod tests {
    use super::{centre, cluster, median};

    #[test]
    fn what_lies_elsewhere_does_not_move_the_centre() {
        let near = (0..60).map(|k| 2.0 + 0.001 * f64::from(k - 30));
        let far = (0..40).map(|k| 0.03 * f64::from(k));
        let all: Vec<f64> = near.chain(far).collect();
        assert!((centre(&all).expect("values") - 2.0).abs() < 0.01);
        // The mean of what is near the middle, which is not the middle itself: 1.0, 1.0, 1.0 and 1.2.
        let found = centre(&[1.0, 1.0, 1.0, 1.2, 7.0]).expect("values");
        assert!((found - 1.0).abs() < 1e-9, "{found}");
        let found = centre(&[1.0, 1.02, 1.03, 1.04]).expect("values");
        assert!((found - 4.09 / 4.0).abs() < 1e-9, "{found}");
        assert_eq!(centre(&[]), None);
        assert_eq!(centre(&[1.5]), Some(1.5));
        assert_eq!(median([3.0, 1.0, 2.0].into_iter()), Some(2.0));
        assert_eq!(median([9.0, 3.0, 1.0, 2.0, 0.0, 7.0, 8.0].into_iter()), Some(3.0));
        assert_eq!(median([9.0, 3.0, 1.0, 2.0, 0.0, 7.0].into_iter()), Some(3.0));
        assert_eq!(median(std::iter::empty()), None);
    }

    #[test]
    fn a_cluster_is_the_middle_of_the_shortest_half_and_three_deviations_wide() {
        // Half of these lie between 4.0 and 4.4: the median distance from 4.2 is 0.2, and three
        // deviations of a normal distribution are 3 * 1.4826 times that.
        let (middle, near) = cluster(&[9.0, 4.0, 0.0, 4.4, 4.1, 4.3]).expect("values");
        assert!((middle - 4.2).abs() < 1e-9 && (near - 0.2 * 3.0 * 1.4826).abs() < 1e-9, "{near}");
        // Values that are all but one leave the least width.
        assert_eq!(cluster(&[2.0, 2.001, 2.002]).expect("values").1, 0.05);
        assert!(cluster(&[]).is_none());
    }
}
