// Added to the crate whose mutants are switched: which one is on, and a record of the functions that are reached.

#[allow(missing_docs, dead_code, unreachable_pub)]
pub(crate) mod mutant_switch {
    use std::io::Write as _;
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicBool, Ordering};

    /// Functions with mutants; a crate has a few hundred.
    const MOST: usize = 1 << 12;
    /// The number of the mutant that is on; 0 for none.
    static ON: LazyLock<u32> =
        LazyLock::new(|| std::env::var("MUTANT").map_or(0, |number| number.parse().expect("a number")));
    static RECORD: LazyLock<Option<std::fs::File>> = LazyLock::new(|| {
        let path = std::env::var_os("MUTANT_RECORD")?;
        Some(std::fs::OpenOptions::new().append(true).create(true).open(path).expect("a record"))
    });
    static REACHED: [AtomicBool; MOST] = [const { AtomicBool::new(false) }; MOST];

    #[inline]
    pub(crate) fn on(function: usize) -> u32 {
        if *ON == 0 && RECORD.is_some() {
            note(function);
        }
        *ON
    }

    #[cold]
    fn note(function: usize) {
        if !REACHED[function].swap(true, Ordering::Relaxed) {
            if let Some(mut file) = RECORD.as_ref() {
                file.write_all(format!("{function}\n").as_bytes()).expect("a record");
            }
        }
    }
}
