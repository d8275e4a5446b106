//! The real binary in a pseudo-terminal, seen as a person sees it.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

use super::program::Home;

/// The longest that anything may take to appear on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// A running program and its screen.
pub struct Screen {
    terminal: Arc<Mutex<vt100::Parser>>,
    keyboard: Box<dyn Write + Send>,
    child: Box<dyn portable_pty::Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
}

impl Screen {
    /// Starts the program with these arguments on a terminal of that size.
    pub fn start(home: &Home, args: &[&str], size: (u16, u16)) -> Self {
        Self::start_with(home, args, size, &[])
    }

    /// Starts it with more variables.
    pub fn start_with(
        home: &Home,
        args: &[&str],
        (columns, rows): (u16, u16),
        variables: &[(&str, &str)],
    ) -> Self {
        let size = PtySize {
            rows,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system()
            .openpty(size)
            .expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_vectis"));
        command.args(args);
        command.env_clear();
        command.env("VECTIS_HOME", home.path("home"));
        command.env("TMPDIR", home.path(""));
        command.env("TERM", "xterm-256color");
        command.env("USER", "ana");
        for (name, value) in variables {
            command.env(name, value);
        }
        let child = pair
            .slave
            .spawn_command(command)
            .expect("the program starts");
        drop(pair.slave);
        let terminal = Arc::new(Mutex::new(vt100::Parser::new(
            cells(rows),
            cells(columns),
            0,
        )));
        let mut output = pair.master.try_clone_reader().expect("its output");
        let keyboard = pair.master.take_writer().expect("its keyboard");
        let shown = Arc::clone(&terminal);
        std::thread::spawn(move || {
            let mut bytes = [0; 8192];
            while let Ok(n) = output.read(&mut bytes) {
                if n == 0 {
                    break;
                }
                shown.lock().expect("the screen").process(&bytes[..n]);
            }
        });
        Self {
            terminal,
            keyboard,
            child,
            master: pair.master,
        }
    }

    /// What is on screen.
    pub fn text(&self) -> String {
        self.terminal
            .lock()
            .expect("the screen")
            .screen()
            .contents()
    }

    /// True while the program has the terminal's other screen.
    pub fn is_taken(&self) -> bool {
        self.terminal
            .lock()
            .expect("the screen")
            .screen()
            .alternate_screen()
    }

    /// True while the cursor cannot be seen.
    pub fn hides_cursor(&self) -> bool {
        self.terminal
            .lock()
            .expect("the screen")
            .screen()
            .hide_cursor()
    }

    /// Waits until the screen shows something.
    pub fn wait(&self, what: &str, shown: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            let text = self.text();
            if shown(&text) {
                return text;
            }
            assert!(Instant::now() < end, "never shown: {what}\n{text}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until the screen shows this text.
    pub fn wait_for(&self, text: &str) -> String {
        self.wait(text, |screen| screen.contains(text))
    }

    /// Types.
    pub fn press(&mut self, keys: &str) {
        self.keyboard
            .write_all(keys.as_bytes())
            .expect("the keys are taken");
        self.keyboard.flush().expect("the keys are taken");
    }

    /// Changes the terminal's size.
    pub fn resize(&self, (columns, rows): (u16, u16)) {
        self.terminal
            .lock()
            .expect("the screen")
            .screen_mut()
            .set_size(cells(rows), cells(columns));
        let size = PtySize {
            rows,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        self.master
            .resize(size)
            .expect("the terminal changes its size");
    }

    /// Sends a signal.
    pub fn signal(&self, name: &str) {
        let pid = self.child.process_id().expect("it runs").to_string();
        let sent = std::process::Command::new("kill")
            .args([&format!("-{name}"), &pid])
            .status();
        assert!(sent.is_ok_and(|s| s.success()));
    }

    /// Waits until every thread of it stands still.
    pub fn wait_until_stopped(&self) {
        let pid = self.child.process_id().expect("it runs");
        let stands = |state: &std::path::Path| {
            let told = std::fs::read_to_string(state.join("stat")).unwrap_or_default();
            told.rsplit(") ").next().is_some_and(|s| s.starts_with('T'))
        };
        let end = Instant::now() + PATIENCE;
        loop {
            let threads = std::fs::read_dir(format!("/proc/{pid}/task")).expect("its threads");
            if threads.flatten().all(|thread| stands(&thread.path())) {
                return;
            }
            assert!(Instant::now() < end, "it does not stop\n{}", self.text());
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits for the program's end.
    pub fn end(mut self) -> (ExitStatus, Self) {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self
                .child
                .try_wait()
                .expect("the program can be waited for")
            {
                // What it wrote last is still on its way through the reader's thread.
                std::thread::sleep(Duration::from_millis(100));
                return (status, self);
            }
            assert!(Instant::now() < end, "it does not end\n{}", self.text());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn cells(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("a terminal has a size")
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}
