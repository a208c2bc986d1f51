//! Voxel values of any type from bytes, packed or not, no further than they were announced.

use std::io::Read;

use thecal_voxel::memory;

use super::{FileFault, Keep};

/// Voxels that a file may hold: 2 GiB as they are kept.
pub const MAX_VOXELS: usize = 1 << 29;
/// Memory that a voxel takes while it is read: its value, and its mask.
const BYTES_EACH: u64 = 6;
/// Deflate packs no better than this.
const BEST_RATIO: u128 = 1032;

/// The type of a voxel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    F32,
    F64,
}

impl Type {
    pub(super) fn bytes(self) -> usize {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 => 2,
            Self::I32 | Self::U32 | Self::F32 => 4,
            Self::I64 | Self::U64 | Self::F64 => 8,
        }
    }
}

/// How voxels are stored.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stored {
    pub(super) of: Type,
    pub(super) big_endian: bool,
    /// Slope and intercept.
    pub(super) scale: Option<[f64; 2]>,
}

/// Number of voxels of a size that is held against the bytes there are, packed or not.
pub(super) fn voxels(
    sizes: &[usize],
    of: Type,
    packed: bool,
    available: usize,
    keep: Keep,
) -> Result<usize, FileFault> {
    let count = sizes.iter().fold(1_u128, |n, &s| n.saturating_mul(s as u128));
    if count == 0 || count > MAX_VOXELS as u128 {
        let expected = format!("1 to {MAX_VOXELS} voxels");
        return Err(FileFault::new("size", format!("{sizes:?}"), expected)
            .advise("crop the mask to the region of interest"));
    }
    let needed = count * of.bytes() as u128;
    let room = if packed { available as u128 * BEST_RATIO } else { available as u128 };
    if needed > room {
        let packed = if packed { " packed" } else { "" };
        let found = format!("{available}{packed} bytes for {sizes:?} voxels");
        let expected = format!("{needed} bytes of voxels");
        return Err(
            FileFault::new("data", found, expected).advise("the file is truncated: copy it again")
        );
    }
    // What the file holds, the values, those of a layer once more, and a mask of them.
    let kept = if keep == Keep::Voxels { count as u64 } else { 0 };
    let bytes = available as u64 + kept * BYTES_EACH;
    memory::ask(bytes).map_err(|e| {
        FileFault::new("size", e.to_string(), "no more than is allowed")
            .advise("allow more with --memory, or crop the mask to the region of interest")
    })?;
    Ok(count as usize)
}

/// Voxels that are still to be read.
pub(super) struct Voxels<'a> {
    source: &'a mut dyn Read,
    stored: Stored,
    count: usize,
    taken: usize,
    buffer: Vec<u8>,
}

impl<'a> Voxels<'a> {
    pub(super) fn new(source: &'a mut dyn Read, count: usize, stored: Stored) -> Self {
        Self { source, stored, count, taken: 0, buffer: Vec::new() }
    }

    /// Adds the next rows of `row` voxels to `out`; false where there are none left.
    pub(super) fn add_rows(&mut self, row: usize, out: &mut Vec<f32>) -> Result<bool, FileFault> {
        const CHUNK: usize = 1 << 17;
        if self.taken == self.count {
            return Ok(false);
        }
        let rows = (CHUNK / row.max(1)).max(1);
        let wanted = (rows * row.max(1)).min(self.count - self.taken);
        self.buffer.resize(wanted * self.stored.of.bytes(), 0);
        self.source.read_exact(&mut self.buffer).map_err(|e| {
            let found = format!("{e} after {} voxels", self.taken);
            FileFault::new("data", found, format!("{} voxels", self.count))
                .advise("the file is truncated or damaged: copy it again")
        })?;
        append(out, &self.buffer, self.stored);
        self.taken += wanted;
        Ok(true)
    }

    /// All of them.
    pub(super) fn all(mut self) -> Result<Vec<f32>, FileFault> {
        let mut out = room(self.count)?;
        while self.add_rows(1, &mut out)? {}
        Ok(out)
    }
}

/// Room for voxels that are kept. Pages come from the system as they are filled, so a lie costs
/// nothing.
pub(super) fn room(count: usize) -> Result<Vec<f32>, FileFault> {
    let mut out: Vec<f32> = Vec::new();
    if out.try_reserve_exact(count).is_err() {
        return Err(FileFault::new("size", "no memory left", "enough")
            .advise("crop the mask to the region of interest"));
    }
    Ok(out)
}

fn append(out: &mut Vec<f32>, part: &[u8], stored: Stored) {
    macro_rules! values {
        ($type:ty) => {{
            let chunks = part.as_chunks::<{ size_of::<$type>() }>().0.iter();
            let value = |&c: &[u8; size_of::<$type>()]| match stored.big_endian {
                true => <$type>::from_be_bytes(c) as f64,
                false => <$type>::from_le_bytes(c) as f64,
            };
            match stored.scale {
                Some([slope, offset]) => {
                    out.extend(chunks.map(|c| (value(c) * slope + offset) as f32));
                }
                None => out.extend(chunks.map(|c| value(c) as f32)),
            }
        }};
    }
    match stored.of {
        Type::I8 => values!(i8),
        Type::U8 => values!(u8),
        Type::I16 => values!(i16),
        Type::U16 => values!(u16),
        Type::I32 => values!(i32),
        Type::U32 => values!(u32),
        Type::I64 => values!(i64),
        Type::U64 => values!(u64),
        Type::F32 => values!(f32),
        Type::F64 => values!(f64),
    }
}
