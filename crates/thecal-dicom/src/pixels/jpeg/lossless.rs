//! The lossless process (ISO/IEC 10918-1 annex H), of one component.
//!
//! Archives hold whole hospitals of CT in this form, so it has a decoder of its own: the bytes are
//! freed of stuffing once, codes are looked up, and a sample costs a few nanoseconds.

use super::Segments;
use crate::pixels::PixelFormat;
use crate::pixels::frame_checks::put;

/// Codes up to this length are looked up; few are longer.
const LOOKUP_BITS: u32 = 11;

/// Decodes a frame whose header has been held against `format`; `precision` is that of its samples.
pub(super) fn decode(
    format: &PixelFormat,
    precision: u32,
    encoded: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), String> {
    let mut segments = Segments::new(encoded).ok_or("no JPEG stream")?;
    let mut tables: [Option<Table>; 4] = [const { None }; 4];
    let mut interval = 0;
    let scan = loop {
        let (marker, segment) = segments.next().ok_or("a JPEG stream without a scan")?;
        match marker {
            0xC4 => read_tables(segment, &mut tables).ok_or("a broken Huffman table")?,
            0xDD => {
                let number = segment.first_chunk::<2>().ok_or("a short restart interval")?;
                interval = usize::from(u16::from_be_bytes(*number));
            }
            0xDA => break segment,
            _ => {}
        }
    };
    let &[1, _, selector, predictor, _, shift, ..] = scan else {
        return Err("a scan of several components, or a short one".to_owned());
    };
    let shift = u32::from(shift & 15);
    if !(1..=7).contains(&predictor) || !(2..=16).contains(&precision) || shift >= precision {
        return Err(format!("predictor {predictor}, {precision} bits less {shift}"));
    }
    let table = tables.get(usize::from(selector >> 4)).and_then(Option::as_ref);
    let table = table.ok_or("a scan without its Huffman table")?;
    let width = format.columns;
    // Intervals are whole rows (annex H.1.1).
    if interval % width != 0 {
        return Err(format!("a restart interval of {interval} in rows of {width}"));
    }
    let rows_each = if interval == 0 { format.rows } else { interval / width };
    let mut samples = vec![0_u16; format.frame_pixels()];
    let mut rest = segments.rest;
    let mut plain = Vec::with_capacity(rest.len() + 16);
    for rows in samples.chunks_mut(rows_each * width) {
        rest = unstuff(rest, &mut plain);
        let start = 1_u16 << (precision - shift - 1);
        let mut bits = Bits { bytes: &plain, at: 0, held: 0, count: 0 };
        // Each predictor in a loop of its own.
        let whole = match predictor {
            1 => fill(rows, width, start, table, &mut bits, |a, _, _| a),
            2 => fill(rows, width, start, table, &mut bits, |_, b, _| b),
            3 => fill(rows, width, start, table, &mut bits, |_, _, c| c),
            4 => fill(rows, width, start, table, &mut bits, |a, b, c| a + b - c),
            5 => fill(rows, width, start, table, &mut bits, |a, b, c| a + ((b - c) >> 1)),
            6 => fill(rows, width, start, table, &mut bits, |a, b, c| b + ((a - c) >> 1)),
            _ => fill(rows, width, start, table, &mut bits, |a, b, _| (a + b) >> 1),
        };
        whole.ok_or("a scan that ends before the frame does")?;
    }
    put(format, samples.iter().map(|&s| i32::from(s) << shift), out)
}

/// Fills the rows of one interval. `predict` takes the samples to the left, above, and left above.
fn fill(
    rows: &mut [u16],
    width: usize,
    start: u16,
    table: &Table,
    bits: &mut Bits<'_>,
    predict: impl Fn(i32, i32, i32) -> i32,
) -> Option<()> {
    let mut next = |predicted: i32| Some(predicted.wrapping_add(table.difference(bits)?) as u16);
    let mut left = start;
    for sample in &mut rows[..width] {
        left = next(left.into())?;
        *sample = left;
    }
    for row in 1..rows.len() / width {
        let (before, here) = rows.split_at_mut(row * width);
        let above = &before[(row - 1) * width..];
        let mut left = next(above[0].into())?;
        here[0] = left;
        for (sample, pair) in here[1..width].iter_mut().zip(above.windows(2)) {
            left = next(predict(left.into(), pair[1].into(), pair[0].into()))?;
            *sample = left;
        }
    }
    bits.within()
}

/// Copies entropy-coded bytes up to the next marker without their stuffing, with zeros behind
/// them; gives what follows a restart marker, or nothing.
fn unstuff<'a>(mut rest: &'a [u8], plain: &mut Vec<u8>) -> &'a [u8] {
    plain.clear();
    let behind = loop {
        let Some(at) = rest.iter().position(|&b| b == 0xFF) else {
            plain.extend(rest);
            break &rest[..0];
        };
        let (clean, marked) = rest.split_at(at);
        plain.extend(clean);
        match marked {
            [0xFF, 0, behind @ ..] => {
                plain.push(0xFF);
                rest = behind;
            }
            [0xFF, 0xD0..=0xD7, behind @ ..] => break behind,
            [0xFF, 0xFF, ..] => rest = &marked[1..],
            _ => break &rest[..0],
        }
    };
    plain.extend([0; Bits::BEHIND]);
    behind
}

