//! Nearest point on an axis-aligned ellipse or ellipsoid about the origin.

/// Nearest point of the boundary with these semi-axes.
///
/// Units: mm. Error: rounding. Source: Eberly, "Distance from a Point to an Ellipse, an
/// Ellipsoid, or a Hyperellipsoid" (2013): the nearest point is `a_i^2 p_i / (t + a_i^2)` with
/// the greatest root t of a convex decreasing function, which Newton's method reaches from the
/// left without overshoot.
pub(crate) fn nearest<const N: usize>(axes: [f64; N], point: [f64; N]) -> [f64; N] {
    let mut p = point;
    let mut smallest = 0;
    for i in 1..N {
        if axes[i] < axes[smallest] {
            smallest = i;
        }
    }
    // On the plane of symmetry of the shortest axis the root may be double: step off it.
    let least = 1e-13 * axes[smallest];
    if p[smallest].abs() < least {
        p[smallest] = least.copysign(p[smallest]);
    }
    let mut t = f64::NEG_INFINITY;
    for i in 0..N {
        t = t.max(-axes[i] * axes[i] + axes[i] * p[i].abs());
    }
    for _ in 0..200 {
        let (mut value, mut slope) = (-1.0, 0.0);
        for i in 0..N {
            let d = t + axes[i] * axes[i];
            let term = axes[i] * p[i] / d;
            value += term * term;
            slope -= 2.0 * term * term / d;
        }
        let next = t - value / slope;
        if next.is_nan() || next <= t {
            break;
        }
        t = next;
    }
    let mut foot = [0.0; N];
    for i in 0..N {
        foot[i] = axes[i] * axes[i] * p[i] / (t + axes[i] * axes[i]);
    }
    foot
}

/// True inside or on the boundary.
pub(crate) fn contains<const N: usize>(axes: [f64; N], p: [f64; N]) -> bool {
    let mut sum = 0.0;
    for i in 0..N {
        sum += (p[i] / axes[i]).powi(2);
    }
    sum <= 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axis_points() {
        let f = nearest([4.0, 3.0], [10.0, 0.0]);
        assert!((f[0] - 4.0).abs() < 1e-12 && f[1].abs() < 1e-9);
        let f = nearest([4.0, 3.0], [0.0, 1.0]);
        assert!((f[1] - 3.0).abs() < 1e-12);
        let f = nearest([4.0, 3.0, 3.0], [0.0, 0.0, -9.0]);
        assert!((f[2] + 3.0).abs() < 1e-12);
    }
}
