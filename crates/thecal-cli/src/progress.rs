//! A line that says what is going on, for work of more than a second on a terminal.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(120);

/// Shown from the first second until dropped; nothing where standard error is no terminal.
pub(crate) struct Progress {
    stop: Option<Sender<()>>,
    line: Option<JoinHandle<()>>,
}

impl Progress {
    pub(crate) fn new(what: &'static str) -> Self {
        let (stop, stopped) = channel();
        let line = std::thread::spawn(move || show(what, &stopped));
        Self { stop: Some(stop), line: Some(line) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(line) = self.line.take() {
            // A line that could not be drawn is not worth a failure.
            let _ = line.join();
        }
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
