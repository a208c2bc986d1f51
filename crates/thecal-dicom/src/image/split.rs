//! Which frames belong to one volume.

use std::collections::{BTreeMap, HashSet};

use thecal_geom::{Point3, Vector3, Warning};

use super::frame::Frame;
use super::header::ImageFile;
use super::keys::{Key, KeyValue};
use super::refusal::{Reason, Refusal, SlicePosition, names};

/// Two slices nearer than this lie at one position, mm. No scanner slices thinner.
const SAME_POSITION_MM: f64 = 0.01;
/// No series holds more orientations, sizes or phases, and sorting them takes their square.
const MOST_VOLUMES: usize = 4096;

/// A frame by its file and its place among the frames of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) file: usize,
    pub(super) frame: usize,
    /// Number of its position within the group, in order along the normal.
    place: usize,
}

impl Member {
    pub(super) fn of(self, files: &[ImageFile]) -> (&ImageFile, &Frame) {
        (&files[self.file], &files[self.file].frames[self.frame])
    }
}

/// Frames of one orientation at different positions, in order along their normal.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    pub(super) members: Vec<Member>,
    /// What told the part from others at the same positions.
    pub(super) split_by: Vec<(Key, String)>,
    pub(super) warnings: Vec<Warning>,
}

/// Unit normal of a plane: row times column.
pub(super) fn normal_of(frame: &Frame) -> Vector3 {
    let [a, b, c, d, e, f] = frame.orientation;
    Vector3::new(a, b, c).cross(&Vector3::new(d, e, f)).normalize()
}

pub(super) fn position(frame: &Frame) -> Point3 {
    Point3::from(frame.position_mm)
}

/// Sorts frames into parts: by series, frame of reference, size, spacing and orientation, then,
/// where positions repeat, by the first keys that tell the repeated ones apart.
pub(super) fn parts(files: &[ImageFile], warnings: &mut Vec<Warning>) -> (Vec<Part>, Vec<Refusal>) {
    let mut groups: Vec<Vec<Member>> = Vec::new();
    let mut too_many = Vec::new();
    let mut seen = HashSet::new();
    let mut repeated = Vec::new();
    for (f, file) in files.iter().enumerate() {
        let uid = &file.sop_instance_uid;
        // Slices elsewhere are slices of their own, though a faulty writer gave all one UID.
        let place = file.frames.first().map(|f| f.position_mm.map(f64::to_bits));
        if !uid.is_empty() && !seen.insert((&file.series_instance_uid, uid, place)) {
            repeated.push(file.path.clone());
            continue;
        }
        for frame in 0..file.frames.len() {
            let member = Member { file: f, frame, place: 0 };
            let fits = |group: &Vec<Member>| alike(group[0].of(files), member.of(files));
            // The last group first: most series have one, and slices come in runs.
            match groups.iter().rposition(fits) {
                Some(i) => groups[i].push(member),
                None if groups.len() < MOST_VOLUMES => groups.push(vec![member]),
                None => too_many.push(member),
            }
        }
    }
    if !repeated.is_empty() {
        let message =
            format!("{} files repeat a SOP Instance UID; each is used once", repeated.len());
        warnings.push(Warning::new("duplicate_instance", message, names(&repeated)));
    }
    let (mut parts, mut refused) = (Vec::new(), Vec::new());
    if !too_many.is_empty() {
        let what = format!("more than {MOST_VOLUMES} orientations or sizes");
        let advice = "the files are not a valid series: do not use them";
        refused.push(refusal(files, &too_many, Reason::Scattered, &what, advice));
    }
    for group in groups {
        split_group(files, group, &mut parts, &mut refused);
    }
    (parts, refused)
}

fn alike((file, frame): (&ImageFile, &Frame), (other, another): (&ImageFile, &Frame)) -> bool {
    let near = |a: &[f64], b: &[f64], most: f64| a.iter().zip(b).all(|(x, y)| (x - y).abs() < most);
    file.series_instance_uid == other.series_instance_uid
        && file.frame_of_reference_uid == other.frame_of_reference_uid
        && (file.format.rows, file.format.columns) == (other.format.rows, other.format.columns)
        // 1e-4 turns the far corner of a plane of 500 mm by 0.05 mm.
        && near(&frame.orientation, &another.orientation, 1e-4)
        && near(&frame.spacing_mm, &another.spacing_mm, 1e-4 * frame.spacing_mm[0])
}

fn split_group(
    files: &[ImageFile],
    mut members: Vec<Member>,
    parts: &mut Vec<Part>,
    refused: &mut Vec<Refusal>,
) {
    let normal = normal_of(members[0].of(files).1);
    let along = |m: &Member| normal.dot(&position(m.of(files).1).coords);
    members.sort_by(|a, b| along(a).total_cmp(&along(b)));
    let mut places: Vec<(f64, Point3)> = Vec::new();
    for member in &mut members {
        let (here, point) = (along(member), position(member.of(files).1));
        let reach = places.partition_point(|(a, _)| *a < here - SAME_POSITION_MM);
        let near = |(_, p): &(f64, Point3)| (p - point).norm() < SAME_POSITION_MM;
        member.place = match places[reach..].iter().position(near) {
            Some(i) => reach + i,
            None => {
                places.push((here, point));
                places.len() - 1
            }
        };
    }
    if places.len() == 1 {
        let what = match members.len() {
            1 => "a single slice".to_owned(),
            n => format!("{n} slices, all at one position"),
        };
        refused.push(refusal(files, &members, Reason::SinglePosition, &what, ADVICE_SINGLE));
        return;
    }
    let first = parts.len();
    if split(files, members.clone(), &mut Vec::new(), parts).is_err() {
        parts.truncate(first);
        let mut counts = vec![0_usize; places.len()];
        members.iter().for_each(|m| counts[m.place] += 1);
        let twice: Vec<Member> = members.iter().filter(|m| counts[m.place] > 1).copied().collect();
        let what = "several slices lie at one position, and neither temporal position, echo, \
                    b-value, trigger time nor acquisition number tells them apart";
        let advice = "give the files of one volume only";
        let mut refusal = refusal(files, &members, Reason::RepeatedPositions, what, advice);
        refusal.files = paths(files, &twice);
        refusal.message = format!("{}: {what}; {advice}", names(&refusal.files));
        refused.push(refusal);
        return;
    }
    let made = parts.len() - first;
    if made > 1 {
        for part in &mut parts[first..] {
            let told: Vec<String> =
                part.split_by.iter().map(|(k, v)| format!("{} {v}", k.as_str())).collect();
            let message =
                format!("one of {made} volumes at the same positions: {}", told.join(", "));
            part.warnings.push(Warning::new("series_split", message, ""));
        }
    }
}