fn read_tables(mut segment: &[u8], tables: &mut [Option<Table>; 4]) -> Option<()> {
    while let Some((&head, rest)) = segment.split_first() {
        let (counts, rest) = rest.split_first_chunk::<16>()?;
        let total = counts.iter().map(|&c| usize::from(c)).sum();
        let (symbols, rest) = rest.split_at_checked(total)?;
        if head >> 4 == 0 {
            *tables.get_mut(usize::from(head & 15))? = Some(Table::new(counts, symbols)?);
        }
        segment = rest;
    }
    Some(())
}

/// A Huffman table of categories of differences.
struct Table {
    /// Length and category by the next bits; length 0 for longer codes.
    lookup: Vec<(u8, u8)>,
    /// For each length: the first code behind those of it, left aligned in 16 bits; and what to
    /// add to a code for the place of its symbol.
    ends: [(u32, i32); 16],
    symbols: Vec<u8>,
}

impl Table {
    fn new(counts: &[u8; 16], symbols: &[u8]) -> Option<Self> {
        let mut lookup = vec![(0, 0); 1 << LOOKUP_BITS];
        let mut ends = [(0, 0); 16];
        let (mut code, mut place) = (0_u32, 0_usize);
        for (i, &count) in counts.iter().enumerate() {
            let length = i as u32 + 1;
            let offset = place as i32 - code as i32;
            for _ in 0..count {
                let symbol = *symbols.get(place).filter(|&&s| s <= 16)?;
                if code >> length != 0 {
                    return None;
                }
                if length <= LOOKUP_BITS {
                    let free = LOOKUP_BITS - length;
                    let range = (code << free) as usize..((code + 1) << free) as usize;
                    lookup[range].fill((length as u8, symbol));
                }
                code += 1;
                place += 1;
            }
            ends[i] = (code << (16 - length), offset);
            code <<= 1;
        }
        Some(Self { lookup, ends, symbols: symbols.to_vec() })
    }

    /// The next difference (annex H.1.2.2).
    #[inline(always)]
    fn difference(&self, bits: &mut Bits<'_>) -> Option<i32> {
        bits.refill()?;
        let (mut length, mut category) = self.lookup[bits.peek(LOOKUP_BITS) as usize];
        if length == 0 {
            (length, category) = self.long(bits.peek(16))?;
        }
        bits.skip(length.into());
        match category {
            0 => Some(0),
            16 => Some(32_768),
            size => {
                let size = u32::from(size);
                let raw = bits.peek(size).cast_signed();
                bits.skip(size);
                // The upper half stands for itself, the lower for negative numbers.
                Some(if raw >> (size - 1) == 0 { raw - (1 << size) + 1 } else { raw })
            }
        }
    }

    #[cold]
    fn long(&self, next: u32) -> Option<(u8, u8)> {
        let from = LOOKUP_BITS as usize;
        let (i, &(_, offset)) =
            self.ends.iter().enumerate().skip(from).find(|(_, (end, _))| next < *end)?;
        let place = (next >> (15 - i)).cast_signed() + offset;
        let symbol = *self.symbols.get(usize::try_from(place).ok()?)?;
        Some((i as u8 + 1, symbol))
    }
}

/// Bits of bytes without stuffing, with at least [`Self::BEHIND`] bytes of zeros at their end.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The next bits, from the top.
    held: u64,
    count: u32,
}

