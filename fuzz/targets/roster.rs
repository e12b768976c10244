//! Lines as rows of a roster: every cell normalized, every check run.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| xueji::fuzzing::roster(text));
