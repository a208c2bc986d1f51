//! Extensions of a NIfTI-1 header, and the table of names that TotalSegmentator, Nora and the
//! Connectome Workbench keep there: XML whose root is `CaretExtension` or `CIFTI`, with
//! `<LabelTable><Label Key="79" ...>spinal_cord</Label>`.
//!
//! The format states the code 30 for such XML (`NIFTI_ECODE_CARET`,
//! <https://nifti.nimh.nih.gov/nifti-1/documentation/nifti1fields/nifti1fields_pages/extension.html>);
//! TotalSegmentator writes it under the code 0 (`totalsegmentator/nifti_ext_header.py`). So it is
//! known by what it holds, not by its code.

use roxmltree::{Document, ParsingOptions};

/// A longer table is none, bytes.
const MOST_BYTES: usize = 4 << 20;
/// Elements, attributes and texts of a table.
const MOST_NODES: u32 = 200_000;

/// An extension: what follows its size and code.
pub(super) struct Extension {
    content: Vec<u8>,
}

/// The extensions that stand between the header and the voxels; none where the bytes are none.
pub(super) fn extensions(between: &[u8], big_endian: bool) -> Vec<Extension> {
    let (flag, mut rest) = between.split_at(between.len().min(4));
    let mut out = Vec::new();
    if flag.first().is_none_or(|f| *f == 0) {
        return out;
    }
    while let Some((size, _)) = rest.split_first_chunk::<4>() {
        let size = if big_endian { i32::from_be_bytes(*size) } else { i32::from_le_bytes(*size) };
        // Size and code are counted in the size.
        let Some(whole) = usize::try_from(size).ok().filter(|n| *n >= 8) else { break };
        let Some(content) = rest.get(8..whole) else { break };
        out.push(Extension { content: content.to_vec() });
        rest = &rest[whole..];
    }
    out
}

/// The names of a table of labels, without the background; empty where there is no table.
///
/// # Errors
/// There is one and it cannot be read; the text says why.
pub(super) fn label_names(extensions: &[Extension]) -> Result<Vec<(i32, String)>, String> {
    let mut out: Vec<(i32, String)> = Vec::new();
    for extension in extensions {
        let content = extension.content.as_slice();
        if !content.windows(11).any(|w| w == b"<LabelTable") {
            continue;
        }
        let told = |why: String| {
            format!(
                "the header's table of label names cannot be read ({why}); the labels have numbers only"
            )
        };
        if content.len() > MOST_BYTES {
            return Err(told(format!("{} bytes, at most {MOST_BYTES}", content.len())));
        }
        let text = std::str::from_utf8(content).map_err(|e| told(e.to_string()))?;
        // Extensions are filled up to a multiple of 16 bytes.
        let text = text.trim_matches(['\0', ' ', '\t', '\r', '\n']);
        let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
        let document =
            Document::parse_with_options(text, options).map_err(|e| told(e.to_string()))?;
        for label in document.descendants().filter(|n| n.has_tag_name("Label")) {
            let key = label.attribute("Key").and_then(|k| k.trim().parse::<i32>().ok());
            let name = label.text().map(str::trim).filter(|n| !n.is_empty());
            let (Some(key), Some(name)) = (key, name) else { continue };
            if key != 0 && out.iter().all(|(known, _)| *known != key) {
                out.push((key, name.to_owned()));
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extension(content: &str) -> Vec<u8> {
        let mut content = content.as_bytes().to_vec();
        content.resize((content.len() + 8).next_multiple_of(16) - 8, 0);
        let size = (content.len() + 8) as i32;
        [&size.to_le_bytes()[..], &[0; 4], &content].concat()
    }

    fn table(inside: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?> <CaretExtension> <VolumeInformation \
             Index=\"0\"> <LabelTable>{inside}</LabelTable> </VolumeInformation></CaretExtension>\n  "
        )
    }

    #[test]
    fn a_table_is_found_behind_other_extensions() {
        let inside = "<Label Key=\"0\">???</Label><Label Key=\"1\" Red=\"0\"><![CDATA[spleen]]>\
                      </Label>\n<Label Key=\"79\">spinal_cord</Label><Label Key=\"x\">y</Label>";
        let bytes = [vec![1, 0, 0, 0], extension("a comment"), extension(&table(inside))].concat();
        let found = extensions(&bytes, false);
        assert_eq!(found.len(), 2);
        let names = label_names(&found).expect("readable");
        assert_eq!(names, [(1, "spleen".to_owned()), (79, "spinal_cord".to_owned())]);
        // Where the flag says that there is none, bytes are none.
        assert!(extensions(&[vec![0; 4], extension("x")].concat(), false).is_empty());
    }

    #[test]
    fn what_is_no_table_or_a_trap_is_told_or_passed_over() {
        for (bytes, many) in [
            (vec![], 0),
            (vec![1, 0, 0, 0], 0),
            (vec![1, 0, 0, 0, 9, 0, 0], 0),
            ([vec![1, 0, 0, 0], vec![255; 40]].concat(), 0),
            ([vec![1, 0, 0, 0], extension("text"), vec![16, 39, 0, 0]].concat(), 1),
        ] {
            let found = extensions(&bytes, false);
            assert_eq!(found.len(), many);
            assert_eq!(label_names(&found), Ok(Vec::new()));
        }
        // A document type could blow names up without end.
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\">]><LabelTable><Label Key=\"1\">&a;</Label></LabelTable>";
        for text in [bomb, "<LabelTable><Label Key=\"1\">cut off"] {
            let bytes = [vec![1, 0, 0, 0], extension(text)].concat();
            let why = label_names(&extensions(&bytes, false)).expect_err("told");
            assert!(why.contains("the labels have numbers only"), "{why}");
        }
    }
}
