//! Which structures of a study take part, and as what.

use thecal_geom::Warning;
use thecal_mask::role::{Candidate, RoleFrom, select};
use thecal_report::text::plain;

use crate::error::{Error, Fault};
use crate::part_role::PartRole;
use crate::settings::Settings;
use crate::source::Source;

/// A structure that takes part, by its place in the source.
pub(crate) struct Choice {
    pub(crate) place: usize,
    pub(crate) part: PartRole,
    pub(crate) from: RoleFrom,
}

/// Which structures take part, by the user's choice and by their roles; with `extras` also vertebrae,
/// canal and target volumes.
pub(crate) fn choose(
    source: &Source,
    settings: &Settings,
    extras: bool,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<Choice>, Error> {
    let mut candidates: Vec<Candidate<'_>> = source.candidates();
    let text = |names: &Option<String>| names.iter().cloned().collect::<Vec<_>>();
    let asked = [
        (PartRole::Tumour, settings.tumours.clone()),
        (PartRole::Cord, text(&settings.cord)),
        (PartRole::ThecalSac, text(&settings.sac)),
        (PartRole::Ctv, settings.ctvs.clone()),
        (PartRole::KeepOut, settings.separation.iter().flat_map(|s| s.keep_out.clone()).collect()),
    ];
    let mut chosen: Vec<Choice> = Vec::new();
    // What the user named goes first, so that nothing is picked twice.
    for by_user in [true, false] {
        for (part, names) in asked.iter().filter(|(_, names)| names.is_empty() != by_user) {
            if matches!(*part, PartRole::KeepOut | PartRole::Ctv) && names.is_empty() {
                continue;
            }
            // Structures are called as they may be written.
            let names: Vec<_> = names.iter().map(|n| plain(source.name_meant(n))).collect();
            let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
            let found = select(part.role(), &candidates, &names)
                .map_err(|fault| source.selection_error(fault))?;
            warnings.extend(found.warnings);
            for (place, from) in found.structures {
                if let Some(other) = chosen.iter().find(|c| c.place == place) {
                    let name = candidates[place].name.to_owned();
                    let (first, second) = (other.part.role(), part.role());
                    return Err(Fault::ChosenTwice { name, first, second }.into());
                }
                candidates[place].role = part.role();
                chosen.push(Choice { place, part: *part, from });
            }
        }
    }
    for (part, flag, code) in
        [(PartRole::Tumour, "--tumour", "no_tumour"), (PartRole::Cord, "--cord", "no_cord")]
    {
        if !chosen.iter().any(|c| c.part == part) {
            let names = listed(&candidates);
            let role = part.role();
            let message = format!(
                "no structure was recognised as {role}; name it with {flag} NAME or in an alias \
                 file. Structures: {names}"
            );
            warnings.push(Warning::new(code, message, ""));
        }
    }
    if extras {
        let named = settings.ctvs.is_empty();
        let further = [PartRole::Vertebra, PartRole::Canal, PartRole::Ctv];
        for part in further.into_iter().take(2 + usize::from(named)) {
            let found = candidates.iter().enumerate().filter(|(place, c)| {
                c.role == part.role()
                    && c.has_contours
                    && source.drawn[*place].fault.is_none()
                    && chosen.iter().all(|other| other.place != *place)
            });
            let more: Vec<_> =
                found.map(|(place, c)| Choice { place, part, from: c.role_from }).collect();
            // Which of several canals is meant is not known, and nothing rests on it.
            if part != PartRole::Canal || more.len() == 1 {
                chosen.extend(more);
            }
        }
    }
    chosen.sort_by_key(|c| (c.part, c.place));
    Ok(chosen)
}

/// The structures that there are; of very many the first.
fn listed(candidates: &[Candidate<'_>]) -> String {
    const MOST: usize = 24;
    let first = candidates.iter().take(MOST);
    let names: Vec<String> = first.map(|c| format!("\"{}\" ({})", c.name, c.role)).collect();
    match candidates.len().saturating_sub(MOST) {
        _ if names.is_empty() => "none".to_owned(),
        0 => names.join(", "),
        more => format!("{} and {more} more (thecal info lists all)", names.join(", ")),
    }
}
