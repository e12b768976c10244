//! LibreOffice, where the machine has it: what the program writes is opened by a program that is not ours.

use std::process::Command;

/// Whether there is a LibreOffice to ask. Without one the test says loudly that it was skipped; under CI that is a
/// failure.
pub fn has_libreoffice() -> bool {
    if Command::new("soffice").arg("--version").output().is_ok_and(|o| o.status.success()) {
        return true;
    }
    assert!(std::env::var_os("CI").is_none(), "soffice is missing: install libreoffice-calc-nogui");
    eprintln!("SKIPPED: no soffice on this machine (Debian: libreoffice-calc-nogui)");
    false
}
