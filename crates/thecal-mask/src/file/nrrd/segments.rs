//! Segments of 3D Slicer, which stand in key/value pairs (`Segment0_Name:=SpinalCord`).

use super::header::Header;

/// The named segments: layer, value, name.
///
/// Slicer before version 4.11 had no `Layer` and no `LabelValue`: each segment was a layer of its
/// own, in the order of their numbers, with 1 where it is.
pub(super) fn named(header: &Header<'_>, layers: usize) -> Vec<(usize, i32, String)> {
    let of = |segment: &str, what: &str| {
        let key = format!("{segment}_{what}");
        header.keys.iter().find(|k| k.0 == key).map(|k| k.1.trim())
    };
    let mut segments: Vec<(usize, &str, &str)> = header
        .keys
        .iter()
        .filter_map(|(key, name)| {
            let segment = key.strip_suffix("_Name")?;
            let number = segment.strip_prefix("Segment")?.parse().ok()?;
            Some((number, segment, name.trim()))
        })
        .collect();
    segments.sort_unstable();
    let layered = segments.iter().any(|s| of(s.1, "Layer").is_some());
    segments
        .iter()
        .enumerate()
        .filter_map(|(place, &(_, segment, name))| {
            let value = of(segment, "LabelValue").map_or(Some(1), |v| v.parse().ok())?;
            let alone = if layered || layers == 1 { 0 } else { place };
            let layer = of(segment, "Layer").map_or(Some(alone), |v| v.parse().ok())?;
            (layer < layers).then(|| (layer, value, name.to_owned()))
        })
        .collect()
}