const ADVICE_SINGLE: &str = "a volume needs two slices at least, since thickness is not spacing";

/// Puts parts of different positions into `out`, or fails.
fn split(
    files: &[ImageFile],
    members: Vec<Member>,
    told_by: &mut Vec<(Key, String)>,
    out: &mut Vec<Part>,
) -> Result<(), ()> {
    let most = most_at_one_place(&members);
    if most == 1 {
        out.push(Part { members, split_by: told_by.clone(), warnings: Vec::new() });
        return Ok(());
    }
    for key in Key::ALL {
        let mut values: Vec<Option<&KeyValue>> = Vec::new();
        let mut by_value: Vec<Vec<Member>> = Vec::new();
        for &member in &members {
            let value = member.of(files).1.keys.get(key);
            match values.iter().position(|v| *v == value) {
                Some(i) => by_value[i].push(member),
                None => {
                    values.push(value);
                    by_value.push(vec![member]);
                }
            }
            // More values than slices at a position: the key numbers slices, not volumes.
            if values.len() > most.min(MOST_VOLUMES) {
                break;
            }
        }
        let helps = by_value.iter().all(|part| most_at_one_place(part) < most);
        if values.len() < 2 || values.len() > most.min(MOST_VOLUMES) || !helps {
            continue;
        }
        let mut sorted: Vec<_> = values.into_iter().zip(by_value).collect();
        sorted.sort_by(|(a, _), (b, _)| match (a, b) {
            (Some(a), Some(b)) => a.order(b),
            (a, b) => a.is_some().cmp(&b.is_some()),
        });
        for (value, part) in sorted {
            told_by.push((key, value.map_or_else(|| "none".to_owned(), ToString::to_string)));
            split(files, part, told_by, out)?;
            told_by.pop();
        }
        return Ok(());
    }
    by_rank_of_trigger(files, &members, most, told_by, out)
}

/// Trigger times that differ a little from slice to slice still number the phases at each slice.
fn by_rank_of_trigger(
    files: &[ImageFile],
    members: &[Member],
    most: usize,
    told_by: &[(Key, String)],
    out: &mut Vec<Part>,
) -> Result<(), ()> {
    let mut phases: Vec<Vec<Member>> = vec![Vec::new(); most];
    let mut rest = members;
    while let Some(first) = rest.first() {
        let mut here: Vec<(f64, Member)> = Vec::new();
        let count = rest.iter().take_while(|m| m.place == first.place).count();
        for &member in &rest[..count] {
            match member.of(files).1.keys.get(Key::TriggerTime) {
                Some(KeyValue::Number(time_ms)) => here.push((*time_ms, member)),
                _ => return Err(()),
            }
        }
        here.sort_by(|a, b| a.0.total_cmp(&b.0));
        if count != most || here.windows(2).any(|w| w[0].0 == w[1].0) {
            return Err(());
        }
        phases.iter_mut().zip(here).for_each(|(phase, (_, member))| phase.push(member));
        rest = &rest[count..];
    }
    for (rank, members) in phases.into_iter().enumerate() {
        let mut split_by = told_by.to_vec();
        split_by.push((Key::TriggerTime, format!("{} of {most} by rank", rank + 1)));
        out.push(Part { members, split_by, warnings: Vec::new() });
    }
    Ok(())
}

fn most_at_one_place(members: &[Member]) -> usize {
    let mut counts = BTreeMap::new();
    for member in members {
        *counts.entry(member.place).or_insert(0_usize) += 1;
    }
    counts.into_values().max().unwrap_or(0)
}

pub(super) fn paths(files: &[ImageFile], members: &[Member]) -> Vec<std::path::PathBuf> {
    let mut out: Vec<_> = members.iter().map(|m| files[m.file].path.clone()).collect();
    out.sort();
    out.dedup();
    out
}

/// A refusal with the positions of all slices concerned.
pub(super) fn refusal(
    files: &[ImageFile],
    members: &[Member],
    reason: Reason,
    what: &str,
    advice: &str,
) -> Refusal {
    let normal = normal_of(members[0].of(files).1);
    let mut refusal = Refusal::new(reason, paths(files, members), what, advice);
    let place = |m: &Member| {
        let (file, frame) = m.of(files);
        let position_mm = position(frame);
        let along_mm = normal.dot(&position_mm.coords);
        SlicePosition { file: file.path.clone(), frame: frame.index, position_mm, along_mm }
    };
    refusal.positions = members.iter().map(place).collect();
    refusal
}
