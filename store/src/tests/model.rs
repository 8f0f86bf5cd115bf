//! The store beside a simple model, under random work.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proto::{
    id::OpId,
    log::{Area, LogKey, Op, Range, Ranges},
    time::Time,
};
use tempfile::TempDir;

use super::{log, op, space, unsigned};
use crate::{
    Error, Store, Tx,
    ops::{Inserted, Limit, MAX_OUTLINE, State},
};

/// One step of random work.
#[derive(Debug, Clone)]
enum Step {
    /// Ops of a log, from a place on, of one of two variants, with or without bodies; then perhaps an error or a panic.
    Insert {
        log: u8,
        first: u64,
        count: u64,
        variant: u8,
        body: bool,
        state: State,
        end: End,
    },
    SetState {
        which: usize,
        state: State,
    },
    PutBody {
        which: usize,
    },
    DropBody {
        which: usize,
    },
    Await {
        which: usize,
        unseen: u8,
    },
    Arrived {
        unseen: u8,
    },
    Reopen,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    Well,
    Error,
    Panic,
}

fn state() -> impl Strategy<Value = State> {
    prop_oneof![
        3 => Just(State::Applied),
        1 => Just(State::Void),
        2 => (0u8..3, proptest::option::of(0u64..50))
            .prop_map(|(reason, due)| State::Pending { reason, due: due.map(Time) }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let end = prop_oneof![8 => Just(End::Well), 1 => Just(End::Error), 1 => Just(End::Panic)];
    prop_oneof![
        8 => (0u8..4, 1u64..25, 1u64..6, 0u8..8, any::<bool>(), state(), end).prop_map(
            |(log, first, count, variant, body, state, end)| {
                Step::Insert { log, first, count, variant: variant / 7, body, state, end }
            }
        ),
        3 => (any::<usize>(), state()).prop_map(|(which, state)| Step::SetState { which, state }),
        1 => any::<usize>().prop_map(|which| Step::PutBody { which }),
        1 => any::<usize>().prop_map(|which| Step::DropBody { which }),
        2 => (any::<usize>(), 0u8..3).prop_map(|(which, unseen)| Step::Await { which, unseen }),
        1 => (0u8..3).prop_map(|unseen| Step::Arrived { unseen }),
        1 => Just(Step::Reopen),
    ]
}

/// Two peers in two areas.
fn key(n: u8) -> LogKey {
    log(n % 2, [Area::AUTH, Area::CHAT][usize::from(n / 2)])
}

/// Which op it is depends on log, place and variant; only every third is signed.
fn some_op(n: u8, seq: u64, variant: u8, body: bool) -> Op {
    let whole = op(space(1), key(n), seq, &[variant; 30]);
    let op = if seq.is_multiple_of(3) { whole } else { unsigned(whole) };
    Op { body: op.body.filter(|_| body), ..op }
}

/// What the store should say.
#[derive(Default)]
struct Model {
    ops: BTreeMap<(LogKey, u64), (Op, State)>,
    awaiting: BTreeSet<(u8, OpId)>,
}

impl Model {
    fn insert(&mut self, op: &Op, state: State) -> Inserted {
        let place = (op.header.key(), op.header.seq);
        match self.ops.get_mut(&place) {
            Some((there, _)) if there.id != op.id => Inserted::Taken(there.id),
            Some((there, _)) => {
                there.signature = there.signature.or(op.signature);
                Inserted::Known
            }
            None => {
                self.ops.insert(place, (op.clone(), state));
                Inserted::New
            }
        }
    }

    fn nth(&mut self, which: usize) -> Option<&mut (Op, State)> {
        let count = self.ops.len();
        self.ops.values_mut().nth(which.checked_rem(count)?)
    }

    fn sorted(&self, with: impl Fn(&Op, State) -> bool) -> Vec<Op> {
        let mut ops: Vec<Op> =
            self.ops.values().filter(|(op, state)| with(op, *state)).map(|(op, _)| op.clone()).collect();
        ops.sort_by_key(Op::order);
        ops
    }

    fn waiting_for(&self, unseen: u8) -> Vec<Op> {
        self.sorted(|op, _| self.awaiting.contains(&(unseen, op.id)))
    }
}

/// The store under test: in a file, which is reopened, or in memory, which is not.
struct Tested {
    store: Store,
    file: Option<TempDir>,
}

impl Tested {
    fn take(&mut self, step: &Step, model: &mut Model) {
        match step.clone() {
            Step::Insert { log, first, count, variant, body, state, end } => {
                let ops: Vec<Op> = (first..first + count).map(|seq| some_op(log, seq, variant, body)).collect();
                self.insert(ops, state, end, model);
            }
            Step::SetState { which, state } => {
                let Some((op, now)) = model.nth(which) else { return };
                *now = state;
                let id = op.id;
                assert!(self.write(move |tx| tx.set_state(&id, state)));
            }
            Step::PutBody { which } => {
                let Some((op, _)) = model.nth(which) else { return };
                op.body = Some(vec![9; 30]);
                let id = op.id;
                assert!(self.write(move |tx| tx.put_body(&id, &[9; 30])));
            }
            Step::DropBody { which } => {
                let Some((op, _)) = model.nth(which) else { return };
                op.body = None;
                let id = op.id;
                assert!(self.write(move |tx| tx.drop_body(&id)));
            }
            Step::Await { which, unseen } => {
                let Some((op, _)) = model.nth(which) else { return };
                let id = op.id;
                model.awaiting.insert((unseen, id));
                self.write(move |tx| tx.await_op(&id, &OpId([unseen; 32])));
            }
            Step::Arrived { unseen } => {
                let waited = self.write(move |tx| tx.arrived(&OpId([unseen; 32])));
                let expected = model.waiting_for(unseen);
                assert_eq!(waited.into_iter().map(|(_, op)| op).collect::<Vec<_>>(), expected);
                model.awaiting.retain(|(id, _)| *id != unseen);
            }
            Step::Reopen => self.reopen(),
        }
    }

    fn insert(&self, ops: Vec<Op>, state: State, end: End, model: &mut Model) {
        let inserted = ops.clone();
        let answer = self.store.write(move |tx| {
            let answers = tx.insert_ops(&space(1), &inserted, state)?;
            match end {
                End::Well => Ok(answers),
                End::Error => Err(Error::Refused("on purpose")),
                End::Panic => std::panic::resume_unwind(Box::new("on purpose")),
            }
        });
        match (answer.wait(), end) {
            (Ok(answers), End::Well) => {
                let expected: Vec<_> = ops.iter().map(|op| model.insert(op, state)).collect();
                assert_eq!(answers, expected);
            }
            (Err(Error::Refused(_)), End::Error) | (Err(Error::Panicked(_)), End::Panic) => {}
            (answer, end) => panic!("{end:?} gave {answer:?}"),
        }
    }

    fn write<T: Send + 'static>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, Error> + Send + 'static) -> T {
        super::write(&self.store, work)
    }

    fn reopen(&mut self) {
        if let Some(folder) = &self.file {
            self.store.close();
            self.store = Store::open(folder.path().join("store.db")).unwrap();
        }
    }

    fn compare(&self, model: &Model) {
        self.store.read(|r| r.check()).unwrap();
        for (op, state) in model.ops.values() {
            assert_eq!(self.store.read(|r| r.op(&op.id)).unwrap().as_ref(), Some(op));
            assert_eq!(self.store.read(|r| r.state(&op.id)).unwrap(), Some(*state));
        }
        self.compare_logs(model);
        self.compare_waiting(model);
        let auth = model.sorted(|op, _| op.header.log.area == Area::AUTH);
        assert_eq!(self.store.read(|r| r.auth_ops(&space(1))).unwrap(), auth);
    }

    fn compare_logs(&self, model: &Model) {
        let mut places: BTreeMap<LogKey, Ranges> = BTreeMap::new();
        model.ops.keys().for_each(|(log, seq)| places.entry(*log).or_default().insert(*seq, *seq));
        let logs = self.store.read(|r| r.logs(&space(1))).unwrap();
        let held: BTreeMap<_, _> = logs.iter().map(|log| (log.log, log.places.clone())).collect();
        assert_eq!(held, places);
        for log in &logs {
            let head = &model.ops[&(log.log, log.places.last())].0;
            assert_eq!((log.head.seq, log.head.id, log.head.time), (head.header.seq, head.id, head.header.time));
            let all: Vec<Op> = model.ops.range((log.log, 5)..=(log.log, 15)).map(|(_, (op, _))| op.clone()).collect();
            let read = |ops, bytes| {
                let limit = Limit { ops, bytes };
                let up = self.store.read(|r| r.ops_up(&space(1), &log.log, 5..=15, limit)).unwrap();
                (up, self.store.read(|r| r.ops_down(&space(1), &log.log, 5..=15, limit)).unwrap())
            };
            assert_eq!(read(usize::MAX, usize::MAX), (all.clone(), all.clone()));
            let few = all.len().min(3);
            assert_eq!(read(3, usize::MAX), (all[..few].to_vec(), all[all.len() - few..].to_vec()));
            let outline = self.store.read(|r| r.outline(&space(1), &log.log, Range::new(5, 15))).unwrap();
            assert!(outline.len() <= MAX_OUTLINE);
            let signed: Vec<_> = all.iter().map(|op| (op.header.seq, op.signature.is_some())).collect();
            assert_eq!(outline.iter().map(|place| (place.seq, place.signed)).collect::<Vec<_>>(), signed);
            let last = all.iter().rev().find(|op| op.signature.is_some()).map(|op| op.header.seq);
            let until = self.store.read(|r| r.signed_until(&space(1), &log.log, 15)).unwrap();
            assert_eq!(until.filter(|seq| *seq >= 5), last);
        }
    }

    fn compare_waiting(&self, model: &Model) {
        for reason in 0..3 {
            let expected =
                model.sorted(|_, state| matches!(state, State::Pending { reason: why, .. } if why == reason));
            assert_eq!(self.store.read(|r| r.pending(&space(1), reason, None, 1000)).unwrap(), expected);
        }
        let void = model.sorted(|_, state| state == State::Void);
        assert_eq!(self.store.read(|r| r.void(&space(1), None, 1000)).unwrap(), void);
        let due = |until: Time| {
            model.sorted(|_, state| matches!(state, State::Pending { due: Some(due), .. } if due <= until))
        };
        let mut found: Vec<Op> =
            self.store.read(|r| r.due(Time(25), 1000)).unwrap().into_iter().map(|(_, op)| op).collect();
        found.sort_by_key(Op::order);
        assert_eq!(found, due(Time(25)));
        let next = self.store.read(|r| r.next_due()).unwrap();
        assert_eq!(next.is_some(), !due(Time(u64::MAX)).is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn like_a_simple_model(steps in proptest::collection::vec(step(), 1..40), in_file in any::<bool>()) {
        let file = in_file.then(|| tempfile::tempdir().unwrap());
        let store = file.as_ref().map_or_else(Store::memory, |f| Store::open(f.path().join("store.db")).unwrap());
        let (mut tested, mut model) = (Tested { store, file }, Model::default());
        for step in &steps {
            tested.take(step, &mut model);
        }
        tested.compare(&model);
        tested.reopen();
        tested.compare(&model);
    }
}
