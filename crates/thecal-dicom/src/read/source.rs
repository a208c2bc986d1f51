//! A file's bytes, and where and how its data set is encoded in them.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use thecal_geom::Warning;
use thecal_store::{ReadAt, Store};

use super::dataset::DataSet;
use super::error::{Fault, FaultKind, ReadError};
use super::parse::{Bytes, Stop, parse};
use super::syntax::{Encoding, declared, detect};

/// Stop here to read all of an image but its pixels.
pub const BEFORE_PIXELS: Tag = Tag(0x7FE0, 0x0000);

/// How much of a file is read at first where only its head is wanted.
const HEAD_BYTES: u64 = 64 * 1024;

/// An opened file: bytes, transfer syntax and the place of the data set.
///
/// Takes files with or without preamble and file meta information, deflated, with a transfer
/// syntax that is absent, private or untrue; what was assumed is in [`Self::warnings`].
///
/// # Example
/// ```
/// use std::path::Path;
/// use thecal_dicom::read::{FaultKind, Source, tags, uids};
///
/// // A preamble of 128 bytes, the prefix, the transfer syntax, and a data set of one element.
/// let mut file = [&[0; 128][..], b"DICM"].concat();
/// let syntax = format!("{}\0", uids::EXPLICIT_VR_LITTLE_ENDIAN);
/// file.extend([2, 0, 0x10, 0, b'U', b'I', syntax.len() as u8, 0]);
/// file.extend(syntax.bytes());
/// file.extend([8, 0, 0x60, 0, b'C', b'S', 2, 0, b'M', b'R']);
///
/// let source = Source::from_bytes(Path::new("image.dcm"), file.clone())?;
/// let data = source.data_set()?;
/// assert_eq!(data.text(tags::MODALITY).as_deref(), Some("MR"));
///
/// // A length that leads past the end is an error that names its element.
/// file.pop();
/// let cut = Source::from_bytes(Path::new("cut.dcm"), file)?;
/// let error = cut.data_set().unwrap_err();
/// assert_eq!(error.fault().map(|f| f.kind), Some(FaultKind::Truncated));
/// # Ok::<(), thecal_dicom::read::ReadError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Source {
    path: PathBuf,
    /// From the start of the file, or the inflated data set.
    bytes: Arc<Vec<u8>>,
    /// Length of the whole of which `bytes` may be the head.
    total: usize,
    data_set_start: usize,
    encoding: Encoding,
    transfer_syntax: Option<String>,
    sop_class: Option<String>,
    /// `bytes` are not those of the file.
    inflated: bool,
    bytes_read: u64,
    warnings: Vec<Warning>,
}

