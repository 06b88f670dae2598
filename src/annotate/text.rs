//! Annotates a text in memory, without a feed.

use std::sync::Arc;

use super::Annotator;
use crate::input::{BLOCK_SIZE, Block, Feed};
use crate::pipeline::{Interrupt, Stage, run};

impl Annotator {
    /// Annotates `text` and appends it to `out`: what a run over a file with this text writes. The
    /// text is not decoded.
    ///
    /// For texts of a few lines that come one by one. Costs an allocation and a copy of the text.
    ///
    /// ```
    /// use imerr::format::Append;
    /// use imerr::{Annotator, Detector};
    ///
    /// let mut annotator = Annotator::for_format(Detector::built_in(), Append::default());
    /// let mut out = Vec::new();
    /// annotator.annotate_text(b"imsdk: login failed, code: 6206\r\n", &mut out);
    /// assert!(out.starts_with(b"imsdk: login failed, code: 6206 [imerr 6206 sdk/account "));
    /// assert!(out.ends_with(b"]\r\n"));
    /// ```
    pub fn annotate_text(&mut self, text: &[u8], out: &mut Vec<u8>) {
        self.current = None;
        // A line in a block is never longer than a feed allows.
        if text.len() <= BLOCK_SIZE {
            let block = Block::of_text(text.to_vec());
            self.block(&block, out).expect("memory can be written");
        } else {
            let mut feed = Feed::from_text(text);
            run(&mut feed, self, out, &mut (), &Interrupt::default())
                .expect("memory can be written");
        }
        self.current = None;
    }

    /// Whether [`annotate_text`](Self::annotate_text) may do more than copy `text`. Costs one
    /// search.
    pub fn may_change(&self, text: &[u8]) -> bool {
        let scanner = Arc::as_ref(&self.scanner);
        self.printer.format.replaces_previous || scanner.detector.scan(text).next_line().is_some()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::detect::Detector;
    use crate::format::{Append, Below, Jsonl, Render};

    /// What a run over a file writes.
    fn of_run(render: Arc<dyn Render>, text: &[u8]) -> Vec<u8> {
        let mut feed = Feed::from_reader(Cursor::new(text.to_vec())).with_text(true);
        let mut annotator = Annotator::new(Detector::built_in(), Some(render));
        let mut out = Vec::new();
        run(&mut feed, &mut annotator, &mut out, &mut (), &Interrupt::default())
            .expect("memory can be read and written");
        out
    }

    #[test]
    fn a_text_is_annotated_like_a_file() {
        let long = [&b"imsdk code:6206 "[..], &[b'x'; 2 << 20], b"\nimsdk code:6208\n"].concat();
        let many = b"plain\nimsdk code:6206\r\n".repeat(20_000);
        let texts: [&[u8]; 8] = [
            b"",
            b"plain",
            b"imsdk code:6206",
            b"imsdk code:6206\r\n\nimsdk code:6208\n",
            b"imsdk code:6206 [imerr 6206 sdk/account error: x]\n",
            b"BZh91AY&SY imsdk code:6206\n",
            &many,
            &long,
        ];
        let formats: [fn() -> Arc<dyn Render>; 3] =
            [|| Arc::new(Append::default()), || Arc::new(Below::new(80)), || Arc::new(Jsonl)];
        for format in formats {
            let mut annotator = Annotator::new(Detector::built_in(), Some(format()));
            for text in texts {
                let mut out = b"before".to_vec();
                annotator.annotate_text(text, &mut out);
                let wanted = [b"before", &of_run(format(), text)[..]].concat();
                let name = text[..text.len().min(60)].escape_ascii();
                assert!(out == wanted, "{name}");
                assert!(
                    annotator.may_change(text) || out[6..] == *text || out.len() == 6,
                    "{name}"
                );
            }
        }
    }
}
