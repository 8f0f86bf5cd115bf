//! `peer say`: one message, or one for each line of standard input.

use std::{
    io::{self, BufRead, Read as _},
    path::PathBuf,
};

use api::{
    Client, Code, Problem,
    chat::{MAX_SAY_MANY, Said, SayMany},
    routes,
};
use clap::Args;
use tokio::sync::mpsc;

use super::super::{context::Context, messages::reference, paths};

/// The longest text taken from standard input.
const MAX_INPUT_BYTES: u64 = 1 << 20;
/// Lines read ahead of what the peer has answered.
const READ_AHEAD: usize = 2 * MAX_SAY_MANY;

#[derive(Debug, Args)]
pub struct Say {
    /// The space: its name, the beginning of its id, or @NAME
    space: String,
    /// The text; `-` for standard input
    #[arg(value_name = "TEXT|-", required_unless_present = "attach")]
    text: Option<String>,
    /// The message it answers: its id, or the beginning
    #[arg(long, value_name = "ID")]
    reply: Option<String>,
    /// Files to attach
    #[arg(long, value_name = "FILE", num_args = 1..)]
    attach: Vec<PathBuf>,
    /// Each line of standard input a message of its own
    #[arg(long, conflicts_with_all = ["reply", "attach"])]
    each_line: bool,
}

impl Say {
    pub async fn run(self, cx: &Context) -> Result<(), Problem> {
        if self.each_line {
            return self.lines(cx).await;
        }
        let text = match self.text.as_deref() {
            Some("-") => input()?,
            text => text.unwrap_or_default().to_owned(),
        };
        let ask = api::chat::Say { text, reply_to: self.reply, attach: paths::all_absolute(&self.attach)? };
        let said = cx.one::<routes::Say>(&self.space, ask).await?;
        cx.out.one(&said, || reference(&said.id) + "\n")
    }

    async fn lines(self, cx: &Context) -> Result<(), Problem> {
        if self.text.as_deref() != Some("-") {
            return Err(
                Problem::new(Code::Usage, "--each-line reads standard input").hint("peer say SPACE - --each-line")
            );
        }
        let client = cx.client()?;
        let mut lines = lines_of_input();
        let mut batch = Vec::new();
        while lines.recv_many(&mut batch, MAX_SAY_MANY).await > 0 {
            let said = say_all(&client, &self.space, batch.drain(..).collect::<Result<_, _>>()?).await?;
            cx.out.list(&said, || said.iter().map(|said| reference(&said.id) + "\n").collect())?;
        }
        Ok(())
    }
}

/// What has been read while the peer was busy goes out together: one call, one commit.
async fn say_all(client: &Client, space: &str, texts: Vec<String>) -> Result<Vec<Said>, Problem> {
    let message = |text| api::chat::Say { text, reply_to: None, attach: Vec::new() };
    let messages = texts.into_iter().map(message).collect();
    client.list::<routes::SayMany>(space, &SayMany { messages }).await
}

/// The lines of standard input, read on a thread of their own; empty ones say nothing.
fn lines_of_input() -> mpsc::Receiver<Result<String, Problem>> {
    let (sender, receiver) = mpsc::channel(READ_AHEAD);
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            let line = line.map_err(|e| unreadable(&e));
            let empty = line.as_ref().is_ok_and(|line| line.trim().is_empty());
            if !empty && sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

fn input() -> Result<String, Problem> {
    let mut text = String::new();
    let read = io::stdin().lock().take(MAX_INPUT_BYTES + 1).read_to_string(&mut text);
    if read.map_err(|e| unreadable(&e))? as u64 > MAX_INPUT_BYTES {
        return Err(Problem::new(Code::TooLarge, "standard input is too long for one message")
            .hint("share it as a file: peer share SPACE FILE"));
    }
    text.truncate(text.trim_end_matches(['\n', '\r']).len());
    Ok(text)
}

fn unreadable(error: &io::Error) -> Problem {
    Problem::new(Code::File, "standard input cannot be read").why(paths::said(error))
}
