//! Five real peers talk while their links are cut and they themselves are killed: all end with the same history in
//! the same order, and nothing that was answered "ok" is missing.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use e2e::{dice::Dice, home::Home, lan::Lan, wait};

const PEERS: usize = 5;
const CONVERGE: Duration = Duration::from_secs(180);

fn wanted_messages() -> usize {
    std::env::var("PEERAGE_MESSAGES").ok().and_then(|text| text.parse().ok()).unwrap_or(1000)
}

#[test]
fn five_peers_killed_and_cut_off_agree() {
    let Some(lan) = Lan::or_skip(PEERS) else { return };
    let mut dice = Dice::from_env("chaos");
    let homes: Vec<Home> =
        (1..=PEERS).map(|n| Home::in_namespace(&format!("P{n}"), Some(lan.host(n))).started()).collect();
    make_the_space(&homes);

    let acknowledged = Mutex::new(BTreeSet::new());
    let said = AtomicUsize::new(0);
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        for home in &homes {
            scope.spawn(|| talk(home, &said, &acknowledged));
        }
        let disturber = scope.spawn(|| disturb(&lan, &homes, &mut dice, &over));
        while said.load(Ordering::Relaxed) < wanted_messages() {
            thread::sleep(Duration::from_millis(50));
        }
        over.store(true, Ordering::Relaxed);
        let (kills, cuts) = disturber.join().expect("the disturber ends");
        println!("chaos: {} messages, {kills} kills, {cuts} cut links", said.load(Ordering::Relaxed));
    });
    all_agree(&homes, &acknowledged.into_inner().unwrap());
}

fn make_the_space(homes: &[Home]) {
    homes[0].ok(["space", "new", "Storm"]);
    let link = homes[0].json(&["invite", "Storm"])["link"].as_str().expect("a link").to_owned();
    for home in &homes[1..] {
        home.ok(["join", &link, "--yes"]);
    }
}

fn talk(home: &Home, said: &AtomicUsize, acknowledged: &Mutex<BTreeSet<String>>) {
    let wanted = wanted_messages();
    loop {
        let number = said.fetch_add(1, Ordering::Relaxed);
        if number >= wanted {
            return;
        }
        let ran = home.run(["say", "Storm", &format!("message {number}"), "--json"]);
        if ran.code != 0 {
            said.fetch_sub(1, Ordering::Relaxed);
            thread::sleep(Duration::from_millis(100));
            continue;
        }
        let answer: serde_json::Value = serde_json::from_str(&ran.out).expect("one object");
        acknowledged.lock().unwrap().insert(answer["id"].as_str().expect("an id").to_owned());
    }
}

/// Kills or cuts off one peer after the other; ends with all alive and connected.
fn disturb(lan: &Lan, homes: &[Home], dice: &mut Dice, over: &AtomicBool) -> (usize, usize) {
    let (mut kills, mut cuts) = (0, 0);
    while !over.load(Ordering::Relaxed) {
        thread::sleep(Duration::from_millis(200 + dice.roll() % 500));
        let victim = dice.below(homes.len());
        if dice.below(2) == 0 {
            homes[victim].kill();
            thread::sleep(Duration::from_millis(dice.roll() % 300));
            homes[victim].restart();
            kills += 1;
        } else {
            lan.plugged(victim + 1, false);
            thread::sleep(Duration::from_millis(dice.roll() % 1500));
            lan.plugged(victim + 1, true);
            cuts += 1;
        }
    }
    (kills, cuts)
}

fn history(home: &Home) -> Vec<String> {
    let ran = home.run(["read", "Storm", "--json"]);
    let ids = ran.out.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    ids.filter_map(|message| message["id"].as_str().map(str::to_owned)).collect()
}

fn all_agree(homes: &[Home], acknowledged: &BTreeSet<String>) {
    assert_eq!(acknowledged.len(), wanted_messages(), "every answered message has an id of its own");
    let first = wait::within(CONVERGE, "all five have every acknowledged message, in one order", || {
        let first = history(&homes[0]);
        let complete = acknowledged.iter().all(|id| first.contains(id));
        (complete && homes[1..].iter().all(|home| history(home) == first)).then_some(first)
    });
    println!("chaos: {} messages in one order everywhere, {} acknowledged", first.len(), acknowledged.len());
}
