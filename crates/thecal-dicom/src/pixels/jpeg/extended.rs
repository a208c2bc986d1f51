//! The extended sequential process at 12 bits (ISO/IEC 10918-1 annex F.2), of one component.
//!
//! Here because no well-kept Rust decoder takes 12 bits. The inverse cosine transform is done in
//! double precision from its definition (annex A.3.3), so it is within rounding of exact.

use std::f64::consts::PI;

use super::Segments;
use crate::pixels::PixelFormat;
use crate::pixels::frame_checks::put;

/// Decodes a frame whose header has been held against `format`.
pub(super) fn decode(
    format: &PixelFormat,
    encoded: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), String> {
    let mut segments = Segments::new(encoded).ok_or("no JPEG stream")?;
    let mut tables = Tables::default();
    let mut quantizer = None;
    let scan = loop {
        let (marker, segment) = segments.next().ok_or("a JPEG stream without a scan")?;
        match marker {
            0xC4 => tables.read_huffman(segment).ok_or("a broken Huffman table")?,
            0xDB => tables.read_quantization(segment).ok_or("a broken quantization table")?,
            0xC1 => quantizer = segment.get(8).map(|&t| usize::from(t)),
            0xDD => {
                let interval = segment.first_chunk::<2>().ok_or("a short restart interval")?;
                tables.restart_interval = u16::from_be_bytes(*interval).into();
            }
            0xDA => break segment,
            _ => {}
        }
    };
    let (dc, ac) = match scan {
        [1, _, selector, ..] => (usize::from(selector >> 4), usize::from(selector & 15)),
        _ => return Err("a scan of several components".to_owned()),
    };
    let quantizer = quantizer.and_then(|t| tables.quantization.get(t)?.as_ref());
    let quantizer = quantizer.ok_or("no quantization table")?;
    let table = |class: usize, place: usize| tables.huffman[class].get(place)?.as_ref();
    let (dc, ac) = table(0, dc).zip(table(1, ac)).ok_or("a scan without its Huffman tables")?;
    let mut bits = Bits { rest: segments.rest, held: 0, count: 0 };
    let (across, down) = (format.columns.div_ceil(8), format.rows.div_ceil(8));
    let cosines = cosines();
    let mut values = vec![0_i32; format.frame_pixels()];
    let mut last_dc = 0;
    for block in 0..across * down {
        if tables.restart_interval > 0 && block > 0 && block % tables.restart_interval == 0 {
            bits.restart().ok_or("no restart marker where one is due")?;
            last_dc = 0;
        }
        let coefficients = coefficients(&mut bits, dc, ac, quantizer, &mut last_dc)
            .ok_or_else(|| format!("a scan that ends in block {block} of {}", across * down))?;
        let samples = inverse(&coefficients, &cosines);
        let (left, top) = (block % across * 8, block / across * 8);
        for (row, line) in samples.chunks_exact(8).enumerate().take(format.rows - top) {
            let start = (top + row) * format.columns + left;
            let width = 8.min(format.columns - left);
            for (value, sample) in values[start..start + width].iter_mut().zip(line) {
                *value = (sample + 2048.0).round().clamp(0.0, 4095.0) as i32;
            }
        }
    }
    put(format, values.into_iter(), out)
}

/// Quantized coefficients of one block times their steps, row by row.
fn coefficients(
    bits: &mut Bits<'_>,
    dc: &Huffman,
    ac: &Huffman,
    quantizer: &[f64; 64],
    last_dc: &mut i32,
) -> Option<[f64; 64]> {
    let mut block = [0.0; 64];
    let size = dc.decode(bits)?;
    *last_dc = last_dc.checked_add(bits.signed(size)?)?;
    block[0] = f64::from(*last_dc) * quantizer[0];
    let mut k = 1;
    while k < 64 {
        let (run, size) = match ac.decode(bits)? {
            0xF0 => (16, 0),
            symbol if symbol & 15 == 0 => break,
            symbol => (usize::from(symbol >> 4), symbol & 15),
        };
        k += run;
        if size > 0 {
            // A run may lead beyond the block.
            let (&place, &step) = ZIGZAG.get(k).zip(quantizer.get(k))?;
            block[usize::from(place)] = f64::from(bits.signed(size)?) * step;
            k += 1;
        }
    }
    Some(block)
}

/// `cos((2x + 1) u pi / 16)` with the weight of `u`, at `[x][u]`.
fn cosines() -> [[f64; 8]; 8] {
    std::array::from_fn(|x| {
        std::array::from_fn(|u| {
            let weight = if u == 0 { 0.5_f64.sqrt() } else { 1.0 };
            0.5 * weight * ((2 * x + 1) as f64 * u as f64 * PI / 16.0).cos()
        })
    })
}

