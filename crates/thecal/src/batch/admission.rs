//! Which study may start: as many as there are jobs, and no more memory than is allowed.

use std::sync::{Condvar, Mutex, PoisonError};

#[derive(Default)]
struct Taken {
    studies: usize,
    bytes: u64,
}

/// A gate that studies pass one after the other.
pub(super) struct Admission {
    jobs: usize,
    memory_bytes: u64,
    taken: Mutex<Taken>,
    freed: Condvar,
}

impl Admission {
    pub(super) fn new(jobs: usize, memory_bytes: u64) -> Self {
        Self { jobs, memory_bytes, taken: Mutex::default(), freed: Condvar::new() }
    }

    /// Waits until a study of this size may start. One that is alone may always.
    pub(super) fn enter(&self, need_bytes: u64) -> Admitted<'_> {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |t: &mut Taken| {
            t.studies > 0 && (t.studies >= self.jobs || t.bytes + need_bytes > self.memory_bytes)
        };
        let mut taken = self.freed.wait_while(taken, full).unwrap_or_else(PoisonError::into_inner);
        taken.studies += 1;
        taken.bytes += need_bytes;
        Admitted { gate: self, need_bytes }
    }
}

/// A study that runs; dropped when it is done.
pub(super) struct Admitted<'a> {
    gate: &'a Admission,
    need_bytes: u64,
}

impl Drop for Admitted<'_> {
    fn drop(&mut self) {
        let mut taken = self.gate.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.studies -= 1;
        taken.bytes -= self.need_bytes;
        self.gate.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn studies_together_never_take_more_than_allowed() {
        let gate = Admission::new(8, 100);
        let (now, most) = (AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|s| {
            for i in 0..64_u64 {
                let need = 10 + i % 60;
                let admitted = gate.enter(need);
                let (now, most) = (&now, &most);
                s.spawn(move || {
                    most.fetch_max(now.fetch_add(need, Ordering::SeqCst) + need, Ordering::SeqCst);
                    std::thread::yield_now();
                    now.fetch_sub(need, Ordering::SeqCst);
                    drop(admitted);
                });
            }
        });
        assert!((60..=100).contains(&most.into_inner()));
    }
}