impl Source {
    /// Reads a whole file.
    ///
    /// # Errors
    /// The file cannot be read, or no DICOM data set begins in it.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        Self::open_in(&Store::files(), path)
    }

    /// As [`Self::open`], of an object of a store.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_in(store: &Store, path: &Path) -> Result<Self, ReadError> {
        let opened = store.open(path).map_err(|source| io_error(path, source))?;
        Self::whole_of(path, &*opened)
    }

    /// All of an object that has been opened.
    pub(crate) fn whole_of(path: &Path, opened: &dyn ReadAt) -> Result<Self, ReadError> {
        let bytes = opened.head(u64::MAX).map_err(|source| io_error(path, source))?;
        Self::from_bytes(path, bytes)
    }

    /// Reads a file far enough to hold every element before `stop`, and no pixels if `stop` is
    /// [`BEFORE_PIXELS`]. The data set is then had with [`Self::data_set_until`].
    ///
    /// # Errors
    /// As [`Self::open`], or the data set before `stop` cannot be read.
    pub fn open_until(path: &Path, stop: Tag) -> Result<Self, ReadError> {
        Self::open_until_in(&Store::files(), path, stop)
    }

    /// As [`Self::open_until`], of an object of a store.
    ///
    /// # Errors
    /// As [`Self::open_until`].
    pub fn open_until_in(store: &Store, path: &Path, stop: Tag) -> Result<Self, ReadError> {
        let opened = store.open(path).map_err(|source| io_error(path, source))?;
        Self::head_of(path, &*opened, stop)
    }

    /// Of an object that has been opened all that stands before `stop`.
    pub(crate) fn head_of(path: &Path, opened: &dyn ReadAt, stop: Tag) -> Result<Self, ReadError> {
        let length = opened.length();
        let mut wanted = HEAD_BYTES;
        let mut bytes_read = 0;
        loop {
            let bytes = opened.head(wanted).map_err(|e| io_error(path, e))?;
            bytes_read += bytes.len() as u64;
            let whole = wanted >= length;
            let total =
                if whole { bytes.len() } else { usize::try_from(length).unwrap_or(usize::MAX) };
            match Self::from_head(path, Arc::new(bytes), total)? {
                Some(source) => match source.parse(Some(stop)) {
                    Ok(_) => return Ok(Self { bytes_read, ..source }),
                    Err(Stop::Fault(fault)) => return Err(ReadError::content(path, fault)),
                    Err(Stop::MoreBytes) => {}
                },
                // A deflated data set is inflated whole.
                None => wanted = length,
            }
            wanted = wanted.saturating_mul(16);
        }
    }

    /// A source from the bytes of a whole file; `path` is for messages only.
    ///
    /// # Errors
    /// No DICOM data set begins in the bytes.
    pub fn from_bytes(path: &Path, bytes: impl Into<Arc<Vec<u8>>>) -> Result<Self, ReadError> {
        Self::from_whole(path, bytes.into())
    }

    // Not generic, as what reads the objects: compiled once, here.
    fn from_whole(path: &Path, bytes: Arc<Vec<u8>>) -> Result<Self, ReadError> {
        let total = bytes.len();
        Self::from_head(path, bytes, total)?.ok_or_else(|| {
            let fault =
                Fault::new(FaultKind::Truncated, "a cut-off file", "all of it", "copy it again");
            ReadError::content(path, fault)
        })
    }

    /// `None` where the bytes at hand are too few to tell.
    fn from_head(
        path: &Path,
        bytes: Arc<Vec<u8>>,
        total: usize,
    ) -> Result<Option<Self>, ReadError> {
        let error = |fault| ReadError::content(path, fault);
        let whole = bytes.len() == total;
        let bytes_read = bytes.len() as u64;
        let mut source = Self {
            path: path.into(),
            bytes,
            total,
            data_set_start: 0,
            encoding: Encoding::ImplicitLittle,
            transfer_syntax: None,
            sop_class: None,
            inflated: false,
            bytes_read,
            warnings: Vec::new(),
        };
        let (start, marked) = match source.bytes.as_slice() {
            b if b.get(128..132) == Some(b"DICM") => (132, true),
            b if b.starts_with(b"DICM") => (4, true),
            _ => (0, false),
        };
        source.data_set_start = start;
        match source.read_meta(start) {
            Ok(()) => {}
            Err(Stop::MoreBytes) => return Ok(None),
            // Without a mark this was never more than a guess.
            Err(Stop::Fault(_)) if !marked => return Err(error(not_dicom(0))),
            Err(Stop::Fault(fault)) => return Err(error(fault)),
        }
        let said = source.transfer_syntax.as_deref().and_then(declared);
        if said.is_some_and(|said| said.deflated) {
            if !whole {
                return Ok(None);
            }
            let inflated = inflate(&source.bytes[source.data_set_start..]).map_err(error)?;
            source.bytes = Arc::new(inflated);
            source.total = source.bytes.len();
            source.data_set_start = 0;
            source.inflated = true;
        }
        source.settle_encoding(said.map(|said| said.encoding), marked).map_err(error)?;
        Ok(Some(source))
    }

    /// Reads the file meta information, if it is there, and moves the start behind it.
    fn read_meta(&mut self, start: usize) -> Result<(), Stop> {
        if !self.bytes[start..].starts_with(&[2, 0]) {
            return Ok(());
        }
        let bytes = Bytes { at_hand: &self.bytes, total: self.total };
        // Explicit by the standard; some writers get it wrong.
        let encoding =
            detect(&self.bytes[start..], self.total - start, Some(Encoding::ExplicitLittle))
                .unwrap_or(Encoding::ExplicitLittle);
        let (meta, end) = parse(bytes, start, encoding, Some(Tag(0x0003, 0x0000)))?;
        let owned = |tag| meta.code(tag).map(str::to_owned);
        let syntax = owned(tags::TRANSFER_SYNTAX_UID);
        let class = owned(tags::MEDIA_STORAGE_SOP_CLASS_UID);
        (self.transfer_syntax, self.sop_class) = (syntax, class);
        self.data_set_start = end;
        Ok(())
    }

    /// Holds what was said against what the bytes say.
    fn settle_encoding(&mut self, said: Option<Encoding>, marked: bool) -> Result<(), Fault> {
        let rest = &self.bytes[self.data_set_start..];
        let seen = detect(rest, self.total - self.data_set_start, said);
        let encoding = match (said, seen) {
            (Some(said), Some(seen)) if said != seen => {
                let message = format!(
                    "declared as {} but encoded as {}; read as encoded",
                    name(said),
                    name(seen)
                );
                self.warnings.push(Warning::new("transfer_syntax_untrue", message, ""));
                seen
            }
            // Where the bytes make no sense either way the parser says what is wrong with them.
            (Some(said), _) => said,
            (None, Some(seen)) => {
                let what = match &self.transfer_syntax {
                    Some(uid) => format!("transfer syntax {uid} is not known"),
                    None => "no transfer syntax is declared".to_owned(),
                };
                let message = format!("{what}; read as {}", name(seen));
                self.warnings.push(Warning::new("transfer_syntax_assumed", message, ""));
                seen
            }
            (None, None) if marked && self.transfer_syntax.is_some() => {
                let uid = self.transfer_syntax.as_deref().unwrap_or_default();
                let found = format!("\"{}\"", uid.escape_default());
                let advice = "convert the file to explicit VR little endian";
                return Err(Fault::new(
                    FaultKind::UnsupportedSyntax,
                    found,
                    "a transfer syntax of the standard",
                    advice,
                )
                .of(tags::TRANSFER_SYNTAX_UID));
            }
            (None, None) => return Err(not_dicom(self.data_set_start)),
        };
        self.encoding = encoding;
        Ok(())
    }

    fn parse(&self, stop: Option<Tag>) -> Result<(DataSet<'_>, usize), Stop> {
        let bytes = Bytes { at_hand: &self.bytes, total: self.total };
        parse(bytes, self.data_set_start, self.encoding, stop)
    }

    /// The whole data set, as a tree that borrows from this source.
    ///
    /// # Errors
    /// The file is cut off or contradicts itself.
    pub fn data_set(&self) -> Result<DataSet<'_>, ReadError> {
        self.finish(self.parse(None)).map(|(set, _)| set)
    }

    /// The elements before `stop`, which needs no byte behind them.
    ///
    /// # Errors
    /// The file is cut off before `stop` or contradicts itself.
    pub fn data_set_until(&self, stop: Tag) -> Result<DataSet<'_>, ReadError> {
        self.finish(self.parse(Some(stop))).map(|(set, _)| set)
    }

    /// The elements before [`BEFORE_PIXELS`], and where in the data set's bytes the next one is.
    pub(crate) fn header(&self) -> Result<(DataSet<'_>, u64), ReadError> {
        let (set, end) = self.finish(self.parse(Some(BEFORE_PIXELS)))?;
        Ok((set, end as u64))
    }

    /// True where the data set's bytes are not those of the file.
    pub(crate) fn is_inflated(&self) -> bool {
        self.inflated
    }

    /// Length of the file, or of the inflated data set.
    pub(crate) fn length(&self) -> u64 {
        self.total as u64
    }

    /// The bytes that offsets refer to, as far as they were read.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        Arc::unwrap_or_clone(self.bytes)
    }

    /// True where these are all bytes of the file.
    pub(crate) fn is_whole(&self) -> bool {
        self.bytes.len() == self.total
    }

    fn finish<T>(&self, parsed: Result<T, Stop>) -> Result<T, ReadError> {
        parsed.map_err(|stop| {
            let fault = match stop {
                Stop::Fault(fault) => fault,
                Stop::MoreBytes => Fault::new(
                    FaultKind::Truncated,
                    format!("{} bytes read", self.bytes.len()),
                    format!("{} bytes", self.total),
                    "open the whole file for its whole data set",
                ),
            };
            ReadError::content(&self.path, fault)
        })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Transfer Syntax UID as declared, if any.
    #[must_use]
    pub fn transfer_syntax(&self) -> Option<&str> {
        self.transfer_syntax.as_deref()
    }

    /// How the data set is encoded, by its bytes.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Media Storage SOP Class UID of the file meta information, if any.
    #[must_use]
    pub fn media_storage_sop_class(&self) -> Option<&str> {
        self.sop_class.as_deref()
    }

    /// Bytes of the file that were read for this.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// What was assumed of the encoding.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}

fn not_dicom(offset: usize) -> Fault {
    let expected = "a DICOM data set, with or without preamble";
    Fault::new(FaultKind::NotDicom, "other bytes", expected, "give DICOM files only").at(offset)
}

fn name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::ImplicitLittle => "implicit VR little endian",
        Encoding::ExplicitLittle => "explicit VR little endian",
        Encoding::ExplicitBig => "explicit VR big endian",
    }
}

