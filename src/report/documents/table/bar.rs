//! Bars: how much of something there is, at a glance.

/// Blocks that fill a column from the left, by eighths.
const LEFT: [&str; 9] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"];
/// Blocks that fill a column from below.
const BELOW: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// A bar from the left, of `columns` columns if `count` is `most`. What is there at all is seen.
pub(super) fn bar(count: u64, most: u64, columns: usize, ascii: bool) -> String {
    if ascii {
        return "#".repeat(steps(count, most, columns));
    }
    let eighths = steps(count, most, 8 * columns);
    format!("{}{}", LEFT[8].repeat(eighths / 8), LEFT[eighths % 8])
}

/// Bars side by side, each `columns` wide, in `height` lines from the top to the bottom.
pub(super) fn bars(counts: &[u64], columns: usize, height: usize, ascii: bool) -> Vec<String> {
    let most = counts.iter().copied().max().unwrap_or(0);
    let parts = if ascii { 2 } else { 8 };
    let heights: Vec<usize> =
        counts.iter().map(|&count| steps(count, most, parts * height)).collect();
    let cell = |filled: usize| match (ascii, filled) {
        (false, filled) => BELOW[filled],
        (true, 0) => " ",
        (true, 1) => ".",
        (true, _) => "#",
    };
    let line = |below: usize| {
        let cells = heights
            .iter()
            .map(|&steps| cell(steps.saturating_sub(below * parts).min(parts)).repeat(columns));
        cells.collect::<String>()
    };
    (0..height).rev().map(line).collect()
}

/// `count` of `most` in steps of which there are `all`; at least one for what is there.
fn steps(count: u64, most: u64, all: usize) -> usize {
    if count == 0 || most == 0 {
        return 0;
    }
    let steps = (count as f64 / most as f64 * all as f64).round() as usize;
    steps.clamp(1, all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_part() {
        let rows = [
            (0, 100, "", ""),
            (1, 1_000_000, "▏", "#"),
            (50, 100, "██", "##"),
            (60, 100, "██▍", "##"),
            (99, 100, "████", "####"),
            (100, 100, "████", "####"),
            (u64::MAX, u64::MAX, "████", "####"),
            (0, 0, "", ""),
        ];
        for (count, most, blocks, ascii) in rows {
            assert_eq!(
                (bar(count, most, 4, false).as_str(), bar(count, most, 4, true).as_str()),
                (blocks, ascii),
                "{count}"
            );
        }
    }

    #[test]
    fn bars_side_by_side_stand_on_one_ground() {
        assert_eq!(bars(&[0, 1, 8, 12, 16], 1, 2, false), ["   ▄█", " ▁███"]);
        assert_eq!(bars(&[0, 1, 8, 12, 16], 2, 2, true), ["      ..##", "  ..######"]);
        assert_eq!(bars(&[], 1, 2, false), ["", ""]);
    }
}
