//! The replica as its callers see it: peers that write, exchange and judge.

mod history;
mod logs;
mod membership;
mod scale;
