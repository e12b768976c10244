//! A pseudo-terminal in which the program is asked and answered, for there is none where tests run.

use std::io::Write;
use std::time::Duration;

use expectrl::process::unix::WaitStatus;
use expectrl::session::OsSession;
use expectrl::{Eof, Expect};

use super::session::Session;

/// Long, for machines that do many things at once; a test that passes never waits for it.
const PATIENCE: Duration = Duration::from_secs(60);
/// What stands below a prompt once it is drawn: from here on keys are read.
const READY: &str = "暂停]";

pub const ENTER: &str = "\r";
pub const ESCAPE: &str = "\x1b";
pub const UP: &str = "\x1b[A";

pub struct Terminal(OsSession);

impl Terminal {
    /// Runs a command at a terminal.
    pub fn run(session: &Session, arguments: &[&str]) -> Terminal {
        let mut command = session.command();
        command.args(arguments).env("TERM", "xterm").env("NO_COLOR", "1").env("COLUMNS", "160");
        let mut inner = OsSession::spawn(command).unwrap();
        inner.set_expect_timeout(Some(PATIENCE));
        inner.get_process_mut().set_window_size(160, 50).unwrap();
        Terminal(inner)
    }

    /// Waits for a text; what stood before it.
    pub fn wait(&mut self, text: &str) -> String {
        let found = self.0.expect(text).unwrap_or_else(|e| panic!("“{text}” did not come: {e}"));
        String::from_utf8_lossy(found.before()).into_owned()
    }

    /// Waits for a prompt that is ready to be answered.
    pub fn prompt(&mut self, title: &str) {
        self.wait(title);
        self.wait(READY);
    }

    /// Waits for a prompt and answers it.
    pub fn answer(&mut self, title: &str, keys: &str) {
        self.prompt(title);
        self.0.write_all(keys.as_bytes()).unwrap();
        self.0.flush().unwrap();
    }

    /// The plug is pulled.
    pub fn kill(mut self) {
        let killed = self.0.get_process_mut().signal(expectrl::process::unix::Signal::SIGKILL);
        killed.unwrap();
        self.0.get_process().wait().unwrap();
    }

    /// Waits for the end; the exit code and what was printed on the way.
    pub fn end(mut self) -> (i32, String) {
        let found = self.0.expect(Eof).unwrap();
        let printed = String::from_utf8_lossy(found.get(0).unwrap_or_default()).into_owned();
        match self.0.get_process().wait().unwrap() {
            WaitStatus::Exited(_, code) => (code, printed),
            other => panic!("{other:?}\n{printed}"),
        }
    }
}
