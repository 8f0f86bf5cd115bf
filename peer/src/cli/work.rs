//! Long pieces of work: the progress line, Ctrl-C, and the end.

use api::{
    Client, Code, Problem,
    client::Items,
    files::{Done, Progress},
    route::Lines,
};
use serde::Serialize;

use super::context::Context;
use crate::show::{progress, safe};

/// What came of it, for programs.
#[derive(Serialize)]
struct Outcome {
    #[serde(flatten)]
    done: Done,
    /// The notes on the way.
    noted: Vec<Noted>,
}

#[derive(Serialize)]
struct Noted {
    path: String,
    text: String,
}

/// Runs work to its end and says what came of it, `verb` first: "Fetched", "Shared".
///
/// Ctrl-C drops the call, which stops the work in the peer; what was done stays, and the same command goes on there.
pub async fn run<R>(cx: &Context, part: &str, ask: R::Ask, verb: &str) -> Result<(), Problem>
where
    R: Lines<Item = Progress>,
{
    let client: Client = cx.client()?;
    let mut work = client.lines::<R>(part, &ask).await?;
    let mut line = progress::Line::new(!cx.out.json, cx.out.marks);
    let mut noted = Vec::new();
    let done = tokio::select! {
        done = watch(cx, &mut work, &mut line, &mut noted) => done,
        _ = tokio::signal::ctrl_c() => Err(interrupted()),
    };
    line.clear();
    let done = done?;
    let text = progress::summary(&done, verb) + "\n";
    cx.out.one(&Outcome { done, noted }, || text)
}

async fn watch(
    cx: &Context,
    work: &mut Items<Progress>,
    line: &mut progress::Line,
    noted: &mut Vec<Noted>,
) -> Result<Done, Problem> {
    while let Some(progress) = work.next().await? {
        match progress {
            Progress::Done(done) => return Ok(done),
            Progress::Failed { error } => return Err(error),
            Progress::Note { path, text } if cx.out.json => noted.push(Noted { path, text }),
            Progress::Note { path, text } => line.say(&format!("{}: {}", safe::line(&path), safe::line(&text))),
            Progress::Going { .. } => line.show(&progress),
        }
    }
    Err(Problem::new(Code::NotRunning, "the peer stopped before it was done")
        .why("what was done stays")
        .hint("peer up --background, then the same command again"))
}

fn interrupted() -> Problem {
    Problem::new(Code::Interrupted, "stopped").hint("the same command goes on where it was")
}
