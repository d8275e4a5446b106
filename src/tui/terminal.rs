//! Takes the terminal and gives it back: one routine, safe to call from anywhere and any number of times.

use std::cell::Cell;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use ratatui::crossterm::cursor::{Hide, Show};
use ratatui::crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use ratatui::crossterm::style::ResetColor;
use ratatui::crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use ratatui::crossterm::{queue, style};

use super::mouse;

/// True while the terminal is ours.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// What panicked on other threads while the screen was up; printed once it is down.
static UNSAID: Mutex<Vec<String>> = Mutex::new(Vec::new());
static HOOK: Once = Once::new();

thread_local! {
    static DRAWS: Cell<bool> = const { Cell::new(false) };
}

/// Holds the terminal; gives it back when dropped.
pub struct Taken(());

impl Taken {
    /// Raw mode, alternate screen, bracketed paste, no cursor. From now on a panic gives the terminal back first.
    pub fn take() -> io::Result<Self> {
        HOOK.call_once(install_hook);
        DRAWS.with(|d| d.set(true));
        enter()?;
        Ok(Taken(()))
    }
}

/// Who has the terminal can let the shell have it for a while.
pub trait Suspend {
    /// Gives the terminal back and stops this process and its group. The stop reaches this thread when it likes, so what
    /// follows may still run: only the signal that continues us tells that it is over.
    fn stop(&self);

    /// Takes the terminal again.
    ///
    /// # Errors
    /// If it is gone.
    fn take_again(&self) -> io::Result<()>;
}

impl Suspend for Taken {
    fn stop(&self) {
        give_back();
        stop_here();
    }

    fn take_again(&self) -> io::Result<()> {
        enter()
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        give_back();
        DRAWS.with(|d| d.set(false));
        let unsaid = std::mem::take(&mut *UNSAID.lock().unwrap_or_else(PoisonError::into_inner));
        for words in unsaid {
            let _ = writeln!(io::stderr(), "{words}");
        }
    }
}

/// Gives the terminal back if it is ours. Every step is tried, whatever became of the one before.
pub fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let mut out = io::stdout().lock();
        let _ = leave(&mut out);
        let _ = disable_raw_mode();
    }
}

fn enter() -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let mut out = io::stdout().lock();
    queue!(out, EnterAlternateScreen, EnableBracketedPaste, Hide)?;
    out.flush()
}

fn leave(out: &mut impl Write) -> io::Result<()> {
    out.write_all(mouse::OFF)?;
    queue!(
        out,
        EndSynchronizedUpdate,
        ResetColor,
        style::SetAttribute(style::Attribute::Reset),
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    )?;
    out.flush()
}

fn stop_here() {
    #[cfg(unix)]
    {
        use rustix::process::{Signal, getpid, kill_current_process_group, kill_process};
        // Whoever started us in the same job (cargo, sudo) must stop too, or the shell never gets the terminal.
        let _ = kill_current_process_group(Signal::TSTP);
        let _ = kill_process(getpid(), Signal::STOP);
    }
}

/// On the thread that draws, a panic ends the screen: give the terminal back, then report. On any other thread the
/// screen goes on, so the report waits until it is down.
fn install_hook() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if DRAWS.try_with(Cell::get).unwrap_or(false) {
            give_back();
        }
        if TAKEN.load(Ordering::SeqCst) {
            tracing::error!("{info}");
            let mut unsaid = UNSAID.lock().unwrap_or_else(PoisonError::into_inner);
            if unsaid.len() < 20 {
                unsaid.push(info.to_string());
            }
        } else {
            before(info);
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaving_undoes_each_thing_that_entering_did() {
        let mut out = Vec::new();
        leave(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        for undone in [
            "\x1b[?2026l",
            "\x1b[0m",
            "\x1b[?2004l",
            "\x1b[?1049l",
            "\x1b[?25h",
            "\x1b[?1000l",
        ] {
            assert!(text.contains(undone), "{undone:?} in {text:?}");
        }
    }

    #[test]
    fn giving_back_what_is_not_ours_does_nothing() {
        give_back();
        give_back();
        assert!(!TAKEN.load(Ordering::SeqCst));
    }
}
