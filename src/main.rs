//! Parse, run, exit.

fn main() -> std::process::ExitCode {
    std::process::ExitCode::from(xueji::cli::run())
}
