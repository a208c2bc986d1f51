//! The text before the voxels: fields and key/value pairs.

use std::collections::HashMap;

use crate::file::FileFault;
use crate::file::values::Type;

/// A header of text ends before this many bytes.
const MAX_HEADER: usize = 1 << 20;

pub(super) struct Header<'a> {
    fields: HashMap<String, &'a str>,
    pub(super) keys: Vec<(&'a str, &'a str)>,
}

impl<'a> Header<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<(Self, usize), FileFault> {
        let head = &bytes[..bytes.len().min(MAX_HEADER)];
        let mut header = Self { fields: HashMap::new(), keys: Vec::new() };
        let mut at = 0;
        loop {
            let rest = &head[at..];
            let Some(end) = rest.iter().position(|&b| b == b'\n') else {
                // A detached header may end with its file.
                if at > 0 && bytes.len() < MAX_HEADER {
                    header.line(rest);
                    return Ok((header, bytes.len()));
                }
                let expected = "text that ends with an empty line";
                return Err(FileFault::new("header", "no end of the header", expected));
            };
            let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
            at += end + 1;
            if line.is_empty() {
                return Ok((header, at));
            }
            header.line(line);
        }
    }

    fn line(&mut self, line: &'a [u8]) {
        let Ok(line) = std::str::from_utf8(line) else { return };
        if line.starts_with('#') || line.starts_with("NRRD") {
            return;
        }
        if let Some((key, value)) = line.split_once(":=") {
            self.keys.push((key, value));
        } else if let Some((field, value)) = line.split_once(": ") {
            self.fields.insert(field.trim().to_lowercase(), value.trim());
        }
    }

    pub(super) fn field(&self, name: &str) -> Option<&'a str> {
        self.fields.get(name).copied()
    }

    pub(super) fn required(&self, name: &'static str) -> Result<&'a str, FileFault> {
        self.field(name).ok_or_else(|| FileFault::new(name, "nothing", "the field"))
    }

    pub(super) fn voxel_type(&self) -> Result<Type, FileFault> {
        Ok(match self.required("type")?.to_lowercase().as_str() {
            "signed char" | "int8" | "int8_t" => Type::I8,
            "uchar" | "unsigned char" | "uint8" | "uint8_t" => Type::U8,
            "short" | "short int" | "signed short" | "signed short int" | "int16" | "int16_t" => {
                Type::I16
            }
            "ushort" | "unsigned short" | "unsigned short int" | "uint16" | "uint16_t" => Type::U16,
            "int" | "signed int" | "int32" | "int32_t" => Type::I32,
            "uint" | "unsigned int" | "uint32" | "uint32_t" => Type::U32,
            "longlong"
            | "long long"
            | "long long int"
            | "signed long long"
            | "signed long long int"
            | "int64"
            | "int64_t" => Type::I64,
            "ulonglong"
            | "unsigned long long"
            | "unsigned long long int"
            | "uint64"
            | "uint64_t" => Type::U64,
            "float" => Type::F32,
            "double" => Type::F64,
            other => {
                return Err(FileFault::new("type", format!("{other:?}"), "a type of numbers"));
            }
        })
    }

    /// Whether numbers of several bytes have their highest first.
    pub(super) fn big_endian(&self, of: Type) -> Result<bool, FileFault> {
        match (self.field("endian"), of.bytes()) {
            (Some("big"), _) => Ok(true),
            (Some("little"), _) | (_, 1) => Ok(false),
            (other, _) => {
                let found = other.unwrap_or("nothing").to_owned();
                Err(FileFault::new("endian", found, "little or big"))
            }
        }
    }

    /// Whether the voxels are packed.
    pub(super) fn packed(&self) -> Result<bool, FileFault> {
        match self.field("encoding") {
            Some("raw") => Ok(false),
            Some("gzip" | "gz") => Ok(true),
            other => {
                let found = other.unwrap_or("nothing").to_owned();
                Err(FileFault::new("encoding", found, "raw or gzip")
                    .advise("write it with gzip encoding"))
            }
        }
    }

    /// The bytes of the voxels, without those that the header says to pass over.
    pub(super) fn skipped<'b>(
        &self,
        data: &'b [u8],
        of: Type,
        sizes: &[usize],
        packed: bool,
    ) -> Result<&'b [u8], FileFault> {
        if self.field("line skip").or_else(|| self.field("lineskip")).is_some_and(|n| n != "0") {
            return Err(FileFault::new("line skip", "lines to pass over", "0"));
        }
        let Some(skip) = self.field("byte skip").or_else(|| self.field("byteskip")) else {
            return Ok(data);
        };
        let wanted = sizes.iter().fold(of.bytes(), |n, &s| n.saturating_mul(s));
        let skip = match skip.parse::<i64>() {
            Ok(-1) if !packed => data.len().saturating_sub(wanted),
            Ok(n) if n >= 0 && !packed => usize::try_from(n).unwrap_or(usize::MAX),
            Ok(0) => 0,
            _ => return Err(FileFault::new("byte skip", skip, "a number, of raw data")),
        };
        Ok(data.get(skip..).unwrap_or_default())
    }
}
