//! From the bytes of one encapsulated frame to its pixels.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::frame_checks::Unusable;
use super::{PixelFormat, rle};
#[cfg(feature = "codecs")]
use super::{
    j2k, jpeg, jpeg_ls, jxl,
    outside::{self, Decoder},
};
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
    /// JPEG: baseline, extended, lossless.
    Jpeg,
    /// JPEG-LS, lossless and near-lossless.
    JpegLs,
    /// JPEG 2000.
    Jpeg2000,
    /// High-Throughput JPEG 2000.
    HighThroughput,
    /// JPEG XL.
    JpegXl,
}

impl Codec {
    /// The codec of a transfer syntax that encapsulates pixels.
    pub(crate) fn from_transfer_syntax(transfer_syntax: Option<&str>) -> Result<Self, Fault> {
        let uid = transfer_syntax.unwrap_or_default();
        let (codec, needs) = match uid.strip_prefix("1.2.840.10008.1.2.").unwrap_or_default() {
            "1.98" => (Self::None, None),
            "5" => (Self::Rle, None),
            "8.1" => (Self::Deflate, None),
            "4.50" | "4.51" | "4.57" | "4.70" | "4.53" | "4.55" | "4.90" | "4.91" | "4.110"
            | "4.111" | "4.112"
                if !cfg!(feature = "codecs") =>
            {
                (Self::None, Some("JPEG: a build with the feature `codecs`"))
            }
            // The last two are retired, but archives hold them.
            "4.50" | "4.51" | "4.57" | "4.70" | "4.53" | "4.55" => (Self::Jpeg, None),
            "4.80" | "4.81" if cfg!(feature = "charls") => (Self::JpegLs, None),
            "4.80" | "4.81" => (Self::JpegLs, Some("JPEG-LS: a build with the feature `charls`")),
            "4.90" | "4.91" => (Self::Jpeg2000, None),
            "4.201" | "4.202" | "4.203" if cfg!(feature = "openjpeg") => {
                (Self::HighThroughput, None)
            }
            "4.201" | "4.202" | "4.203" => {
                let needed = "High-Throughput JPEG 2000: a build with the feature `openjpeg`";
                (Self::HighThroughput, Some(needed))
            }
            "4.92" | "4.93" => (Self::None, Some("JPEG 2000 part 2: a codec for it")),
            "4.110" | "4.111" | "4.112" => (Self::JpegXl, None),
            "4.94" | "4.95" | "4.204" | "4.205" => (Self::None, Some("JPIP: the server's pixels")),
            video if video.starts_with("4.10") => (Self::None, Some("video: a video decoder")),
            _ => (Self::None, Some("a codec of that name")),
        };
        let Some(needed) = needs else { return Ok(codec) };
        let advice = "convert the file to explicit VR little endian";
        let found = format!("\"{}\", which needs {needed}", uid.escape_default());
        let expected = "a transfer syntax that can be decoded";
        Err(Fault::new(FaultKind::UnsupportedSyntax, found, expected, advice)
            .of(tags::TRANSFER_SYNTAX_UID))
    }

    /// True where the bytes are the start of a compressed frame; four of them are looked at.
    pub(crate) fn begins_frame(self, fragment: &[u8]) -> bool {
        match self {
            Self::Jpeg | Self::JpegLs => fragment.starts_with(&[0xFF, 0xD8]),
            Self::Jpeg2000 | Self::HighThroughput => {
                fragment.starts_with(&[0xFF, 0x4F, 0xFF, 0x51]) || fragment.starts_with(BOX)
            }
            Self::JpegXl => fragment.starts_with(&[0xFF, 0x0A]) || fragment.starts_with(BOX),
            // One fragment holds the whole frame.
            Self::None | Self::Rle | Self::Deflate => true,
        }
    }

    /// The most bytes of pixels that a byte of the compressed frame can stand for. It is checked
    /// before memory is asked for.
    pub(super) fn most_per_byte(self) -> usize {
        match self {
            Self::None => 8,
            // Two bytes repeat one byte 128 times.
            Self::Rle => 64,
            // PS3.5 says nothing; the format gives 1032.
            Self::Deflate => 8 * 1032,
            // A block of 64 pixels takes two bits at least; a lossless pixel one.
            Self::Jpeg => 512,
            // No bound by the formats; 512 x 512 equal pixels take a hundred bytes or more.
            Self::JpegLs | Self::Jpeg2000 | Self::HighThroughput | Self::JpegXl => 1 << 16,
        }
    }
}

/// The first box of a JP2 or JPEG XL container has this length.
const BOX: &[u8] = &[0, 0, 0, 12];

/// Decodes one frame to [`PixelFormat::frame_bytes`] in `out`, which is overwritten.
pub(crate) fn decode(
    codec: Codec,
    format: &PixelFormat,
    encoded: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let size = format.frame_bytes();
    // Headers and padding make the bound loose for small frames, where it does not matter.
    let done = if size > 4096 && size / codec.most_per_byte() > encoded.len() {
        Err(format!("{} compressed bytes", encoded.len()).into())
    } else {
        guarded(|| decode_into(codec, format, encoded, out))
            .unwrap_or_else(|| Err("compressed bytes that its decoder fails on".into()))
    };
    done.map_err(|unusable| {
        let expected = format!(
            "a frame of {} x {} pixels of {} bits",
            format.rows, format.columns, format.bits_allocated
        );
        Fault::new(unusable.kind, unusable.what, expected, unusable.advice).of(tags::PIXEL_DATA)
    })
}

