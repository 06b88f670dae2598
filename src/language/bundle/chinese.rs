//! Chinese, in simplified characters.

use super::BundleWords;
use crate::mask::{MaskCount, MaskKind};
use crate::report::ReportData;

pub(super) struct Chinese;

impl BundleWords for Chinese {
    fn kind(&self, kind: MaskKind) -> &'static str {
        match kind {
            MaskKind::UserSig => "UserSig",
            MaskKind::Secret => "Token、密码和密钥",
            MaskKind::Phone => "电话号码",
            MaskKind::IdCard => "身份证号和银行卡号",
            MaskKind::Mail => "邮箱地址",
            MaskKind::User => "用户的 ID 和名字",
            MaskKind::Device => "设备 ID",
            MaskKind::Ip => "公网 IP 地址",
            MaskKind::PrivateIp => "内网 IP 地址",
            MaskKind::Text => "聊天、推送和资料中的文字，以及位置",
        }
    }

    fn masked(&self, count: &MaskCount) -> String {
        format!("{}个值，共{}处", count.values, count.places)
    }

    fn masked_list(&self, masked: &[MaskCount], data: &ReportData<'_>, lines: u64) -> String {
        let totals = &data.stats.totals;
        let mut text = format!(
            "由 imerr-annotate {} 根据{}个文件的{}行生成。\n\n\
             diagnosis.json、diagnosis.md、diagnosis.txt：诊断结果\n\
             excerpts.txt：每次故障最初迹象前后的日志，共{lines}行\n\
             versions.txt：日志中写有 IM SDK 版本的行\n\n\
             除此之外不含日志的其他内容。\n\n已脱敏：\n",
            env!("CARGO_PKG_VERSION"),
            totals.files,
            totals.lines,
        );
        for count in masked {
            let name = self.kind(count.kind);
            text += &format!("  {}-1 等：{name}，{}\n", count.kind, self.masked(count));
        }
        if masked.is_empty() {
            text += "  无\n";
        }
        text += "\n同一个值在各处都用同一个占位符。错误码、时间、版本、SDKAppID、群 ID、本机地址和 SDK \
                 的提示\n与日志相同。前面没有键名的名字、密码和聊天内容可能没有脱敏：发送之前请先查看这些\
                 文件。\n";
        text
    }

    fn no_excerpts(&self) -> &'static str {
        "没有与报错有关的日志行。"
    }

    fn excerpts_left_out(&self, lines: u64) -> String {
        format!("篇幅所限，未收录{lines}行报错。")
    }

    fn not_explained(&self) -> &'static str {
        "未匹配到已知原因"
    }

    fn between_titles(&self) -> &'static str {
        "；"
    }

    fn no_versions(&self) -> &'static str {
        "日志中没有 IM SDK 的版本。"
    }
}
