//! Which structure stands for a role in a study.

use super::{Role, RoleFrom, normalize_name};
use crate::structure::Structure;
use crate::suggest::{did_you_mean, nearest};
use thecal_geom::Warning;

/// What selection needs to know of a structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// Name, as in the source.
    pub name: &'a str,
    /// Its number in the source.
    pub number: Option<i64>,
    /// Role, as [`super::role_of`] read it.
    pub role: Role,
    /// What said so.
    pub role_from: RoleFrom,
    /// False for a structure that is named but not drawn.
    pub has_contours: bool,
}

impl<'a> From<&'a Structure> for Candidate<'a> {
    fn from(structure: &'a Structure) -> Self {
        Self {
            name: &structure.name,
            number: structure.number,
            role: structure.role,
            role_from: structure.role_from,
            has_contours: structure.has_contours(),
        }
    }
}

/// The structures that stand for a role.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Selected {
    /// Places in the list of candidates, in its order, with what gave each its role. Empty where
    /// nothing has the role.
    pub structures: Vec<(usize, RoleFrom)>,
    /// Code `structure_empty`: a structure of this role that is named but not drawn.
    pub warnings: Vec<Warning>,
}

/// Why no structure can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SelectError {
    /// More than one structure has a role that one can have.
    #[error("{} structures were recognised as {role}: {}; {}", names.len(), quoted(names), remedy(*role))]
    Ambiguous {
        /// The role.
        role: Role,
        /// The structures.
        names: Vec<String>,
    },
    /// The wanted name fits more than one structure.
    #[error(
        "\"{wanted}\" matches {} structures: {}; write it exactly as listed, or give the \
         structure's number in its file as #NUMBER",
        names.len(),
        quoted(names)
    )]
    NameFitsSeveral {
        /// The name asked for.
        wanted: String,
        /// The structures that it fits.
        names: Vec<String>,
    },
    /// No structure has the wanted name.
    #[error(
        "no structure is named \"{wanted}\"{}; there are: {}",
        did_you_mean(nearest),
        if available.is_empty() { "none".into() } else { quoted(available) }
    )]
    NoSuchName {
        /// The name asked for.
        wanted: String,
        /// The nearest names, best first; may be empty.
        nearest: Vec<String>,
        /// All names.
        available: Vec<String>,
    },
    /// The wanted structure is named but not drawn.
    #[error(
        "\"{name}\" is absent: the structure is named but has no closed contour; draw it or \
         choose another"
    )]
    Empty {
        /// Its name.
        name: String,
    },
    /// Several names for a role that one structure has.
    #[error("{} structures were named as {role}: {}; name one", wanted.len(), quoted(wanted))]
    OneOnly {
        /// The role.
        role: Role,
        /// The names asked for.
        wanted: Vec<String>,
    },
}

