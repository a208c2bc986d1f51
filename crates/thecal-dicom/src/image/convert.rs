//! From stored bytes to values: bits, sign, rescale (PS3.3 sections C.7.6.3.1 and C.11.1.1.2).

use crate::pixels::PixelFormat;

/// Where a pixel's bits lie in its bytes, and what a step is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    bits_allocated: u32,
    /// To shift the highest stored bit to the top of 32.
    up: u32,
    /// To shift the lowest stored bit to the bottom again.
    down: u32,
    signed: bool,
    slope: f64,
    intercept: f64,
}

impl Scale {
    pub(super) fn new(format: &PixelFormat, slope: f64, intercept: f64) -> Self {
        Self {
            bits_allocated: format.bits_allocated,
            up: 31 - format.high_bit,
            down: 32 - format.bits_stored,
            signed: format.signed,
            slope,
            intercept,
        }
    }

    /// True where every value is a whole number that 32 bits hold, so that 16 may be enough.
    pub(super) fn is_integral(&self) -> bool {
        let whole = |x: f64, most: f64| x.fract() == 0.0 && x.abs() <= most;
        self.down >= 16 && whole(self.slope, 4096.0) && whole(self.intercept, 1e6)
    }

    fn stored(&self, raw: u32) -> i64 {
        let top = raw << self.up;
        if self.signed {
            i64::from(top.cast_signed() >> self.down)
        } else {
            i64::from(top >> self.down)
        }
    }

    /// The value of a stored number.
    pub(super) fn value(&self, stored: i64) -> f64 {
        stored as f64 * self.slope + self.intercept
    }

    /// Fills a slice with whole values; false where one does not fit 16 bits.
    ///
    /// # Panics
    /// Only for a scale that is not [`Self::is_integral`]: overflow in debug builds.
    pub(super) fn whole_values(&self, bytes: &[u8], out: &mut [i16]) -> bool {
        let (slope, intercept) = (self.slope as i32, self.intercept as i32);
        let (up, down) = (self.up, self.down);
        // Two extremes of the slice tell whether all fit, and the loop stays free of branches.
        let mut low = 0_i32;
        let mut high = 0_i32;
        let mut put = |out: &mut i16, stored: i32| {
            let value = stored * slope + intercept;
            low = low.min(value);
            high = high.max(value);
            *out = value as i16;
        };
        match (self.bits_allocated, self.signed, up) {
            (16, true, 16) => {
                for (out, word) in out.iter_mut().zip(bytes.as_chunks().0) {
                    put(out, i32::from(i16::from_le_bytes(*word)) >> (down - 16));
                }
            }
            (16, true, _) => {
                for (out, word) in out.iter_mut().zip(bytes.as_chunks().0) {
                    let top = u32::from(u16::from_le_bytes(*word)) << up;
                    put(out, top.cast_signed() >> down);
                }
            }
            (16, false, _) => {
                for (out, word) in out.iter_mut().zip(bytes.as_chunks().0) {
                    let top = u32::from(u16::from_le_bytes(*word)) << up;
                    put(out, (top >> down).cast_signed());
                }
            }
            _ => self.each(bytes, out, |out, stored| put(out, stored as i32)),
        }
        low >= i32::from(i16::MIN) && high <= i32::from(i16::MAX)
    }

    /// Fills a slice with values, rounded once.
    pub(super) fn values(&self, bytes: &[u8], out: &mut [f32]) {
        self.each(bytes, out, |out, stored| *out = self.value(stored) as f32);
    }

    fn each<T>(&self, bytes: &[u8], out: &mut [T], mut put: impl FnMut(&mut T, i64)) {
        match self.bits_allocated {
            8 => out.iter_mut().zip(bytes).for_each(|(o, &b)| put(o, self.stored(b.into()))),
            16 => {
                for (o, word) in out.iter_mut().zip(bytes.as_chunks().0) {
                    put(o, self.stored(u16::from_le_bytes(*word).into()));
                }
            }
            _ => {
                for (o, word) in out.iter_mut().zip(bytes.as_chunks().0) {
                    put(o, self.stored(u32::from_le_bytes(*word)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(allocated: u32, stored: u32, high_bit: u32, signed: bool) -> PixelFormat {
        PixelFormat {
            rows: 1,
            columns: 2,
            frames: 1,
            bits_allocated: allocated,
            bits_stored: stored,
            high_bit,
            signed,
        }
    }

    fn both(format: PixelFormat, raw: [u16; 2], slope: f64, intercept: f64) -> ([f32; 2], bool) {
        let bytes: Vec<u8> = raw.iter().flat_map(|w| w.to_le_bytes()).collect();
        let scale = Scale::new(&format, slope, intercept);
        let (mut reals, mut wholes) = ([0.0; 2], [0; 2]);
        scale.values(&bytes, &mut reals);
        let fits = scale.is_integral() && scale.whole_values(&bytes, &mut wholes);
        if fits {
            assert_eq!(reals, wholes.map(f32::from));
        }
        (reals, fits)
    }

    #[test]
    fn bits_outside_the_stored_ones_do_not_count() {
        // An overlay in the upper four bits.
        let (v, fits) = both(format(16, 12, 11, false), [0xF7FF, 0x0001], 1.0, -1024.0);
        assert_eq!((v, fits), ([1023.0, -1023.0], true));
        // Twelve bits, the highest of them the sign.
        let (v, _) = both(format(16, 12, 11, true), [0xF800, 0x07FF], 1.0, 0.0);
        assert_eq!(v, [-2048.0, 2047.0]);
        // Stored in the upper twelve bits.
        let (v, _) = both(format(16, 12, 15, true), [0x800F, 0x7FF3], 1.0, 0.0);
        assert_eq!(v, [-2048.0, 2047.0]);
        let (v, _) = both(format(16, 12, 15, false), [0x800F, 0x7FF3], 2.0, 1.0);
        assert_eq!(v, [4097.0, 4095.0]);
    }

    #[test]
    fn values_that_do_not_fit_are_told() {
        let (v, fits) = both(format(16, 16, 15, false), [65_535, 0], 1.0, -1024.0);
        assert_eq!((v, fits), ([64_511.0, -1024.0], false));
        let (_, fits) = both(format(16, 16, 15, false), [33_791, 0], 1.0, -1024.0);
        assert!(fits);
        let (v, fits) = both(format(16, 16, 15, true), [0x8000, 5], 0.5, 0.25);
        assert_eq!((v, fits), ([-16_383.75, 2.75], false));
    }

    #[test]
    fn bytes_and_long_words() {
        let scale = Scale::new(&format(8, 8, 7, true), 1.0, 10.0);
        let mut out = [0; 2];
        assert!(scale.whole_values(&[0x80, 3], &mut out));
        assert_eq!(out, [-118, 13]);
        let scale = Scale::new(&format(32, 32, 31, false), 1e-6, 0.0);
        assert!(!scale.is_integral());
        let mut out = [0.0; 2];
        scale.values(&[0, 0, 0, 0x80, 1, 0, 0, 0], &mut out);
        assert_eq!(out, [2_147.483_6, 1e-6]);
    }
}
