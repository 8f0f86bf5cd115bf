//! How messages look on a terminal.

use api::chat::{Attachment, Message};
use jiff::{Timestamp, Zoned, civil::Date};

use crate::show::{
    safe, size,
    style::{ACCENT, FAINT, STRONG, paint},
    table::width,
};

/// Letters of an id that one types to name a message. Thirty bits: of 10,000 messages one in ten thousand shares them.
const REFERENCE_LETTERS: usize = 6;
/// Names are padded to the longest on the page, but not beyond this.
const MAX_NAME_CELLS: usize = 16;

/// The beginning of an id, for typing.
pub fn reference(id: &str) -> String {
    paint(FAINT, id.chars().take(REFERENCE_LETTERS).collect::<String>())
}

/// Shows messages one after the other, a line above each new day.
pub struct Page {
    zone: jiff::tz::TimeZone,
    today: Date,
    day: Option<Date>,
    name_cells: usize,
}

impl Page {
    /// An empty one.
    pub fn new(now: &Zoned) -> Self {
        Self { zone: now.time_zone().clone(), today: now.date(), day: None, name_cells: 0 }
    }

    /// Several messages.
    pub fn add(&mut self, messages: &[Message]) -> String {
        let longest = messages.iter().map(|m| width(&safe::line(&m.author))).max().unwrap_or(0);
        self.name_cells = self.name_cells.max(longest.min(MAX_NAME_CELLS));
        messages.iter().map(|message| self.one(message)).collect()
    }

    fn one(&mut self, message: &Message) -> String {
        let then = message.time.parse::<Timestamp>().ok().map(|time| time.to_zoned(self.zone.clone()));
        let heading = then.as_ref().and_then(|then| self.new_day(then)).unwrap_or_default();
        let time = then.map(|then| then.strftime("%H:%M").to_string()).unwrap_or_default();
        let name = safe::line(&message.author);
        let space = " ".repeat(self.name_cells.saturating_sub(width(&name)));
        let new = if message.unread { ACCENT } else { STRONG };
        let head = format!("{}  {}  {}{space}  ", reference(&message.id), paint(FAINT, time), paint(new, &name));
        let margin = " ".repeat(width(&head));
        heading + &head + &body(message).replace('\n', &format!("\n{margin}")) + "\n"
    }

    /// The line above a day's first message.
    fn new_day(&mut self, then: &Zoned) -> Option<String> {
        let day = then.date();
        if self.day.replace(day) == Some(day) {
            return None;
        }
        let form = if day.year() == self.today.year() { "%A, %-d %B" } else { "%A, %-d %B %Y" };
        Some(format!("{}\n", paint(FAINT, then.strftime(form))))
    }
}

/// The text with all that belongs to it.
fn body(message: &Message) -> String {
    if message.withdrawn {
        return paint(FAINT, "(taken back)");
    }
    let reply = message.reply_to.as_ref().map(|id| format!("{} {} ", paint(FAINT, "re"), reference(id)));
    let mut text = reply.unwrap_or_default() + safe::lines(message.text.trim_end()).as_ref();
    text.extend(message.attachments.iter().map(|a| format!("\n{}", attachment(a))));
    if message.edited {
        text.push_str(&paint(FAINT, " (edited)"));
    }
    text.extend(message.reactions.iter().map(|r| format!("  {} {}", safe::line(&r.emoji), r.by.len())));
    if message.mine && !message.delivered_to.is_empty() {
        text.push_str(&paint(FAINT, format!("  with {}", message.delivered_to.len())));
    }
    text
}

fn attachment(attachment: &Attachment) -> String {
    format!("[{}] {}", safe::line(&attachment.name), paint(FAINT, size::bytes(attachment.size)))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn message(id: &str, author: &str, text: &str, time: &str) -> Message {
        Message {
            id: id.into(),
            space: "s".into(),
            author: author.into(),
            author_id: "p".into(),
            text: text.into(),
            time: time.into(),
            edited: false,
            withdrawn: false,
            reply_to: None,
            attachments: vec![],
            reactions: vec![],
            mentions: vec![],
            mine: false,
            unread: false,
            delivered_to: vec![],
        }
    }

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn days_names_and_lines_line_up() {
        let now = "2026-11-18T12:00:00+01:00[Europe/Berlin]".parse().unwrap();
        let mut page = Page::new(&now);
        let mut reply = message("cccccccccc", "Ben", "yes\nand no", "2026-11-18T08:01:00Z");
        reply.reply_to = Some("bbbbbbbbbb".into());
        reply.edited = true;
        let text = page.add(&[
            message("aaaaaaaaaa", "Käthe", "late", "2026-11-17T22:30:00Z"),
            message("bbbbbbbbbb", "Ben", "really?", "2026-11-18T08:00:00Z"),
            reply,
        ]);
        let expected = "Tuesday, 17 November\n\
            aaaaaa  23:30  Käthe  late\n\
            Wednesday, 18 November\n\
            bbbbbb  09:00  Ben    really?\n\
            cccccc  09:01  Ben    re bbbbbb yes\n                      and no (edited)\n";
        assert_eq!(plain(&text), expected);
        assert!(!page.add(&[message("d", "Ben", "x", "2026-11-18T09:00:00Z")]).contains("Wednesday"));
    }

    #[test]
    fn a_message_cannot_draw_on_the_terminal() {
        let mut evil = message("aaaaaa", "B\x1b[31men\nroot", "hi\x1b[2J\rx", "2026-11-18T08:00:00Z");
        evil.attachments.push(Attachment { name: "\x1b]0;x\x07".into(), size: 1, hash: String::new() });
        let text = plain(&Page::new(&crate::show::when::now()).add(&[evil]));
        assert!(text.contains("B␛[31men␊root") && text.contains("hi␛[2J␍x") && text.contains("[␛]0;x␇]"), "{text}");
    }
}
