//! Chinese, in simplified characters.

use super::{DiagnosisWords, EXPLAINED, VerdictText};
use crate::confidence::Confidence;
use crate::diagnose::{Distance, SessionKind, VerdictReason};

pub(super) struct Chinese;

/// `parts` in one, with a blank between Chinese and a letter or digit.
fn spaced(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts {
        let pair = text.chars().next_back().zip(part.chars().next());
        let needs_blank = pair.is_some_and(|(last, first)| {
            last.is_ascii_alphanumeric() && !first.is_ascii()
                || !last.is_ascii() && first.is_ascii_alphanumeric()
        });
        if needs_blank {
            text.push(' ');
        }
        text += part;
    }
    text
}

impl DiagnosisWords for Chinese {
    fn verdict(&self, text: &VerdictText<'_>) -> String {
        let hedge = match text.confidence {
            Confidence::High => "",
            Confidence::Medium => "很可能是",
            Confidence::Low => "可能是",
        };
        let first = if text.incidents > 1 { "首次 " } else { "" };
        let time = text.time.map_or(String::new(), |time| format!("{time}，"));
        let title = spaced(&[hedge, text.title]);
        let mut sentence = format!("{title}（{first}{time}{}", text.place);
        if text.sessions > 1 {
            sentence += &format!("；涉及{}个会话", text.sessions);
        } else if text.incidents > 1 {
            sentence += &format!("；共{}次", text.incidents);
        }
        sentence += "）";
        if let Some(note) = text.note {
            sentence += &format!("；{note}");
        }
        sentence += "。";
        match text.consequences {
            0 if text.starts == 0 => {}
            0 => sentence += &format!("日志中有{}处相关报错。", text.starts),
            count => sentence += &format!("由此引发{count}处报错：{}。", text.named),
        }
        let Some(reason) = text.reason else { return sentence };
        let (all, explained) = (text.findings, text.starts + text.consequences);
        let reason = match reason {
            VerdictReason::MostFindings => format!("引起的报错最多，{all}处中占{explained}处"),
            VerdictReason::Fault => format!("属于故障，{all}处报错中有{explained}处由它引起"),
            VerdictReason::Blocks => {
                format!("持续期间几乎所有请求都失败，{all}处报错中有{explained}处由它引起")
            }
            VerdictReason::First => "没有哪个原因引起更多报错，且它最先出现".to_string(),
        };
        sentence + &format!("共找到{}个原因，这一个排第一：{reason}。", text.causes)
    }

    fn few_explained(&self, explained: u64, findings: u64) -> String {
        let rest = self.not_explained();
        match explained {
            0 => format!("{findings}处报错均未找到已知原因，见“{rest}”。"),
            _ => format!("{findings}处报错中只有{explained}处找到已知原因，其余见“{rest}”。"),
        }
    }

