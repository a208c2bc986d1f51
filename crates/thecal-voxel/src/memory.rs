//! How much memory one piece of work may take, asked before it is taken.
//!
//! A process has one memory, so the bound is one for all threads and readers: files say how much
//! they hold, and what they say is held against it before anything is made of them.
//!
//! ```
//! use thecal_voxel::memory;
//!
//! memory::allow(1 << 20);
//! assert!(memory::ask(1 << 19).is_ok());
//! assert_eq!(
//!     memory::ask(1 << 21).unwrap_err().to_string(),
//!     "2 MiB of memory are needed and 1 MiB allowed"
//! );
//! ```

use std::sync::atomic::{AtomicU64, Ordering};

/// What is allowed where nobody says otherwise, bytes.
pub const DEFAULT_BYTES: u64 = 4 << 30;

static ALLOWED: AtomicU64 = AtomicU64::new(DEFAULT_BYTES);

/// More memory is needed than is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{} MiB of memory are needed and {} MiB allowed",
    needed_bytes.div_ceil(1 << 20),
    allowed_bytes >> 20
)]
pub struct TooMuch {
    /// What the work needs.
    pub needed_bytes: u64,
    /// What it may take.
    pub allowed_bytes: u64,
}

/// Sets what one piece of work may take, for the whole process.
pub fn allow(bytes: u64) {
    ALLOWED.store(bytes, Ordering::Relaxed);
}

/// What one piece of work may take, bytes.
#[must_use]
pub fn allowed() -> u64 {
    ALLOWED.load(Ordering::Relaxed)
}

/// Holds a need against what is allowed.
///
/// # Errors
/// It is more.
pub fn ask(needed_bytes: u64) -> Result<(), TooMuch> {
    let allowed_bytes = allowed();
    if needed_bytes <= allowed_bytes {
        return Ok(());
    }
    Err(TooMuch { needed_bytes, allowed_bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_is_allowed_is_refused_with_both_numbers() {
        assert_eq!(ask(DEFAULT_BYTES), Ok(()));
        let told = ask(DEFAULT_BYTES + 1).unwrap_err().to_string();
        assert_eq!(told, "4097 MiB of memory are needed and 4096 MiB allowed");
    }
}
