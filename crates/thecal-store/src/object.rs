//! An object that has been opened.

use std::fmt::Debug;
use std::io;
use std::sync::Arc;

/// The bytes of an object, to be read at any place and from several threads.
pub trait ReadAt: Debug + Send + Sync {
    /// How many bytes there are.
    fn length(&self) -> u64;

    /// Fills `out` with the bytes from `offset` on.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] where the object ends before; what the store says otherwise.
    fn read_exact_at(&self, offset: u64, out: &mut [u8]) -> io::Result<()>;

    /// The first bytes: `length` of them, or all where there are fewer.
    ///
    /// # Errors
    /// [`io::ErrorKind::OutOfMemory`] where there is no memory for them; what the store says otherwise.
    fn head(&self, length: u64) -> io::Result<Vec<u8>> {
        let length = usize::try_from(length.min(self.length())).unwrap_or(usize::MAX);
        Vec::<u8>::new().try_reserve_exact(length)?;
        // Zeroed pages come from the system as they are touched.
        let mut bytes = vec![0; length];
        self.read_exact_at(0, &mut bytes)?;
        Ok(bytes)
    }
}

impl ReadAt for Vec<u8> {
    fn length(&self) -> u64 {
        self.as_slice().len() as u64
    }

    fn read_exact_at(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        copy(self, offset, out)
    }
}

impl ReadAt for Arc<[u8]> {
    fn length(&self) -> u64 {
        self.as_ref().len() as u64
    }

    fn read_exact_at(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        copy(self, offset, out)
    }
}

fn copy(bytes: &[u8], offset: u64, out: &mut [u8]) -> io::Result<()> {
    let start = usize::try_from(offset).unwrap_or(usize::MAX);
    let found = bytes.get(start..).and_then(|rest| rest.get(..out.len()));
    out.copy_from_slice(found.ok_or(io::ErrorKind::UnexpectedEof)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_byte_is_read_behind_the_end() {
        let object = b"abcdef".to_vec();
        let mut two = [0; 2];
        object.read_exact_at(4, &mut two).unwrap();
        assert_eq!(&two, b"ef");
        for offset in [5, 6, 7, u64::MAX] {
            let error = object.read_exact_at(offset, &mut two).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        }
        assert_eq!(object.head(3).unwrap(), b"abc");
        assert_eq!(object.head(u64::MAX).unwrap(), b"abcdef");
    }
}
