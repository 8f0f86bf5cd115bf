//! `peer`: one program that turns a computer into a peer.
//!
//! The same binary is the daemon (`peer up`) and the commands that speak to it over its Unix socket. This crate
//! holds what belongs to neither the rules nor the node: arguments, environment, folders, HTTP, and what people see.

mod cli;
mod daemon;
mod home;
mod http;
mod show;

fn main() -> std::process::ExitCode {
    cli::main()
}
