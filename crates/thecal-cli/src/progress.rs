//! What is going on, for work of more than a second: a line on a terminal that is drawn again, plain
//! lines elsewhere.

use std::io::IsTerminal as _;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output::{self, Talk};

const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(120);
/// How often a file that standard error goes to is told that work goes on, after the first time.
const LOGGED_EVERY: Duration = Duration::from_secs(10);

/// Shown from the first second until dropped.
pub(crate) struct Progress {
    what: &'static str,
    begun: Instant,
    stop: Option<Sender<()>>,
    line: Option<JoinHandle<()>>,
}

impl Progress {
    pub(crate) fn new(what: &'static str) -> Self {
        let (stop, stopped) = channel();
        let terminal = std::io::stderr().is_terminal();
        let line = match output::said() {
            Talk::Quiet => None,
            // A line that is drawn again would stand among those that are told.
            Talk::Json | Talk::Notes if terminal => Some(show as fn(_, &_)),
            Talk::Json => None,
            Talk::Notes | Talk::Details => Some(log as fn(_, &_)),
        };
        let line = line.map(|line| std::thread::spawn(move || line(what, &stopped)));
        Self { what, begun: Instant::now(), stop: Some(stop), line }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(line) = self.line.take() {
            // A line that could not be drawn is not worth a failure.
            let _ = line.join();
        }
        let (what, seconds) = (self.what, self.begun.elapsed().as_secs_f64());
        output::detail(|| format!("{what}: {seconds:.2} s"));
    }
}

fn show(what: &'static str, stopped: &Receiver<()>) {
    if stopped.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}, {elapsed}") {
        bar.set_style(style);
    }
    bar.set_message(what);
    while stopped.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
        bar.tick();
    }
    bar.finish_and_clear();
}

fn log(what: &'static str, stopped: &Receiver<()>) {
    let begun = Instant::now();
    log_every(log_waits(), stopped, || {
        output::note(&format!("{what}, {} s", begun.elapsed().as_secs()));
    });
}

/// The time before each plain line: soon for the first, since a silent program looks stuck.
pub(crate) fn log_waits() -> impl Iterator<Item = Duration> {
    std::iter::once(PATIENCE).chain(std::iter::repeat(LOGGED_EVERY))
}

fn log_every(waits: impl Iterator<Item = Duration>, stopped: &Receiver<()>, mut say: impl FnMut()) {
    for wait in waits {
        if stopped.recv_timeout(wait) != Err(RecvTimeoutError::Timeout) {
            return;
        }
        say();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_plain_line_comes_after_a_second() {
        let waits: Vec<u64> = log_waits().take(3).map(|w| w.as_secs()).collect();
        assert_eq!(waits, [1, 10, 10]);
    }

    #[test]
    fn lines_end_with_the_work() {
        let (stop, stopped) = channel();
        let mut stop = Some(stop);
        let mut lines = 0;
        // The work ends with the third line.
        log_every(std::iter::repeat(Duration::ZERO), &stopped, || {
            lines += 1;
            if lines == 3 {
                stop.take();
            }
        });
        assert_eq!(lines, 3);
    }
}
