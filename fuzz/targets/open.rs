//! Any bytes as a file: opened by content, every sheet read.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| xueji_fuzz::read(bytes));
