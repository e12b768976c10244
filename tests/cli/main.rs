//! The program as a clerk and a script use it: sessions, exit codes, bad input, and the registry as it was after each.

mod bad_input;
mod line;
mod output;
mod session;