/// The inverse transform, first along rows, then along columns.
fn inverse(block: &[f64; 64], cosines: &[[f64; 8]; 8]) -> [f64; 64] {
    let mut rows = [0.0; 64];
    for (v, x) in (0..8).flat_map(|v| (0..8).map(move |x| (v, x))) {
        rows[8 * v + x] = (0..8).map(|u| cosines[x][u] * block[8 * v + u]).sum();
    }
    std::array::from_fn(|i| (0..8).map(|v| cosines[i / 8][v] * rows[8 * v + i % 8]).sum())
}

#[derive(Default)]
struct Tables {
    quantization: [Option<[f64; 64]>; 4],
    /// For the first coefficient, then for the others.
    huffman: [[Option<Huffman>; 4]; 2],
    restart_interval: usize,
}

impl Tables {
    fn read_quantization(&mut self, mut segment: &[u8]) -> Option<()> {
        while let Some((&head, rest)) = segment.split_first() {
            let wide = usize::from(head >> 4 != 0);
            let (steps, rest) = rest.split_at_checked(64 << wide)?;
            let step = |i: usize| match wide {
                0 => f64::from(steps[i]),
                _ => f64::from(u16::from_be_bytes([steps[2 * i], steps[2 * i + 1]])),
            };
            *self.quantization.get_mut(usize::from(head & 15))? = Some(std::array::from_fn(step));
            segment = rest;
        }
        Some(())
    }

    fn read_huffman(&mut self, mut segment: &[u8]) -> Option<()> {
        while let Some((&head, rest)) = segment.split_first() {
            let (counts, rest) = rest.split_first_chunk::<16>()?;
            let total = counts.iter().map(|&c| usize::from(c)).sum();
            let (symbols, rest) = rest.split_at_checked(total)?;
            let table = self.huffman.get_mut(usize::from(head >> 4))?;
            *table.get_mut(usize::from(head & 15))? =
                Some(Huffman { counts: *counts, symbols: symbols.to_vec() });
            segment = rest;
        }
        Some(())
    }
}

/// A Huffman table as it is written: codes of each length are consecutive numbers.
struct Huffman {
    counts: [u8; 16],
    symbols: Vec<u8>,
}

impl Huffman {
    fn decode(&self, bits: &mut Bits<'_>) -> Option<u8> {
        let (mut code, mut first, mut place) = (0_u32, 0_u32, 0_usize);
        for &count in &self.counts {
            code |= bits.take(1)?;
            let count = u32::from(count);
            if code.checked_sub(first)? < count {
                return self.symbols.get(place + (code - first) as usize).copied();
            }
            place += count as usize;
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }
}

/// The bits of a scan, without the zeros that are stuffed behind 0xFF.
struct Bits<'a> {
    rest: &'a [u8],
    held: u64,
    count: u32,
}

impl Bits<'_> {
    fn take(&mut self, wanted: u32) -> Option<u32> {
        while self.count < wanted {
            let (&byte, rest) = self.rest.split_first()?;
            self.rest = match (byte, rest) {
                (0xFF, [0, rest @ ..]) => rest,
                (0xFF, _) => return None,
                (_, rest) => rest,
            };
            self.held = self.held << 8 | u64::from(byte);
            self.count += 8;
        }
        self.count -= wanted;
        Some((self.held >> self.count) as u32 & ((1 << wanted) - 1))
    }

    /// A number of `size` bits in the signed form of annex F.1.2.1.
    fn signed(&mut self, size: u8) -> Option<i32> {
        if size > 15 {
            return None;
        }
        let raw = self.take(size.into())?.cast_signed();
        let negative = size > 0 && raw >> (size - 1) == 0;
        Some(if negative { raw - (1 << size) + 1 } else { raw })
    }

    fn restart(&mut self) -> Option<()> {
        self.count = 0;
        self.rest = match self.rest {
            [0xFF, 0xD0..=0xD7, rest @ ..] => rest,
            _ => return None,
        };
        Some(())
    }
}

const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_block_is_its_mean() {
        let mut block = [0.0; 64];
        block[0] = 8.0 * 100.0;
        let samples = inverse(&block, &cosines());
        assert!(samples.iter().all(|s| (s - 100.0).abs() < 1e-9));
    }

    #[test]
    fn the_transform_keeps_energy() {
        let block: [f64; 64] = std::array::from_fn(|i| ((i * 37 % 23) as f64) - 11.0);
        let samples = inverse(&block, &cosines());
        let energy = |b: &[f64; 64]| b.iter().map(|x| x * x).sum::<f64>();
        assert!((energy(&block) - energy(&samples)).abs() < 1e-6 * energy(&block));
    }
}
