//! From the bytes of one encapsulated frame to its pixels.

use super::{PixelFormat, rle};
use crate::read::{Fault, FaultKind, tags};

/// How an encapsulated frame is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Codec {
    /// Not at all (Encapsulated Uncompressed).
    None,
    /// RLE Lossless.
    Rle,
    /// Raw deflate (Deflated Image Frame Compression).
    Deflate,
}

impl Codec {
    /// The codec of a transfer syntax that encapsulates pixels.
    pub(crate) fn of(transfer_syntax: Option<&str>) -> Result<Self, Fault> {
        let uid = transfer_syntax.unwrap_or_default();
        match uid {
            "1.2.840.10008.1.2.1.98" => Ok(Self::None),
            "1.2.840.10008.1.2.5" => Ok(Self::Rle),
            "1.2.840.10008.1.2.8.1" => Ok(Self::Deflate),
            _ => {
                let found = format!("\"{}\" around encapsulated pixels", uid.escape_default());
                let expected = "a transfer syntax that can be decoded";
                let advice = "convert the file to explicit VR little endian";
                Err(Fault::new(FaultKind::UnsupportedSyntax, found, expected, advice)
                    .of(tags::TRANSFER_SYNTAX_UID))
            }
        }
    }

    /// True where the bytes are the start of a compressed frame.
    pub(crate) fn begins_frame(self, _fragment: &[u8]) -> bool {
        // These hold one frame in one fragment.
        true
    }
}

/// Decodes one frame to [`PixelFormat::frame_bytes`] in `out`, which is overwritten.
pub(crate) fn decode(
    codec: Codec,
    format: &PixelFormat,
    encoded: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let size = format.frame_bytes();
    out.clear();
    out.resize(size, 0);
    let done = match codec {
        Codec::None if format.bits_allocated == 1 => unpack_bits(encoded, out),
        Codec::None => copy(encoded, out),
        Codec::Rle => rle::decode(format, encoded, out),
        Codec::Deflate => inflate(format, encoded, out),
    };
    done.map_err(|what| {
        let expected = format!("a frame of {} x {} pixels", format.rows, format.columns);
        let advice = "the pixels are damaged: export the image again";
        Fault::new(FaultKind::Malformed, what, expected, advice).of(tags::PIXEL_DATA)
    })
}

fn copy(encoded: &[u8], out: &mut [u8]) -> Result<(), String> {
    let bytes = encoded.get(..out.len()).ok_or(format!("{} bytes", encoded.len()))?;
    out.copy_from_slice(bytes);
    Ok(())
}

fn unpack_bits(packed: &[u8], out: &mut [u8]) -> Result<(), String> {
    if packed.len() < out.len().div_ceil(8) {
        return Err(format!("{} bytes of bits", packed.len()));
    }
    out.iter_mut().enumerate().for_each(|(i, bit)| *bit = packed[i >> 3] >> (i & 7) & 1);
    Ok(())
}

fn inflate(format: &PixelFormat, encoded: &[u8], out: &mut [u8]) -> Result<(), String> {
    let mut stream = flate2::Decompress::new(false);
    let mut bits = Vec::new();
    let target: &mut [u8] = if format.bits_allocated == 1 {
        bits.resize(out.len().div_ceil(8), 0);
        &mut bits
    } else {
        &mut *out
    };
    stream
        .decompress(encoded, target, flate2::FlushDecompress::Finish)
        .map_err(|e| e.to_string())?;
    if stream.total_out() != target.len() as u64 {
        return Err(format!("{} inflated bytes", stream.total_out()));
    }
    if format.bits_allocated == 1 { unpack_bits(&bits, out) } else { Ok(()) }
}