/// Decoders at work, on all threads.
static AT_WORK: AtomicUsize = AtomicUsize::new(0);

/// Runs a decoder; none where it panics.
///
/// The decoders are other people's code, made for files that are as they should be: an index out of
/// bounds in one of them is its frame's error, not the caller's end.
fn guarded<T>(decode: impl FnOnce() -> T) -> Option<T> {
    AT_WORK.fetch_add(1, Ordering::Relaxed);
    let done = catch_unwind(AssertUnwindSafe(decode));
    AT_WORK.fetch_sub(1, Ordering::Relaxed);
    done.ok()
}

/// True where a panic is that of a decoder at work: it becomes the error of a frame, and a program's
/// panic hook need not print it. `file` is where it happened, as [`std::panic::Location::file`] says.
#[must_use]
pub fn is_panic_of_a_decoder(file: &str) -> bool {
    let file = file.replace('\\', "/");
    // In a checkout the folder is the crate's name, in the registry with its version behind it.
    let folder = file.rsplit_once("/src/").map_or("", |(before, _)| before);
    let named = folder.rsplit('/').next().is_some_and(|name| name.starts_with("thecal"));
    let own = named || file.contains("crates/thecal");
    AT_WORK.load(Ordering::Relaxed) > 0 && !own
}

fn decode_into(
    codec: Codec,
    format: &PixelFormat,
    encoded: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Unusable> {
    out.clear();
    match codec {
        Codec::None | Codec::Rle | Codec::Deflate => out.resize(format.frame_bytes(), 0),
        // Resized by `put`, once the stream has shown that it holds such a frame.
        Codec::Jpeg | Codec::JpegLs | Codec::Jpeg2000 | Codec::HighThroughput | Codec::JpegXl => {}
    }
    match codec {
        Codec::None if format.bits_allocated == 1 => unpack_bits(encoded, out)?,
        Codec::None => copy(encoded, out)?,
        Codec::Rle => rle::decode(format, encoded, out)?,
        Codec::Deflate => inflate(format, encoded, out)?,
        #[cfg(feature = "codecs")]
        Codec::Jpeg => jpeg::decode(format, encoded, out)?,
        #[cfg(feature = "codecs")]
        Codec::JpegLs => {
            jpeg_ls::check(format, encoded)?;
            outside::decode(Decoder::JpegLs, format, encoded, out)?;
        }
        #[cfg(feature = "codecs")]
        Codec::Jpeg2000 => j2k::decode(format, encoded, out)?,
        #[cfg(feature = "codecs")]
        Codec::HighThroughput => {
            j2k::check(format, encoded)?;
            outside::decode(Decoder::HighThroughput, format, encoded, out)?;
        }
        #[cfg(feature = "codecs")]
        Codec::JpegXl => jxl::decode(format, encoded, out)?,
        // Refused before by [`Codec::from_transfer_syntax`].
        #[cfg(not(feature = "codecs"))]
        Codec::Jpeg | Codec::JpegLs | Codec::Jpeg2000 | Codec::HighThroughput | Codec::JpegXl => {
            return Err("a syntax that this build cannot decode".into());
        }
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(not(feature = "codecs"))]
    #[test]
    fn a_build_without_codecs_says_so_and_reads_what_is_not_compressed() {
        for uid in ["1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.110"] {
            let fault = Codec::from_transfer_syntax(Some(uid)).expect_err("refused");
            assert_eq!(fault.kind, FaultKind::UnsupportedSyntax);
            assert!(fault.to_string().contains("a build with the feature `codecs`"), "{fault}");
        }
        assert_eq!(Codec::from_transfer_syntax(Some("1.2.840.10008.1.2.5")), Ok(Codec::Rle));
        assert_eq!(Codec::from_transfer_syntax(Some("1.2.840.10008.1.2.1.98")), Ok(Codec::None));
    }

    #[test]
    fn a_panic_is_a_decoders_only_while_one_is_at_work() {
        let library = "/home/who/.cargo/registry/src/index/some-decoder-1.0.0/src/lib.rs";
        let own = "crates/thecal-dicom/src/pixels/rle.rs";
        let told = guarded(|| (is_panic_of_a_decoder(library), is_panic_of_a_decoder(own)));
        assert_eq!(told, Some((true, false)));
        let taken = "/home/who/.cargo/registry/src/index/thecal-dicom-0.1.0/src/pixels/rle.rs";
        assert_eq!(guarded(|| is_panic_of_a_decoder(taken)), Some(false));
        let hidden: Option<()> = guarded(|| std::panic::resume_unwind(Box::new("a fault")));
        assert_eq!(hidden, None);
    }
}
