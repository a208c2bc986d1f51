//! Which fragments make up which frame (PS3.5 annex A.4).

use std::ops::Range;

use crate::read::{Fault, FaultKind, tags};

/// The offset tables of a Pixel Data element, as they stand in the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OffsetTables<'a> {
    /// Basic Offset Table: 32 bit each, or empty.
    pub(crate) basic: &'a [u8],
    /// Extended Offset Table (7FE0,0001): 64 bit each.
    pub(crate) extended: Option<&'a [u8]>,
}

/// The fragments of each frame. `lengths` are those of the fragments; `begins_frame` says whether
/// the bytes of a fragment are the start of a compressed frame.
///
/// A table is believed only where each offset is that of a fragment. Without one, a single frame
/// takes all fragments, as many frames as fragments take one each, and otherwise a frame begins
/// where its codec's mark stands.
pub(crate) fn frames_of(
    lengths: &[usize],
    tables: OffsetTables<'_>,
    frames: usize,
    begins_frame: impl Fn(usize) -> bool,
) -> Result<Vec<Range<usize>>, Fault> {
    if lengths.is_empty() || lengths.len() < frames {
        let found = format!("{} fragments", lengths.len());
        let advice = "the file is truncated or damaged: export it again";
        let expected = format!("at least one for each of {frames} frames");
        return Err(Fault::new(FaultKind::Truncated, found, expected, advice).of(tags::PIXEL_DATA));
    }
    if frames == 1 {
        return Ok(std::iter::once(0..lengths.len()).collect());
    }
    let extended = tables.extended.map(|t| {
        let (words, _) = t.as_chunks::<8>();
        words.iter().map(|w| u64::from_le_bytes(*w)).collect::<Vec<_>>()
    });
    let (words, _) = tables.basic.as_chunks::<4>();
    let basic: Vec<u64> = words.iter().map(|w| u64::from(u32::from_le_bytes(*w))).collect();
    let table = extended.filter(|t| !t.is_empty()).unwrap_or(basic);
    if let Some(firsts) = placed(&table, lengths, frames) {
        return Ok(ranges(&firsts, lengths.len()));
    }
    if lengths.len() == frames {
        return Ok((0..frames).map(|i| i..i + 1).collect());
    }
    let firsts: Vec<usize> = (0..lengths.len()).filter(|&i| begins_frame(i)).collect();
    if firsts.len() == frames && firsts[0] == 0 {
        return Ok(ranges(&firsts, lengths.len()));
    }
    let found = format!(
        "{} fragments, {} offsets, {} starts of a frame",
        lengths.len(),
        table.len(),
        firsts.len()
    );
    let advice = "export the image again, with an offset table or one fragment per frame";
    let expected = format!("fragments of {frames} frames");
    Err(Fault::new(FaultKind::Malformed, found, expected, advice).of(tags::PIXEL_DATA))
}

/// The first fragment of each frame by a table; `None` where the table does not fit.
fn placed(table: &[u64], lengths: &[usize], frames: usize) -> Option<Vec<usize>> {
    if table.len() != frames || table.first() != Some(&0) {
        return None;
    }
    let mut firsts = Vec::with_capacity(frames);
    let mut wanted = table.iter().peekable();
    let mut start = 0_u64;
    for (i, &length) in lengths.iter().enumerate() {
        if wanted.next_if(|&&offset| offset == start).is_some() {
            firsts.push(i);
        }
        // Tag and length of the item stand before its bytes.
        start += 8 + length as u64;
    }
    (firsts.len() == frames).then_some(firsts)
}

fn ranges(firsts: &[usize], end: usize) -> Vec<Range<usize>> {
    let ends = firsts.iter().skip(1).copied().chain([end]);
    firsts.iter().copied().zip(ends).map(|(a, b)| a..b).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(
        lengths: &[usize],
        basic: &[u32],
        frames: usize,
        marks: &[usize],
    ) -> Option<Vec<usize>> {
        let bytes: Vec<u8> = basic.iter().flat_map(|o| o.to_le_bytes()).collect();
        let tables = OffsetTables { basic: &bytes, extended: None };
        let found = frames_of(lengths, tables, frames, |i| marks.contains(&i)).ok()?;
        assert_eq!(found.last().map(|r| r.end), Some(lengths.len()));
        Some(found.iter().map(|r| r.start).collect())
    }

    #[test]
    fn by_table_by_count_and_by_mark() {
        assert_eq!(find(&[10, 20, 30], &[], 1, &[]), Some(vec![0]));
        assert_eq!(find(&[10, 20, 30], &[], 3, &[]), Some(vec![0, 1, 2]));
        // 8 + 10 + 8 + 20 = 46.
        assert_eq!(find(&[10, 20, 30], &[0, 46], 2, &[]), Some(vec![0, 2]));
        assert_eq!(find(&[10, 20, 30], &[], 2, &[0, 1]), Some(vec![0, 1]));
        // A table that fits no fragment is not believed.
        assert_eq!(find(&[10, 20, 30], &[0, 45], 2, &[0, 2]), Some(vec![0, 2]));
        assert_eq!(find(&[10, 20, 30], &[0, 45], 2, &[0]), None);
        assert_eq!(find(&[10, 20], &[], 3, &[0, 1]), None);
        assert_eq!(find(&[], &[], 1, &[]), None);
    }

    #[test]
    fn the_extended_table_goes_first() {
        let extended: Vec<u8> = [0_u64, 18].iter().flat_map(|o| o.to_le_bytes()).collect();
        let basic: Vec<u8> = [0_u32, 46].iter().flat_map(|o| o.to_le_bytes()).collect();
        let tables = OffsetTables { basic: &basic, extended: Some(&extended) };
        let found = frames_of(&[10, 20, 30], tables, 2, |_| false).unwrap();
        assert_eq!(found, [0..1, 1..3]);
    }
}
