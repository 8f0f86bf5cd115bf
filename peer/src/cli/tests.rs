//! The command line as others rely on it.

use std::ffi::OsString;

use super::*;

fn parsed(line: &str) -> Result<Cli, clap::Error> {
    let words: Vec<OsString> = std::iter::once("peer").chain(line.split_whitespace()).map(OsString::from).collect();
    parse(&words)
}

/// The names and flags that scripts use.
#[test]
fn every_promised_command_line_is_understood() {
    let lines = "\
        |--json|up|up --background|down|status --json|id|name Mira|log|log --follow|backup F|restore F\
        |connect 203.0.113.7|connect 203.0.113.7:4919|confirm Ben|deny Ben|requests|nearby|nearby --on|nearby --off\
        |people|block Ben|unblock Ben|space new Lab|space new Lab --kind group|space new Lab --kind channel --json\
        |space rename Lab Den|spaces|members Lab|leave Lab|invite Lab|invite Lab --role reader --uses 3 --expires 7d\
        |invite Lab --qr --file F --json|invites|invites Lab|uninvite abc|join LINK|join LINK --yes --json\
        |say Lab hi|say Lab -|say Lab - --each-line --json|say @Ben hi --reply abc|say Lab hi --attach a b\
        |say Lab hi --attach a --attach b|read Lab|read Lab --last 5|read Lab --since 2h --follow --json|edit abc text\
        |unsay abc|react abc +|search word|search word --space Lab|mark-read Lab|share Lab a b|share Lab a --copy\
        |files Lab|files Lab a/b|get Lab a b --to d|unshare Lab a|send a b|send a --uses 2|receive a-b-c --to d\
        |sends|sends list|sends cancel abc|completions bash|exit-codes|openapi";
    for line in lines.split('|') {
        assert!(parsed(line).is_ok(), "peer {line}: {}", parsed(line).unwrap_err());
    }
}

#[test]
fn nonsense_is_a_usage_problem() {
    for line in ["fly", "say", "say Lab", "get Lab", "space new", "nearby --on --off", "invite Lab --expires soon"] {
        assert!(parsed(line).is_err(), "peer {line}");
    }
}

#[test]
fn json_is_recognised_before_the_rest_is_understood() {
    let words = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
    assert!(wants_json(&words("peer fly --json")));
    assert!(!wants_json(&words("peer say Lab -- --json")));
}

#[test]
fn every_command_has_examples() {
    fn check(command: &clap::Command, path: &str) {
        for child in command.get_subcommands().filter(|c| !c.is_hide_set()) {
            let path = format!("{path} {}", child.get_name());
            let help = child.clone().render_long_help().to_string();
            let exempt = child.has_subcommands()
                || path == "peer exit-codes"
                || ["peer sends ", "peer transfers "].iter().any(|one| path.starts_with(one));
            assert!(exempt || help.contains("Examples:"), "{path}");
            check(child, &path);
        }
    }
    check(&command(), "peer");
}

#[test]
fn the_parser_has_no_contradictions() {
    command().debug_assert();
}
