//! English.

use super::BundleWords;
use crate::mask::{MaskCount, MaskKind};
use crate::report::ReportData;

pub(super) struct English;

impl BundleWords for English {
    fn kind(&self, kind: MaskKind) -> &'static str {
        match kind {
            MaskKind::UserSig => "UserSigs",
            MaskKind::Secret => "tokens, passwords and keys",
            MaskKind::Phone => "telephone numbers",
            MaskKind::IdCard => "numbers of identity and bank cards",
            MaskKind::Mail => "mail addresses",
            MaskKind::User => "IDs and names of users",
            MaskKind::Device => "IDs of devices",
            MaskKind::Ip => "public IP addresses",
            MaskKind::PrivateIp => "private IP addresses",
            MaskKind::Text => "texts of chats, pushes and profiles, and places",
        }
    }

    fn masked(&self, count: &MaskCount) -> String {
        let values = plural(count.values, "value");
        format!("{values} in {}", plural(count.places, "place"))
    }

    fn masked_list(&self, masked: &[MaskCount], data: &ReportData<'_>, lines: u64) -> String {
        let totals = &data.stats.totals;
        let mut text = format!(
            "Made by imerr-annotate {} of {} of {}.\n\n\
             diagnosis.json, diagnosis.md, diagnosis.txt: what went wrong\n\
             excerpts.txt: {} around the first signs of each incident\n\
             versions.txt: the lines that name versions of the IM SDK\n\n\
             Nothing else of the log is in this bundle.\n\nMasked:\n",
            env!("CARGO_PKG_VERSION"),
            plural(totals.lines, "line"),
            plural(totals.files, "file"),
            plural(lines, "line"),
        );
        for count in masked {
            let name = self.kind(count.kind);
            text += &format!("  {}-1, ...: {name}, {}\n", count.kind, self.masked(count));
        }
        if masked.is_empty() {
            text += "  nothing\n";
        }
        text += "\nThe same value has the same placeholder everywhere. Codes, times, versions, \
                 SDKAppIDs, group IDs,\nloopback addresses and the messages of the SDK are as in \
                 the log. A name, a password or a chat text\nwithout a key in front of it may be \
                 left: read the files before you send them.\n";
        text
    }

    fn no_excerpts(&self) -> &'static str {
        "No line of the log belongs to a finding."
    }

    fn excerpts_left_out(&self, lines: u64) -> String {
        format!("Left out for lack of room: {} with findings.", plural(lines, "line"))
    }

    fn not_explained(&self) -> &'static str {
        "Not explained by a known cause"
    }

    fn between_titles(&self) -> &'static str {
        "; "
    }

    fn no_versions(&self) -> &'static str {
        "No line names a version of the IM SDK."
    }
}

fn plural(count: u64, noun: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{s}")
}
