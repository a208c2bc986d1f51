//! Display colours as PCS values.

/// sRGB as CIELab in the coding of PS3.3 C.10.7.1.1: L 0 to 100 and a, b -128 to 127 as 0 to 65535.
///
/// # Source
/// IEC 61966-2-1 (sRGB); CIE 15:2004 (Lab); white point D50 by the Bradford matrix of ICC v4.
pub(super) fn cielab(rgb: [u8; 3]) -> [u16; 3] {
    let linear = rgb.map(|c| {
        let c = f64::from(c) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    });
    let d50_from_rgb = [
        [0.436_074_7, 0.385_064_9, 0.143_080_4],
        [0.222_504_5, 0.716_878_6, 0.060_616_9],
        [0.013_932_2, 0.097_104_5, 0.714_173_3],
    ];
    let white = [0.964_22, 1.0, 0.825_21];
    let f: [f64; 3] = std::array::from_fn(|k| {
        let x: f64 = (0..3).map(|c| d50_from_rgb[k][c] * linear[c]).sum();
        let t = x / white[k];
        if t > 216.0 / 24389.0 { t.cbrt() } else { (24389.0 / 27.0 * t + 16.0) / 116.0 }
    });
    let (l, a, b) = (116.0 * f[1] - 16.0, 500.0 * (f[0] - f[1]), 200.0 * (f[1] - f[2]));
    let word = |part: f64| (part.clamp(0.0, 1.0) * 65_535.0).round() as u16;
    [word(l / 100.0), word((a + 128.0) / 255.0), word((b + 128.0) / 255.0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_black_and_red() {
        let near = |found: [u16; 3], lab: [f64; 3]| {
            let wanted = [lab[0] / 100.0, (lab[1] + 128.0) / 255.0, (lab[2] + 128.0) / 255.0];
            (0..3).all(|k| (f64::from(found[k]) / 65_535.0 - wanted[k]).abs() < 0.002)
        };
        assert!(near(cielab([255; 3]), [100.0, 0.0, 0.0]), "{:?}", cielab([255; 3]));
        assert!(near(cielab([0; 3]), [0.0, 0.0, 0.0]));
        // Lindbloom's calculator: sRGB red, D50.
        let red = cielab([255, 0, 0]);
        assert!(near(red, [54.29, 80.81, 69.89]), "{red:?}");
    }
}
