//! Parse, run, exit.

/// Two threads that both allocate wait for each other under the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    std::process::ExitCode::from(xueji::cli::run())
}
