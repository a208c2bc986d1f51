//! RLE Lossless (PS3.5 annex G): one PackBits stream for each byte of a pixel, highest first.
//!
//! Written out here because the frame is decoded byte plane by byte plane straight into its
//! place, with every count checked against both ends.

use super::PixelFormat;
use super::frame_checks::Unusable;

/// Decodes a frame into `out`, which holds [`PixelFormat::frame_bytes`].
pub(super) fn decode(format: &PixelFormat, encoded: &[u8], out: &mut [u8]) -> Result<(), Unusable> {
    if format.bits_allocated == 1 {
        return Ok(bits(encoded, out)?);
    }
    let bytes = format.bits_allocated.div_ceil(8) as usize;
    let (header, _) =
        encoded.split_first_chunk::<64>().ok_or("an RLE header of fewer than 64 bytes")?;
    let (words, _) = header.as_chunks::<4>();
    let word = |i: usize| u32::from_le_bytes(words[i]) as usize;
    if word(0) != bytes {
        let what = format!("{} RLE segments for pixels of {bytes} bytes", word(0));
        // A header has places for 15 segments.
        return Err(if (1..=15).contains(&word(0)) { Unusable::other(what) } else { what.into() });
    }
    for segment in 0..bytes {
        let start = word(1 + segment);
        let end = if segment + 1 < bytes { word(2 + segment) } else { encoded.len() };
        let run = encoded
            .get(start..end)
            .filter(|_| start >= 64)
            .ok_or_else(|| format!("RLE segment {segment} at {start}..{end}"))?;
        // The most significant byte comes first; the frame is little endian.
        unpack(run, out, bytes - 1 - segment, bytes)
            .ok_or_else(|| format!("RLE segment {segment} ends before the frame does"))?;
    }
    Ok(())
}

/// Decodes a frame of 1 bit. Writers pack eight pixels to a byte, as plain frames of 1 bit are, or
/// give each pixel a byte; how many bytes there are tells which.
fn bits(encoded: &[u8], out: &mut [u8]) -> Result<(), String> {
    let (header, _) =
        encoded.split_first_chunk::<64>().ok_or("an RLE header of fewer than 64 bytes")?;
    let (words, _) = header.as_chunks::<4>();
    let [count, start] = [0, 1].map(|i| u32::from_le_bytes(words[i]) as usize);
    let run = encoded.get(start..).filter(|_| count == 1 && start >= 64);
    let run = run.ok_or_else(|| format!("{count} RLE segments for pixels of 1 bit"))?;
    if unpack(run, out, 0, 1).is_some() {
        out.iter_mut().for_each(|pixel| *pixel = u8::from(*pixel != 0));
        return Ok(());
    }
    let mut packed = vec![0; out.len().div_ceil(8)];
    unpack(run, &mut packed, 0, 1).ok_or("an RLE segment that ends before the frame does")?;
    for (i, pixel) in out.iter_mut().enumerate() {
        *pixel = packed[i >> 3] >> (i & 7) & 1;
    }
    Ok(())
}

/// Fills every `step`th byte from `first`. `None` where the runs are too few.
fn unpack(mut run: &[u8], out: &mut [u8], first: usize, step: usize) -> Option<()> {
    let mut place = first;
    let end = out.len();
    while place < end {
        let (&count, rest) = run.split_first()?;
        match count {
            0..128 => {
                let (literal, rest) = rest.split_at_checked(usize::from(count) + 1)?;
                run = rest;
                let places = out[place..].iter_mut().step_by(step);
                places.zip(literal).for_each(|(out, &b)| *out = b);
                place += step * literal.len();
            }
            // Nothing, by the standard.
            128 => run = rest,
            129.. => {
                let (&value, rest) = rest.split_first()?;
                run = rest;
                let length = 257 - usize::from(count);
                let places = out[place..].iter_mut().step_by(step);
                places.take(length).for_each(|out| *out = value);
                place += step * length;
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn format(rows: usize, columns: usize, bits: u32) -> PixelFormat {
        PixelFormat {
            rows,
            columns,
            frames: 1,
            bits_allocated: bits,
            bits_stored: bits,
            high_bit: bits - 1,
            signed: false,
        }
    }

    fn frame(segments: &[&[u8]]) -> Vec<u8> {
        let mut header = vec![segments.len() as u32];
        let mut at = 64;
        for s in segments {
            header.push(at);
            at += s.len() as u32;
        }
        header.resize(16, 0);
        let mut out: Vec<u8> = header.iter().flat_map(|w| w.to_le_bytes()).collect();
        segments.iter().for_each(|s| out.extend(*s));
        out
    }

    #[test]
    fn the_example_of_packbits() {
        // The stream of Apple's technical note TN1023.
        let packed = [
            0xFE, 0xAA, 0x02, 0x80, 0x00, 0x2A, 0xFD, 0xAA, 0x03, 0x80, 0x00, 0x2A, 0x22, 0xF7,
            0xAA,
        ];
        let plain = [
            0xAA, 0xAA, 0xAA, 0x80, 0x00, 0x2A, 0xAA, 0xAA, 0xAA, 0xAA, 0x80, 0x00, 0x2A, 0x22,
            0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA,
        ];
        let mut out = [0; 24];
        decode(&format(4, 6, 8), &frame(&[&packed]), &mut out).unwrap();
        assert_eq!(out, plain);
    }

    #[test]
    fn high_bytes_come_first() {
        let mut out = [0; 6];
        decode(&format(1, 3, 16), &frame(&[&[0xFE, 0x12], &[2, 1, 2, 3]]), &mut out).unwrap();
        assert_eq!(out, [1, 0x12, 2, 0x12, 3, 0x12]);
        let short = frame(&[&[0xFE, 0x12], &[1, 1, 2]]);
        assert!(decode(&format(1, 3, 16), &short, &mut out).is_err());
        assert!(decode(&format(1, 3, 8), &short, &mut out).is_err());
    }

    #[test]
    fn pixels_of_one_bit_are_packed_or_bytes() {
        let pixels = [1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0];
        let mut out = [9; 12];
        // 0b0000_1001 and 0b0000_0011, as literals.
        decode(&format(3, 4, 1), &frame(&[&[1, 9, 3]]), &mut out).unwrap();
        assert_eq!(out, pixels);
        let each = [&[11][..], &pixels].concat();
        decode(&format(3, 4, 1), &frame(&[&each]), &mut out).unwrap();
        assert_eq!(out, pixels);
        assert!(decode(&format(3, 4, 1), &frame(&[&[0, 9]]), &mut out).is_err());
        assert!(decode(&format(3, 4, 1), &frame(&[&[1, 9, 3], &[1, 9, 3]]), &mut out).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_give_a_frame_or_an_error(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            segments in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 2),
        ) {
            let mut out = [0; 24];
            let _ = decode(&format(3, 4, 16), &bytes, &mut out);
            let parts: Vec<&[u8]> = segments.iter().map(Vec::as_slice).collect();
            let _ = decode(&format(3, 4, 16), &frame(&parts), &mut out);
        }
    }
}