    fn sentence_gap(&self) -> &'static str {
        ""
    }

    fn no_incident(&self, findings: u64) -> String {
        format!("{findings}处报错未匹配到已知原因，各自含义如下。")
    }

    fn list_comma(&self) -> &'static str {
        "、"
    }

    fn semicolon(&self) -> &'static str {
        "；"
    }

    fn or(&self) -> &'static str {
        "、"
    }

    fn columns(&self) -> [&'static str; 3] {
        ["时间", "事件", "位置"]
    }

    fn in_verdict(&self) -> &'static str {
        "见上方结论"
    }

    fn labels(&self) -> [&'static str; 2] {
        ["处理", "验证"]
    }

    fn session(&self, kind: SessionKind, key: &str) -> String {
        match kind {
            SessionKind::Custom => format!("会话 {key}"),
            SessionKind::Process => format!("进程 {key}"),
            SessionKind::User => format!("用户 {key}"),
            SessionKind::App => format!("SDKAppID {key}"),
            SessionKind::Log => "整个日志".to_string(),
        }
    }

    fn sessions(&self, sessions: u64) -> String {
        format!("{sessions}个会话")
    }

    fn times(&self, name: &str, count: u64) -> String {
        format!("{name} ×{count}")
    }

    fn then(&self, consequences: &str) -> String {
        spaced(&["引发", consequences])
    }

    fn ended_by(&self, event: &str, at: &str) -> String {
        spaced(&[at, event, "后结束"])
    }

    fn went_quiet(&self) -> &'static str {
        "此后未再出现"
    }

    fn new_session(&self) -> &'static str {
        "App 重启后结束"
    }

    fn end_of_log(&self) -> &'static str {
        "持续到日志结束"
    }

    fn rounds(&self, rounds: u64) -> String {
        format!("{rounds}轮")
    }

    fn confidence(&self, confidence: Confidence) -> &'static str {
        match confidence {
            Confidence::High => "",
            Confidence::Medium => "（推测）",
            Confidence::Low => "（依据不足）",
        }
    }

    fn beginning_unknown(&self) -> &'static str {
        "日志中没有该会话的开头"
    }

    fn clocks_differ(&self) -> &'static str {
        "各行的时钟不一致，按行的先后判断"
    }

    fn because(&self, code: i64, after: Distance, session: SessionKind, ends: &str) -> String {
        let session = match session {
            SessionKind::Custom => "同一会话",
            SessionKind::Process => "同一进程",
            SessionKind::User => "同一用户",
            SessionKind::App => "同一 SDKAppID",
            SessionKind::Log => "同一日志",
        };
        if after == Distance::Before {
            return format!("{code}：紧接在其前，{session}");
        }
        let mut between = String::new();
        if !ends.is_empty() {
            between = spaced(&["，其间没有", ends]);
        }
        format!("{code}：在其后{}，{session}{between}", self.after(after))
    }

    fn after(&self, distance: Distance) -> String {
        match distance {
            Distance::Time(millis @ ..1000) => format!("{millis}毫秒"),
            Distance::Time(millis @ ..60_000) => format!("{}秒", millis / 1000),
            Distance::Time(millis @ ..3_600_000) => format!("{}分钟", millis / 60_000),
            Distance::Time(millis) => format!("{}小时", millis / 3_600_000),
            Distance::Lines(lines) => format!("{lines}行"),
            Distance::Before => "紧接在其前".to_string(),
        }
    }

    fn explained_by(&self, causes: &[(&str, u64)], findings: u64) -> String {
        let shown = causes.iter().take(EXPLAINED);
        let mut parts: Vec<String> = shown
            .map(|(title, count)| format!("{title}（{findings}处报错中的{count}处）"))
            .collect();
        if causes.len() > EXPLAINED {
            parts.push(format!("另有{}个原因", causes.len() - EXPLAINED));
        }
        format!("原因：{}；imerr-annotate diagnose 给出完整经过", parts.join("；"))
    }

    fn few_explained_by(&self, causes: &[(&str, u64)], explained: u64, findings: u64) -> String {
        let shown = causes.iter().take(EXPLAINED);
        let mut parts: Vec<String> =
            shown.map(|(title, count)| format!("{title}（{count}处）")).collect();
        if causes.len() > EXPLAINED {
            parts.push(format!("另有{}个原因", causes.len() - EXPLAINED));
        }
        format!(
            "{findings}处报错中只有{explained}处找到已知原因：{}；imerr-annotate diagnose 给出完整经过",
            parts.join("；")
        )
    }

    fn not_explained(&self) -> &'static str {
        "未归因"
    }

    fn all_explained(&self) -> &'static str {
        "所有报错均已归因。"
    }

    fn begins_after(&self, title: &str) -> String {
        format!("日志可能在其原因之后才开始，例如：{title}")
    }

    fn more_incidents(&self, incidents: u64) -> String {
        format!("另有{incidents}起，--format json 列出全部")
    }

    fn all_incidents(&self, left_out: u64, all: u64) -> String {
        match left_out {
            0 => format!("共{all}起，--top all 逐一列出"),
            _ => format!("另有{left_out}起，--top all 列出全部{all}起"),
        }
    }

    fn more_codes(&self, codes: u64, findings: u64) -> String {
        format!("另有{codes}个错误码，共{findings}处")
    }

    fn more_details(&self) -> &'static str {
        "--top all 列出详情"
    }

    fn seen_before(&self, ticket: &str, note: Option<&str>) -> String {
        let note = note.map_or(String::new(), |note| format!("（{note}）"));
        format!("曾经出现：{ticket}{note}")
    }

    fn is_coarse(&self) -> &'static str {
        "报错过多，无法逐一区分，结果可能较粗略。"
    }

    fn evidence(&self) -> &'static str {
        "最先出现的日志行"
    }

    fn not_explained_share(&self, count: u64, findings: u64) -> String {
        format!("{findings}处报错中有{count}处")
    }
}