/// Selects the structures of a role.
///
/// Any number of structures can be tumour, CTV, PTV, PRV, vertebra, hardware or other; one can be
/// cord, sac, canal, cauda or body. With `wanted` empty, those that have the role and are drawn
/// are picked; none is no error. A wanted name goes before every role: it is matched exactly,
/// then as `NAME#2`, the second of several that are called `NAME`, then [normalized](normalize_name), then as
/// the number of a structure (`#12`, `12` or `label 12`). What it picks has [`RoleFrom::User`].
///
/// Give a structure that the user chose its role ([`Structure::choose_as`]) before the next
/// role is selected, or it may be picked twice.
///
/// # Errors
/// [`SelectError`] where the choice is not unique, a wanted name fits nothing, or what it fits
/// is empty.
///
/// # Example
/// ```
/// use thecal_mask::role::{Candidate, Role, RoleFrom, SelectError, select};
///
/// let of = |name, role, has_contours| {
///     let role_from = RoleFrom::Name;
///     Candidate { name, number: None, role, role_from, has_contours }
/// };
/// let found = [
///     of("SpinalCord", Role::Cord, true),
///     of("GTV_1", Role::Tumour, true),
///     of("GTV_2", Role::Tumour, true),
/// ];
/// let tumours = select(Role::Tumour, &found, &[])?;
/// assert_eq!(tumours.structures.len(), 2);
/// let wanted = select(Role::Tumour, &found, &["gtv 2"])?;
/// assert_eq!(wanted.structures[0].0, 2);
/// # Ok::<(), SelectError>(())
/// ```
pub fn select(
    role: Role,
    candidates: &[Candidate<'_>],
    wanted: &[&str],
) -> Result<Selected, SelectError> {
    if wanted.is_empty() {
        return by_role(role, candidates);
    }
    if one_only(role) && wanted.len() > 1 {
        let wanted = wanted.iter().map(|&name| name.to_owned()).collect();
        return Err(SelectError::OneOnly { role, wanted });
    }
    let mut places = Vec::new();
    for name in wanted {
        places.extend(by_name(role, candidates, name)?);
    }
    places.sort_unstable();
    places.dedup();
    let structures = places.into_iter().map(|place| (place, RoleFrom::User)).collect();
    Ok(Selected { structures, warnings: Vec::new() })
}

fn one_only(role: Role) -> bool {
    matches!(role, Role::Cord | Role::ThecalSac | Role::Canal | Role::Cauda | Role::Body)
}

fn by_role(role: Role, candidates: &[Candidate<'_>]) -> Result<Selected, SelectError> {
    let of_role = || candidates.iter().enumerate().filter(|(_, c)| c.role == role);
    let structures: Vec<(usize, RoleFrom)> =
        of_role().filter(|(_, c)| c.has_contours).map(|(i, c)| (i, c.role_from)).collect();
    if one_only(role) && structures.len() > 1 {
        let names = structures.iter().map(|&(i, _)| told_apart(candidates, i)).collect();
        return Err(SelectError::Ambiguous { role, names });
    }
    let warnings = of_role()
        .filter(|(_, c)| !c.has_contours)
        .map(|(_, c)| {
            let message = format!("recognised as {role}, but it has no closed contour; left out");
            Warning::new("structure_empty", message, c.name)
        })
        .collect();
    Ok(Selected { structures, warnings })
}

fn by_name(
    role: Role,
    candidates: &[Candidate<'_>],
    wanted: &str,
) -> Result<Vec<usize>, SelectError> {
    let places = |test: &dyn Fn(&str) -> bool| -> Vec<usize> {
        (0..candidates.len()).filter(|&i| test(candidates[i].name)).collect()
    };
    let mut found = places(&|name| name == wanted);
    let exact = !found.is_empty();
    if found.is_empty() {
        found = counted(candidates, wanted).into_iter().collect();
    }
    if found.is_empty() {
        let folded = normalize_name(wanted);
        found = places(&|name| !folded.is_empty() && normalize_name(name) == folded);
    }
    if found.is_empty() {
        let number: Option<i64> = numbered(wanted).parse().ok();
        let of_number = |&i: &usize| number.is_some() && candidates[i].number == number;
        found = (0..candidates.len()).filter(of_number).collect();
    }
    if found.is_empty() {
        return Err(no_such_name(role, candidates, wanted));
    }
    let drawn: Vec<usize> = found.iter().copied().filter(|&i| candidates[i].has_contours).collect();
    match drawn.as_slice() {
        [] => Err(SelectError::Empty { name: candidates[found[0]].name.to_owned() }),
        [_] => Ok(drawn),
        // Two structures of the very same name can both be tumour; asked for by name, both are.
        _ if exact && !one_only(role) => Ok(drawn),
        _ => {
            let names = drawn.iter().map(|&i| told_apart(candidates, i)).collect();
            Err(SelectError::NameFitsSeveral { wanted: wanted.to_owned(), names })
        }
    }
}

/// `12`, `#12`, or `label 12`, which a label is called that has no name.
fn numbered(wanted: &str) -> &str {
    wanted.strip_prefix('#').or_else(|| wanted.strip_prefix("label ")).unwrap_or(wanted)
}

/// `NAME#2`: the second of several structures of one name, in the order of their file.
fn counted(candidates: &[Candidate<'_>], wanted: &str) -> Option<usize> {
    let (name, place) = wanted.rsplit_once('#')?;
    let place: usize = place.parse().ok()?;
    let of_name = candidates.iter().enumerate().filter(|(_, c)| c.name == name);
    of_name.map(|(i, _)| i).nth(place.checked_sub(1)?)
}

/// A name that [`by_name`] takes for this structure alone: with its place among those of its name.
fn told_apart(candidates: &[Candidate<'_>], i: usize) -> String {
    let name = candidates[i].name;
    let same = |c: &&Candidate<'_>| c.name == name;
    if candidates.iter().filter(same).count() < 2 {
        return name.to_owned();
    }
    format!("{name}#{}", candidates[..=i].iter().filter(same).count())
}

/// What has the role goes first among the suggestions, since a wrong number or a word of another
/// language is like no name.
fn no_such_name(role: Role, candidates: &[Candidate<'_>], wanted: &str) -> SelectError {
    let of_role = candidates.iter().filter(|c| c.role == role && c.has_contours);
    let of_role: Vec<&str> = of_role.map(|c| c.name).take(2).collect();
    let alike = nearest(wanted, candidates.iter().map(|c| c.name), normalize_name);
    let number = |name: &str| {
        let of_name = candidates.iter().find(|c| c.name == name);
        of_name.and_then(|c| c.number).map(|n| n.to_string())
    };
    // Who gave a number is told the number.
    let by_number = numbered(wanted).parse::<i64>().is_ok();
    let mut names: Vec<&str> = Vec::new();
    // A name that is all but right goes before the role.
    let (first, second) =
        if by_number || alike.is_empty() { (of_role, alike) } else { (alike, of_role) };
    for name in first.into_iter().chain(second.into_iter().filter(|_| !by_number)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let suggested = names.into_iter().take(3).map(|name| match number(name) {
        Some(number) if by_number => format!("{number} ({name})"),
        _ => name.to_owned(),
    });
    SelectError::NoSuchName {
        wanted: wanted.to_owned(),
        nearest: suggested.collect(),
        available: candidates.iter().map(|c| c.name.to_owned()).collect(),
    }
}

/// The names, of very many the first.
fn quoted(names: &[String]) -> String {
    const MOST: usize = 24;
    let listed: Vec<String> = names.iter().take(MOST).map(|name| format!("\"{name}\"")).collect();
    let more = match names.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!(" and {more} more (thecal info lists all)"),
    };
    format!("{}{more}", listed.join(", "))
}

fn remedy(role: Role) -> String {
    match role {
        Role::Cord => "choose one with --cord NAME".into(),
        Role::ThecalSac => "choose one with --sac NAME".into(),
        _ => format!("say in an alias file which is {role}, and give the others \"other\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::role::{Aliases, role_of};

    fn candidates<'a>(names: &[(&'a str, bool)]) -> Vec<Candidate<'a>> {
        let aliases = Aliases::default();
        names
            .iter()
            .zip(1..)
            .map(|(&(name, has_contours), n)| {
                let reading = role_of(name, None, &aliases);
                let (role, role_from) = (reading.role, reading.from);
                Candidate { name, number: Some(10 * n), role, role_from, has_contours }
            })
            .collect()
    }

    fn error(role: Role, names: &[(&str, bool)], wanted: &[&str]) -> String {
        select(role, &candidates(names), wanted).unwrap_err().to_string()
    }

    #[test]
    fn one_cord_and_all_drawn_tumours_are_picked() {
        let all = candidates(&[
            ("GTV 1", true),
            ("SpinalCord", true),
            ("PTV", true),
            ("GTV 2", true),
            ("GTV 3", false),
            ("SC PRV", true),
        ]);
        let cord = select(Role::Cord, &all, &[]).unwrap();
        assert_eq!(cord.structures, [(1, RoleFrom::Name)]);
        let tumours = select(Role::Tumour, &all, &[]).unwrap();
        assert_eq!(tumours.structures, [(0, RoleFrom::Name), (3, RoleFrom::Name)]);
        assert_eq!(tumours.warnings.len(), 1);
        assert_eq!(tumours.warnings[0].code, "structure_empty");
        assert_eq!(tumours.warnings[0].place, "GTV 3");
    }

    #[test]
    fn nothing_of_a_role_is_no_error() {
        let sac = select(Role::ThecalSac, &candidates(&[("GTV", true)]), &[]).unwrap();
        assert!(sac.structures.is_empty() && sac.warnings.is_empty());
    }

    #[test]
    fn two_cords_are_ambiguous_unless_one_is_empty() {
        let told = error(Role::Cord, &[("SpinalCord", true), ("cord_T2", true)], &[]);
        assert!(told.contains("\"SpinalCord\", \"cord_T2\""), "{told}");
        assert!(told.contains("--cord NAME"), "{told}");
        let all = candidates(&[("SpinalCord", false), ("cord_T2", true)]);
        let cord = select(Role::Cord, &all, &[]).unwrap();
        assert_eq!(cord.structures, [(1, RoleFrom::Name)]);
        assert_eq!(cord.warnings.len(), 1);
        let told = error(Role::Canal, &[("Canal", true), ("SpinalCanal", true)], &[]);
        assert!(told.contains("alias file"), "{told}");
    }

    #[test]
    fn a_wanted_name_is_matched_exactly_then_folded_and_goes_before_roles() {
        let all = candidates(&[("cord t2", true), ("Cord_T2", true), ("Gehirn", true)]);
        let pick = |name| select(Role::Cord, &all, &[name]);
        assert_eq!(pick("Cord_T2").unwrap().structures, [(1, RoleFrom::User)]);
        assert_eq!(pick("GEHIRN").unwrap().structures, [(2, RoleFrom::User)]);
        let told = pick("CORDT2").unwrap_err().to_string();
        assert!(told.contains("matches 2 structures"), "{told}");
    }

    #[test]
    fn two_of_one_name_are_chosen_by_place_or_number() {
        let names = [("SpinalCord", true), ("GTV", true), ("SpinalCord", true), ("A#2", true)];
        let all = candidates(&names);
        let pick = |name| select(Role::Cord, &all, &[name]).map(|s| s.structures[0].0);
        for (wanted, place) in
            [("SpinalCord#1", 0), ("SpinalCord#2", 2), ("#30", 2), ("10", 0), ("A#2", 3)]
        {
            assert_eq!(pick(wanted), Ok(place), "{wanted}");
        }
        for told in [error(Role::Cord, &names, &[]), error(Role::Cord, &names, &["SpinalCord"])] {
            assert!(told.contains("\"SpinalCord#1\", \"SpinalCord#2\""), "{told}");
        }
        for absent in ["SpinalCord#3", "SpinalCord#0", "GTV#2", "#11"] {
            assert!(matches!(pick(absent), Err(SelectError::NoSuchName { .. })), "{absent}");
        }
    }

    #[test]
    fn an_unknown_name_lists_what_there_is_and_suggests() {
        let names = [("SPINAL CORD2", true), ("SC PRV", true), ("PTV_LN", true)];
        let told = error(Role::Cord, &names, &["SpinalCord"]);
        assert!(told.contains("did you mean \"SPINAL CORD2\"?"), "{told}");
        assert!(told.contains("there are: \"SPINAL CORD2\", \"SC PRV\", \"PTV_LN\""), "{told}");
        let told = error(Role::ThecalSac, &names, &["Qqq"]);
        assert!(!told.contains("did you mean"), "{told}");
        // What reads as the role is meant where nothing is like the name, or a number is wrong.
        for wanted in ["Qqq", "12", "#12"] {
            let told = error(Role::Cord, &names, &[wanted]);
            assert!(told.contains("SPINAL CORD2") && told.contains("did you mean"), "{told}");
        }
        let told = error(Role::Cord, &names, &["12"]);
        assert!(told.contains("did you mean \"10 (SPINAL CORD2)\"?"), "{told}");
        assert!(error(Role::Cord, &[], &["_"]).contains("there are: none"));
    }

    #[test]
    fn a_wanted_structure_without_contours_is_absent() {
        let told = error(Role::Cord, &[("SpinalCord", false)], &["spinal cord"]);
        assert!(told.contains("\"SpinalCord\" is absent"), "{told}");
    }

    #[test]
    fn several_names_can_be_tumour_but_not_cord() {
        let names = [("A", true), ("B", true), ("A", true)];
        let tumours = select(Role::Tumour, &candidates(&names), &["B", "A", "b"]).unwrap();
        assert_eq!(tumours.structures.iter().map(|s| s.0).collect::<Vec<_>>(), [0, 1, 2]);
        assert!(error(Role::Cord, &names, &["A", "B"]).contains("name one"));
        assert!(error(Role::Cord, &names, &["A"]).contains("matches 2 structures"));
    }
}
