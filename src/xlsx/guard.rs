//! A fence around the crates for workbooks: a panic inside them is a damaged file or a full disk, not a crash.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static FENCED: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// Runs foreign code; `None` if it panicked, and nothing of it is printed.
pub fn fenced<T>(work: impl FnOnce() -> T) -> Option<T> {
    fenced_saying(work).ok()
}

/// [`fenced`], with what the panic said.
pub fn fenced_saying<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !FENCED.get() {
                before(info);
            }
        }));
    });
    let outer = FENCED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    FENCED.set(outer);
    result.map_err(|said| match said.downcast::<String>() {
        Ok(text) => *text,
        Err(said) => said.downcast_ref::<&str>().map_or_else(String::new, |text| (*text).to_owned()),
    })
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
        assert_eq!(fenced_saying(|| -> u8 { panic!("row {}", 3) }), Err("row 3".to_owned()));
        assert!(!FENCED.get());
    }
}