fn io_error(path: &Path, source: io::Error) -> ReadError {
    ReadError::Io { path: path.into(), source }
}

/// How many bytes a deflated data set of this many bytes may inflate to: a hundred times as many,
/// at least 64 MiB, at most 4 GiB. An empty mask deflates better than a hundred to one, but a
/// small one is let through by the lower bound.
#[must_use]
pub fn inflated_limit(deflated_bytes: usize) -> usize {
    let most = usize::try_from(4_u64 << 30).unwrap_or(usize::MAX);
    deflated_bytes.saturating_mul(100).clamp(64 << 20, most)
}

fn inflate(deflated: &[u8]) -> Result<Vec<u8>, Fault> {
    let limit = inflated_limit(deflated.len());
    let mut stream = flate2::Decompress::new(false);
    let mut bytes = Vec::with_capacity(deflated.len().saturating_mul(4).min(limit));
    let fault = |kind, found: String, expected: String, advice| {
        Err(Fault::new(kind, found, expected, advice))
    };
    loop {
        let used = usize::try_from(stream.total_in()).unwrap_or(usize::MAX);
        let before = (stream.total_in(), stream.total_out());
        let rest = deflated.get(used..).unwrap_or_default();
        let status = stream.decompress_vec(rest, &mut bytes, flate2::FlushDecompress::None);
        match status {
            Err(e) => {
                let advice = "the file is damaged: export it again from its source";
                return fault(
                    FaultKind::Malformed,
                    e.to_string(),
                    "a deflated data set".into(),
                    advice,
                );
            }
            Ok(_) if bytes.len() > limit => {
                let advice = "no real object inflates like this: do not use the file";
                let found = format!("{} bytes that inflate to more than {limit}", deflated.len());
                return fault(FaultKind::TooLarge, found, format!("at most {limit}"), advice);
            }
            Ok(flate2::Status::StreamEnd) => return Ok(bytes),
            Ok(_) if bytes.len() == bytes.capacity() => {
                let more = bytes.capacity().max(1 << 16).min(limit - bytes.len() + 1);
                if bytes.try_reserve_exact(more).is_err() {
                    let advice = "free memory, or inflate the file with another program";
                    return fault(
                        FaultKind::TooLarge,
                        "no memory left".into(),
                        "enough".into(),
                        advice,
                    );
                }
            }
            Ok(_) if before == (stream.total_in(), stream.total_out()) => {
                let advice = "the file is truncated: copy or export it again";
                let found = "a deflated data set without its end".into();
                return fault(FaultKind::Truncated, found, "its final block".into(), advice);
            }
            Ok(_) => {}
        }
    }
}
