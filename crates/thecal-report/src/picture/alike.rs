//! Lines of a chart that fall together are one line.

/// Numbers of equal items, in the order of the first of each.
pub(super) fn alike<T>(items: &[T], equal: impl Fn(&T, &T) -> bool) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (k, item) in items.iter().enumerate() {
        match groups.iter_mut().find(|g| equal(&items[g[0]], item)) {
            Some(group) => group.push(k),
            None => groups.push(vec![k]),
        }
    }
    groups
}

/// Values that differ by no more than is seen; absent ones are equal.
pub(super) fn close(a: Option<f64>, b: Option<f64>, seen: f64) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= seen,
        (None, None) => true,
        _ => false,
    }
}

/// The name of a line that stands for several.
pub(super) fn joined(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first, second] => format!("{first} and {second} alike"),
        [first, rest @ ..] => format!("{first} and {} more alike", rest.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_grouped_in_the_order_of_their_first() {
        let groups = alike(&[1.0, 5.0, 1.05, 5.2, 9.0], |a: &f64, b: &f64| (a - b).abs() < 0.1);
        assert_eq!(groups, [vec![0, 2], vec![1], vec![3], vec![4]]);
        assert!(close(None, None, 0.1) && !close(Some(1.0), None, 0.1));
        let names = |n: usize| (0..n).map(|k| k.to_string()).collect::<Vec<_>>();
        assert_eq!(joined(&names(1)), "0");
        assert_eq!(joined(&names(2)), "0 and 1 alike");
        assert_eq!(joined(&names(4)), "0 and 3 more alike");
    }
}
