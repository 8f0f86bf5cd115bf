//! Aligned columns.

use unicode_width::UnicodeWidthChar;

/// Between two columns.
const GAP: usize = 2;

/// Rows whose columns line up. The last column is as wide as it likes.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Vec<String>>,
    right: Vec<usize>,
}

impl Table {
    /// An empty one; the columns with these numbers (from 0) are aligned to the right.
    pub fn new(right: &[usize]) -> Self {
        Self { rows: Vec::new(), right: right.to_vec() }
    }

    /// Adds a row.
    pub fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// The rows as text, a line each.
    pub fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|c| self.rows.iter().filter_map(|row| row.get(c)).map(|cell| width(cell)).max().unwrap_or(0))
            .collect();
        self.rows.iter().map(|row| self.line(row, &widths)).collect()
    }

    /// The same, not lined up: one long cell would pad every line, and where no terminal is, nobody looks.
    pub fn render_loose(&self) -> String {
        self.rows.iter().map(|row| row.join(&" ".repeat(GAP)).trim_end().to_owned() + "\n").collect()
    }

    fn line(&self, row: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let space = " ".repeat(widths[column] - width(cell));
            let last = column + 1 == row.len();
            if self.right.contains(&column) {
                line.extend([space.as_str(), cell]);
            } else {
                line.extend([cell.as_str(), if last { "" } else { &space }]);
            }
            if !last {
                line.push_str(&" ".repeat(GAP));
            }
        }
        line.truncate(line.trim_end().len());
        line.push('\n');
        line
    }
}

/// Cells a text takes on the terminal; colours take none.
pub fn width(text: &str) -> usize {
    let mut cells = 0;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\x1b' {
            chars.by_ref().find(|c| *c == 'm');
        } else {
            cells += c.width().unwrap_or(0);
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::style::{STRONG, paint};

    #[test]
    fn columns_line_up_whatever_is_in_them() {
        let mut table = Table::new(&[1]);
        table.row([paint(STRONG, "Lab"), "3".into(), "x".into()]);
        table.row(["日本", "12", "y"].map(String::from));
        table.row(["a", "", ""].map(String::from));
        let plain = |text: String| text.replace("\x1b[1m", "").replace("\x1b[0m", "");
        assert_eq!(plain(table.render()), "Lab    3  x\n日本  12  y\na\n");
        assert_eq!(plain(table.render_loose()), "Lab  3  x\n日本  12  y\na\n");
    }
}