impl Bits<'_> {
    const BEHIND: usize = 16;

    /// Holds 56 bits at least.
    #[inline(always)]
    fn refill(&mut self) -> Option<()> {
        let word = self.bytes.get(self.at..)?.first_chunk::<8>()?;
        self.held |= u64::from_be_bytes(*word) >> self.count;
        let taken = (63 - self.count) >> 3;
        self.at += taken as usize;
        self.count += taken << 3;
        Some(())
    }

    #[inline(always)]
    fn peek(&self, count: u32) -> u32 {
        (self.held >> (64 - count)) as u32
    }

    #[inline(always)]
    fn skip(&mut self, count: u32) {
        self.held <<= count;
        self.count -= count;
    }

    /// Whether no more was taken than was there.
    fn within(&self) -> Option<()> {
        let taken = self.at * 8 - self.count as usize;
        (taken <= 8 * (self.bytes.len() - Self::BEHIND)).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every category has a code of five bits but two, which have fourteen and sixteen.
    fn code(category: u32) -> (u32, u32) {
        match category {
            0..15 => (category, 5),
            15 => (0b01111 << 9, 14),
            _ => ((0b01111 << 11) + 4, 16),
        }
    }

    fn huffman() -> Vec<u8> {
        let mut counts = [0_u8; 16];
        (counts[4], counts[13], counts[15]) = (15, 1, 1);
        [&[0][..], &counts, &(0..=16).collect::<Vec<u8>>()].concat()
    }

    /// An encoder as annex H describes one.
    fn encode(
        samples: &[u16],
        [columns, rows]: [usize; 2],
        precision: u32,
        predictor: u8,
        restart_rows: usize,
    ) -> Vec<u8> {
        let mut out = vec![0xFF, 0xD8];
        let mut segment = |marker: u8, body: &[u8]| {
            out.extend([0xFF, marker]);
            out.extend(((body.len() + 2) as u16).to_be_bytes());
            out.extend(body);
        };
        let [h, w] = [rows as u16, columns as u16].map(u16::to_be_bytes);
        segment(0xC3, &[precision as u8, h[0], h[1], w[0], w[1], 1, 1, 0x11, 0]);
        segment(0xC4, &huffman());
        if restart_rows > 0 {
            segment(0xDD, &((restart_rows * columns) as u16).to_be_bytes());
        }
        segment(0xDA, &[1, 1, 0, predictor, 0, 0]);
        let (mut held, mut count) = (0_u64, 0);
        let flush = |out: &mut Vec<u8>, held: u64, count: &mut u32, all: bool| {
            while *count >= 8 || (all && *count > 0) {
                // Filled up with ones.
                let byte = ((held << 8 | 0xFF) >> *count) as u8;
                out.push(byte);
                if byte == 0xFF {
                    out.push(0);
                }
                *count = count.saturating_sub(8);
            }
        };
        for (i, &sample) in samples.iter().enumerate() {
            let (x, y) = (i % columns, i / columns);
            let first_row = if restart_rows == 0 { y == 0 } else { y % restart_rows == 0 };
            if first_row && x == 0 && y > 0 {
                flush(&mut out, held, &mut count, true);
                out.extend([0xFF, 0xD0 + ((y / restart_rows - 1) % 8) as u8]);
            }
            let at = |dx: usize, dy: usize| i32::from(samples[i - dx - dy * columns]);
            let predicted = match (x, first_row) {
                (0, true) => 1 << (precision - 1),
                (_, true) => at(1, 0),
                (0, false) => at(0, 1),
                _ => match predictor {
                    1 => at(1, 0),
                    2 => at(0, 1),
                    3 => at(1, 1),
                    4 => at(1, 0) + at(0, 1) - at(1, 1),
                    5 => at(1, 0) + ((at(0, 1) - at(1, 1)) >> 1),
                    6 => at(0, 1) + ((at(1, 0) - at(1, 1)) >> 1),
                    _ => (at(1, 0) + at(0, 1)) >> 1,
                },
            };
            let difference = i32::from((i32::from(sample) - predicted) as i16);
            let category = if difference == -32_768 {
                16
            } else {
                32 - difference.unsigned_abs().leading_zeros()
            };
            let (bits, length) = code(category);
            held = held << length | u64::from(bits);
            count += length;
            if (1..16).contains(&category) {
                let low = if difference < 0 { difference - 1 } else { difference };
                held = held << category | u64::from(low.cast_unsigned() & ((1 << category) - 1));
                count += category;
            }
            flush(&mut out, held, &mut count, false);
        }
        flush(&mut out, held, &mut count, true);
        out.extend([0xFF, 0xD9]);
        out
    }

    fn format([columns, rows]: [usize; 2]) -> PixelFormat {
        PixelFormat {
            rows,
            columns,
            frames: 1,
            bits_allocated: 16,
            bits_stored: 16,
            high_bit: 15,
            signed: false,
        }
    }

    proptest! {
        #[test]
        fn what_was_encoded_comes_back(
            samples in prop::collection::vec(any::<u16>(), 60),
            smooth: bool,
            predictor in 1_u8..8,
            restart_rows in prop::sample::select(vec![0_usize, 1, 2, 4]),
        ) {
            // 5 rows of 12, or noise of a few bits round a slope.
            let samples: Vec<u16> = samples
                .iter()
                .enumerate()
                .map(|(i, s)| if smooth { 1000 + i as u16 + (s >> 12) } else { *s })
                .collect();
            let stream = encode(&samples, [12, 5], 16, predictor, restart_rows);
            let mut out = Vec::new();
            decode(&format([12, 5]), 16, &stream, &mut out).unwrap();
            let found: Vec<u16> = out.as_chunks().0.iter().map(|w| u16::from_le_bytes(*w)).collect();
            prop_assert_eq!(&found, &samples);
            // Without its last bytes the stream holds no frame.
            let cut = &stream[..stream.len() - 6];
            prop_assert!(decode(&format([12, 5]), 16, cut, &mut out).is_err());
        }
    }
}
