//! Rows of a mask as runs, found 64 voxels at a time.

/// The bits of up to 64 voxels, first voxel lowest.
#[inline(always)]
pub(crate) fn word(block: &[bool]) -> u64 {
    let mut out = 0_u64;
    let mut chunks = block.chunks_exact(8);
    let mut shift = 0;
    for c in &mut chunks {
        let bytes: [u8; 8] = std::array::from_fn(|i| u8::from(c[i]));
        // Eight bytes of 0 or 1 to eight bits: every product lands on its own bit.
        let packed = u64::from_le_bytes(bytes).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        out |= packed << shift;
        shift += 8;
    }
    for &b in chunks.remainder() {
        out |= u64::from(b) << shift;
        shift += 1;
    }
    out
}

/// Marks every position whose voxel differs from the one before it, 64 to a word, first voxel
/// lowest; the voxel before the first counts as unset. Returns their number.
#[inline(always)]
pub(crate) fn find_changes(row: &[bool], changes: &mut [u64]) -> usize {
    let mut carry = 0_u64;
    let mut count = 0;
    for (block, change) in row.chunks(64).zip(changes) {
        let bits = word(block);
        let mut found = bits ^ (bits << 1 | carry);
        if block.len() < 64 {
            found &= (1 << block.len()) - 1;
        }
        carry = bits >> (block.len() - 1) & 1;
        count += found.count_ones() as usize;
        *change = found;
    }
    count
}

/// Calls `f` at every position of a row of `n` voxels whose voxel differs from the one before it;
/// the voxel before the first counts as unset, and a set last voxel is closed at the row's end.
#[inline(always)]
pub(crate) fn for_each_change(words: &[u64], n: usize, mut f: impl FnMut(usize)) {
    let mut carry = 0_u64;
    for (block, &bits) in words.iter().enumerate() {
        // Past the row's end its words are unset, which closes a run there.
        let mut change = bits ^ (bits << 1 | carry);
        carry = bits >> 63;
        while change != 0 {
            f(64 * block + change.trailing_zeros() as usize);
            change &= change - 1;
        }
    }
    if carry == 1 {
        f(n);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn changes_rebuild_the_row(row in prop::collection::vec(any::<bool>(), 1..300)) {
            let mut at = Vec::new();
            let words: Vec<u64> = row.chunks(64).map(word).collect();
            for_each_change(&words, row.len(), |i| at.push(i));
            let mut marks = vec![0; words.len()];
            let closed = usize::from(row[row.len() - 1]);
            prop_assert_eq!(find_changes(&row, &mut marks) + closed, at.len());
            prop_assert_eq!(at.len() % 2, 0);
            let mut back = vec![false; row.len()];
            for run in at.chunks(2) {
                back[run[0]..run[1]].fill(true);
            }
            prop_assert_eq!(back, row);
        }
    }
}
