//! Decoders in C and C++, kept out of the process that measures.
//!
//! A fault in them can end their process or write over its memory, and no check before can rule
//! that out. So a program names a command ([`decode_with`]) that runs [`serve`] and nothing else;
//! frames go to such processes and come back as pixels. One that dies or takes too long is that
//! frame's error. Where no command is named, as in tests, the decoders run in place.

use std::ffi::OsString;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::PixelFormat;

/// A frame that takes longer is given up: real ones take a hundredth of it.
const MOST_TIME: Duration = Duration::from_secs(20);
/// More compressed bytes than any frame has.
const MOST_BYTES: u64 = 1 << 30;

/// A decoder that is in C or C++.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decoder {
    HighThroughput,
    JpegLs,
}

static COMMAND: OnceLock<Vec<OsString>> = OnceLock::new();
static IDLE: Mutex<Vec<Worker>> = Mutex::new(Vec::new());

/// Names the command that decodes in processes of its own: a program and its arguments, which
/// call [`serve`]. The first call counts.
pub fn decode_with(command: Vec<OsString>) {
    // A second command would mean the same.
    let _ = COMMAND.set(command);
}

/// Decodes frames from standard input to standard output until the input ends.
///
/// # Errors
/// The other process is gone.
pub fn serve() -> io::Result<()> {
    let mut requests = BufReader::new(io::stdin().lock());
    let mut replies = BufWriter::new(io::stdout().lock());
    while let Some((decoder, format, encoded)) = read_request(&mut requests)? {
        let mut out = Vec::new();
        let (done, body) = match here(decoder, &format, &encoded, &mut out) {
            Ok(()) => (1, out),
            Err(what) => (0, what.into_bytes()),
        };
        replies.write_all(&[done])?;
        replies.write_all(&(body.len() as u64).to_le_bytes())?;
        replies.write_all(&body)?;
        replies.flush()?;
    }
    Ok(())
}

/// Decodes a frame that has been held against `format`.
pub(super) fn decode(
    decoder: Decoder,
    format: &PixelFormat,
    encoded: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), String> {
    let Some(command) = COMMAND.get() else { return here(decoder, format, encoded, out) };
    let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let mut worker = match idle {
        Some(worker) => worker,
        None => Worker::start(command).map_err(|e| format!("its decoder did not start: {e}"))?,
    };
    // A worker that failed is dropped, which ends it.
    let reply = worker
        .ask(decoder, format, encoded)
        .map_err(|e| format!("compressed bytes that ended its decoder's process ({e})"))?;
    IDLE.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
    *out = reply?;
    if out.len() == format.frame_bytes() { Ok(()) } else { Err(format!("{} bytes", out.len())) }
}

fn here(
    decoder: Decoder,
    format: &PixelFormat,
    encoded: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), String> {
    match decoder {
        #[cfg(feature = "openjpeg")]
        Decoder::HighThroughput => {
            super::j2k::decode_high_throughput(format, encoded, out).map_err(|e| e.what)
        }
        #[cfg(feature = "charls")]
        Decoder::JpegLs => super::jpeg_ls::decode(format, encoded, out).map_err(|e| e.what),
        // Refused before by [`super::Codec::from_transfer_syntax`].
        #[allow(unreachable_patterns, reason = "where every decoder is built in")]
        _ => {
            let _ = (format, encoded, out);
            Err("a syntax that this build cannot decode".to_owned())
        }
    }
}

/// A process that decodes.
struct Worker {
    child: Arc<Mutex<Child>>,
    requests: BufWriter<ChildStdin>,
    replies: BufReader<ChildStdout>,
}

impl Worker {
    fn start(command: &[OsString]) -> io::Result<Self> {
        let (program, arguments) = command.split_first().ok_or(io::ErrorKind::NotFound)?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What a decoder says when it dies is no message of this program's.
            .stderr(Stdio::null())
            .spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (requests, replies) = pipes.ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Self {
            child: Arc::new(Mutex::new(child)),
            requests: BufWriter::new(requests),
            replies: BufReader::new(replies),
        })
    }

    /// The pixels, or what the decoder found wrong; an error where the process died or was late.
    fn ask(
        &mut self,
        decoder: Decoder,
        format: &PixelFormat,
        encoded: &[u8],
    ) -> io::Result<Result<Vec<u8>, String>> {
        let done = Arc::new(AtomicBool::new(false));
        let watch = std::thread::spawn({
            let (done, child, start) = (done.clone(), self.child.clone(), Instant::now());
            move || {
                while !done.load(Ordering::Acquire) {
                    let left = MOST_TIME.saturating_sub(start.elapsed());
                    if left.is_zero() {
                        // It may have ended by itself.
                        let _ = child.lock().unwrap_or_else(PoisonError::into_inner).kill();
                        return;
                    }
                    std::thread::park_timeout(left);
                }
            }
        });
        let reply = write_request(&mut self.requests, decoder, format, encoded)
            .and_then(|()| read_reply(&mut self.replies, format));
        done.store(true, Ordering::Release);
        watch.thread().unpark();
        reply
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        // Ended already, or ended now; either way nobody waits for it any more.
        let _ = child.kill();
        let _ = child.wait();
    }
}

fn write_request(
    to: &mut impl Write,
    decoder: Decoder,
    format: &PixelFormat,
    encoded: &[u8],
) -> io::Result<()> {
    let words = [format.rows as u32, format.columns as u32, format.bits_allocated];
    to.write_all(&[u8::from(decoder == Decoder::JpegLs)])?;
    words.iter().try_for_each(|word| to.write_all(&word.to_le_bytes()))?;
    to.write_all(&(encoded.len() as u64).to_le_bytes())?;
    to.write_all(encoded)?;
    to.flush()
}

/// None at the end of the requests.
fn read_request(from: &mut impl Read) -> io::Result<Option<(Decoder, PixelFormat, Vec<u8>)>> {
    let mut first = [0];
    if from.read(&mut first)? == 0 {
        return Ok(None);
    }
    let decoder = if first[0] == 1 { Decoder::JpegLs } else { Decoder::HighThroughput };
    let mut word = || -> io::Result<u32> {
        let mut word = [0; 4];
        from.read_exact(&mut word)?;
        Ok(u32::from_le_bytes(word))
    };
    let (rows, columns, bits) = (word()? as usize, word()? as usize, word()?);
    let format = PixelFormat {
        rows,
        columns,
        frames: 1,
        bits_allocated: bits,
        bits_stored: bits,
        high_bit: bits.saturating_sub(1),
        signed: false,
    };
    Ok(Some((decoder, format, read_block(from, MOST_BYTES)?)))
}

fn read_reply(from: &mut impl Read, format: &PixelFormat) -> io::Result<Result<Vec<u8>, String>> {
    let mut done = [0];
    from.read_exact(&mut done)?;
    // No longer than a frame, or than a sentence.
    let body = read_block(from, (format.frame_bytes() as u64).max(1 << 16))?;
    Ok(match done {
        [1] => Ok(body),
        _ => Err(String::from_utf8_lossy(&body).into_owned()),
    })
}

fn read_block(from: &mut impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut length = [0; 8];
    from.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    if length > most {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut body = vec![0; length as usize];
    from.read_exact(&mut body)?;
    Ok(body)
}
