//! A fence around the parsing crates: a panic inside them is a damaged file, not a crash.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static FENCED: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// Runs foreign code; `None` if it panicked, and nothing of it is printed.
pub fn fenced<T>(work: impl FnOnce() -> T) -> Option<T> {
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !FENCED.get() {
                before(info);
            }
        }));
    });
    let outer = FENCED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work)).ok();
    FENCED.set(outer);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_inside_the_fence_is_none() {
        assert_eq!(fenced(|| 7), Some(7));
        let list: Vec<u8> = Vec::new();
        assert_eq!(fenced(|| list[list.len()]), None);
        assert_eq!(fenced(|| fenced(|| -> u8 { panic!("inner") }).is_none()), Some(true));
        assert!(!FENCED.get());
    }
}
