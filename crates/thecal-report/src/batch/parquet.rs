//! The long format as Parquet.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

use crate::csv::{Row, labelled_header};

/// Why a Parquet file cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("Parquet: {0}")]
pub struct ParquetError(#[from] parquet::errors::ParquetError);

/// Rows that go out together: what is held in memory, whatever the number of studies. A thousand take a
/// megabyte.
const GROUP_ROWS: usize = 1024;

/// Columns of numbers; the others are text.
const NUMBERS: [&str; 3] = ["value", "lower", "upper"];

/// A Parquet file of the long format, written a group of rows at a time.
///
/// # Example
/// ```
/// use thecal_report::batch::{RowGroups, Status, StudyResult};
///
/// let mut table = RowGroups::new(Vec::new())?;
/// for row in StudyResult::failed("study 4", "-", Status::NotFound, "no such folder").rows {
///     table.write("study-0004", row)?;
/// }
/// // The letters that a Parquet file begins and ends with.
/// let file = table.finish()?;
/// assert!(file.starts_with(b"PAR1") && file.ends_with(b"PAR1"));
/// # Ok::<(), thecal_report::batch::ParquetError>(())
/// ```
pub struct RowGroups<W: Write + Send> {
    out: SerializedFileWriter<W>,
    /// Rows, each with the label of its study.
    rows: Vec<(String, Row)>,
}

impl<W: Write + Send> RowGroups<W> {
    /// Begins the file.
    ///
    /// # Errors
    /// Where `out` cannot be written.
    pub fn new(out: W) -> Result<Self, ParquetError> {
        // Neither time nor build stands in the file, so that the same rows give the same bytes.
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(format!("thecal {}", env!("CARGO_PKG_VERSION")))
            .build();
        let out = SerializedFileWriter::new(out, schema()?, Arc::new(properties))?;
        Ok(Self { out, rows: Vec::new() })
    }

    /// Adds a row of the study that people call `label`.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn write(&mut self, label: &str, row: Row) -> Result<(), ParquetError> {
        self.rows.push((label.to_owned(), row));
        if self.rows.len() >= GROUP_ROWS { self.flush() } else { Ok(()) }
    }

    /// Writes the last rows and the footer; gives back what was written to.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn finish(mut self) -> Result<W, ParquetError> {
        self.flush()?;
        Ok(self.out.into_inner()?)
    }

    fn flush(&mut self) -> Result<(), ParquetError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let rows = std::mem::take(&mut self.rows);
        let mut group = self.out.next_row_group()?;
        let texts: [TextOf; 7] = [
            |(_, r)| &r.study,
            |(label, _)| label,
            |(_, r)| &r.structure_a,
            |(_, r)| &r.structure_b,
            |(_, r)| &r.phase,
            |(_, r)| &r.scenario,
            |(_, r)| &r.metric,
        ];
        for of in texts {
            text(&mut group, &rows, of)?;
        }
        number(&mut group, &rows, |(_, r)| r.value)?;
        text(&mut group, &rows, |(_, r)| &r.unit)?;
        number(&mut group, &rows, |(_, r)| r.lower)?;
        number(&mut group, &rows, |(_, r)| r.upper)?;
        text(&mut group, &rows, |(_, r)| &r.method)?;
        text(&mut group, &rows, |(_, r)| &r.status)?;
        text(&mut group, &rows, |(_, r)| &r.reason)?;
        group.close()?;
        Ok(())
    }
}

/// A text of a labelled row.
type TextOf = fn(&(String, Row)) -> &str;

fn schema() -> Result<Arc<Type>, ParquetError> {
    let column = |name: &&str| -> Result<Arc<Type>, ParquetError> {
        let built = if NUMBERS.contains(name) {
            Type::primitive_type_builder(name, Physical::DOUBLE)
                .with_repetition(Repetition::OPTIONAL)
        } else {
            Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
                .with_repetition(Repetition::REQUIRED)
                .with_logical_type(Some(LogicalType::String))
        };
        Ok(Arc::new(built.build()?))
    };
    let fields = labelled_header().iter().map(column).collect::<Result<Vec<_>, _>>()?;
    Ok(Arc::new(Type::group_type_builder("gaps").with_fields(fields).build()?))
}

fn text<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    rows: &[(String, Row)],
    of: fn(&(String, Row)) -> &str,
) -> Result<(), ParquetError> {
    let values: Vec<ByteArray> = rows.iter().map(|r| ByteArray::from(of(r))).collect();
    if let Some(mut column) = group.next_column()? {
        column.typed::<ByteArrayType>().write_batch(&values, None, None)?;
        column.close()?;
    }
    Ok(())
}

fn number<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    rows: &[(String, Row)],
    of: fn(&(String, Row)) -> Option<f64>,
) -> Result<(), ParquetError> {
    let levels: Vec<i16> = rows.iter().map(|r| i16::from(of(r).is_some())).collect();
    let values: Vec<f64> = rows.iter().filter_map(of).collect();
    if let Some(mut column) = group.next_column()? {
        column.typed::<DoubleType>().write_batch(&values, Some(&levels), None)?;
        column.close()?;
    }
    Ok(())
}
