//! The margins that PRVs should have, from the command line.

use thecal::PrvMargins;

use crate::exit::Failure;

/// `MM` for all PRVs, `NAME=MM` for one.
pub(crate) fn prv_margins(texts: &[String]) -> Result<PrvMargins, Failure> {
    let mut out = PrvMargins::default();
    for text in texts {
        let usage = |why: &str| {
            Failure::usage(format!(
                "--prv-margin {text}: {why}; give a length in mm, or NAME=MM with the name of a structure"
            ))
        };
        // Names may have a sign of equality, numbers have none.
        let (name, number) = match text.rsplit_once('=') {
            Some((name, _)) if name.trim().is_empty() => return Err(usage("no name")),
            Some((name, number)) => (Some(name.trim()), number),
            None => (None, text.as_str()),
        };
        let margin_mm = number.trim().parse().map_err(|_| usage("not a number"))?;
        out.set(name, margin_mm)
            .map_err(|e| Failure::usage(format!("--prv-margin {text}: {e}")))?;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::prv_margins;

    #[test]
    fn margins_are_read_for_one_and_for_all() {
        let read = |texts: &[&str]| {
            prv_margins(&texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>())
        };
        let Ok(margins) = read(&["2", "Cord PRV=1.5", "a=b=3"]) else { panic!("margins") };
        assert_eq!(margins.of("Cord PRV"), Some(1.5));
        assert_eq!(margins.of("a=b"), Some(3.0));
        assert_eq!(margins.of("another"), Some(2.0));
        for wrong in ["", "two", "=2", "PRV=", "0", "-1", "nan", "PRV=inf", "51"] {
            assert!(read(&[wrong]).is_err(), "{wrong}");
        }
    }
}
