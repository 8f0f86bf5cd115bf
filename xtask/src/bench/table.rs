//! How figures are printed: ours, the reference, the ratio, the aim.

/// One measured thing.
pub struct Row {
    /// What was measured.
    pub what: String,
    /// Ours, with its unit.
    pub ours: String,
    /// The reference, with its unit.
    pub reference: String,
    /// Ours over the reference, where that means something.
    pub ratio: Option<f64>,
    /// What we aim for.
    pub aim: &'static str,
}

/// Prints rows as an aligned Markdown table.
pub fn print(rows: &[Row]) {
    let cells: Vec<[String; 5]> = rows.iter().map(Row::cells).collect();
    let head = ["what", "ours", "reference", "ratio", "aim"].map(str::to_owned);
    let width = |column: usize| cells.iter().chain([&head]).map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 5] = std::array::from_fn(width);
    let line = |row: &[String; 5]| {
        let padded: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        println!("| {} |", padded.join(" | "));
    };
    println!();
    line(&head);
    line(&widths.map(|width| "-".repeat(width)));
    cells.iter().for_each(line);
    println!();
}

impl Row {
    fn cells(&self) -> [String; 5] {
        let ratio = self.ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
        [self.what.clone(), self.ours.clone(), self.reference.clone(), ratio, self.aim.to_owned()]
    }
}
