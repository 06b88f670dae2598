//! Chinese, in simplified characters.
//!
//! The terms are those of the vendor's Chinese documents and console. Digits have a blank in front
//! of a Latin unit and none in front of a Chinese one.

use std::io;

use super::{Label, Language, PageWords, chinese_input, in_largest_unit, page};
use crate::catalog::{Kind, Retry, Severity};
use crate::confidence::Confidence;
use crate::input::{FileError, Notice};
use crate::stats::{CauseOrder, TimesOutOfRange};

pub(super) struct Chinese;

impl Language for Chinese {
    fn label(&self, label: Label) -> &'static str {
        match label {
            Label::Category => "分类",
            Label::Cause => "原因",
            Label::Check => "排查",
            Label::Code => "错误码",
            Label::Count => "次数",
            Label::Errors => "错误",
            Label::File => "文件",
            Label::Fix => "处理",
            Label::Kind => "类型",
            Label::Meaning => "含义",
            Label::Name => "常量名",
            Label::Note => "备注",
            Label::Others => "其他",
            Label::Range => "范围",
            Label::Related => "相关错误码",
            Label::Remedy => "处理建议",
            Label::Retry => "重试",
            Label::See => "相关",
            Label::Seen => "出现位置",
            Label::Severity => "级别",
            Label::Share => "占比",
            Label::Since => "起始版本",
            Label::Source => "来源",
            Label::Status => "状态",
            Label::Time => "时间",
            Label::Unknown => "未收录",
        }
    }

    fn severity(&self, severity: Severity) -> &'static str {
        match severity {
            Severity::Info => "提示",
            Severity::Warning => "警告",
            Severity::Error => "错误",
            Severity::Fatal => "严重",
        }
    }

    fn kind(&self, kind: Kind) -> String {
        let word = match kind {
            Kind::Auth => "鉴权",
            Kind::Permission => "权限",
            Kind::RateLimit => "频率限制",
            Kind::Quota => "配额",
            Kind::NotFound => "不存在",
            Kind::Conflict => "冲突",
            Kind::Invalid => "参数错误",
            Kind::Content => "内容审核",
            Kind::Network => "网络",
            Kind::Timeout => "超时",
            Kind::Server => "服务端故障",
            Kind::Client => "客户端故障",
            Kind::Config => "配置",
        };
        format!("{word}（{kind}）")
    }

    fn deprecated(&self) -> &'static str {
        "已下线（deprecated）：官方列表已删去，旧版客户端和服务端仍会返回"
    }

    /// Versions are the same in Chinese.
    fn since(&self, since: &str) -> String {
        let (year, after) = match since.strip_prefix("after ") {
            Some(year) => (year, "之后"),
            None => (since, ""),
        };
        if year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()) {
            return format!("{year}年{after}");
        }
        since.to_string()
    }

    fn also(&self, codes: &[String]) -> String {
        format!("另见 {}", codes.join("、"))
    }

    fn colon(&self) -> &'static str {
        "："
    }

    fn full_stop(&self) -> &'static str {
        "。"
    }

    fn comma(&self) -> &'static str {
        "，"
    }

    fn or(&self) -> &'static str {
        "或者："
    }

    fn parenthesis(&self, text: &str) -> String {
        format!("（{text}）")
    }

    fn range(&self, first: &str, last: &str) -> String {
        format!("{first} 至 {last}")
    }

    fn labeled(&self, label: Label, text: &str) -> String {
        format!("{}：{text}", self.label(label))
    }

    fn confidence(&self, confidence: Confidence) -> String {
        match confidence {
            Confidence::Low => "可信度低",
            Confidence::Medium => "可信度中",
            Confidence::High => "可信度高",
        }
        .to_string()
    }

    fn first_lines(&self) -> &'static str {
        "最先出现的日志行："
    }

    fn seen(&self, count: u64, first: &str, last: &str) -> String {
        match count {
            1 => format!("出现1次，位于 {first}"),
            _ => format!("出现{count}次，首次位于 {first}，末次位于 {last}"),
        }
    }

    fn retry_word(&self, retry: Retry) -> String {
        let word = match retry {
            Retry::Never => "不可重试",
            Retry::Immediate => "可立即重试",
            Retry::Backoff => "退避重试",
            Retry::AfterFix => "处理后重试",
        };
        format!("{word}（{retry}）")
    }

    fn retry(&self, retry: Retry) -> &'static str {
        match retry {
            Retry::Never => "同样的请求不会成功",
            Retry::Immediate => "同样的请求可立即重发",
            Retry::Backoff => "同样的请求可在逐次加长的间隔后重发",
            Retry::AfterFix => "先解决问题（请求本身无误），再用原请求重试",
        }
    }

    fn line(&self, line: u64) -> String {
        format!("第{line}行")
    }

    fn first_and_last(&self) -> [&'static str; 2] {
        ["首次 ", "末次 "]
    }

    fn unknown_meaning(&self) -> &'static str {
        "错误码库未收录此错误码。"
    }

    fn unknown_remedy(&self) -> &'static str {
        "以旁边的文字为准，并将两者一并提供给技术支持。"
    }

    fn unknown_inline(&self) -> &'static str {
        "imerr 未收录"
    }

    fn inline_separator(&self) -> &'static str {
        "；或 "
    }

    fn or_severity(&self, severity: Severity) -> String {
        format!("或 {}", self.severity(severity))
    }

    fn see_line(&self, line: u64) -> String {
        match line {
            0 => "见上文".to_string(),
            _ => format!("见第{line}行"),
        }
    }

    fn see_place(&self, place: &str) -> String {
        format!("见 {place}")
    }

    fn more_codes_on_line(&self, count: usize) -> String {
        format!("本行另有{count}个错误码")
    }

    fn findings(&self, count: u64) -> String {
        format!("{count}处")
    }

    fn findings_of(&self, count: u64, severity: Option<Severity>) -> String {
        let word = severity.map_or(self.label(Label::Unknown), |severity| self.severity(severity));
        format!("{word}{count}处")
    }

    fn lines_of_files(&self, lines: u64, files: u64) -> String {
        format!("{files}个文件共{lines}行")
    }

    fn found(&self, findings: u64, codes: u64, read: &str) -> String {
        format!("{read}，发现{codes}种错误码，共{findings}处")
    }

    fn none_passes_filters(&self, findings: u64, read: &str) -> String {
        format!("{read}，发现{findings}处错误码，均不符合筛选条件")
    }

    fn nothing_read(&self) -> String {
        "未读取任何日志".to_string()
    }

    fn nothing_found(&self, read: &str) -> String {
        format!("{read}，未发现错误码")
    }

    fn time_range(&self, times: &TimesOutOfRange) -> String {
        let since = times.since.map(|time| format!("自 {} 起", time.to_seconds()));
        let until = times.until.map(|time| format!("至 {} 前", time.to_seconds()));
        let bounds: Vec<String> = since.into_iter().chain(until).collect();
        format!("时间范围（{}）", bounds.join("，"))
    }

    fn times_out_of_range(&self, times: &TimesOutOfRange) -> String {
        let (first, last) = (times.earliest.to_seconds(), times.latest.to_seconds());
        format!("范围外的日志时间为 {first} 至 {last}")
    }

    fn nothing_found_in_range(&self, lines: u64, read: &str, times: &TimesOutOfRange) -> String {
        let (range, outside) = (self.time_range(times), self.times_out_of_range(times));
        format!("{read}，其中{lines}行在{range}内，未发现错误码；{outside}")
    }

    fn nothing_in_range(&self, read: &str, times: &TimesOutOfRange) -> String {
        format!(
            "{read}，没有一行在{}内；{}",
            self.time_range(times),
            self.times_out_of_range(times)
        )
    }

    fn problems(&self, order: CauseOrder, shown: usize, all: usize) -> String {
        if shown == all {
            return match order {
                CauseOrder::Severity => format!("{all}个问题，最严重的在前"),
                CauseOrder::Count => format!("{all}个问题，次数最多的在前"),
                CauseOrder::First => format!("{all}个问题，按首次出现的位置排列"),
            };
        }
        match order {
            CauseOrder::Severity => format!("{all}个问题中最严重的{shown}个"),
            CauseOrder::Count => format!("{all}个问题中次数最多的{shown}个"),
            CauseOrder::First => format!("{all}个问题中最先出现的{shown}个"),
        }
    }

    fn problems_after_main(&self, shown: usize, all: usize) -> String {
        if shown == all {
            return format!("{all}个问题：先是主要原因对应的，再是最严重的");
        }
        format!("{all}个问题中的{shown}个：先是主要原因对应的，再是最严重的")
    }

    fn codes_of_one_problem(&self, codes: u64) -> [String; 2] {
        [format!("{codes}个错误码，同一问题"), format!("{codes}个错误码")]
    }

    fn more_problems(&self, problems: u64, findings: u64) -> String {
        format!("另有{problems}个问题，共{findings}处")
    }

    fn more_files(&self, files: u64, findings: u64) -> String {
        format!("另有{files}个文件，共{findings}处")
    }

    fn more_codes(
        &self,
        codes: u64,
        findings: u64,
        is_lower_bound: bool,
        elsewhere: &str,
    ) -> String {
        let at_least = if is_lower_bound { "至少" } else { "" };
        format!("另有{at_least}{codes}个错误码，共{findings}处{elsewhere}。")
    }

    fn further_codes(&self, findings: u64) -> String {
        format!("另有未单独列出的错误码，共{findings}处")
    }

    fn more(&self, groups: usize) -> String {
        format!("另{groups}项")
    }

    fn duration(&self, millis: i64) -> String {
        let (count, unit) = in_largest_unit(millis, ["天", "小时", "分钟", "秒", "毫秒"]);
        format!("{count}{unit}")
    }

    fn intervals(&self, width: &str) -> String {
        format!("每格{width}")
    }

    fn without_time(&self, findings: u64) -> String {
        format!("{findings}处没有时间")
    }

    fn max(&self, count: u64) -> String {
        format!("最多 {count}")
    }

    fn exported_by(&self, version: &str, dates: Option<&str>) -> String {
        let dates = dates.map_or(String::new(), |dates| format!("；官方列表日期：{dates}"));
        format!("错误码，由 imerr-annotate {version} 导出{dates}。")
    }

    fn table_limits(&self) -> &'static str {
        "表只能解释已由正则表达式取出的错误码。imerr-annotate 放在管道中，还能找到正则漏掉的错误码，\
         并忽略不是错误码的数字。"
    }

    fn page(&self) -> &'static PageWords {
        &page::CHINESE
    }

    fn notice(&self, notice: Notice) -> String {
        chinese_input::notice(notice)
    }

    fn file_error(&self, error: &FileError) -> Option<String> {
        chinese_input::file_error(error)
    }

    fn system_error(&self, error: &io::Error) -> Option<String> {
        chinese_input::system_error(error).map(str::to_string)
    }
}
