//! Chromium, where the machine has it: a page as people see it, on a screen, on a phone, and on paper.

use std::path::Path;
use std::process::Command;

const PROGRAMS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// A browser that answers. Without one the test says loudly that it was skipped; under CI that is a failure.
pub struct Browser(&'static str);

/// A picture of the screen: its width, and its points as red, green, blue.
pub struct Screen {
    pub width: usize,
    pub points: Vec<[u8; 3]>,
}

pub fn browser() -> Option<Browser> {
    let answers = |p: &&str| Command::new(p).arg("--version").output().is_ok_and(|o| o.status.success());
    let found = PROGRAMS.into_iter().find(answers).map(Browser);
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "chromium is missing: install chromium");
        eprintln!("SKIPPED: no chromium on this machine (Debian: chromium)");
    }
    found
}

impl Browser {
    /// Opens a page without a window; what was printed. Nothing may be said on the console.
    fn open(&self, page: &Path, folder: &Path, arguments: &[&str]) -> Vec<u8> {
        let mut command = Command::new(self.0);
        // A profile of its own; files may look into each other, so that a frame can be measured.
        command.args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"]);
        command.args([
            "--allow-file-access-from-files",
            "--enable-logging=stderr",
            "--disable-dev-shm-usage",
        ]);
        command.arg(format!("--user-data-dir={}", folder.join("browser").display()));
        let ended = command.args(arguments).arg(format!("file://{}", page.display())).output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{said}");
        assert!(!said.contains("CONSOLE"), "{said}");
        ended.stdout
    }

    /// The page after its scripts have run.
    pub fn dom(&self, page: &Path, folder: &Path) -> String {
        String::from_utf8(self.open(page, folder, &["--dump-dom", "--virtual-time-budget=10000"])).unwrap()
    }

    pub fn screen(&self, page: &Path, folder: &Path, (width, height): (usize, usize)) -> Screen {
        let picture = folder.join("screen.png");
        let size = format!("--window-size={width},{height}");
        let to = format!("--screenshot={}", picture.display());
        self.open(page, folder, &[&size, &to, "--virtual-time-budget=10000"]);
        Screen::of_png(&std::fs::read(picture).unwrap())
    }

    pub fn print(&self, page: &Path, folder: &Path) -> Vec<u8> {
        let paper = folder.join("paper.pdf");
        self.open(page, folder, &["--no-pdf-header-footer", &format!("--print-to-pdf={}", paper.display())]);
        std::fs::read(paper).unwrap()
    }
}

impl Screen {
    /// A picture of 8 bits a color without interlacing, which is what browsers write (W3C PNG, third edition).
    fn of_png(bytes: &[u8]) -> Screen {
        let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        let (width, height, kind) = (number(16), number(20), bytes[25]);
        let depth = if kind == 6 { 4 } else { 3 };
        assert!(bytes[24] == 8 && [2, 6].contains(&kind), "8 bits a color");
        let (mut packed, mut at) = (Vec::new(), 8);
        while at < bytes.len() {
            let length = number(at);
            if &bytes[at + 4..at + 8] == b"IDAT" {
                packed.extend_from_slice(&bytes[at + 8..at + 8 + length]);
            }
            at += 12 + length;
        }
        let mut raw = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::ZlibDecoder::new(&packed[..]), &mut raw).unwrap();
        let stride = width * depth;
        let mut above = vec![0; stride];
        let mut points = Vec::with_capacity(width * height);
        for line in raw.chunks(stride + 1) {
            let (filter, mut line) = (line[0], line[1..].to_vec());
            for i in 0..stride {
                let left = if i < depth { 0 } else { line[i - depth] };
                let corner = if i < depth { 0 } else { above[i - depth] };
                let add = match filter {
                    0 => 0,
                    1 => left,
                    2 => above[i],
                    3 => ((u16::from(left) + u16::from(above[i])) / 2) as u8,
                    _ => paeth(left, above[i], corner),
                };
                line[i] = line[i].wrapping_add(add);
            }
            points.extend(line.chunks(depth).map(|p| [p[0], p[1], p[2]]));
            above = line;
        }
        Screen { width, points }
    }
}

fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(above) - i16::from(corner);
    let far = |x: u8| (guess - i16::from(x)).abs();
    if far(left) <= far(above) && far(left) <= far(corner) {
        left
    } else if far(above) <= far(corner) {
        above
    } else {
        corner
    }
}
